from .descent import Descent, DescentStep
from .history import Remark, Step
from .media import Document, Image
from .practice import Practice
from .question import Question
from .revision import Adaptation, Outcome, Revision
from .search import SearchFacet, SearchName, SearchRow, SearchWord
from .theme import Keyword, RevisionKeyword, RevisionTheme, Theme

__all__ = [
    "Adaptation",
    "Descent",
    "DescentStep",
    "Document",
    "Image",
    "Keyword",
    "Outcome",
    "Practice",
    "Question",
    "Remark",
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
