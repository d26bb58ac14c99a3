"""Mails of the path of a signature. Nobody's mailbox gets more than three a day from strangers' forms."""

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from coalition import limits, mail
from coalition.models import Limit, Message
from coalition.tasks import Patience
from members.models import Head, Signature, User

STRANGERS_MAILS_A_DAY = 3
HOUR, DAY = 3600, 24 * 3600


def may_be_troubled(email):
    """Count one more mail that a stranger causes to this address; false once there were three today."""
    return limits.allow(f"mail:{email.casefold()}", STRANGERS_MAILS_A_DAY, DAY)


def forget(addresses):
    """How often these were written to goes with them."""
    Limit.objects.filter(key__in=[f"mail:{email.casefold()}" for email in addresses]).delete()


def nobody(signature, reason=""):
    """A step that needs no mail."""


def started(signature, token):
    """The signatory gets the link, with what was typed; who filled in the form gets a receipt."""
    _send("signature_confirm", signatory(signature), signature, token=token)
    if may_be_troubled(signature.filled_in_by_email):
        _send("signature_receipt", filler_in(signature), signature, head=Head.objects.last())


def started_again(signature):
    """The contact we know is told that somebody tried to sign for the same authority."""
    if may_be_troubled(signature.signatory_email):
        _send("signature_duplicate", signatory(signature), signature)


def link_renewed(signature, token):
    _send("signature_link", signatory(signature), signature, token=token)


def confirmed(signature, reason=""):
    """The officers have a new case. The worker writes to them: who presses the button does not wait for it."""
    tell_officers.defer(signature_id=signature.pk)


@app.task(retry=Patience())
@transaction.atomic
def tell_officers(signature_id):
    """Write to each officer that a case waits, once however often a killed worker is replaced."""
    signature = Signature.objects.select_related("authority").select_for_update(of=["self"]).get(pk=signature_id)
    if not Message.objects.about(signature.code).filter(template="signature_waiting").exists():
        for officer in officers():
            _send("signature_waiting", officer, signature)


def checked(signature, reason=""):
    """The other officers learn that a checked case waits for one of them."""
    for officer in officers():
        if officer.email != signature.checked_by.email:
            _send("signature_checked", officer, signature)


def disowned(signature, reason=""):
    """The officers are told that somebody used a stranger's address."""
    for officer in officers():
        _send("signature_disowned", officer, signature)


def expired(signature, reason=""):
    """A signatory who never answered is left alone."""
    if signature.confirmed_at:
        _to_both("signature_expired", signature)
    elif may_be_troubled(signature.filled_in_by_email):
        _send("signature_expired", filler_in(signature), signature)


def mandate_awaited(signature):
    """Who filled in the form is reminded of the decision or letter."""
    _send("signature_reminder", filler_in(signature), signature)


def clarification_asked(signature, reason):
    """Who filled in the form is asked, in the officer's words."""
    _send("signature_clarification", filler_in(signature), signature, reason=reason)


def verified(signature, reason=""):
    _to_both("signature_verified", signature, head=Head.objects.last())


def refused(signature, reason):
    _to_both("signature_refused", signature, reason=reason)


def withdrawn(signature, reason):
    _to_both("signature_withdrawn", signature, reason=reason)


def withdrawal_link(signature, token):
    _send("signature_withdrawal_link", signatory(signature), signature, token=token)


def withdrawal_asked(signature, reason=""):
    """The officers check a withdrawal as they check a signature."""
    for officer in officers():
        _send("signature_withdrawal_asked", officer, signature)


def hold_changed(signature, reason):
    """Both learn what the register says of the signature from now on, and why."""
    _to_both("signature_hold", signature, reason=reason)


def term_ended(signature):
    """The office is asked whether its new holder stands by the signature."""
    _to_both("signature_term_ended", signature)


def new_text(signature, token, newer):
    """The mailbox that signed may sign the new version too."""
    _send("signature_new_text", signatory(signature), signature, token=token, newer=newer)


def reconfirmed(signature, reason):
    _to_both("signature_reconfirmed", signature)


def merged(signature, reason):
    _to_both("signature_merged", signature, reason=reason)


def authority_missing(request):
    """The secretariat learns of a city or region that the list does not have."""
    mail.send("signature_authority_request", secretariat(), {"request": request})


def register_in_doubt(why):
    """The sealer refuses to sign; officers and administrators learn it, at most once an hour."""
    if limits.allow("register:alarm", 1, HOUR):
        for person in {person.email: person for person in (*officers(), *administrators())}.values():
            mail.send("register_in_doubt", person, {"why": why})


def witness_silent(witness, since):
    """A witness has not signed what it should have seen; officers and administrators learn it, once a day."""
    if limits.allow(f"register:silent:{witness}", 1, DAY):
        for person in {person.email: person for person in (*officers(), *administrators())}.values():
            mail.send("register_witness_silent", person, {"witness": witness, "since": since})


def signatory(signature):
    return mail.Person(signature.signatory_email, signature.signatory_name, signature.language)


def filler_in(signature):
    return mail.Person(signature.filled_in_by_email, signature.filled_in_by_name, signature.language)


def secretariat():
    return mail.Person(settings.SECRETARIAT_EMAIL, "", settings.LANGUAGE_CODE)


def officers():
    """Those who check signatures, or the secretariat while there are none."""
    people = User.objects.filter(is_active=True, groups__permissions__codename="verify_signature").distinct()
    return list(people) or [secretariat()]


def administrators():
    return User.objects.filter(is_active=True, groups__name="Administrators")


def _to_both(template, signature, **context):
    """To the signatory and to who filled in the form, once if they are one, never if they were erased."""
    people = {
        person.email.casefold(): person for person in (filler_in(signature), signatory(signature)) if person.email
    }
    for person in people.values():
        _send(template, person, signature, **context)


def _send(template, person, signature, **context):
    mail.send(template, person, {"signature": signature, "place": signature.authority} | context, case=signature.code)
