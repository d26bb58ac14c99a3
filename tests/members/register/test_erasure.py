"""A person is erased: nothing of them is left, and everything can still be proved."""

import json

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from coalition import limits
from members import signing
from members.models import Opening, Signature
from members.register import bundle, certificate, verify_register
from tests.factories import SignatureFactory, UserFactory
from tests.members.register import independent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def officer():
    return UserFactory(groups=["Declaration officers"], is_staff=True)


def named(number):
    """An active signature that names a canary wherever a person may be named."""
    canary = f"Canary{number}x"
    signature = SignatureFactory(
        active=True,
        signatory_name=canary,
        signatory_email=f"{canary}@example.org",
        filled_in_by_name=f"Office of {canary}",
        filled_in_by_email=f"{canary}.office@example.org",
        second_channel=f"Spoke with {canary}",
        decision_reference=f"Letter of {canary}",
        token_hash="",
    )
    signature.mandate.save(f"{number}.pdf", ContentFile(f"%PDF-1.7 {canary}".encode()))
    signature.steps.create(name="answer", source="clarification", target="verifying", reason=f"{canary} called.")
    signing.emails.verified(signature)
    limits.allow(f"mail:{canary.casefold()}@example.org", 3, 60)
    for language in certificate.LANGUAGES:
        default_storage.save(certificate.path_of(signature, language), ContentFile(canary.encode()))
    return signature


def everything_kept():
    """Every row of every table, and every file, as one text."""
    with connection.cursor() as cursor:
        tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
        for table in sorted(tables & set(connection.introspection.table_names())):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            yield from (f"{table}: {row}" for (row,) in cursor.fetchall())
    for folder in ("mandates", "certificates", "."):
        for name in default_storage.listdir(folder)[1]:
            yield default_storage.open(f"{folder}/{name}").read().decode()


def test_a_hundred_people_are_erased_and_every_proof_still_holds(
    seal, key, officer, client, django_capture_on_commit_callbacks
):
    erased = [named(number) for number in range(100)]
    stays = SignatureFactory(active=True, signatory_name="Maria Muster")
    seal()
    before = [json.loads(bundle.bundle())["checkpoint"], bundle.proofs_of(erased[42])[0]._asdict()]
    assert sum("canary" in row.lower() for row in everything_kept()) > 500

    with django_capture_on_commit_callbacks(execute=True):
        for signature in erased:
            signing.perform("erase", signature, by=officer, is_certain=True)
    seal()

    assert [row for row in everything_kept() if "canary" in row.lower()] == []
    data = bundle.bundle()
    assert verify_register.check_bundle(json.loads(data), str(key), before[:1])["active"] == 101
    assert [leaf["t"] for leaf in independent.holds(data, str(key))][-100:] == ["erase"] * 100
    assert list(json.loads(data)["openings"]) == ["100"]
    assert verify_register.check_proof(before[1] | {"opening": None}, str(key))["i"] == 42
    assert "Maria Muster" in client.get(stays.get_absolute_url()).text


def test_the_page_says_that_a_name_was_erased_and_that_the_city_signed(seal, officer, client):
    signature = named(1)
    signing.perform("erase", signature, by=officer, is_certain=True)
    seal()

    page = client.get(signature.get_absolute_url()).text

    assert "the authority’s signature stays" in page
    assert "Mayor at signing" in page
    assert "Active" in page
    assert "Canary" not in page


def test_an_erased_person_gets_no_mail_when_the_city_leaves(seal, officer, mailoutbox):
    signature = named(1)
    signing.perform("erase", signature, by=officer, is_certain=True)

    signing.perform("withdraw", signature, by=officer, reason="A letter.", method="letter")

    signature.refresh_from_db()
    assert signature.state == "withdrawn"


def test_a_person_is_erased_once_and_then_not_corrected(officer):
    signature = signing.perform("erase", named(1), by=officer, is_certain=True)

    for name, details in (("erase", {"is_certain": True}), ("correct", {"signatory_name": "X"})):
        with pytest.raises(PermissionDenied):
            signing.perform(name, signature, by=officer, **details)


def test_an_erasure_needs_certainty(officer):
    signature = named(1)

    with pytest.raises(ValidationError, match="nothing brings the data back"):
        signing.perform("erase", signature, by=officer)

    assert Opening.objects.count() == 1


def test_an_officer_erases_at_the_desk(officer, client):
    signature = named(1)
    client.force_login(officer)
    address = reverse("members:signature_step", args=[signature.code, "erase"])

    refused = client.post(address)
    answer = client.post(address, {"erase-is_certain": "on"}, follow=True)

    assert "is_certain" in refused.text
    assert answer.status_code == 200
    assert Signature.objects.get().erased_at is not None


def test_a_typo_is_put_right_on_the_page_and_in_the_log(seal, key, officer, client):
    signature = SignatureFactory(active=True, signatory_name="Mria Muster")

    signing.perform("correct", signature, by=officer, signatory_name="Maria Muster")
    seal()

    page = client.get(signature.get_absolute_url()).text
    assert "Maria Muster" in page
    assert "Mria" not in page
    assert verify_register.check_bundle(json.loads(bundle.bundle()), str(key))["named"] == 1


def test_a_correction_that_changes_nothing_is_refused(officer):
    signature = SignatureFactory(active=True)

    with pytest.raises(ValidationError, match="Nothing is different"):
        signing.perform("correct", signature, by=officer, signatory_name=signature.signatory_name)


@pytest.mark.parametrize("change", ["reason = 'x'", "reason = '', name = 'x'"])
def test_nothing_but_the_reason_can_be_emptied(change):
    signature = SignatureFactory()
    signature.steps.create(name="ask", target="clarification", reason="Why?")

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE members_signaturestep SET {change}")
