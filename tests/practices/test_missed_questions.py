import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from practices import search
from practices.models import MissedQuestion
from practices.search import missing
from tests.factories import UserFactory, published_practice

pytestmark = pytest.mark.django_db


def ask(client, text, **more):
    return client.get(reverse("practices:list"), {"q": text, **more})


def counted():
    return {missed.text: missed.times for missed in MissedQuestion.objects.all()}


def test_a_question_without_an_answer_is_counted_without_accents_and_capitals(client):
    for text in ["Xylophône", "xylophone", "  XYLOPHONE "]:
        ask(client, text)

    assert counted() == {"xylophone": 3}


def test_what_was_found_or_narrowed_is_not_counted(client):
    search.index(published_practice(title="Zeppelins for all"))

    ask(client, "zeppelin")
    ask(client, "xylophone", stage="running")
    ask(client, "")

    assert counted() == {}


@pytest.mark.parametrize("text", ["ann@xylophon.org", "xylophon 0612345678", "xylophon " * 20, "\x00"])
def test_what_looks_personal_is_not_kept(client, text):
    ask(client, text)

    assert counted() == {}


def test_a_machine_that_tries_words_fills_no_table(monkeypatch):
    monkeypatch.setattr(missing, "MOST_A_DAY", 3)

    for n in range(9):
        search.miss(f"xylophone{n}", "en")

    assert len(counted()) == 3


def test_editors_see_what_was_asked_three_times_and_nothing_rarer(client):
    for _ in range(3):
        search.miss("xylophone", "en")
    search.miss("ann of somewhere", "en")
    client.force_login(UserFactory(groups=["Editors"], is_staff=True))

    page = client.get(reverse("admin:practices_missedquestion_changelist")).content.decode()

    assert "xylophone" in page
    assert "ann of somewhere" not in page


def test_rare_questions_are_forgotten_after_a_month_and_all_after_a_year():
    today = timezone.localdate()
    for text, days, times in [("old", 400, 9), ("rare", 40, 2), ("often", 40, 3), ("new", 1, 1)]:
        day = today - datetime.timedelta(days=days)
        MissedQuestion.objects.create(day=day, language="en", text=text, times=times)

    search.forget_missed()

    assert counted() == {"often": 3, "new": 1}
