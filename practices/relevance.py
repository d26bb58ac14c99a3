"""How well the catalogue answers questions that people judged beforehand (`data/relevance.json`).

A need has questions in several languages and the practices that answer it: the best (2), which a person would be angry
to miss, and good ones (1). The questions of the `first` part were known while the search was tuned. Those of the
`second` were written after, and later read one by one to find what the search lacks. Those of the `third` were written
before that work began, and read when it was done. Those of the `fourth` were written from needs, before the words of
`lexicon.json` were; half of them were read while it grew. Those of the `fifth` were written apart by somebody who did
not know how the search works, and who judged them by reading all 84 texts: nothing was tuned for them but the names of
regions. They tell best what a new reader meets.
"""

import json
import math
import statistics
from dataclasses import dataclass
from pathlib import Path

from practices import search

FILE = Path(__file__).parent / "data" / "relevance.json"
PARTS = ["first", "second", "third", "fourth", "fifth"]
BEST, GOOD = 2, 1
TOP = 5  # what a person reads before asking anew


@dataclass(frozen=True)
class Judgement:
    """A question and the grade of each practice that answers it, by its slug."""

    part: str
    language: str
    question: str
    grades: dict


@dataclass(frozen=True)
class Score:
    """What became of one question."""

    judgement: Judgement
    ndcg: float  # of the first ten
    recall: float  # the part of the best (or of five of them) that stands among the first five
    has_all: bool | None  # all of the best stand there; None where they are too many for five places
    is_answered: bool


def judgements():
    return [
        Judgement(part, language, question, dict.fromkeys(need["good"], GOOD) | dict.fromkeys(need["best"], BEST))
        for need in json.loads(FILE.read_text(encoding="utf-8"))
        for part in PARTS
        for language, questions in need.get(part, {}).items()
        for question in questions
    ]


def scores(judged):
    return [score(judgement) for judgement in judged]


def score(judgement):
    found = [practice.slug for practice in search.find(judgement.question, language=judgement.language).practices]
    grades = judgement.grades
    best = [slug for slug, grade in grades.items() if grade == BEST]
    seen = len(set(found[:TOP]) & set(best))
    return Score(
        judgement,
        ndcg=gain(grades.get(slug, 0) for slug in found[:10]) / gain(sorted(grades.values(), reverse=True)[:10]),
        recall=seen / min(TOP, len(best)),
        has_all=seen == len(best) if len(best) <= TOP else None,
        is_answered=bool(found),
    )


def gain(grades):
    """Discounted: what stands lower is worth less."""
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def summary(scored):
    """(number, nDCG@10, recall@5, part with every best one in the top five (if it has room), part without a result)."""
    return (
        len(scored),
        statistics.mean(s.ndcg for s in scored),
        statistics.mean(s.recall for s in scored),
        statistics.mean(s.has_all for s in scored if s.has_all is not None),
        statistics.mean(not s.is_answered for s in scored),
    )
