"""The judged questions, on the demo library: a floor under what the search finds, not a goal."""

import pytest
from django.core.management import call_command

from practices import relevance

FLOORS = {"first": 0.93, "second": 0.86}  # nDCG@10; nobody tuned the search for the second half


@pytest.mark.django_db
def test_judged_questions_are_answered_well_in_every_language(settings, capsys):
    settings.DEMO = True
    call_command("load_demo")
    call_command("relevance")
    scored = relevance.scores(relevance.judgements())

    languages = {s.judgement.language for s in scored}
    assert languages == {"en", "fr", "de", "es", "it", "nl"}
    for half, floor in FLOORS.items():
        _number, ndcg, _recall, _all_best, unanswered = relevance.summary(
            [s for s in scored if s.judgement.half == half]
        )
        assert ndcg >= floor, half
        assert unanswered <= 0.02, half
    for language in languages:
        assert relevance.summary([s for s in scored if s.judgement.language == language])[1] >= 0.85, language
    assert "nDCG@10" in capsys.readouterr().out
