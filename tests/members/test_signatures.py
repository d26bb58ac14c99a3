"""The desk of the declaration officers."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from coalition.models import Message
from members import mandates
from members.models import Signature
from tests.factories import DeclarationVersionFactory, SignatureFactory, UserFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def _site(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    translation.activate("en")


@pytest.fixture
def officer(client):
    officer = UserFactory(groups=["Declaration officers"], is_staff=True)
    client.force_login(officer)
    return officer


@pytest.fixture
def signature():
    return SignatureFactory(state="verifying", confirmed_at=timezone.now())


def pdf(content=PDF):
    return SimpleUploadedFile("decision.pdf", content, content_type="application/pdf")


def step(client, signature, name, **data):
    address = reverse("members:signature_step", args=[signature.code, name])
    return client.post(address, {f"{name}-{field}": value for field, value in data.items()})


def addresses(signature):
    return [
        ("get", reverse("members:signature_queue")),
        ("get", reverse("members:signature_case", args=[signature.code])),
        ("get", reverse("members:signature_mandate", args=[signature.code])),
        ("post", reverse("members:signature_step", args=[signature.code, "refuse"])),
    ]


def test_a_visitor_is_asked_to_sign_in(client, signature):
    answers = [getattr(client, method)(address) for method, address in addresses(signature)]

    assert {(answer.status_code, "/accounts/login/" in answer.url) for answer in answers} == {(302, True)}


@pytest.mark.parametrize("groups", [[], ["Moderators"], ["Editors"], ["Administrators"]])
def test_everybody_else_finds_nothing(client, signature, groups):
    client.force_login(UserFactory(groups=groups, is_staff=bool(groups)))

    answers = [getattr(client, method)(address) for method, address in addresses(signature)]

    assert {answer.status_code for answer in answers} == {404}


def test_the_queue_begins_with_the_longest_waiting(client, officer):
    now = timezone.now()
    version = DeclarationVersionFactory()
    late = SignatureFactory(version=version, state="verifying", confirmed_at=now - timedelta(days=30))
    new = SignatureFactory(version=version, state="confirmed", confirmed_at=now)
    SignatureFactory(version=version, state="started")
    SignatureFactory(version=version, active=True)

    response = client.get(reverse("members:signature_queue"))

    assert [case[0] for case in response.context["cases"]] == [late, new]
    assert [case[2] > 0 for case in response.context["cases"]] == [True, False]


@pytest.mark.parametrize(("state", "found"), [("started", 1), ("active", 1), ("nonsense", 0), ("\x00", 0)])
def test_the_queue_shows_the_state_asked_for(client, officer, state, found):
    version = DeclarationVersionFactory()
    SignatureFactory(version=version, state="started")
    SignatureFactory(version=version, active=True)

    response = client.get(reverse("members:signature_queue"), {"state": state, "page": "99"})

    assert len(response.context["cases"]) == found


def test_the_queue_costs_the_same_whatever_its_length(client, officer, django_assert_num_queries):
    version = DeclarationVersionFactory()
    SignatureFactory(version=version, state="verifying", confirmed_at=timezone.now(), officer=officer)
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("members:signature_queue"))
    for _ in range(9):
        SignatureFactory(version=version, state="verifying", confirmed_at=timezone.now(), officer=officer)

    with django_assert_num_queries(len(one)):
        client.get(reverse("members:signature_queue"))


def test_a_case_offers_the_steps_of_its_state(client, officer, signature):
    response = client.get(reverse("members:signature_case", args=[signature.code]))

    assert {name for name, _, _ in response.context["steps"]} == {"check", "ask", "attach", "refuse"}


def test_a_case_of_ones_own_offers_nothing(client, officer, signature):
    Signature.objects.update(filled_in_by_email=officer.email)

    response = client.get(reverse("members:signature_case", args=[signature.code]))

    assert response.context["steps"] == []
    assert "You are part of this case" in response.content.decode()
    step(client, signature, "refuse", reason="Mine")
    assert Signature.objects.get().state == "verifying"


def test_one_officer_checks_and_another_one_verifies(client, officer, signature):
    step(client, signature, "check", method="call", second_channel="The switchboard of the town hall")

    page = client.get(reverse("members:signature_case", args=[signature.code])).text
    assert "It waits for a second pair of eyes" in page
    assert "Waiting for a second pair of eyes" in client.get(reverse("members:signature_queue")).text
    refused = client.get(step(client, signature, "verify").url).text
    assert "This step is not possible now" in refused
    assert Signature.objects.get().state == "verifying"

    colleague = UserFactory(groups=["Declaration officers"], is_staff=True)
    client.force_login(colleague)
    page = client.get(reverse("members:signature_case", args=[signature.code])).text
    assert "The switchboard of the town hall" in page
    assert str(officer) in page
    step(client, signature, "verify")

    signature.refresh_from_db()
    assert (signature.state, signature.checked_by, signature.verified_by) == ("active", officer, colleague)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("check", {}),
        ("check", {"method": "magic"}),
        ("check", {"method": "call", "second_channel": "x" * 201}),
        ("refuse", {"reason": "  "}),
        ("refuse", {"reason": "x" * 2001}),
        ("attach", {}),
        ("attach", {"mandate": "no file"}),
    ],
)
def test_errors_are_said_on_the_page_and_change_nothing(client, officer, signature, name, data):
    response = step(client, signature, name, **data)

    form = next(form for step_name, _, form in response.context["steps"] if step_name == name)
    assert response.status_code == 200
    assert form.errors
    assert Signature.objects.get().state == "verifying"


def test_what_the_domain_refuses_is_said_on_the_form(client, officer, signature):
    Signature.objects.update(power="council", signatory_email="mayor@gmail.com")

    response = step(client, signature, "check", method="call")

    form = next(form for name, _, form in response.context["steps"] if name == "check")
    assert set(form.errors) == {"second_channel", "__all__"}


def test_a_reason_that_was_typed_is_kept(client, officer, signature):
    response = step(client, signature, "ask", reason="y" * 2001)

    assert "y" * 2001 in response.content.decode()


def test_a_second_click_is_told_and_does_nothing(client, officer, signature):
    step(client, signature, "refuse", reason="No decision.")

    response = step(client, signature, "refuse", reason="No decision.")

    page = client.get(response.url).content.decode()
    assert "This step is not possible now" in page
    assert signature.steps.filter(name="refuse").count() == 1
    assert Message.objects.filter(template="signature_refused").count() == 2


@pytest.mark.parametrize("name", ["confirm", "expire", "nonsense"])
def test_steps_of_others_are_not_taken_at_the_desk(client, officer, signature, name):
    step(client, signature, name, reason="x")

    signature.refresh_from_db()
    assert signature.state == "verifying"


def test_a_step_is_never_taken_by_looking(client, officer, signature):
    address = reverse("members:signature_step", args=[signature.code, "refuse"])

    assert client.get(address).status_code == 405


def test_an_unknown_case_is_not_found(client, officer):
    assert client.get(reverse("members:signature_case", args=["S-NONE"])).status_code == 404


def test_a_mandate_that_comes_later_is_attached(client, officer, signature):
    step(client, signature, "attach", mandate=pdf())

    signature.refresh_from_db()
    assert signature.mandate.read() == PDF
    assert signature.state == "verifying"


def test_a_wrong_file_is_refused(client, officer, signature):
    response = step(client, signature, "attach", mandate=pdf(b"GIF89a"))

    form = next(form for name, _, form in response.context["steps"] if name == "attach")
    assert list(form.errors) == ["mandate"]


def test_a_mandate_is_only_saved_never_shown(client, officer, signature):
    kept = mandates.keep(pdf())
    Signature.objects.update(mandate=kept.file)

    response = client.get(reverse("members:signature_mandate", args=[signature.code]))

    assert b"".join(response.streaming_content) == PDF
    assert response.headers["Content-Disposition"] == f'attachment; filename="{signature.code}.pdf"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("file", ["", "mandates/gone.pdf"])
def test_a_mandate_that_is_not_there_is_not_found(client, officer, signature, file):
    Signature.objects.update(mandate=file)

    assert client.get(reverse("members:signature_mandate", args=[signature.code])).status_code == 404


def test_the_case_shows_its_history_and_mails(client, officer, signature):
    step(client, signature, "ask", reason="Who decided?")

    page = client.get(reverse("members:signature_case", args=[signature.code])).content.decode()

    assert "Who decided?" in page
    assert "A question about the signature of" in page
