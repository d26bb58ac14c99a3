"""Why a practice was found: the words that matched, marked in its title and in a passage of its text."""

import functools
import re

from django.contrib.postgres.search import SearchConfig, SearchHeadline
from django.db.models import Case, F, Func, TextField, Value, When
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import GreaterThan
from django.utils.html import escape
from django.utils.safestring import mark_safe

START, STOP = "\x02", "\x03"  # around a matched word, until the text is escaped
BODY = [
    "results", "context", "what_was_done", "what_did_not_work", "conditions", "participation", "safeguards",
]  # fmt: skip


def marked(practices, query, ids):
    """These practices by number, with `title_marked` and `snippet`: the summary, or a passage that has the words."""
    practices = _with_headlines(practices, query).in_bulk(ids)
    for practice in practices.values():
        practice.title_marked = _mark(practice.title_marked)
        practice.snippet = _mark(practice.snippet) if START in practice.snippet else ""
    return practices


def _with_headlines(practices, query):
    text = {name: F(f"public_revision__{name}") for name in ["title", "summary", *BODY]}
    config = SearchConfig(Func(F("public_revision__language"), function="search_mark_config"))
    headline = functools.partial(SearchHeadline, query=query.marked, config=config, start_sel=START, stop_sel=STOP)
    parts = [part for name in BODY for part in (text[name], Value(" … "))]
    passage = headline(Concat(*parts, output_field=TextField()), max_fragments=1, max_words=35, min_words=20)
    summary = headline(text["summary"], highlight_all=True)
    return practices.annotate(
        title_marked=headline(text["title"], highlight_all=True),
        snippet=Case(
            When(GreaterThan(StrIndex(summary, Value(START)), 0), then=summary),
            default=Concat(Value("… "), passage, Value(" …"), output_field=TextField()),
        ),
    )


def _mark(text):
    """Safe HTML: what the city wrote is escaped, only our marks become tags."""
    marked = re.sub(f"{START}([^{START}{STOP}]*){STOP}", r"<mark>\1</mark>", escape(text))
    return mark_safe(marked.translate({ord(START): "", ord(STOP): ""}))
