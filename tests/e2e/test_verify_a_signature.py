"""A doubter verifies a signature in the browser, and checks a certificate."""

import base64
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections
from playwright.sync_api import expect

from members.models import Leaf
from members.register import certificate, sealer
from tests.e2e.axe import violations
from tests.factories import SignatureFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ORIGIN = "register.example.org/declaration"


@pytest.fixture
def signature(settings, tmp_path):
    """One of five signatures on a register that is signed."""
    private_key = Ed25519PrivateKey.generate()
    settings.REGISTER_VKEY = str(sealer.public_half(private_key, ORIGIN))
    certificate.make_demo_seal(tmp_path / "seal.p12", "secret")
    settings.SEAL_FILE, settings.SEAL_PASSWORD, settings.MEDIA_ROOT = str(tmp_path / "seal.p12"), "secret", tmp_path
    signatures = SignatureFactory.create_batch(5, active=True, signatory_name="Łucja “Näf”")
    sealer.seal(private_key, ORIGIN)
    worker = Thread(target=make_certificates)  # sealing brings its own event loop
    worker.start()
    worker.join()
    return signatures[3]


def make_certificates():
    certificate.make_missing()
    connections.close_all()


def test_a_true_entry_verifies_in_the_browser(page, signature):
    page.goto(signature.get_absolute_url())
    page.get_by_role("button", name="Verify in your browser").click()

    results = page.get_by_role("status")
    expect(results).to_contain_text("The entry is about this authority and this text.")
    expect(results).to_contain_text("The entry is in the tree whose top is in the signed head.")
    expect(results).to_contain_text("Name and office are those that were entered.")
    assert "NOT TRUE" not in results.inner_text()
    page.get_by_text("The proof in figures").click()
    assert violations(page) == []
    page.goto("/en/declaration/register/verify/")
    assert violations(page) == []


def test_a_changed_entry_does_not(page, signature):
    leaf = Leaf.objects.get(signature=signature)
    changed = bytes(leaf.body).replace(b'"t":"sign"', b'"t":"text"')
    address = signature.get_absolute_url()
    html = page.request.get(address).text()
    old, new = (base64.b64encode(bytes(body)).decode() for body in (leaf.body, changed))
    assert old in html
    page.route(f"**{address}", lambda route: route.fulfill(body=html.replace(old, new), content_type="text/html"))

    page.goto(address)
    page.get_by_role("button", name="Verify in your browser").click()

    expect(page.get_by_role("status")).to_contain_text("NOT TRUE: the entry does not lead to the signed head.")


def test_the_proof_is_there_without_script(page_without_script, signature):
    page = page_without_script
    page.goto(signature.get_absolute_url())

    assert not page.get_by_role("button", name="Verify in your browser").is_visible()
    page.get_by_text("The proof in figures").click()
    expect(page.get_by_role("row", name="Neighbour 1")).to_be_visible()


def test_a_certificate_is_judged_on_three_questions(any_page, signature):
    any_page.goto("/en/declaration/register/verify/")
    any_page.get_by_label("Certificate, as PDF").set_input_files(
        {
            "name": "c.pdf",
            "mimeType": "application/pdf",
            "buffer": certificate.default_storage.open(certificate.path_of(signature, "en")).read(),
        }
    )
    any_page.get_by_role("button", name="Check").click()

    verdict = any_page.get_by_role("status")
    for words in ("The seal is intact", "The proof holds", "Status today: the signature of"):
        expect(verdict).to_contain_text(words)
