"""How well the catalogue answers questions that people judged beforehand (`data/relevance.json`).

A need has questions in several languages and the practices that answer it: the best (2) and good ones (1).
The questions of the `first` half were known while the search was tuned, those of the `second` were written after.
"""

import json
import math
import statistics
from dataclasses import dataclass
from pathlib import Path

from practices import search

FILE = Path(__file__).parent / "data" / "relevance.json"
HALVES = ["first", "second"]
BEST, GOOD = 2, 1


@dataclass(frozen=True)
class Judgement:
    """A question and the grade of each practice that answers it, by its slug."""

    half: str
    language: str
    question: str
    grades: dict


@dataclass(frozen=True)
class Score:
    """What became of one question."""

    judgement: Judgement
    ndcg: float  # of the first ten
    recall: float  # the part of the best that stands among the first five
    is_answered: bool


def judgements():
    return [
        Judgement(half, language, question, dict.fromkeys(need["good"], GOOD) | dict.fromkeys(need["best"], BEST))
        for need in json.loads(FILE.read_text(encoding="utf-8"))
        for half in HALVES
        for language, questions in need.get(half, {}).items()
        for question in questions
    ]


def scores(judged):
    return [score(judgement) for judgement in judged]


def score(judgement):
    found = [practice.slug for practice in search.find(judgement.question, language=judgement.language).practices]
    grades = judgement.grades
    best = [slug for slug, grade in grades.items() if grade == BEST]
    return Score(
        judgement,
        ndcg=gain(grades.get(slug, 0) for slug in found[:10]) / gain(sorted(grades.values(), reverse=True)[:10]),
        recall=len(set(found[:5]) & set(best)) / min(5, len(best)),
        is_answered=bool(found),
    )


def gain(grades):
    """Discounted: what stands lower is worth less."""
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def summary(scored):
    """(number, nDCG@10, recall@5, part with every best one in the top five, part without a result)."""
    return (
        len(scored),
        statistics.mean(s.ndcg for s in scored),
        statistics.mean(s.recall for s in scored),
        statistics.mean(s.recall == 1 for s in scored),
        statistics.mean(not s.is_answered for s in scored),
    )
