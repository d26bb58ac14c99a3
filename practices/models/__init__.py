from .history import Edit, Note, Opinion, Remark, Reply, Step
from .media import Document, Image
from .practice import Practice
from .revision import Adaptation, Outcome, Revision
from .search import SearchFacet, SearchName, SearchRow, SearchWord
from .theme import Keyword, RevisionKeyword, RevisionTheme, Theme

__all__ = [
    "Adaptation",
    "Document",
    "Edit",
    "Image",
    "Keyword",
    "Note",
    "Opinion",
    "Outcome",
    "Practice",
    "Remark",
    "Reply",
    "Revision",
    "RevisionKeyword",
    "RevisionTheme",
    "SearchFacet",
    "SearchName",
    "SearchRow",
    "SearchWord",
    "Step",
    "Theme",
]
