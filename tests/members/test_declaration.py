"""The text of the declaration, and the pages of whoever signs or reads the register."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from coalition.models import Message
from members import signing
from members.models import Article, Declaration, DeclarationText, DeclarationVersion, Leaf, Signature, SignatureStep
from members.views.declaration import RegisterView
from tests.factories import AuthorityFactory, DeclarationVersionFactory, SignatureFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def _site(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    translation.activate("en")


@pytest.fixture
def version():
    return DeclarationVersionFactory()


@pytest.fixture
def authority():
    return AuthorityFactory(name="Musterstadt")


def pdf(content=PDF, name="decision.pdf"):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def filled_in(authority, **changes):
    return {
        "authority": authority.code,
        "signatory_name": "Maria Muster",
        "signatory_office": "Mayor",
        "signatory_email": "mayor@musterstadt.example.org",
        "filled_in_by_name": "Paul Beispiel",
        "filled_in_by_email": "office@musterstadt.example.org",
        "power": "own",
        "shown": "name",
    } | changes


def send(client, authority, **changes):
    return client.post(reverse("members:sign"), filled_in(authority, **changes) | {"send": "1"})


def token_of(signature):
    text = Message.objects.about(signature.code).filter(text__contains="/confirm/").first().text
    return text.split("/confirm/")[1].split("/")[0]


def without_token(response):
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", response.content)


# --- the text ---


def test_the_declaration_is_loaded_once_and_published():
    call_command("load_declaration", verbosity=0)
    before = DeclarationVersion.objects.values().get()

    call_command("load_declaration", verbosity=0)

    assert DeclarationVersion.objects.values().get() == before
    assert Declaration.objects.get().is_illustrative
    assert [leaf.kind for leaf in Leaf.objects.all()] == ["text"]


def test_the_declaration_has_seven_articles_in_each_language():
    call_command("load_declaration", verbosity=0)

    version = DeclarationVersion.objects.current()
    codes = {text.language: [article.code for article in text.articles.all()] for text in version.texts.all()}

    seven = [f"C{number}" for number in range(1, 8)]
    assert codes == {"en": seven, "fr": seven}


def test_the_fingerprint_is_that_of_the_authentic_text():
    call_command("load_declaration", verbosity=0)

    version = DeclarationVersion.objects.current()

    assert version.fingerprint == version.text_in("en").fingerprint() != version.text_in("fr").fingerprint()


def test_a_version_is_published_once(version):
    with pytest.raises(ValidationError):
        signing.publish(version)


@pytest.mark.parametrize("model", [DeclarationVersion, DeclarationText, Article])
def test_a_published_text_never_changes(model):
    call_command("load_declaration", verbosity=0)

    with pytest.raises(IntegrityError, match="published"), transaction.atomic():
        model.objects.filter(pk=model.objects.first().pk).update(id=10_000)
    with pytest.raises(IntegrityError, match="published"), transaction.atomic():
        model.objects.all()._raw_delete("default")


def test_a_draft_of_the_text_may_still_change(version):
    draft = version.declaration.versions.create(number=2, authentic_language="en")
    text = draft.texts.create(language="en", title="Draft", preamble="We")

    text.title = "Better"
    text.save()

    assert draft.texts.get().title == "Better"


def test_the_page_shows_text_fingerprint_and_count(client):
    call_command("load_declaration", verbosity=0)
    version = DeclarationVersion.objects.current()
    SignatureFactory(active=True, version=version)
    SignatureFactory(version=version)

    response = client.get(reverse("members:declaration"))

    page = response.content.decode()
    assert response.context["count"] == 1
    assert version.fingerprint in page
    assert "This text is an illustration" in page
    assert "Adopt or update, within two years" in page
    assert not response.cookies


@pytest.mark.parametrize(
    ("query", "language"), [("", "en"), ("?text=fr", "fr"), ("?text=xx", "en"), ("?text=%00", "en")]
)
def test_the_text_is_read_in_any_of_its_languages(client, query, language):
    call_command("load_declaration", verbosity=0)

    response = client.get(reverse("members:declaration") + query)

    assert response.context["text"].language == language


def test_the_page_stands_without_a_text(client):
    assert client.get(reverse("members:declaration")).status_code == 200


# --- choosing the authority ---


def test_a_search_offers_links_to_the_form(client, authority):
    response = client.get(reverse("members:sign"), {"q": "musterstad"})

    assert f"?authority={authority.code.replace(':', '%3A')}" in response.content.decode()


@pytest.mark.parametrize(
    "query", ["?q=", "?q=" + "x" * 5000, "?q=%00", "?q=%ff", "?authority=nowhere", "?authority=%00"]
)
def test_odd_searches_show_the_search_again(client, query):
    response = client.get(reverse("members:sign") + query)

    assert response.status_code == 200
    assert "Which city or region signs?" in response.content.decode()


def test_half_typed_names_suggest_places_with_links_to_the_form(client, authority):
    AuthorityFactory(name="Lyon")

    response = client.get(reverse("members:authority_suggestions"), {"q": "muste"})

    assert response.text.count('role="option"') == 1
    assert f'href="/en/declaration/sign/?authority={authority.code.replace(":", "%3A")}"' in response.text
    assert 'data-status="1 place, use the arrow keys"' in response.text
    assert not response.cookies


def test_eight_places_are_suggested_at_most(client):
    for number in range(9):
        AuthorityFactory(name=f"Musterstadt {number}")

    response = client.get(reverse("members:authority_suggestions"), {"q": "musterstadt"})

    assert response.text.count('role="option"') == 8


@pytest.mark.parametrize("text", ["", "\x00", "%", "x" * 5000])
def test_odd_words_suggest_nothing(client, authority, text):
    response = client.get(reverse("members:authority_suggestions"), {"q": text})

    assert (response.status_code, response.text.count('role="option"')) == (200, 0)


def test_a_missing_place_is_asked_for(client, settings):
    request = {"place": "Kleinstadt", "country": "Austria", "name": "Paul", "email": "paul@example.org"}

    response = client.post(reverse("members:authorities"), request)

    mail = Message.objects.get()
    assert response.status_code == 302
    assert (mail.to_email, "Kleinstadt" in mail.subject) == (settings.SECRETARIAT_EMAIL, True)


def test_a_request_with_errors_keeps_what_was_typed(client):
    response = client.post(reverse("members:authorities"), {"place": "Kleinstadt", "email": "x"})

    assert 'value="Kleinstadt"' in response.content.decode()
    assert not Message.objects.exists()


def test_requests_are_limited_and_look_the_same(client):
    request = {"place": "Kleinstadt", "country": "Austria", "name": "Paul", "email": "paul@example.org"}

    places = {client.post(reverse("members:authorities"), request).url for _ in range(7)}

    assert len(places) == 1
    assert Message.objects.count() == 5


# --- the form ---


def test_answers_are_shown_before_they_are_sent(client, version, authority):
    response = client.post(reverse("members:sign"), filled_in(authority, check="1"))

    assert "members/sign_check.html" in [template.name for template in response.templates]
    assert 'name="signatory_name" value="Maria Muster"' in response.content.decode()
    assert not Signature.objects.exists()


def test_answers_can_be_changed_after_the_check(client, version, authority):
    response = client.post(reverse("members:sign"), filled_in(authority, change="1"))

    assert "members/sign.html" in [template.name for template in response.templates]
    assert 'value="Maria Muster"' in response.content.decode()


def test_sending_starts_the_case(client, version, authority):
    response = send(client, authority)

    signature = Signature.objects.get()
    assert response.url == reverse("members:sign_thanks")
    assert (signature.authority, signature.state, signature.signatory_name) == (authority, "started", "Maria Muster")


def test_sending_twice_starts_one_case(client, version, authority):
    answers = [send(client, authority) for _ in range(2)]

    assert answers[0].url == answers[1].url
    assert Signature.objects.count() == 1


def test_nothing_is_ticked_beforehand(client, authority):
    response = client.get(reverse("members:sign"), {"authority": authority.code})

    assert not re.findall(r"<input[^>]* checked", response.content.decode())


def test_the_state_of_a_case_cannot_be_sent(client, version, authority):
    send(client, authority, state="active", is_fictional="on", method="call", code="S-AAAAAA")

    signature = Signature.objects.get()
    assert (signature.state, signature.is_fictional, signature.method) == ("started", False, "")
    assert signature.code != "S-AAAAAA"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("signatory_name", ""),
        ("signatory_name", "x" * 121),
        ("signatory_name", "Visit https://evil.example.org"),
        ("signatory_office", "www.evil.example.org"),
        ("signatory_email", "mayor@example.org\nBcc: a@example.org"),
        ("signatory_email", "x" * 300_000),
        ("filled_in_by_email", "nobody"),
        ("term_ends_on", "2001-01-01"),
        ("term_ends_on", "soon"),
        ("decision_date", "2999-01-01"),
        ("power", "magic"),
        ("shown", ""),
        ("signatory_name", "a\x00b"),
    ],
)
def test_an_error_is_said_and_the_rest_is_kept(client, version, authority, field, value):
    response = send(client, authority, **{field: value})

    page = response.content.decode()
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert 'value="Paul Beispiel"' in page
    assert not Signature.objects.exists()


def test_names_are_one_line(client, version, authority):
    send(client, authority, signatory_name="Maria\r\nBcc: x\u2028 Muster")

    assert Signature.objects.get().signatory_name == "Maria Bcc: x Muster"


@pytest.mark.parametrize("code", ["", "geonames:0", "\x00", "x" * 10_000])
def test_without_an_authority_the_search_comes_first(client, version, code):
    answers = {"authority": code, "signatory_name": "Maria", "send": "1"}

    assert client.post(reverse("members:sign"), answers).url == reverse("members:authorities")


@pytest.mark.parametrize(
    "upload", [pdf(b"MZ\x90 not a PDF"), pdf(b"<html>", "decision.pdf"), pdf(b"%PDF-1.7" + b"0" * (10 * 1024 * 1024))]
)
def test_a_file_that_is_no_pdf_or_too_large_is_refused(client, version, authority, upload, settings):
    response = send(client, authority, mandate=upload)

    assert list(response.context["form"].errors) == ["mandate"]
    assert not list(settings.MEDIA_ROOT.rglob("*.pdf"))


def test_a_file_survives_an_error_elsewhere(client, version, authority):
    first = send(client, authority, power="council", decision_date="2026-01-10", signatory_name="", mandate=pdf())
    note = first.context["form"]["mandate_note"].value()

    send(client, authority, power="council", decision_date="2026-01-10", mandate_note=note)

    assert "We keep decision.pdf" in first.content.decode()
    assert Signature.objects.get().mandate.read() == PDF


def test_a_visitor_cannot_fill_the_disk(client, version, authority, settings):
    for _ in range(32):
        response = client.post(reverse("members:sign"), filled_in(authority, check="1", mandate=pdf()))

    assert response.status_code == 200
    assert len(list(settings.MEDIA_ROOT.rglob("*.pdf"))) == 30


@pytest.mark.parametrize("note", ["forged", "x" * 2000, '["/etc/passwd","",""]'])
def test_a_forged_note_asks_for_the_file_again(client, version, authority, note):
    response = send(client, authority, mandate_note=note)

    assert response.status_code == 200
    assert not Signature.objects.exists()


def test_a_decision_that_is_sent_needs_its_date(client, version, authority):
    response = send(client, authority, power="council", mandate=pdf())

    assert list(response.context["form"].errors) == ["decision_date"]


def test_the_answer_is_the_same_whether_or_not_a_case_exists(client, version, authority):
    free = AuthorityFactory()
    refused = SignatureFactory(version=version, state="refused", signatory_email="mayor@musterstadt.example.org")
    SignatureStep.objects.create(signature=refused, name="disown", target="refused")
    active = SignatureFactory(active=True, version=version)
    started = SignatureFactory(version=version)

    answers = [send(client, case) for case in (free, active.authority, started.authority, refused.authority)]
    pages = [client.get(answer.url) for answer in answers]

    assert {(answer.status_code, answer.url, answer.content) for answer in answers} == {
        (302, reverse("members:sign_thanks"), b"")
    }
    assert len({page.content for page in pages}) == 1


def test_a_limited_start_looks_like_any_other(client, version):
    answers = [send(client, AuthorityFactory(), signatory_email=f"mayor{n}@example.org") for n in range(22)]

    assert {(answer.status_code, answer.url) for answer in answers} == {(302, reverse("members:sign_thanks"))}
    assert Signature.objects.count() == 20


# --- the link ---


@pytest.fixture
def started(client, version, authority):
    send(client, authority)
    return Signature.objects.get()


@pytest.fixture
def link(started):
    return reverse("members:confirm", args=[token_of(started)])


def outdate(signature):
    Signature.objects.filter(pk=signature.pk).update(token_expires_at=timezone.now() - timedelta(seconds=1))


def test_looking_at_the_link_changes_nothing(client, started, link):
    before = Signature.objects.values().get()

    for look in (client.get, client.head, client.options, client.get):
        look(link)

    assert Signature.objects.values().get() == before
    assert [step.name for step in started.steps.all()] == ["start"]


def test_the_page_of_the_link_stays_private(client, link):
    response = client.get(link)

    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "no-store" in response.headers["Cache-Control"]
    assert "csrftoken" not in response.cookies


def test_the_page_of_the_link_shows_what_was_typed(client, link):
    page = client.get(link).content.decode()

    assert "Maria Muster, Mayor" in page
    assert "Confirm and sign" in page
    assert "This is not me" in page


def test_a_button_confirms_and_a_second_click_is_calm(client, started, link):
    answers = [client.post(link, {"step": "confirm"}, follow=True) for _ in range(2)]

    started.refresh_from_db()
    assert started.state == "confirmed"
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Confirmed, waiting to be checked" in answers[1].content.decode()
    assert "number 1 of those" in answers[1].content.decode()
    assert "Thank you. This signature was confirmed on" in answers[0].content.decode()
    assert started.steps.filter(name="confirm").count() == 1


def test_a_button_says_this_is_not_me(client, started, link):
    page = client.post(link, {"step": "disown"}, follow=True)

    started.refresh_from_db()
    assert started.state == "refused"
    assert "Refused" in page.content.decode()


def test_the_buttons_work_in_a_browser_that_sends_no_origin(started, link):
    Client(enforce_csrf_checks=True).post(link, {"step": "confirm"}, headers={"origin": "null"})

    started.refresh_from_db()
    assert started.state == "confirmed"


def test_an_expired_link_offers_a_new_one(client, started, link):
    outdate(started)

    page = client.get(link).content.decode()
    client.post(link, {"step": "confirm"})
    started.refresh_from_db()
    state = started.state
    client.post(link, {"step": "renew"})

    assert "Send me a new link" in page
    assert "Confirm and sign" not in page
    assert state == "started"
    assert Message.objects.filter(template="signature_link").count() == 1
    assert client.get(link).status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 43, "é", "%00", "..", "a" * 3000])
def test_an_unknown_link_is_answered_kindly(client, token):
    address = reverse("members:confirm", args=["TOKEN"]).replace("TOKEN", token)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("step", ["", "verify", "x" * 1000])
def test_an_unknown_button_does_nothing(client, started, link, step):
    client.post(link, {"step": step})

    started.refresh_from_db()
    assert started.state == "started"


# --- the register ---


def test_the_register_shows_active_and_withdrawn_signatures_only(client, version):
    now = timezone.now()
    shown = [
        SignatureFactory(active=True, version=version),
        SignatureFactory(
            active=True, version=version, state="withdrawn", withdrawn_at=now, verified_at=now - timedelta(days=9)
        ),
    ]
    for state in ("started", "confirmed", "verifying", "clarification", "refused", "expired"):
        SignatureFactory(version=version, state=state)

    response = client.get(reverse("members:register"))

    assert list(response.context["page_obj"]) == shown
    assert response.context["count"] == 1
    assert not response.cookies


def test_private_fields_are_on_no_public_page(client, version):
    secrets = {
        "signatory_name": "SECRETNAME",
        "signatory_email": "secretmail@example.org",
        "filled_in_by_name": "SECRETFILLER",
        "filled_in_by_email": "secretfiller@example.org",
        "decision_reference": "SECRETREFERENCE",
        "second_channel": "SECRETCHANNEL",
    }
    signature = SignatureFactory(active=True, version=version, shown="office", **secrets)

    pages = [
        client.get(address).content.decode()
        for address in (
            reverse("members:declaration"),
            reverse("members:register"),
            signature.get_absolute_url(),
        )
    ]

    assert "Mayor" in pages[1]
    assert [secret for secret in secrets.values() for page in pages if secret in page] == []


def test_the_register_is_searched_by_place_and_shown_name(client, version):
    brest = SignatureFactory(
        active=True, version=version, authority=AuthorityFactory(name="Brest", other_names="Бресть", country="FR")
    )
    hidden = SignatureFactory(active=True, version=version, signatory_name="Jana Hidden", shown="office")
    shown = SignatureFactory(active=True, version=version, signatory_name="Zoë Shown")

    def found(**query):
        return set(client.get(reverse("members:register"), query).context["page_obj"])

    assert found(q="brést") == {brest}
    assert found(q="zoe") == {shown}
    assert found(q="Hidden") == set()
    assert found(country="FR") == {brest}
    assert found(country="XX", q="") == {brest, hidden, shown}


@pytest.mark.parametrize("query", ["?page=9999", "?page=-1", "?page=x", "?q=%00", "?q=" + "y" * 900, "?country=%ff"])
def test_odd_register_addresses_show_the_nearest_page(client, version, query):
    SignatureFactory(active=True, version=version)

    assert client.get(reverse("members:register") + query).status_code == 200


def test_the_register_costs_the_same_whatever_its_length(client, version, django_assert_num_queries):
    SignatureFactory(active=True, version=version)
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("members:register"))
    for _ in range(9):
        SignatureFactory(active=True, version=version)

    with django_assert_num_queries(len(one)):
        client.get(reverse("members:register"))
    assert len(one) <= 4


def test_the_map_of_the_register_has_all_that_was_found_not_a_page(client, version):
    for n in range(RegisterView.paginate_by + 2):
        authority = AuthorityFactory(latitude=40 + n / 3, longitude=9)
        SignatureFactory(active=True, version=version, authority=authority)
    SignatureFactory(version=version)

    response = client.get(reverse("members:register"))

    assert sum(len(mark.pins) for mark in response.context["map"].marks) == RegisterView.paginate_by + 2
    assert response.text.count("data-pin=") == RegisterView.paginate_by + 2


def test_the_map_of_the_register_says_how_many_signatures_are_where(client, version):
    twice = AuthorityFactory()
    for fields in ({"state": "withdrawn", "withdrawn_at": timezone.now()}, {}):
        SignatureFactory(version=version, authority=twice, active=True, **fields)
    SignatureFactory(version=version, active=True)

    assert "3 signatures in 2 places</b>" in client.get(reverse("members:register")).text


def test_a_pin_of_the_register_leads_to_its_signature(client, version):
    active = SignatureFactory(active=True, version=version, authority__latitude=60, authority__name="Bergen")
    SignatureFactory(
        active=True, version=version, state="withdrawn", withdrawn_at=timezone.now(), authority__name="Bern"
    )

    marks = {mark.pin.name: mark for mark in client.get(reverse("members:register")).context["map"].marks}

    assert marks["Bergen"].address == active.get_absolute_url()
    assert marks["Bern"].words == "Bern, signature withdrawn"


def test_a_signatory_without_coordinates_is_in_the_register_only(client, version):
    SignatureFactory(active=True, version=version, authority__latitude=None, authority__longitude=None)

    response = client.get(reverse("members:register"))

    assert response.context["map"].marks == []
    assert "(not on the map)" in response.text


def test_an_entry_says_who_signed_and_how_it_was_checked(client, version):
    signature = SignatureFactory(active=True, version=version, is_fictional=True)

    page = client.get(signature.get_absolute_url()).content.decode()

    assert "Maria Muster, Mayor at signing" in page
    assert "Called back on a number" in page
    assert version.fingerprint in page
    assert "Invented for the demonstration" in page


def test_a_withdrawn_entry_says_from_when_to_when(client, version):
    signature = SignatureFactory(active=True, version=version, state="withdrawn", withdrawn_at=timezone.now())

    assert "Withdrawn: in force from" in client.get(signature.get_absolute_url()).content.decode()


@pytest.mark.parametrize("state", ["started", "confirmed", "verifying", "clarification", "refused", "expired"])
def test_what_is_not_on_the_register_has_no_page(client, version, state):
    signature = SignatureFactory(version=version, state=state)

    assert client.get(signature.get_absolute_url()).status_code == 404
