"""The writing form over the wire: it saves by itself, two people meet in it, a session ends while it is open."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from practices import search
from practices.models import Outcome, Revision
from tests.conftest import SignedInClient
from tests.factories import MembershipFactory, OutcomeFactory, RevisionFactory, ThemeFactory, published_practice
from tests.practices.test_workspace import edit, typed

pytestmark = pytest.mark.django_db
QUIETLY = {"headers": {"accept": "application/json"}}


@pytest.fixture
def writer(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.fixture
def draft(coordinator):
    return RevisionFactory(practice__member=coordinator.member, author=coordinator)


@pytest.fixture
def colleague(coordinator):
    client = SignedInClient()
    client.force_login(MembershipFactory(member=coordinator.member, user__name="Ana Exemplu").user)
    return client


def fields_of(page):
    """What a browser would send of the forms of a page: the hidden fields, and nothing that one has to choose."""
    main = page.partition("<main")[2].partition("</main")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main))


# it saves by itself


def test_a_draft_saves_itself_and_says_when(writer, draft):
    data = typed(writer, edit(draft, "means")) | {"staff": "Two people"}

    answer = writer.post(edit(draft, "means"), data, **QUIETLY)

    draft.refresh_from_db()
    assert draft.staff == "Two people"
    assert re.fullmatch(r"Saved at \d\d:\d\d", answer.json()["said"])
    assert answer.json()["is_whole"]


def test_the_next_save_goes_on_from_the_answer(writer, draft):
    data = typed(writer, edit(draft, "means"))
    for words in ("Two", "Two people"):
        answer = writer.post(edit(draft, "means"), data | {"staff": words}, **QUIETLY)
        data["opened"] = answer.json()["opened"]

    draft.refresh_from_db()
    assert (answer.status_code, draft.staff, draft.version) == (200, "Two people", 2)


def test_half_a_month_and_half_a_row_keep_nothing_else_from_being_saved(writer, draft):
    data = typed(writer, edit(draft, "results")) | {"results": "New words", "evaluation_link": "htp:/nowhere"}
    data |= {"outcomes-0-indicator": "Reports", "outcomes-TOTAL_FORMS": 1}

    answer = writer.post(edit(draft, "results"), data, **QUIETLY).json()

    draft.refresh_from_db()
    assert (draft.results, draft.evaluation_link, draft.outcomes.count()) == ("New words", "", 0)
    assert answer["said"].endswith("Not yet: Where the evaluation can be read, Outcomes.")
    assert not answer["is_whole"]


@pytest.mark.parametrize(
    ("typed_in", "saved"),
    [
        ({"start": "2022", "end": "last year"}, ("2019-01", "2021-12")),
        ({"start": "2018", "end": "last year"}, ("2018", "2021-12")),
        ({"start": "2022", "end": "2021"}, ("2019-01", "2021-12")),
        ({"title": "", "start": "2020"}, ("2020", "2021-12")),
    ],
)
def test_what_saves_itself_is_never_what_the_database_refuses(writer, draft, typed_in, saved):
    Revision.objects.update(start="2019-01", end="2021-12")
    data = typed(writer, edit(draft, "short"))

    answer = writer.post(edit(draft, "short"), data | typed_in, **QUIETLY)

    after = Revision.objects.get()
    assert answer.status_code == 200
    assert (after.title, after.start) == (draft.title, saved[0] if "title" in typed_in else after.start)
    assert after.end == saved[1]
    assert not after.start > after.end


def test_rows_that_save_themselves_again_and_again_are_there_once(writer, draft):
    row = {"indicator": "Reports", "before": "31", "after": "78", "source": "Police", "better": "up"}
    data = typed(writer, edit(draft, "results")) | {f"outcomes-0-{name}": value for name, value in row.items()}
    partners = typed(writer, edit(draft, "means")) | {"partners-0-name": "Police"}

    for _ in range(3):
        assert writer.post(edit(draft, "results"), data, **QUIETLY).json()["is_whole"]
        assert writer.post(edit(draft, "means"), partners, **QUIETLY).json()["is_whole"]

    draft.refresh_from_db()
    assert [outcome.indicator for outcome in draft.outcomes.all()] == ["Reports"]
    assert [partner["name"] for partner in draft.partners] == ["Police"]


def test_an_emptied_row_is_gone(writer, draft):
    OutcomeFactory(revision=draft, indicator="Calls"), OutcomeFactory(revision=draft, indicator="Visits")
    data = typed(writer, edit(draft, "results"))
    data |= {f"outcomes-0-{name}": "" for name in ("indicator", "before", "after", "unit", "begin", "end", "source")}

    writer.post(edit(draft, "results"), data | {"outcomes-0-better": "down"})

    assert [outcome.indicator for outcome in Outcome.objects.all()] == ["Visits"]


def test_a_text_that_was_sent_meanwhile_does_not_save_itself(writer, draft):
    data = typed(writer, edit(draft, "means"))
    Revision.objects.update(state="submitted")

    assert writer.post(edit(draft, "means"), data, **QUIETLY).status_code == 404


def test_a_script_of_somebody_signed_out_is_told_so(client, draft):
    answer = client.post(edit(draft, "means"), {"staff": "Two people"}, **QUIETLY)

    assert (answer.status_code, answer.json()) == (401, {})
    assert "sessionid" not in str(client.cookies)


# two people


def test_what_saves_itself_stops_where_a_colleague_wrote_and_says_who(writer, colleague, draft):
    opened = typed(writer, edit(draft, "means"))
    colleague.post(edit(draft, "means"), opened | {"staff": "Two people"})

    answer = writer.post(edit(draft, "means"), opened | {"staff": "Three people"}, **QUIETLY)

    draft.refresh_from_db()
    assert (answer.status_code, draft.staff) == (409, "Two people")
    assert answer.json()["said"].startswith("Ana Exemplu saved other words at")


@pytest.mark.parametrize(("choice", "kept"), [("mine", "Three people"), ("theirs", "Two people")])
def test_two_colleagues_see_both_texts_and_choose_for_each_part(writer, colleague, draft, choice, kept):
    opened = typed(writer, edit(draft, "means"))
    colleague.post(edit(draft, "means"), opened | {"staff": "Two people"})

    answer = writer.post(
        edit(draft, "means"), opened | {"staff": "Three people", "funding_other": "Shops", "stay": "1"}
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert [clash.name for clash, *_ in answer.context["clashes"]] == ["staff"]
    assert "Ana Exemplu" in page
    assert "<del>Two </del><ins>Three </ins>people" in page
    draft.refresh_from_db()
    assert (draft.staff, draft.funding_other) == ("Two people", "")

    chosen = dict(answer.context["carried"]) | {"opened": answer.context["opened"], "choose-staff": choice}
    after = writer.post(edit(draft, "means"), chosen)

    draft.refresh_from_db()
    assert after.url == edit(draft, "means")
    assert (draft.staff, draft.funding_other) == (kept, "Shops")


def test_without_a_choice_nothing_is_overwritten(writer, colleague, draft):
    opened = typed(writer, edit(draft, "means"))
    colleague.post(edit(draft, "means"), opened | {"staff": "Two people"})
    asked = writer.post(edit(draft, "means"), opened | {"staff": "Three people"})

    again = writer.post(edit(draft, "means"), dict(asked.context["carried"]) | {"opened": opened["opened"]})

    draft.refresh_from_db()
    assert (again.status_code, draft.staff) == (409, "Two people")


def test_a_third_text_between_question_and_answer_is_asked_about_again(writer, colleague, draft):
    opened = typed(writer, edit(draft, "means"))
    colleague.post(edit(draft, "means"), opened | {"staff": "Two people"})
    asked = writer.post(edit(draft, "means"), opened | {"staff": "Three people", "funding_other": "Shops"})
    again = typed(colleague, edit(draft, "means")) | {"funding_other": "A bank"}
    colleague.post(edit(draft, "means"), again)

    chosen = dict(asked.context["carried"]) | {"opened": asked.context["opened"], "choose-staff": "mine"}
    answer = writer.post(edit(draft, "means"), chosen)

    assert [clash.name for clash, *_ in answer.context["clashes"]] == ["funding_other"]


@pytest.mark.parametrize(("choice", "kept"), [("mine", ["Mine"]), ("theirs", ["Theirs"])])
def test_rows_and_themes_are_chosen_like_words(writer, colleague, draft, choice, kept):
    theme = ThemeFactory()
    figures = {"outcomes-0-after": "78", "outcomes-0-source": "Police", "outcomes-0-better": "up"}
    opened = typed(writer, edit(draft, "results")) | figures
    colleague.post(edit(draft, "results"), opened | {"outcomes-0-indicator": "Theirs"})
    short = typed(writer, edit(draft, "short"))
    colleague.post(edit(draft, "short"), short | {"main_theme": theme.pk})

    asked = writer.post(edit(draft, "results"), opened | {"outcomes-0-indicator": "Mine"})
    chosen = dict(asked.context["carried"]) | {"opened": asked.context["opened"], "choose-outcomes": choice}
    writer.post(edit(draft, "results"), chosen)
    themes = writer.post(edit(draft, "short"), short | {"summary": "Other words"})

    assert [outcome.indicator for outcome in draft.outcomes.all()] == kept
    [(clash, *_)] = themes.context["clashes"]
    assert (clash.name, clash.theirs, clash.is_mine_new) == ("themes", str(theme), False)


def test_two_colleagues_in_two_steps_do_not_meet(writer, colleague, draft):
    means, results = (typed(writer, edit(draft, step)) for step in ("means", "results"))

    first = colleague.post(edit(draft, "means"), means | {"staff": "Two people"})
    second = writer.post(edit(draft, "results"), results | {"what_did_not_work": "The form was too long"})

    draft.refresh_from_db()
    assert (first.status_code, second.status_code) == (302, 302)
    assert (draft.staff, draft.what_did_not_work) == ("Two people", "The form was too long")


# a session ends


def sign_in_again(client, answer, person):
    """Through the sign-in page to which the form was led."""
    page = client.get(answer.url)
    where = fields_of(page.content.decode())
    return client.post(answer.url, where | {"login": person.email, "password": "correct horse battery"})


def test_what_was_sent_after_the_session_had_ended_is_there_after_signing_in(writer, draft, coordinator):
    data = typed(writer, edit(draft, "means")) | {"staff": "Words that must not be lost"}
    Session.objects.all().delete()  # the browser still has its cookie

    sent = writer.post(edit(draft, "means"), data)
    page = writer.get(sent.url).content.decode()
    back = sign_in_again(writer, sent, coordinator)
    form = writer.get(back.url)

    assert "you find what you wrote as you left it" in page
    assert back.url == edit(draft, "means")
    assert form.context["form"]["staff"].value() == "Words that must not be lost"
    assert "This is what you wrote before you were signed out" in form.content.decode()
    draft.refresh_from_db()
    assert draft.staff != "Words that must not be lost"

    writer.post(edit(draft, "means"), data | {"opened": form.context["opened"]})

    draft.refresh_from_db()
    assert draft.staff == "Words that must not be lost"
    assert not writer.get(edit(draft, "means")).context["is_unsaved"]


def test_what_waits_can_be_thrown_away(writer, draft, coordinator):
    Session.objects.all().delete()  # the browser still has its cookie
    sent = writer.post(edit(draft, "means"), {"staff": "Never mind"})
    sign_in_again(writer, sent, coordinator)

    writer.post(edit(draft, "means"), {"discard": "1"})

    assert writer.get(edit(draft, "means")).context["form"]["staff"].value() == draft.staff


def test_what_waits_is_shown_to_nobody_who_does_not_write_this_text(client, draft):
    stranger = MembershipFactory().user
    sent = client.post(edit(draft, "means"), {"staff": "Not for everybody"})

    back = sign_in_again(client, sent, stranger)

    assert client.get(back.url).status_code == 404


def test_what_a_visitor_sends_is_limited_in_length_and_number(client, draft):
    client.post(edit(draft, "means"), {"staff": "x" * 200_001})
    assert "unsent" not in client.session

    for _ in range(61):
        client.cookies.clear()
        client.post(edit(draft, "means"), {"staff": "x"})
    assert "unsent" not in client.session


def test_the_form_and_the_choice_carry_their_tokens(coordinator, colleague, draft):
    strict = SignedInClient(enforce_csrf_checks=True)
    strict.force_login(coordinator)
    page = strict.get(edit(draft, "means")).content.decode()
    data = fields_of(page) | {"cost_currency": "EUR", "staff": "Three people"}
    colleague.post(edit(draft, "means"), typed(colleague, edit(draft, "means")) | {"staff": "Two people"})

    asked = strict.post(edit(draft, "means"), data)

    carried = fields_of(asked.content.decode())
    assert strict.post(edit(draft, "means"), carried | {"choose-staff": "mine"}).status_code == 302


# similar ones


def test_what_is_public_and_near_may_be_named_as_the_origin(writer, draft):
    near = published_practice(themes=list(draft.themes.all()))
    search.index(near)

    page = writer.get(reverse("practices:status", args=[draft.practice_id])).content.decode()
    where = f"{edit(draft, 'elsewhere')}&from={near.code}"
    form = writer.get(where)

    assert f"{where}#id_adaptations".replace("&", "&amp;") in page
    assert form.context["formsets"][0].forms[0].initial == {"origin": near.pk}
    assert not draft.adaptations.exists()


def test_what_is_not_public_is_no_origin(writer, draft):
    secret = RevisionFactory()

    for code in (secret.practice.code, "P-", "P-99999999999", "x"):
        form = writer.get(f"{edit(draft, 'elsewhere')}&from={code}")
        assert form.context["formsets"][0].initial == []
