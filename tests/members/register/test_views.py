"""The register's addresses: for machines, for doubters, and for who holds a certificate."""

import json
import subprocess
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from coalition.models import Limit
from members import signing
from members.register import bundle, certificate, verify_register
from members.tasks import make_certificates
from tests.factories import SignatureFactory, UserFactory
from tests.members.register import independent

pytestmark = pytest.mark.django_db
CHECKPOINT, BUNDLE = "/api/v1/register/checkpoint", "/api/v1/register/bundle.json"


def test_checkpoint_and_bundle_have_the_addresses_of_the_contract(seal, key, client):
    SignatureFactory(active=True)
    head = seal()

    checkpoint, data = client.get(CHECKPOINT), client.get(BUNDLE)

    assert (checkpoint.text, checkpoint["Content-Type"]) == (head.note, "text/plain; charset=utf-8")
    assert data["Content-Type"] == "application/json"
    assert list(json.loads(data.content)) == ["vkey", "checkpoint", "history", "leaves", "openings"]
    assert len(independent.holds(data.content, str(key))) == 1
    for response in (checkpoint, data):
        assert response["Access-Control-Allow-Origin"] == "*"
        assert not response.cookies


@pytest.mark.parametrize("address", [CHECKPOINT, BUNDLE])
def test_what_has_not_changed_is_not_sent_again(seal, client, address):
    SignatureFactory(active=True)
    seal()
    etag = client.get(address)["ETag"]

    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    SignatureFactory(active=True)
    seal()
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("address", [CHECKPOINT, BUNDLE])
def test_before_the_first_head_there_is_nothing(client, address):
    assert client.get(address).status_code == 404


def test_the_verifier_comes_with_the_key_and_runs(seal, key, client, tmp_path):
    SignatureFactory(active=True)
    seal()
    (tmp_path / "verify.py").write_text(client.get(reverse("register_verifier")).text)
    (tmp_path / "bundle.json").write_bytes(client.get(BUNDLE).content)

    command = [sys.executable, "-I", tmp_path / "verify.py", "verify", tmp_path / "bundle.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


# --- witnesses ---


def cosigned(tmp_path, key, witness):
    (tmp_path / "bundle.json").write_bytes(bundle.bundle())
    said = []
    arguments = ["--key", str(key), "--witness", "city.example.org", "--witness-key", str(witness)]
    assert verify_register.main(["cosign", str(tmp_path / "bundle.json"), *arguments], said.append) == 0
    return said[0] + "\n"


def test_a_witness_signs_what_it_verified_and_that_is_shown(seal, key, client, tmp_path, witness):
    SignatureFactory(active=True)
    seal()
    note = cosigned(tmp_path, key, witness)

    answers = [client.post(reverse("register_cosign"), note, content_type="text/plain").json() for _ in range(2)]

    assert answers == [{"accepted": ["city.example.org"]}] * 2
    assert client.get(CHECKPOINT).text == note
    assert verify_register.check_bundle(json.loads(bundle.bundle()), str(key))["heads"] == 1
    assert "city.example.org+" in client.get(reverse("members:register_verify")).text


def test_what_no_known_witness_signed_is_refused(seal, key, client, tmp_path, witness, settings):
    SignatureFactory(active=True)
    head = seal()
    note = cosigned(tmp_path, key, witness)
    forged = note[:-8] + "AAAA==\n\n"
    known, settings.REGISTER_WITNESSES = settings.REGISTER_WITNESSES, []

    for text, keys in (
        (note, []),
        (head.note, known),
        (forged, known),
        (note.replace("\n1\n", "\n2\n"), known),
        ("?", known),
    ):
        settings.REGISTER_WITNESSES = keys
        assert client.post(reverse("register_cosign"), text, content_type="text/plain").status_code == 400

    assert not head.cosignatures.exists()


def test_too_many_cosignatures_are_not_even_read(client):
    Limit.objects.create(key="cosign:ip:127.0.0.1", window_start=timezone.now(), hits=60)

    assert client.post(reverse("register_cosign"), "x", content_type="text/plain").status_code == 429


# --- a page with its proof ---


def test_an_entry_shows_its_proof(seal, key, client):
    signature = SignatureFactory(active=True)
    SignatureFactory(active=True)
    waiting = client.get(signature.get_absolute_url()).text
    seal()

    page = client.get(signature.get_absolute_url()).text

    (proof,) = bundle.proofs_of(signature)
    assert "waits to be signed" in waiting
    assert all(
        part in page for part in (proof.leaf_hash, *proof.path, proof.root, str(key).replace("+", "&#x2B;")[:20])
    )
    assert not client.cookies


# --- certificates ---


@pytest.fixture
def certified(seal, request):
    """A signature on the register whose certificates the worker has made."""
    request.getfixturevalue("_seal_file")
    signature = SignatureFactory(active=True, authority__name="Brașov", is_fictional=True)
    seal()
    make_certificates.func(0)
    return signature


def pdf_of(signature, language="en"):
    return default_storage.open(certificate.path_of(signature, language)).read()


def judged(client, pdf):
    return client.post(reverse("members:register_verify"), {"file": SimpleUploadedFile("c.pdf", pdf)}).context[
        "verdict"
    ]


def test_a_certificate_is_sealed_proved_and_active(certified, client):
    response = client.get(reverse("members:certificate", args=[certified.code]))
    pdf = b"".join(response.streaming_content)

    assert (response["Content-Type"], pdf) == ("application/pdf", pdf_of(certified))
    assert judged(client, pdf) == (True, True, certified)
    assert b"/StructTreeRoot" in pdf
    assert pdf_of(certified, "fr") != pdf


def test_the_worker_makes_each_certificate_once(certified):
    before = pdf_of(certified)

    make_certificates.func(0)

    assert pdf_of(certified) == before


def test_without_a_seal_or_a_key_none_are_made(certified, settings):
    certificate.discard(certified)
    settings.SEAL_FILE = ""

    make_certificates.func(0)

    assert not default_storage.exists(certificate.path_of(certified, "en"))


def test_a_web_process_judges_with_the_public_half_of_the_seal(certified, client, settings, tmp_path):
    public = x509.load_der_x509_certificate(certificate.seal_certificate().dump()).public_bytes(Encoding.PEM)
    (tmp_path / "seal.pem").write_bytes(public)
    settings.SEAL_FILE, settings.SEAL_CERTIFICATE_FILE = "", str(tmp_path / "seal.pem")

    assert judged(client, pdf_of(certified)) == (True, True, certified)
    assert b"PRIVATE" not in public


def test_every_changed_bit_breaks_the_seal(certified):
    pdf = pdf_of(certified)
    places = [*range(0, len(pdf), len(pdf) // 60), len(pdf) - 1]
    inside = [place for place in places if not _in_signature(pdf, place)]

    assert [
        place for place in inside if certificate.is_ours(pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :])
    ] == []
    assert len(inside) > 50
    assert not certificate.is_ours(pdf + b"\n% more\n")
    assert not certificate.is_ours(b"%PDF-1.7 nothing")


def _in_signature(pdf, place):
    """The seal itself is not in what it signs."""
    start = pdf.index(b"/Contents <")
    return start <= place <= pdf.index(b">", start + 20)


def test_the_three_answers_do_not_follow_from_each_other(certified, client, settings):
    pdf = pdf_of(certified)

    assert judged(client, pdf + b"\n") == (False, True, certified)
    settings.REGISTER_VKEY = ""
    assert judged(client, pdf) == (True, False, None)


def test_a_withdrawn_certificate_is_answered_with_its_status_and_never_with_404(certified, client):
    pdf = pdf_of(certified)
    officer = UserFactory(groups=["Declaration officers"])
    signing.perform("withdraw", certified, by=officer, reason="A letter.", method="letter")
    certified.refresh_from_db()

    answer = client.get(reverse("members:certificate", args=[certified.code]))
    verdict = client.post(reverse("members:register_verify"), {"file": SimpleUploadedFile("c.pdf", pdf)})

    assert answer.status_code == 200
    assert "was then withdrawn" in answer.text
    assert verdict.context["verdict"] == (True, True, certified)
    assert "withdrew on" in verdict.text


def test_a_certificate_that_is_being_made_says_so(client):
    signature = SignatureFactory(active=True)

    answer = client.get(reverse("members:certificate", args=[signature.code]))

    assert (answer.status_code, answer["Retry-After"]) == (202, "60")
    assert client.get(reverse("members:certificate", args=[SignatureFactory().code])).status_code == 404


def test_a_certificate_verifies_offline_with_its_status_today(certified, key, client, tmp_path):
    (tmp_path / "c.pdf").write_bytes(pdf_of(certified))
    (tmp_path / "bundle.json").write_bytes(bundle.bundle())
    said = []
    command = ["verify", str(tmp_path / "c.pdf"), "--key", str(key)]

    assert verify_register.main(command, said.append) == 0
    assert verify_register.main([*command, "--bundle", str(tmp_path / "bundle.json")], said.append) == 0

    assert said[-1] == "Status today: active."


@pytest.mark.parametrize(
    "content", [b"", b"no pdf", b"%PDF-" + b"x" * 2 * 1024 * 1024], ids=["empty", "other", "large"]
)
def test_what_is_no_certificate_is_not_read(client, content):
    response = client.post(reverse("members:register_verify"), {"file": SimpleUploadedFile("c.pdf", content)})

    assert response.context["verdict"] is None
    assert response.context["form"].errors
    assert not response.cookies


@pytest.mark.usefixtures("_seal_file")
def test_a_pdf_that_is_no_certificate_gets_three_honest_answers(client):
    nested = b"%PDF-1.7\n" + b"1 0 obj\n<< /A " * 3000 + b"\nstream\n" * 5000

    verdict = judged(client, nested)

    assert verdict == (False, False, None)


def test_too_many_checks_are_refused_kindly(client):
    Limit.objects.create(key="certificate:ip:127.0.0.1", window_start=timezone.now(), hits=60)

    response = client.post(reverse("members:register_verify"), {"file": SimpleUploadedFile("c.pdf", b"%PDF-1.7")})

    assert "a lot of certificates" in response.text


@pytest.mark.usefixtures("_seal_file")
def test_nothing_that_was_checked_is_kept(client):
    default_storage.save("marker", ContentFile(b""))

    judged(client, b"%PDF-1.7 secret")

    assert default_storage.listdir(".") == ([], ["marker"])
