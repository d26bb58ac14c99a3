import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from practices import search
from practices.models import MissedQuestion
from practices.search import missing
from practices.views import catalogue
from tests.factories import UserFactory, published_practice

pytestmark = pytest.mark.django_db


def ask(client, text):
    """As the page's script does where nothing was found."""
    return client.post(reverse("practices:missed"), {"q": text})


def counted():
    return {missed.text: missed.times for missed in MissedQuestion.objects.all()}


def test_a_question_without_an_answer_is_counted_without_accents_and_capitals(client):
    for text in ["Xylophône", "xylophone", "  XYLOPHONE "]:
        ask(client, text)

    assert counted() == {"xylophone": 3}


def test_what_is_found_is_not_counted_whoever_says_so(client):
    search.index(published_practice(title="Zeppelins for all"))

    ask(client, "zeppelin")
    ask(client, "")

    assert counted() == {}


def test_to_open_a_page_counts_nothing_and_only_a_page_without_any_answer_has_the_script_count(client):
    search.index(published_practice(title="Zeppelins for all"))
    address = reverse("practices:list")

    pages = [client.get(address, {"q": q, **more}) for q, more in [
        ("xylophone", {}), ("xylophone", {"stage": "running"}), ("zeppelin", {}),
    ]]  # fmt: skip

    assert [reverse("practices:missed") in page.content.decode() for page in pages] == [True, False, False]
    assert counted() == {}


def test_one_address_of_the_net_is_not_counted_for_ever(client, monkeypatch):
    monkeypatch.setattr(catalogue, "MISSED_AN_HOUR", 2)

    answers = [ask(client, "xylophone").status_code for _ in range(4)]

    assert answers == [204] * 4
    assert counted() == {"xylophone": 2}


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
