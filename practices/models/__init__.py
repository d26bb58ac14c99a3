from .adaptation import Adaptation
from .descent import Descent, DescentStep
from .following import Alert, MissedQuestion
from .history import Edit, Note, Opinion, Remark, Reply, Step
from .media import Document, Image
from .outcome import Outcome
from .practice import Practice
from .question import Question, QuestionStep
from .revision import Revision
from .search import SearchFacet, SearchName, SearchRow, SearchWord
from .theme import Keyword, RevisionKeyword, RevisionTheme, Theme

__all__ = [
    "Adaptation",
    "Alert",
    "Descent",
    "DescentStep",
    "Document",
    "Edit",
    "Image",
    "Keyword",
    "MissedQuestion",
    "Note",
    "Opinion",
    "Outcome",
    "Practice",
    "Question",
    "QuestionStep",
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
