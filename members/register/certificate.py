"""The certificate of a signature: a tagged PDF with the proof inside, sealed by the organisation, and how it is judged.

The worker makes it once the entry is in a signed head, in every interface language. What changes the entry (a
correction, an erasure, a withdrawal) deletes it. Nothing of it is trusted when it comes back: `judge`.
"""

import datetime
import io
import json
import logging
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

import segno
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from coalition import typesetting
from members.models import Leaf, Signature
from members.register import bundle, verify_register

TEMPLATE = "members/typst/certificate.typ"
DEMO_SEAL = "Demo seal of the practice library: not official"
LANGUAGES = [code for code, _name in settings.LANGUAGES]


# --- making it ---


def path_of(signature, language):
    return f"certificates/{signature.code}-{language}.pdf"


def make_missing():
    """Make the certificates of signatures that are active and proved, and have none. Safe to run again."""
    if not (settings.SEAL_FILE and settings.REGISTER_VKEY):
        return
    for signature in Signature.objects.active().for_register():
        missing = [code for code in LANGUAGES if not default_storage.exists(path_of(signature, code))]
        proofs = bundle.proofs_of(signature) if missing else []
        for language in missing if proofs else []:
            default_storage.save(path_of(signature, language), ContentFile(make(signature, proofs[-1], language)))


def discard(signature):
    """The certificates of this signature are not true any more."""
    for language in LANGUAGES:
        default_storage.delete(path_of(signature, language))


def make(signature, proof, language):
    """The sealed PDF. Refuses to hand out one whose seal does not cover the whole file."""
    with translation.override(language):
        pdf = typesetting.pdf(TEMPLATE, words_of(signature, proof), standards=["a-3a", "ua-1"])
        sealed = seal(pdf, _("Entry %(number)d of the register of signatures") % {"number": proof.idx})
    if not is_ours(sealed):
        raise ValueError("the seal does not verify")
    return sealed


def words_of(signature, proof):
    """What the certificate says, in the language that is active."""
    text = signature.version.text_in()
    address = settings.SITE_URL + signature.get_absolute_url()
    day = date_format(localtime(signature.verified_at), "DATE_FORMAT")
    office = _("%(office)s at signing") % {"office": signature.signatory_office}
    warnings = [
        signature.is_fictional and _("Invented for the demonstration. Nobody real has signed here."),
        seal_certificate().subject.native.get("common_name") == DEMO_SEAL and _("The seal is a demonstration seal."),
    ]
    return {
        "language": translation.get_language(),
        "title": _("Certificate: %(place)s has signed") % {"place": signature.authority.name},
        "site": [_("European Coalition of Cities and Regions"), _("against drug-related violence and trafficking")],
        "before": _("On the public register of signatories:"),
        "place": signature.authority.name,
        "country": signature.authority.country.code,
        "heading": _("has signed the declaration “%(title)s”") % {"title": text.title},
        "commitment": _("By this signature it commits to: %(articles)s.")
        % {"articles": " · ".join(article.title for article in text.articles.all())},
        "warning": " ".join(filter(None, warnings)),
        "hands": [
            [signature.public_name or signature.authority.name, office, day],
            [_("Checked by the secretariat"), signature.get_method_display(), day],
        ],
        "qr": segno.make(address, error="m").svg_inline(border=0, dark="#13242b"),
        "qr_alternative": _("QR code with the address of the status page: %(address)s") % {"address": address},
        "proof": json.dumps(proof._asdict() | {"address": address}),  # ASCII, so that no letter is changed on the way
        "proof_description": _("The proof that this entry is in the register"),
        "small": [
            f"{signature.code} · {_('Status today and check of this certificate:')} {address}",
            f"{_('Fingerprint of the text (SHA-256):')} {signature.version.fingerprint}",
            f"{_('Entry:')} {proof.idx} · {_('Signed head:')} {proof.size} {proof.root}",
            f"{_('Key of the register:')} {proof.vkey}",
        ],
    }


# --- the seal ---


def seal(pdf, reason):
    """The organisation's PAdES seal, after which no change at all is allowed."""
    meta = signers.PdfSignatureMetadata(
        field_name="Seal",
        md_algorithm="sha256",
        reason=reason,
        certify=True,
        subfilter=fields.SigSeedSubFilter.PADES,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    out = io.BytesIO()
    signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, signer=signer(), output=out)
    return out.getvalue()


def signer():
    password = settings.SEAL_PASSWORD.encode() or None
    return signers.SimpleSigner.load_pkcs12(settings.SEAL_FILE, passphrase=password)


def seal_certificate():
    """The certificate of our seal. It is public; a check of a stranger's PDF needs nothing else."""
    if settings.SEAL_CERTIFICATE_FILE:
        return _public_certificate_in(settings.SEAL_CERTIFICATE_FILE)
    return _certificate_in(settings.SEAL_FILE, settings.SEAL_PASSWORD)


def knows_seal():
    return bool(settings.SEAL_CERTIFICATE_FILE or settings.SEAL_FILE)


@cache
def _public_certificate_in(path):
    found = x509.load_pem_x509_certificate(Path(path).read_bytes())
    return Certificate.load(found.public_bytes(Encoding.DER))


@cache
def _certificate_in(path, password):
    loaded = pkcs12.load_pkcs12(Path(path).read_bytes(), password.encode() or None)
    return Certificate.load(loaded.cert.certificate.public_bytes(Encoding.DER))


def make_demo_seal(path, password):
    """A self-signed seal whose name says that it is none."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DEMO_SEAL)])
    now = datetime.datetime.now(datetime.UTC)
    usage = dict.fromkeys(
        ["key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"], False
    ) | {"encipher_only": False, "decipher_only": False}
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=3650))
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = Path(path)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"seal", key, certificate, None, BestAvailableEncryption(password.encode())
        )
    )


def is_ours(pdf):
    """Whether the whole file is under our seal: a later revision, even a harmless one, is refused."""
    with _quiet():
        try:
            found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
            context = ValidationContext(trust_roots=[seal_certificate()], allow_fetching=False)
            status = validate_pdf_signature(found[0], context) if len(found) == 1 else None
            return bool(status and status.bottom_line) and status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        except Exception:  # whatever a stranger's file does to a parser, it is not ours
            return False


@contextmanager
def _quiet():
    """Broken files are no news: the library would log a traceback for each."""
    loggers = [logging.getLogger(name) for name in ("pyhanko", "pyhanko_certvalidator")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


# --- judging one that comes back ---


class Verdict(NamedTuple):
    """Three answers that do not follow from each other."""

    is_sealed: bool  # every byte is as our seal found it
    is_proved: bool  # its proof leads to a head that this register signed, and the entry is there today
    signature: Signature | None  # whose status today is shown


def judge(pdf):
    """What can be said of a PDF that somebody brings."""
    leaf = proved_leaf(pdf)
    return Verdict(knows_seal() and is_ours(pdf), leaf is not None, leaf and leaf.signature)


def proved_leaf(pdf):
    """The entry of today's register that the attached proof is about, or None."""
    try:
        proof = verify_register.attached_proof(pdf)
        idx = verify_register.check_proof(proof, settings.REGISTER_VKEY)["i"]
    except (verify_register.Refused, ValueError, KeyError, TypeError, RecursionError):
        return None
    leaf = Leaf.objects.select_related("signature__authority").filter(idx=idx).first()
    return leaf if leaf and bundle.encoded(leaf.body) == proof["leaf"] else None
