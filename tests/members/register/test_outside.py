"""Heads leave the house, so that nobody inside can keep a second history unseen; and those who watch are watched."""

import json

import pytest

from coalition.models import Message
from members import signing
from members.models import Signature
from members.register import bundle
from members.tasks import watch_witnesses
from tests.factories import DeclarationVersionFactory, SignatureFactory, UserFactory
from tests.members.register.test_views import cosigned
from tests.members.test_signing import answers, case_in, checked

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("deed", ["start", "verify"])
def test_receipt_and_thanks_carry_the_head_as_it_was_signed_last(seal, key, deed):
    DeclarationVersionFactory()
    SignatureFactory(active=True)
    head = seal()

    if deed == "start":
        signing.start(answers())
    else:
        signing.perform("verify", checked(case_in("verifying")), by=UserFactory(groups=["Declaration officers"]))

    template = {"start": "signature_receipt", "verify": "signature_verified"}[deed]
    text = Message.objects.filter(template=template).first().text
    origin, size, root = head.note.splitlines()[:3]
    assert f"Register: {origin}\nEntries: {size}\nRoot: {root}\n" in text


def test_before_the_first_head_a_receipt_speaks_of_none():
    DeclarationVersionFactory()

    signing.start(answers())

    assert Signature.objects.exists()
    assert "Root:" not in Message.objects.get(template="signature_receipt").text


def test_a_silent_witness_is_reported_once(seal, key, settings, witness):
    settings.REGISTER_WITNESS_SILENCE_HOURS = 0
    officer = UserFactory(groups=["Declaration officers"])
    SignatureFactory(active=True)
    seal()

    watch_witnesses(0)
    watch_witnesses(0)

    alarm = Message.objects.get(template="register_witness_silent")
    assert alarm.to_email == officer.email
    assert "city.example.org" in alarm.text


def test_a_witness_that_has_hours_left_is_not_reported(seal, key, settings, witness):
    settings.REGISTER_WITNESS_SILENCE_HOURS = 48
    SignatureFactory(active=True)
    seal()

    watch_witnesses(0)

    assert not Message.objects.exists()


def test_a_witness_that_saw_the_last_head_is_not_silent(seal, key, settings, client, tmp_path, witness):
    settings.REGISTER_WITNESS_SILENCE_HOURS = 0
    SignatureFactory(active=True)
    seal()
    client.post("/api/v1/register/cosignatures", cosigned(tmp_path, key, witness), content_type="text/plain")

    watch_witnesses(0)

    assert json.loads(bundle.bundle())["checkpoint"].count("—") == 2
    assert not Message.objects.exists()
