import datetime

import pytest
from django.forms import Textarea, TextInput
from django.urls import reverse
from django.utils import timezone

from coalition.templatetags.site import mistakes
from practices import moderation, writing
from practices.forms.writing import STEPS
from practices.models import Practice, Revision
from practices.models.state import State
from tests.conftest import SignedInClient
from tests.factories import (
    DeclarationVersionFactory,
    MembershipFactory,
    OutcomeFactory,
    RevisionFactory,
    ThemeFactory,
    published_practice,
)
from tests.practices.test_files import picture, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.fixture
def draft(coordinator):
    return RevisionFactory(practice__member=coordinator.member, author=coordinator)


def edit(revision, step):
    return reverse("practices:update", args=[revision.practice_id]) + f"?step={step}"


def typed(client, address):
    """What a browser would send back if nobody changed anything: the values of all fields of the page."""
    context = client.get(address).context
    data = {"opened": context["opened"]}
    for form in (context["form"], *context["formsets"]):
        rows = [form] if hasattr(form, "fields") else [form.management_form, *form.forms]
        for row in rows:
            for field in row:
                value, widget = field.value(), field.field.widget
                if isinstance(widget, TextInput | Textarea):
                    value = widget.format_value(value)
                if value is not None and value is not False:
                    data[field.html_name] = value
    return data


def test_a_working_title_is_enough_to_begin(writer, coordinator):
    answer = writer.post(
        reverse("practices:create"),
        {"member": coordinator.member.pk, "title": "Football on Friday nights", "language": "fr"},
    )

    draft = Revision.objects.get()
    assert (draft.state, draft.language, draft.practice.member) == ("draft", "fr", coordinator.member)
    assert answer.url == reverse("practices:update", args=[draft.practice_id])


def test_nobody_begins_a_practice_for_a_city_they_do_not_act_for(writer):
    elsewhere = MembershipFactory().member

    answer = writer.post(
        reverse("practices:create"), {"member": elsewhere.pk, "title": "Ours, not yours", "language": "en"}
    )

    assert answer.context["form"].errors.keys() == {"member"}
    assert not Practice.objects.exists()


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.slug)
def test_sending_a_step_back_unchanged_changes_nothing(step, writer, draft):
    DeclarationVersionFactory()
    draft.partners = [{"name": "Police", "type": "local-police", "role": "Patrols"}]
    draft.building_blocks = [
        {"title": "A number to call", "what": "One.", "conditions": "", "lessons": "", "verdict": "keep"}
    ]
    draft.links = [{"url": "https://example.org/film", "title": "The film"}]
    draft.contacts = [{"name": "Ana", "role": "", "email": "ana@example.org", "public": True}]
    draft.commitments = ["C1"]
    draft.save()
    draft.keywords.add("harbour", "night shift")
    OutcomeFactory(revision=draft)
    before = {
        name: draft.text_of(name) for step in STEPS for name in step.names if not name.endswith(("_theme", "_themes"))
    }

    answer = writer.post(edit(draft, step.slug), typed(writer, edit(draft, step.slug)))

    assert answer.status_code == 302, mistakes(answer.context["forms"])
    saved = Revision.objects.get()
    assert {name: saved.text_of(name) for name in before} == before
    assert saved.version == 1


def test_the_first_of_the_themes_is_the_main_one(writer, draft):
    themes = [ThemeFactory() for _ in range(3)]
    data = typed(writer, edit(draft, "short"))

    chosen = {"main_theme": themes[2].pk, "further_themes": [themes[0].pk, themes[2].pk]}
    writer.post(edit(draft, "short"), data | chosen)

    assert [use.tag for use in draft.theme_uses.all()] == [themes[2], themes[0]]


def test_a_text_that_is_too_long_is_kept_and_told(writer, draft):
    data = typed(writer, edit(draft, "situation"))

    writer.post(edit(draft, "situation"), data | {"context": "x" * 1600})

    draft.refresh_from_db()
    assert len(draft.context) == 1600
    assert (
        "100 characters too many." in writer.get(reverse("practices:status", args=[draft.practice_id])).content.decode()
    )


def test_a_mistake_keeps_everything_that_was_typed(writer, draft):
    data = typed(writer, edit(draft, "results"))
    wrong = {
        "results": "New words that must not be lost",
        "outcomes-0-indicator": "Reports",
        "outcomes-0-after": "seventy",
        "outcomes-0-begin": "last year",
        "outcomes-0-source": "Police",
        "outcomes-0-better": "up",
        "outcomes-TOTAL_FORMS": 1,
    }

    answer = writer.post(edit(draft, "results"), data | wrong)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert all(words in page for words in ("New words that must not be lost", "seventy", "last year"))
    assert "Enter a month as year and month, for example 2024-05." in page
    assert [anchor for anchor, _label, _text in mistakes(answer.context["forms"])] == [
        "id_outcomes-0-after",
        "id_outcomes-0-begin",
    ]


def test_a_wrong_figure_in_a_repeat_saves_nothing(writer, draft):
    data = typed(writer, edit(draft, "results")) | {
        "results": "Changed",
        "outcomes-0-after": "x",
        "outcomes-TOTAL_FORMS": 1,
    }

    writer.post(edit(draft, "results"), data)

    draft.refresh_from_db()
    assert draft.results != "Changed"


def test_rows_are_added_and_taken_out_without_script(writer, draft):
    address = edit(draft, "means")
    first = typed(writer, address) | {"partners-0-name": "Police", "partners-0-role": "Patrols", "add": "partners"}
    answer = writer.post(address, first)
    assert answer.url.endswith("#partners")
    second = typed(writer, address) | {"partners-1-name": "School"}
    writer.post(address, second)

    removing = typed(writer, address) | {"partners-0-DELETE": "on"}
    writer.post(address, removing)

    draft.refresh_from_db()
    assert [partner["name"] for partner in draft.partners] == ["School"]


def test_more_rows_than_a_repeat_may_have_are_refused_kindly(writer, draft):
    data = typed(writer, edit(draft, "contact"))
    rows = {f"contacts-{n}-{name}": f"{name}{n}@example.org" for n in range(4) for name in ("name", "email")}

    answer = writer.post(edit(draft, "contact"), data | rows | {"contacts-TOTAL_FORMS": 4})

    assert answer.status_code == 422
    assert "at most 3" in answer.content.decode()


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.slug)
def test_a_mangled_form_is_no_server_error(step, writer, draft):
    for data in (
        {},
        {"opened": "x,title:y"},
        {f"{name}-TOTAL_FORMS": "many" for name in step.repeats},
        {"title": "\x00"},
    ):
        assert writer.post(edit(draft, step.slug), data).status_code in (302, 409, 422)


def test_an_unknown_step_is_the_first_one(writer, draft):
    assert writer.get(edit(draft, "nonsense")).context["number"] == 1


@pytest.mark.parametrize("state", [s for s in State if s not in State.writable()])
def test_what_is_not_the_citys_to_change_has_no_form(state, writer, draft):
    now = timezone.now()
    Revision.objects.update(
        state=state,
        approved_at=now,
        published_at=now,
        evidence_checked="described",
        claimed_by=draft.author,
        claim_expires_at=now,
    )

    assert writer.get(edit(draft, "short")).status_code == 404
    assert writer.post(edit(draft, "short"), {"title": "Another title"}).status_code == 404


def test_the_workspace_is_closed_to_visitors(client, draft):
    for name in ("update", "status", "preview", "image_add", "document_add"):
        address = reverse(f"practices:{name}", args=[draft.practice_id])
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_login"))


def test_another_citys_practice_does_not_exist(client, draft):
    client.force_login(MembershipFactory().user)

    for name in ("update", "status", "preview", "image_add", "document_add"):
        assert client.get(reverse(f"practices:{name}", args=[draft.practice_id])).status_code == 404
    for name, args in {"revise": [], "step": ["submit"]}.items():
        assert client.post(reverse(f"practices:{name}", args=[draft.practice_id, *args])).status_code == 404


def test_a_complete_text_is_sent_and_its_place_in_the_queue_shown(writer, draft):
    RevisionFactory(state="submitted", submitted_at=timezone.now() - datetime.timedelta(days=2))

    answer = writer.post(reverse("practices:step", args=[draft.practice_id, "submit"]), follow=True)

    page = answer.content.decode()
    assert "is now: Submitted." in page
    assert "Your text is number 2 in the queue." in page


def test_an_incomplete_text_is_not_sent_and_links_lead_to_what_is_missing(writer, draft):
    Revision.objects.update(summary="")

    answer = writer.post(reverse("practices:step", args=[draft.practice_id, "submit"]))

    assert answer.status_code == 422
    assert "?step=short#id_summary" in answer.content.decode()


def test_a_double_click_does_a_thing_once(writer, draft):
    address = reverse("practices:step", args=[draft.practice_id, "submit"])

    writer.post(address)
    answer = writer.post(address, follow=True)

    assert "not open any more" in answer.content.decode()
    assert draft.steps.count() == 1


def test_a_step_that_does_not_exist_is_not_found(writer, draft):
    assert writer.post(reverse("practices:step", args=[draft.practice_id, "explode"])).status_code == 404


def test_steps_are_never_taken_by_looking(writer, draft):
    assert writer.get(reverse("practices:step", args=[draft.practice_id, "submit"])).status_code == 405


def test_remarks_stand_under_their_field_and_are_marked_done_without_losing_the_text(writer, draft, moderator):
    moderation.perform("submit", draft, by=draft.author)
    moderation.perform("claim", draft, by=moderator)
    remark = moderation.remark(draft, field="staff", text="How many hours a week?", by=moderator)
    moderation.perform("request_changes", draft, by=moderator)
    page = writer.get(edit(draft, "means")).content.decode()
    assert "How many hours a week?" in page
    assert moderator.name not in page

    writer.post(
        edit(draft, "means"), typed(writer, edit(draft, "means")) | {"staff": "Twenty hours", "done": remark.pk}
    )

    remark.refresh_from_db()
    draft.refresh_from_db()
    assert remark.done_by == draft.author
    assert draft.staff == "Twenty hours"


def test_reviewers_are_not_named_to_authors(writer, draft, moderator):
    moderation.perform("submit", draft, by=draft.author)
    moderation.perform("claim", draft, by=moderator)
    moderation.perform("refuse", draft, by=moderator, reason="Out of scope.", reason_code="scope")

    page = writer.get(reverse("practices:status", args=[draft.practice_id])).content.decode()

    assert "Out of scope." in page
    assert moderator.name not in page


def test_changing_a_public_text_opens_a_new_revision(writer, coordinator):
    practice = published_practice(member=coordinator.member)

    answer = writer.post(reverse("practices:revise", args=[practice.pk]))

    assert answer.url == reverse("practices:update", args=[practice.pk])
    assert list(practice.revisions.values_list("number", "state")) == [(2, "draft"), (1, "public")]


def test_a_picture_is_added_changed_and_removed(writer, draft, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    words = {"alternative_text": "The harbour", "credit": "City", "consent": "on"}
    add = reverse("practices:image_add", args=[draft.practice_id])

    wrong = writer.post(add, words | {"file": upload("a.jpg", b"no picture")})
    right = writer.post(add, words | {"file": upload("a.jpg", picture())})
    image = draft.images.get()
    writer.post(reverse("practices:image_edit", args=[draft.practice_id, image.pk]), words | {"credit": "Ana"})

    assert "The harbour" in wrong.content.decode()
    assert right.url.endswith("?step=elsewhere#images")
    assert draft.images.get().credit == "Ana"
    writer.post(reverse("practices:image_remove", args=[draft.practice_id, image.pk]))
    assert not draft.images.exists()


def test_a_picture_needs_the_consent_of_those_who_are_on_it(writer, draft):
    answer = writer.post(
        reverse("practices:image_add", args=[draft.practice_id]),
        {"alternative_text": "The harbour", "credit": "City", "file": upload("a.jpg", picture())},
    )

    assert "consent" in answer.context["form"].errors


def test_a_document_is_added_and_removed(writer, draft, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    words = {"title": "Toolkit", "kind": "toolkit", "language": "en", "licence": "cc-by-4.0"}

    writer.post(
        reverse("practices:document_add", args=[draft.practice_id]), words | {"file": upload("a.pdf", b"%PDF-1.7")}
    )
    document = draft.documents.get()
    writer.post(reverse("practices:document_remove", args=[draft.practice_id, document.pk]))

    assert not draft.documents.exists()


def test_there_are_no_more_files_than_allowed(writer, draft):
    for number in range(10):
        draft.documents.create(title="Toolkit", extension="pdf", size=1, sha256=str(number) * 64)

    answer = writer.get(reverse("practices:document_add", args=[draft.practice_id]), follow=True)

    assert "the most that a practice can have" in answer.content.decode()


def test_someone_without_a_city_is_told_how_to_get_one(client):
    client.force_login(MembershipFactory(ended_at=timezone.now()).user)

    page = client.get(reverse("practices:create"), follow=True).content.decode()

    assert "once its lead or the secretariat has invited you" in page


def test_the_dashboard_costs_the_same_for_one_text_as_for_ten(
    writer, draft, coordinator, django_assert_max_num_queries
):
    for _ in range(10):
        published_practice(member=coordinator.member)
        writing.begin(coordinator.member, by=coordinator, title="Another text", language="en")

    with django_assert_max_num_queries(11):
        assert len(writer.get(reverse("practices:workspace")).context["standings"]) == 21


def test_every_form_of_the_workspace_carries_its_token(coordinator, draft):
    strict = SignedInClient(enforce_csrf_checks=True)
    strict.force_login(coordinator)
    draft.documents.create(title="Toolkit", extension="pdf", size=1, sha256="0" * 64)

    pages = [
        strict.get(address).content.decode()
        for address in (reverse("practices:status", args=[draft.practice_id]), edit(draft, "elsewhere"))
    ]

    for page in pages:
        own = page.partition("<footer")[0]  # the choice of light or dark needs no token
        assert own.count('method="post"') == own.count("csrfmiddlewaretoken") > 1


def test_the_dashboard_has_one_row_for_a_practice_that_is_public_and_being_changed(writer, coordinator):
    practice = published_practice(member=coordinator.member)
    draft = writing.revise(practice, by=coordinator)

    page = writer.get(reverse("practices:workspace"))

    assert page.context["standings"] == [(draft, None)]
    assert "An earlier text is public." in page.content.decode()


def test_open_remarks_are_told_where_the_text_is_sent_and_lead_to_their_step(writer, draft, moderator):
    moderation.perform("submit", draft, by=draft.author)
    moderation.perform("claim", draft, by=moderator)
    moderation.remark(draft, field="results", text="By whose count?", by=moderator)
    moderation.perform("request_changes", draft, by=moderator)

    page = writer.get(reverse("practices:status", args=[draft.practice_id])).content.decode()
    steps = writer.get(edit(draft, "short")).context["steps"]

    assert "1 remark is still open" in page
    assert f"{edit(draft, 'results')}#remarks-results" in page
    assert {step.slug: asked for step, _problems, asked in steps if asked} == {"results": 1}


def test_a_preview_says_that_it_is_one_and_leads_back(writer, draft):
    page = writer.get(reverse("practices:preview", args=[draft.practice_id])).content.decode()

    assert "The public does not see this text." in page
    assert reverse("practices:status", args=[draft.practice_id]) in page
    assert "An earlier text of this practice" not in page


def test_what_is_public_needs_no_preview(writer, coordinator):
    practice = published_practice(member=coordinator.member)

    answer = writer.get(reverse("practices:preview", args=[practice.pk]))

    assert answer.url == practice.get_absolute_url()


def test_what_is_longer_than_its_limit_is_kept_and_marked(writer, draft):
    draft.summary = "x" * 300
    draft.save()

    page = writer.get(edit(draft, "short")).content.decode()

    assert '<p class="src over" data-counter="id_summary">' in page


def test_the_secretariat_finds_its_desks_from_the_workspace(client, moderator):
    client.force_login(moderator)

    page = client.get(reverse("practices:workspace")).content.decode()

    assert "Practices to review" in page
    assert "You do not act for a city" not in page


@pytest.mark.parametrize("opened", ["²", "9" * 5000, "title", "title:x,summary"])
def test_traces_that_are_none_are_a_conflict_and_no_error(client, coordinator, opened):
    draft = RevisionFactory(practice__member=coordinator.member)
    client.force_login(coordinator)

    response = client.post(reverse("practices:update", args=[draft.practice_id]), {"opened": opened, "title": "T"})

    assert response.status_code in (409, 422)


def test_a_double_click_begins_one_practice(writer, coordinator):
    words = {"member": coordinator.member.pk, "title": "Football on Friday nights", "language": "en"}

    first, second = (writer.post(reverse("practices:create"), words) for _ in range(2))

    assert first.url == second.url
    assert Practice.objects.count() == 1


def test_a_double_click_on_save_asks_nothing(writer, draft):
    data = typed(writer, edit(draft, "means")) | {"staff": "Two people"}

    first, second = (writer.post(edit(draft, "means"), data) for _ in range(2))

    assert first.url == second.url
    assert Revision.objects.get().staff == "Two people"


def test_a_file_that_is_sent_twice_is_there_once(writer, draft, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    words = {"title": "Toolkit", "kind": "toolkit", "language": "en", "licence": "cc-by-4.0"}
    about = {"alternative_text": "The harbour", "credit": "City", "consent": "on"}

    for _ in range(2):
        document = words | {"file": upload("a.pdf", b"%PDF-1.7")}
        writer.post(reverse("practices:document_add", args=[draft.practice_id]), document)
        writer.post(
            reverse("practices:image_add", args=[draft.practice_id]), about | {"file": upload("a.jpg", picture())}
        )

    assert (draft.documents.count(), draft.images.count()) == (1, 1)


def test_a_remark_marked_done_twice_is_done(writer, draft, moderator):
    moderation.perform("submit", draft, by=draft.author)
    moderation.perform("claim", draft, by=moderator)
    remark = moderation.remark(draft, field="staff", text="How many?", by=moderator)
    assert moderation.remark(draft, field="staff", text="How many?", by=moderator) == remark
    moderation.perform("request_changes", draft, by=moderator)
    address = reverse("practices:remark_done", args=[remark.pk])

    for _ in range(2):
        writer.post(address, {"done": remark.pk})
    remark.refresh_from_db()
    assert remark.done_at is not None
    writer.post(address, {"reopen": remark.pk})

    remark.refresh_from_db()
    assert remark.done_at is None


def test_a_public_text_is_withdrawn_while_a_new_one_is_written(client, lead):
    practice = published_practice(member=lead.member)
    draft = writing.revise(practice, by=lead)
    client.force_login(lead)

    client.post(reverse("practices:step", args=[practice.pk, "withdraw"]), {"reason": "It has ended."})

    practice.public_revision.refresh_from_db()
    draft.refresh_from_db()
    assert (practice.public_revision.state, draft.state) == (State.WITHDRAWN, State.DRAFT)
