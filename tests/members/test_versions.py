"""Versions of the declaration: to the letter, with what they changed; and signatures stay with the text they signed."""

import pytest
from django.urls import reverse

from members import signing
from members.models import DeclarationVersion, Leaf
from tests.factories import DeclarationVersionFactory, SignatureFactory

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
