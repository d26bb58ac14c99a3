"""How the catalogue is searched and counted: everything about finding lives here.

    publish ──▶ index() ──▶ one SearchRow                indexing: moderation calls it, in its transaction
    question ──▶ understand() ──▶ Query ──▶ find()       reading (lexicon) → finding → ranking → marking
                                   └──▶ nearby: what was meant, when that finds next to nothing

A text is stemmed by the rules of its own language, with and without accents. A question may be in any language, so
each of its words stands for its stems in all of them, for what it means in the others (`lexicon`), and for the themes,
places and terms that are called so in any (`facets`). All words must be there; where too few practices have them all,
unknown words are corrected, and then most or any of the words will do.
"""

from practices.models.practice import EVIDENCE
from practices.search.facets import FACETS, name_again
from practices.search.finding import MOST_COUNTED, MOST_PAGES, PAGE_SIZE, count, find, matching, rows, totals
from practices.search.indexing import check, count_adaptations, index, reindex, unindex
from practices.search.missing import forget_missed, miss
from practices.search.nearby import themes_like
from practices.search.reading import printable, understand
from practices.search.similar import close_practices
from practices.search.suggesting import suggest

__all__ = [
    "EVIDENCE", "FACETS", "MOST_COUNTED", "MOST_PAGES", "PAGE_SIZE", "check", "close_practices", "count",
    "count_adaptations", "find", "forget_missed", "index", "matching", "miss", "name_again", "printable", "reindex",
    "rows", "suggest", "themes_like", "totals", "understand", "unindex",
]  # fmt: skip
