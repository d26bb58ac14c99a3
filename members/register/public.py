"""What the register says to everybody, one signature at a time: the same in the table, the JSON and the feed."""

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

ROWS_AT_ONCE = 500


def rows(signatures):
    """A first row with the names of the columns, then a row for each signature, however many there are."""
    yield [str(name) for name, _value in columns(None)]
    for signature in signatures.for_register().iterator(chunk_size=ROWS_AT_ONCE):
        yield [value() for _name, value in columns(signature)]


def columns(signature):
    """(its name, what it says), from left to right: what the page of the signature shows, and no more."""
    return [
        (_("Code"), lambda: signature.code),
        (_("Address"), lambda: address_of(signature)),
        (_("City or region"), lambda: signature.authority.name),
        (_("Country"), lambda: signature.authority.country.code),
        (_("Kind"), lambda: signature.authority.get_kind_display()),
        (_("Status today"), lambda: signature.get_state_display()),
        (_("Hold"), lambda: "" if signature.withdrawn_at else signature.get_hold_display()),
        (_("Signed by"), lambda: signature.public_name),
        (_("Office at signing"), lambda: signature.signatory_office),
        (_("On the register since"), lambda: day(signature.verified_at)),
        (_("Withdrawn"), lambda: day(signature.withdrawn_at)),
        (_("How it was checked"), lambda: signature.get_method_display()),
        (_("Version of the text"), lambda: signature.version.number),
        (_("Fingerprint"), lambda: signature.version.fingerprint),
        (_("Remark"), lambda: _("Invented for the demonstration") if signature.is_fictional else ""),
    ]


def as_data(signature):
    """The same for programs: codes instead of words, which do not depend on the reader's language."""
    return {
        "code": signature.code,
        "url": address_of(signature),
        "authority": {
            "code": signature.authority.code,
            "name": signature.authority.name,
            "country": signature.authority.country.code,
            "kind": signature.authority.kind,
        },
        "status": signature.state,
        "hold": "" if signature.withdrawn_at else signature.hold,
        "name": signature.public_name,
        "office": signature.signatory_office,
        "signed": day(signature.verified_at),
        "withdrawn": day(signature.withdrawn_at) or None,
        "method": signature.method,
        "version": signature.version.number,
        "fingerprint": signature.version.fingerprint,
        "fictional": signature.is_fictional,
    }


def address_of(signature):
    return settings.SITE_URL + signature.get_absolute_url()


def day(moment):
    return localdate(moment).isoformat() if moment else ""
