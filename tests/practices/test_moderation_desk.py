import datetime

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from practices import moderation, writing
from practices.forms.review import CHECKS
from practices.models import Practice, Revision
from tests.factories import MembershipFactory, RevisionFactory, ThemeFactory, UserFactory, published_practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def in_review(moderator):
    membership = MembershipFactory()
    revision = RevisionFactory(practice__member=membership.member, author=membership.user)
    moderation.perform("submit", revision, by=membership.user)
    return moderation.perform("claim", revision, by=moderator)


def step(revision, name):
    return reverse("practices:step", args=[revision.practice_id, name])


def review(revision):
    return reverse("practices:review", args=[revision.practice_id])


def test_the_queue_shows_the_longest_wait_first_with_its_age(desk):
    monday = datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC)
    young = RevisionFactory(state="submitted", submitted_at=timezone.now())
    old = RevisionFactory(state="submitted", submitted_at=monday)
    RevisionFactory(state="draft")
    for revision in (young, old):
        revision.steps.create(name="submit", source="draft", target="submitted")

    answer = desk.get(reverse("practices:queue"))

    assert list(answer.context["object_list"]) == [old, young]
    assert [revision.days_late > 0 for revision in answer.context["object_list"]] == [True, False]
    assert list(desk.get(reverse("practices:queue"), {"late": "on"}).context["object_list"]) == [old]
    assert answer.context["counts"] == {
        **{"waiting": 2, "late": 1, "corrections": 0},
        **{"mine": 0, "theirs": 0, "free": 2},
    }


def test_the_queue_can_be_narrowed_and_nonsense_is_ignored(desk, in_review):
    def found(query):
        return list(desk.get(reverse("practices:queue") + query).context["object_list"])

    assert found("?who=me") == found("?language=en") == found("?state=in_review") == [in_review]
    assert found("?who=nobody") == found("?language=fr") == found("?state=refused") == []
    assert found("?who=x&language=zz&state=draft&theme=zz&country=zz&late=&page=1") == [in_review]


def test_the_queue_can_be_narrowed_to_a_theme_with_its_narrower_ones_and_to_a_country(desk):
    top = ThemeFactory(slug="youth")
    in_france = RevisionFactory(state="submitted", submitted_at=timezone.now(), themes=[ThemeFactory(parent=top)])
    in_greece = RevisionFactory(state="submitted", submitted_at=timezone.now(), practice__member__country="GR")

    def found(query):
        return list(desk.get(reverse("practices:queue") + query).context["object_list"])

    assert found("?theme=youth") == [in_france]
    assert found("?country=GR") == [in_greece]


def test_what_the_queue_offers_to_take_is_what_may_be_claimed(desk, in_review, moderator):
    own = MembershipFactory(user=moderator).member
    texts = [
        RevisionFactory(state="submitted", submitted_at=timezone.now()),
        RevisionFactory(state="submitted", submitted_at=timezone.now(), author=moderator),
        RevisionFactory(state="submitted", submitted_at=timezone.now(), practice__member=own),
        RevisionFactory(
            state="in_review", submitted_at=timezone.now(), claimed_by=UserFactory(), claim_expires_at=timezone.now()
        ),
        in_review,
    ]

    answer = desk.get(reverse("practices:queue"))

    may = {text.pk for text in texts if "claim" in moderation.available(text, moderator)}
    assert answer.context["free_to_take"] == may == {texts[0].pk, texts[3].pk}
    assert list(moderation.to_take(moderator)) == [texts[0], texts[3]]
    assert not moderation.to_take(UserFactory()).exists()


def test_after_a_decision_the_next_text_is_one_button_away(desk, in_review):
    following = RevisionFactory(state="submitted", submitted_at=timezone.now())
    desk.post(step(in_review, "refuse"), {"reason_code": "scope", "reason": "Not ours."})

    page = desk.get(review(in_review))

    assert page.context["next_text"] == following
    assert reverse("practices:take_next") in page.text


def test_a_page_of_the_queue_that_does_not_exist_is_the_nearest_one(desk, in_review):
    page = desk.get(reverse("practices:queue"), {"page": 99, "language": "en"})

    assert list(page.context["object_list"]) == [in_review]


def test_the_queue_costs_the_same_for_one_text_as_for_ten(desk, django_assert_max_num_queries):
    for _ in range(10):
        revision = RevisionFactory(state="submitted", submitted_at=timezone.now())
        revision.steps.create(name="submit", source="draft", target="submitted")

    with django_assert_max_num_queries(14):  # with the countries' calendars and the usual wait
        desk.get(reverse("practices:queue"))


def test_the_desk_is_closed_to_everyone_else(client, in_review):
    for user in (in_review.author, UserFactory(), UserFactory(groups=["Editors"])):
        client.force_login(user)
        assert client.get(reverse("practices:queue")).status_code == 403
        assert client.get(review(in_review)).status_code == 403
        assert client.post(reverse("practices:remark_add", args=[in_review.practice_id])).status_code in (403, 404)
    client.logout()
    assert client.get(review(in_review)).url.startswith(reverse("account_login"))


def test_drafts_that_were_never_sent_do_not_exist_for_moderators(desk):
    assert desk.get(review(RevisionFactory())).status_code == 404


def test_a_remark_is_pinned_to_its_field(desk, in_review):
    answer = desk.post(
        reverse("practices:remark_add", args=[in_review.practice_id]), {"field": "results", "text": "In which year?"}
    )

    assert answer.url.endswith("#field-results")
    assert in_review.remarks.get().field == "results"
    assert "Not sent yet" in desk.get(review(in_review)).content.decode()


def test_a_remark_on_nothing_comes_back_with_its_text(desk, in_review):
    answer = desk.post(
        reverse("practices:remark_add", args=[in_review.practice_id]), {"field": "nothing", "text": "In which year?"}
    )

    assert answer.status_code == 422
    assert "In which year?" in answer.content.decode()


def test_a_remark_after_the_claim_was_taken_over_is_not_lost(desk, in_review):
    Revision.objects.update(claimed_by=UserFactory(groups=["Moderators"]))

    answer = desk.post(
        reverse("practices:remark_add", args=[in_review.practice_id]),
        {"field": "results", "text": "In which year?"},
        follow=True,
    )

    assert "In which year?" in answer.content.decode()
    assert not in_review.remarks.exists()


def test_sending_back_without_a_remark_says_what_is_missing(desk, in_review):
    answer = desk.post(step(in_review, "request_changes"), {"reason": "Almost there"})

    assert answer.status_code == 422
    assert "Say at least one thing" in answer.content.decode()
    assert "Almost there" in answer.content.decode()


def test_approving_needs_the_whole_checklist(desk, in_review):
    answer = desk.post(step(in_review, "approve"), {"evidence": "described", "checks": ["minors"]})

    assert answer.status_code == 422
    assert "Tick every line" in answer.content.decode()


def test_an_approved_text_is_public(desk, in_review):
    words = {"evidence": "described", "checks": [code for code, _ in CHECKS], "reason": "Thank you."}

    answer = desk.post(step(in_review, "approve"), words, follow=True)

    assert "is now: Published." in answer.content.decode()
    assert Practice.objects.published().count() == 1


def test_a_refusal_needs_words(desk, in_review):
    answer = desk.post(step(in_review, "refuse"), {"reason_code": "scope", "reason": ""})

    assert answer.status_code == 422
    in_review.refresh_from_db()
    assert in_review.state == "in_review"


def test_a_changed_public_text_is_shown_word_by_word(desk, moderator):
    member = MembershipFactory()
    practice = published_practice(member=member.member, staff="Two people in many schools")
    draft = writing.revise(practice, by=member.user)
    draft.staff = "Two people in eleven schools"
    draft.save()
    moderation.perform("submit", draft, by=member.user)

    page = desk.get(review(draft)).content.decode()

    assert "<del>many </del><ins>eleven </ins>" in page


def test_what_comes_back_shows_only_what_its_city_changed(desk, in_review, moderator):
    moderation.remark(in_review, field="results", text="In which year?", by=moderator)
    moderation.perform("request_changes", in_review, by=moderator)
    sent_back = Revision.objects.get()
    sent_back.results = sent_back.results.replace("parcels", "letters", 1)
    sent_back.save()
    moderation.perform("resubmit", sent_back, by=sent_back.author)

    page = desk.get(review(sent_back))

    assert [field["name"] for field in page.context["changed"]] == ["results"]
    assert "Changes since it was sent back" in page.text
    assert "<del>parcels, </del><ins>letters, </ins>" in page.text


def test_changes_are_the_citys_and_not_those_of_the_moderators_language(desk, in_review, moderator):
    moderation.remark(in_review, field="results", text="In which year?", by=moderator)
    with translation.override("fr"):
        moderation.perform("request_changes", in_review, by=moderator)
    moderation.perform("resubmit", Revision.objects.get(), by=in_review.author)

    page = desk.get(review(in_review))

    assert page.context["changed"] == []
    assert "The city changed nothing" in page.text


def test_a_remark_without_words_comes_back_at_its_field(desk, in_review):
    answer = desk.post(reverse("practices:remark_add", args=[in_review.practice_id]), {"field": "results", "text": ""})

    assert answer.status_code == 422
    asked = [field["name"] for part in answer.context["parts"] for field in part[1] if field["is_asked"]]
    assert asked == ["results"]


def test_similar_public_practices_are_named(desk, in_review):
    similar = published_practice(themes=[in_review.main_theme])
    published_practice()
    call_command("reindex", verbosity=0)

    assert list(desk.get(review(in_review)).context["close_practices"]) == [similar]


def test_what_a_city_writes_never_runs(desk, in_review):
    Revision.objects.update(title="<script>alert(1)</script> a title", context="<img src=x onerror=alert(1)>")

    page = desk.get(review(in_review)).content.decode()

    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
