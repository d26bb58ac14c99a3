"""Versions of the declaration: to the letter, with what they changed; and signatures stay with the text they signed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from coalition.models import Message
from members import signing
from members.invariants import an_authority_signs_a_declaration_once, what_is_shown_is_what_the_log_says
from members.models import DeclarationVersion, Leaf, Signature
from members.tasks import watch_signatures
from tests.factories import DeclarationVersionFactory, SignatureFactory
from tests.members.test_signing import a_colleague, checked, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def first():
    return DeclarationVersionFactory()


def next_version(first, **fields):
    """The second one, published and entered on the register."""
    draft = DeclarationVersionFactory(
        declaration=first.declaration, number=2, published_at=None, fingerprint="", **fields
    )
    draft.texts.update(preamble="We, mayors and presidents, commit to two things.")
    return signing.publish(draft)


@pytest.mark.parametrize(("is_substantive", "words"), [(True, "nobody is moved"), (False, "no new act is needed")])
def test_a_new_version_shows_word_by_word_what_it_changes(client, first, is_substantive, words):
    next_version(first, is_substantive=is_substantive)

    text = client.get(reverse("members:version", args=[2])).text

    assert "<del>mayors, </del><ins>mayors and presidents, </ins>" in text
    assert words in text
    assert Leaf.objects.get().says["decl"] in text


def test_the_first_version_stays_readable_to_the_letter(client, first):
    next_version(first)

    text = client.get(reverse("members:version", args=[1])).text

    assert "We, mayors, commit to two things." in text
    assert first.fingerprint in text
    assert "<ins>" not in text


@pytest.mark.parametrize("number", [2, 3])
def test_what_is_not_published_is_not_shown(client, first, number):
    DeclarationVersion.objects.create(declaration=first.declaration, number=2, authentic_language="en")

    assert client.get(reverse("members:version", args=[number])).status_code == 404


@pytest.mark.parametrize("is_substantive", [True, False])
def test_a_signature_stays_with_its_text_and_says_when_a_later_one_promises_more(client, first, is_substantive):
    signature = SignatureFactory(active=True, version=first)
    next_version(first, is_substantive=is_substantive)

    text = client.get(signature.get_absolute_url()).text

    signature.refresh_from_db()
    assert signature.version == first
    assert signature.state == "active"
    assert reverse("members:version", args=[1]) in text
    assert ("This signature stands for its own text" in text) == is_substantive


def test_a_new_promise_is_told_to_each_signatory_once(first):
    signature = SignatureFactory(active=True, version=first)
    next_version(first, is_substantive=True)

    watch_signatures(0)
    watch_signatures(0)

    mail = Message.objects.get(template="signature_new_text")
    assert mail.to_email == signature.signatory_email
    assert reverse("members:version", args=[2]) in mail.text
    signature.refresh_from_db()
    assert (signature.version, signature.state) == (first, "active")


def test_a_new_promise_is_recalled_once_and_no_more(first, monkeypatch):
    SignatureFactory(active=True, version=first)
    next_version(first, is_substantive=True)
    monkeypatch.setattr(signing, "REMINDED_OF_NEW_TEXT_AFTER", timedelta())

    for _ in range(4):
        signing.tell_of_new_text()

    assert Message.objects.filter(template="signature_new_text").count() == 2


def test_a_new_wording_asks_nobody_for_a_new_act(first):
    SignatureFactory(active=True, version=first)
    next_version(first, is_substantive=False)

    watch_signatures(0)

    assert not Message.objects.filter(template="signature_new_text").exists()


def test_the_mailbox_signs_the_new_text_and_the_old_signature_stands_until_it_is_checked(client, first):
    old = SignatureFactory(active=True, version=first)
    second = next_version(first, is_substantive=True)
    watch_signatures(0)
    address = reverse("members:confirm", args=[token_of(old)])

    assert "Sign the new version" in client.get(address).text
    assert Signature.objects.count() == 1  # looking signs nothing
    client.post(address, {"step": "sign_new_text"})
    client.post(address, {"step": "sign_new_text"})

    new = old.renewals.get()
    old.refresh_from_db()
    assert (old.state, new.state, new.version) == ("active", "confirmed", second)
    new = signing.perform("take", new, by=a_colleague())
    signing.perform("verify", checked(new), by=a_colleague())
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, old.version, new.state) == ("withdrawn", first, "active")
    assert [leaf.kind for leaf in Leaf.objects.about(old)] == ["sign", "withdraw"]
    assert Leaf.objects.about(new).get().says["decl"] == second.fingerprint
    assert (an_authority_signs_a_declaration_once(), what_is_shown_is_what_the_log_says()) == ("", "")
    assert new.get_absolute_url() in client.get(old.get_absolute_url()).text
    assert "Version 2" in client.get(reverse("members:register")).text
