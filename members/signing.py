"""The path of a signature, from a form that anybody may fill in to an entry on the public register.

    start ──▶ started ──confirm──▶ confirmed ──take──▶ verifying ──verify──▶ active ──withdraw──▶ withdrawn
               │ ▲ │                   │                │ │  ▲
               │ │ └─disown─▶ refused ◀┴────refuse──────┘ │  │ answer
               │ └──renew──┐              ▲              ask │
               └──expire──▶ expired       └───refuse──── clarification

The signatory's steps (confirm, disown, renew) are proved by a link sent to the signatory's mailbox; the
officer's are taken at a desk; the site itself expires what nobody confirmed in 72 hours, and what still
lacks its mandate after 60 days (then also from confirmed, verifying and clarification). A mandate that comes
later is attached, and the state stays.

Four eyes: one officer checks (which method, on which day, with what evidence) and the case stays "being checked" until
a second one, who sees that, verifies it, or sends the check back. A question to the office makes the check void too.

A checked signature may be prepared for a ceremony: it is public nowhere before its hour, at which the site enters it.
Who has no mailbox confirms on paper, which an officer records. A withdrawal needs the same proof as a signature.

An active signature can be put on hold or be contested, be confirmed again by a successor, and its authority may
become part of another one: the register says so, and nobody is moved silently.

When a version is published that promises something else, every signatory keeps the old text and is sent a link, with
which the mailbox may sign the new one: a case of its own, checked as any other. The day it becomes active, the earlier
signature ends; without it nothing changes.

An entry on the register can be corrected (a typo) and the person in it erased: both are entries of their own, and the
state stays.

A council's decision or a letter of delegation must have come before a signature becomes active: a date by
which it is expected keeps the case open, it does not replace the document.

Whoever starts a case learns nothing: a new, a second, a blocked and a limited start answer alike.
"""

import hashlib
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from enum import Enum
from functools import partial
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition import limits
from coalition.models import Message
from members.emails import signing as emails
from members.mandates import forget, keep
from members.models import DeclarationVersion, Signature
from members.register import certificate, log

LINK_LASTS = timedelta(hours=72)
MANDATE_MAY_TAKE = timedelta(days=60)
REMINDERS = (timedelta(days=45), timedelta(days=15))  # before the end, so on day 15 and on day 45
MAILS_PER_CASE = 5
NEW_TEXT_LINK_LASTS = REMINDED_OF_NEW_TEXT_AFTER = timedelta(days=45)  # we write, to a mailbox that is proved
SAME_CLICK = timedelta(minutes=10)
HOUR, DAY = 3600, 24 * 3600

# Anybody can open a mailbox there, so that it proves nothing about a city.
PRIVATE_MAILBOXES = frozenset((Path(__file__).parent / "data" / "private_mailboxes.txt").read_text().split())

State = Signature.State


class Actor(Enum):
    """Who takes a step without an account."""

    SIGNATORY = "signatory"  # proved by the link
    SITE = "site"  # the clock


# --- who may ---


def is_signatory(signature, user):
    return user is Actor.SIGNATORY


def holds_valid_link(signature, user):
    return user is Actor.SIGNATORY and signature.link_is_valid


def may_renew(signature, user):
    """Only what was never confirmed comes back to life, and only while mails are left."""
    never_confirmed = signature.confirmed_at is None and not signature.link_is_valid
    return user is Actor.SIGNATORY and never_confirmed and signature.mails_sent < MAILS_PER_CASE


def is_overdue(signature, user):
    """The clock's reasons, asked again under the lock: somebody may have answered a moment ago."""
    if signature.state == State.STARTED:
        return user is Actor.SITE and not signature.link_is_valid
    is_late = signature.mandate_due_on is not None and signature.mandate_due_on < timezone.localdate()
    return user is Actor.SITE and signature.needs_mandate and is_late


def is_officer(signature, user):
    """An officer who has nothing to do with the case: four eyes."""
    return (
        not isinstance(user, Actor | None)
        and user.is_active
        and user.has_perm("members.verify_signature")
        and not is_involved(signature, user)
    )


def may_check(signature, user):
    return not signature.is_checked and is_officer(signature, user)


def may_undo_check(signature, user):
    return signature.is_checked and is_officer(signature, user)


def may_verify(signature, user):
    """Four eyes: who checked it, or recorded its confirmation on paper, does not verify it too."""
    return (
        signature.is_checked
        and is_officer(signature, user)
        and signature.checked_by_id != user.pk
        and not signature.steps.filter(name="paper", by=user).exists()
    )


def may_hold(signature, user):
    return not signature.hold and is_officer(signature, user)


def may_release(signature, user):
    return bool(signature.hold) and is_officer(signature, user)


def may_leave(signature, user):
    """The signatory asks once, by a fresh link."""
    return signature.withdrawal_asked_at is None and holds_valid_link(signature, user)


def may_sign_new_text(signature, user):
    """By a fresh link, while there is a newer promise and no case about it is open."""
    return (
        holds_valid_link(signature, user)
        and not signature.renewals.filter(state__in=State.open()).exists()
        and DeclarationVersion.objects.to_sign_after(signature.version) is not None
    )


def has_its_hour(signature, user):
    return user is Actor.SITE and signature.live_at <= timezone.now()


def is_officer_and_named(signature, user):
    """While there is still a person to correct or to erase."""
    return signature.erased_at is None and is_officer(signature, user)


def is_involved(signature, user):
    """Whether this person signs, filled in the form, or acts for the authority's member."""
    named = {signature.signatory_email.casefold(), signature.filled_in_by_email.casefold()}
    acts_for_it = user.memberships.current().filter(member__authority=signature.authority_id)
    return user.email.casefold() in named or acts_for_it.exists()


# --- with what effect ---


def nothing_more(signature, by):
    pass


def note_confirmation(signature, by):
    signature.confirmed_at = timezone.now()


def note_officer(signature, by):
    signature.officer = by


def enter_on_register(signature, by):
    """What one officer checked and this one confirms is appended to the log."""
    signature.verified_by = by
    enter(signature, by)


def prepare_entry(signature, by, live_at=None):
    """Checked and confirmed as any other, but nothing is entered, shown or told before the hour."""
    if live_at is None or live_at <= timezone.now():
        raise ValidationError({"live_at": _("Choose an hour that lies ahead.")})
    signature.verified_by, signature.live_at = by, live_at


def enter(signature, by):
    """Append it to the log. The signature that it follows ends at this moment, so that one text is in force."""
    if signature.renews_id:
        end_earlier(Signature.objects.select_for_update().get(pk=signature.renews_id))
        if signature.authority.signatures.active().filter(declaration=signature.declaration_id).exists():
            raise ValidationError(_("Another signature of this authority is active: refuse this case."))
    signature.verified_at = log.enter_signature(signature).at


def end_earlier(signature):
    if signature.state == State.ACTIVE:
        signature.withdrawn_at = log.enter_withdrawal(signature).at
        signature.state = State.WITHDRAWN
        signature.save(update_fields=["state", "withdrawn_at"])
        _record(signature, "followed", source=State.ACTIVE)
        certificate.discard(signature)


def sign_new_text(signature, by):
    """A case of its own for the new text, confirmed by the same mailbox; the old signature stands meanwhile."""
    kept = ("authority", "declaration", "language", "signatory_name", "signatory_office", "signatory_email")
    kept += ("term_ends_on", "filled_in_by_name", "filled_in_by_email", "power", "shown", "is_fictional")
    kept += ("consent_contact", "consent_newsletter")
    case = Signature(
        renews=signature,
        version=DeclarationVersion.objects.to_sign_after(signature.version),
        state=State.CONFIRMED,
        confirmed_at=timezone.now(),
        **{field: getattr(signature, field) for field in kept},
    )
    if case.needs_mandate:
        case.mandate_due_on = timezone.localdate() + MANDATE_MAY_TAKE
    case.save()
    _record(case, "start")
    _record(case, "confirm", by=by, source=State.STARTED)
    emails.confirmed(case)
    signature.token_expires_at = timezone.now()


def note_check(signature, by, method="", second_channel="", checked_on=None):
    """Record how it was checked, for the second officer. Refuses what has not been proved."""
    errors = faults_of_proof(signature, method, second_channel)
    if signature.needs_mandate:
        errors["__all__"] = [_("The decision or letter has not come yet. Attach it first.")]
    if errors:
        raise ValidationError(errors)
    signature.method, signature.second_channel = method, second_channel.strip()
    signature.checked_on, signature.checked_by = checked_on or timezone.localdate(), by


def undo_check(signature, by):
    """What was checked counts no longer: it is checked again, by anybody."""
    signature.method = signature.second_channel = ""
    signature.checked_on = signature.checked_by = None


def faults_of_proof(signature, method, second_channel):
    """What is missing before somebody may believe that the office wants this, by the field that should say it."""
    errors = {}
    if not method:
        errors["method"] = _("Say how you checked this signature.")
    if has_private_mailbox(signature):
        if not second_channel.strip():
            errors["second_channel"] = _(
                "This is a private mailbox: say by which second channel you reached the office."
            )
        if method == Signature.Method.DOMAIN:
            errors["method"] = _("This address is not on the authority’s own domain. Choose another way.")
    return errors


def leave_register(signature, by, method="", second_channel=""):
    """With the same proof as signing: from the signatory's mailbox or on paper, and checked by an officer."""
    errors = faults_of_proof(signature, method, second_channel)
    if not errors and not signature.withdrawal_asked_at and method not in ON_PAPER:
        errors["method"] = _("The signatory’s mailbox has not confirmed this: a decision or a signed letter is needed.")
    if errors:
        raise ValidationError(errors)
    signature.withdrawn_at = log.enter_withdrawal(signature).at
    certificate.discard(signature)


def correct_entry(signature, by, signatory_name="", signatory_office=""):
    """Put a typo right, on the page and in the log. The words before it cannot be proved any more."""
    name, office = signatory_name.strip() or signature.signatory_name, signatory_office.strip()
    office = office or signature.signatory_office
    if (name, office) == (signature.signatory_name, signature.signatory_office):
        raise ValidationError({"signatory_name": _("Nothing is different from what the register says.")})
    signature.signatory_name, signature.signatory_office = name, office
    log.enter_correction(signature)
    certificate.discard(signature)


def erase_person(signature, by, is_certain=False):
    """Everything that leads to a person goes: the authority's act, its office, its dates and every proof stay."""
    if not is_certain:
        raise ValidationError({"is_certain": _("Tick that you are certain: nothing brings the data back.")})
    signature.erased_at = log.enter_erasure(signature).at
    forget_person(signature)


def forget_person(signature):
    """Everywhere but on the register, whose opening is the log's."""
    people = {signature.signatory_email, signature.filled_in_by_email}
    for field in PERSONAL:
        setattr(signature, field, "")
    signature.term_ends_on, signature.consent_contact, signature.consent_newsletter = None, False, False
    if signature.mandate:
        transaction.on_commit(partial(signature.mandate.storage.delete, signature.mandate.name))
    signature.mandate = ""
    signature.steps.exclude(reason="").update(reason="")
    Message.objects.about(signature.code).delete()
    emails.forget(people)
    certificate.discard(signature)


def note_wish_to_leave(signature, by):
    signature.withdrawal_asked_at, signature.token_expires_at = timezone.now(), timezone.now()


def put_on_hold(signature, by, hold=""):
    if hold not in Signature.Hold.values:
        raise ValidationError({"hold": _("Say why it is on hold.")})
    signature.hold = hold


def release_hold(signature, by):
    signature.hold = ""


def reconfirm(signature, by, term_ends_on=None):
    """The office stands by the signature, whoever holds it now. The name stays: it is that of who signed."""
    if term_ends_on and term_ends_on < timezone.localdate():
        raise ValidationError({"term_ends_on": _("This term is over. Enter when the present one ends.")})
    signature.term_ends_on, signature.reconfirmed_on = term_ends_on, timezone.localdate()


def merge_authority(signature, by, merged_into=None, merged_on=None):
    """The authority became part of another one. The signature stays its own; the other one signs for itself."""
    authority = signature.authority
    if merged_into is None or merged_into.pk == authority.pk or merged_into.merged_into_id:
        raise ValidationError({"merged_into": _("Choose another city or region, which exists today.")})
    authority.merged_into, authority.merged_on = merged_into, merged_on or timezone.localdate()
    authority.save(update_fields=["merged_into", "merged_on"])


def attach_mandate(signature, by, mandate=None):
    """Keep the decision or letter that came after the form."""
    if not mandate:
        raise ValidationError({"mandate": _("Choose the PDF of the decision or letter.")})
    kept = keep(mandate)
    signature.mandate, signature.mandate_sha256 = kept.file, kept.sha256


ON_PAPER = (Signature.Method.COUNCIL_DECISION, Signature.Method.LETTER)
PERSONAL = (  # text that may name somebody
    *("signatory_name", "signatory_email", "filled_in_by_name", "filled_in_by_email", "second_channel"),
    *("decision_reference", "mandate_sha256", "token_hash"),
)

# --- the path ---


class Transition(NamedTuple):
    label: str
    sources: tuple
    target: str | None  # None: the state stays
    allowed: Callable
    notify: Callable = emails.nobody
    effect: Callable = nothing_more
    needs_reason: bool = False


WITH_OFFICER = (State.CONFIRMED, State.VERIFYING, State.CLARIFICATION)
ON_REGISTER = (State.ACTIVE, State.WITHDRAWN)
TRANSITIONS = {
    "confirm": Transition(
        _("Confirm and sign"), (State.STARTED,), State.CONFIRMED, holds_valid_link, emails.confirmed, note_confirmation
    ),
    "paper": Transition(
        _("Record a confirmation on paper"),
        (State.STARTED,),
        State.CONFIRMED,
        is_officer,
        emails.confirmed,
        note_confirmation,
        needs_reason=True,
    ),
    "disown": Transition(_("This is not me"), (State.STARTED,), State.REFUSED, is_signatory, emails.disowned),
    "renew": Transition(_("Send me a new link"), (State.STARTED, State.EXPIRED), State.STARTED, may_renew),
    "expire": Transition(_("Expire"), (State.STARTED, *WITH_OFFICER), State.EXPIRED, is_overdue, emails.expired),
    "take": Transition(
        _("Take this case"), (State.CONFIRMED,), State.VERIFYING, is_officer, emails.nobody, note_officer
    ),
    "check": Transition(_("Record the check"), (State.VERIFYING,), None, may_check, emails.checked, note_check),
    "verify": Transition(
        _("Verify and enter on the register"),
        (State.VERIFYING,),
        State.ACTIVE,
        may_verify,
        emails.verified,
        enter_on_register,
    ),
    "prepare": Transition(
        _("Prepare for a ceremony"),
        (State.VERIFYING, State.PREPARED),
        State.PREPARED,
        may_verify,
        emails.nobody,
        prepare_entry,
    ),
    "enter": Transition(
        _("Becomes public at its hour"), (State.PREPARED,), State.ACTIVE, has_its_hour, emails.verified, enter
    ),
    "undo": Transition(
        _("Send the check back"),
        (State.VERIFYING,),
        None,
        may_undo_check,
        emails.nobody,
        undo_check,
        needs_reason=True,
    ),
    "ask": Transition(
        _("Ask for clarification"),
        (State.VERIFYING,),
        State.CLARIFICATION,
        is_officer,
        emails.clarification_asked,
        undo_check,
        needs_reason=True,
    ),
    "answer": Transition(
        _("Record the answer"), (State.CLARIFICATION,), State.VERIFYING, is_officer, needs_reason=True
    ),
    "attach": Transition(
        _("Attach the decision or letter"), WITH_OFFICER, None, is_officer, emails.nobody, attach_mandate
    ),
    "refuse": Transition(
        _("Refuse"), (*WITH_OFFICER, State.PREPARED), State.REFUSED, is_officer, emails.refused, needs_reason=True
    ),
    "leave": Transition(
        _("Withdraw this signature"), (State.ACTIVE,), None, may_leave, emails.withdrawal_asked, note_wish_to_leave
    ),
    "sign_new_text": Transition(
        _("Sign the new version"), (State.ACTIVE,), None, may_sign_new_text, emails.nobody, sign_new_text
    ),
    "withdraw": Transition(
        _("Record the withdrawal"),
        (State.ACTIVE,),
        State.WITHDRAWN,
        is_officer,
        emails.withdrawn,
        leave_register,
        needs_reason=True,
    ),
    "hold": Transition(
        _("Put on hold"), (State.ACTIVE,), None, may_hold, emails.hold_changed, put_on_hold, needs_reason=True
    ),
    "release": Transition(
        _("Lift the hold"), (State.ACTIVE,), None, may_release, emails.hold_changed, release_hold, needs_reason=True
    ),
    "reconfirm": Transition(
        _("Record that the office stands by it"),
        (State.ACTIVE,),
        None,
        is_officer,
        emails.reconfirmed,
        reconfirm,
        needs_reason=True,
    ),
    "merge": Transition(
        _("Record a merger"), (State.ACTIVE,), None, is_officer, emails.merged, merge_authority, needs_reason=True
    ),
    "correct": Transition(_("Correct a typo"), ON_REGISTER, None, is_officer_and_named, emails.nobody, correct_entry),
    "erase": Transition(
        _("Erase the person’s data"), ON_REGISTER, None, is_officer_and_named, emails.nobody, erase_person
    ),
}


def available(signature, user):
    """The steps that this person (an account, or an Actor) may take now, by name."""
    return {
        name: step
        for name, step in TRANSITIONS.items()
        if signature.state in step.sources and step.allowed(signature, user)
    }


def label_of(step):
    """What a line of the history is called; a start and a reminder have no button, so they have no label."""
    return TRANSITIONS[step.name].label if step.name in TRANSITIONS else ""


@transaction.atomic
def perform(name, signature, by=None, reason="", **details):
    """Take one step, record who took it and why, and tell those it concerns."""
    signature = (
        Signature.objects.select_for_update(of=["self"]).select_related("authority", "version").get(pk=signature.pk)
    )
    try:
        step = available(signature, by)[name]
    except KeyError:
        raise PermissionDenied from None
    reason = reason.strip()
    if step.needs_reason and not reason:
        raise ValidationError({"reason": _("Say why: the history and the mail need it.")})
    source = signature.state
    step.effect(signature, by, **details)
    signature.state = step.target or source
    signature.save()
    _record(signature, name, by=by, source=source, reason=reason)
    step.notify(signature, reason)
    return signature


def _record(signature, name, by=None, source="", reason=""):
    account = None if isinstance(by, Actor) else by
    signature.steps.create(name=name, by=account, source=source, target=signature.state, reason=reason)


# --- the signatory's side ---


def start(answers, mandate=None, ip=""):
    """Open a case and write to the signatory, if this authority can sign; say nothing of it otherwise.

    `answers` are the model's fields, from the form. The caller answers the same whatever happens here.
    """
    version = DeclarationVersion.objects.current()
    authority, email = answers["authority"], answers["signatory_email"]
    within_limits = all(
        [  # a list, so that every try counts for each of them
            limits.allow(f"sign:ip:{ip}", 20, HOUR),
            limits.allow(f"sign:authority:{authority.pk}", 5, DAY),
            emails.may_be_troubled(email),
        ]
    )
    if not version or not within_limits or authority.merged_into_id or authority.signatures.disowned_by(email).exists():
        return
    signature = Signature(version=version, declaration=version.declaration, **answers)
    if mandate:
        signature.mandate, signature.mandate_sha256 = mandate.file, mandate.sha256
    elif signature.needs_mandate:
        signature.mandate_due_on = timezone.localdate() + MANDATE_MAY_TAKE
    try:
        with transaction.atomic():
            token = _new_link(signature)
            signature.save()
            _record(signature, "start")
            emails.started(signature, token)
    except IntegrityError:  # an_authority_has_one_open_or_active_signature
        _tell_known_contact(signature)


@transaction.atomic
def _tell_known_contact(attempt):
    """Tell the signatory of the case that is open, unless it is the same form sent twice."""
    known = (
        Signature.objects.open_or_active()
        .filter(authority=attempt.authority, declaration=attempt.declaration)
        .select_related("authority")
        .first()
    )
    if known is None:
        return
    is_same_click = (
        known.state == State.STARTED
        and known.signatory_email.casefold() == attempt.signatory_email.casefold()
        and known.started_at > timezone.now() - SAME_CLICK
    )
    if not is_same_click:
        emails.started_again(known)


def _new_link(signature, lasts=LINK_LASTS):
    """A new secret for the case: only its hash is kept, and the one before no longer works."""
    token = secrets.token_urlsafe(32)
    signature.token_hash = hash_of(token)
    signature.token_expires_at = timezone.now() + lasts
    signature.mails_sent += 1
    return token


def hash_of(token):
    return hashlib.sha256(token.encode()).hexdigest()


def case_of(token):
    """The case that a link belongs to, used or not, or None."""
    cases = Signature.objects.select_related("authority", "version__declaration")
    return cases.filter(token_hash=hash_of(token)).first()


def confirm(token):
    """The signatory signs."""
    return _by_link("confirm", token)


def leave(token):
    """The signatory wants to withdraw; an officer checks it as the signature was checked."""
    return _by_link("leave", token)


def follow(token):
    """The signatory signs the new version too."""
    return _by_link("sign_new_text", token)


@transaction.atomic
def send_withdrawal_link(signature, ip=""):
    """Write to the mailbox that signed, whoever asks; the caller answers the same whatever happens here."""
    signature = Signature.objects.select_for_update(of=["self"]).select_related("authority").get(pk=signature.pk)
    may_ask = signature.state == State.ACTIVE and signature.signatory_email and not signature.withdrawal_asked_at
    within_limits = limits.allow(f"withdrawal:ip:{ip}", 20, HOUR)
    if may_ask and within_limits and emails.may_be_troubled(signature.signatory_email):
        token = _new_link(signature)
        signature.save(update_fields=["token_hash", "token_expires_at", "mails_sent"])
        emails.withdrawal_link(signature, token)


def disown(token):
    """The owner of the mailbox never asked for this: stop, tell the officers, and ignore repeats."""
    return _by_link("disown", token)


def _by_link(name, token):
    signature = Signature.objects.only("pk").filter(token_hash=hash_of(token)).first()  # perform() reads the rest
    if signature is None:
        raise PermissionDenied
    return perform(name, signature, by=Actor.SIGNATORY)


def renew_link(token):
    """Send a new link to the same mailbox. Silent where another case was opened, or that mailbox is full of us."""
    signature = case_of(token)
    if signature is None or "renew" not in available(signature, Actor.SIGNATORY):
        raise PermissionDenied
    if not emails.may_be_troubled(signature.signatory_email):
        return
    try:
        with transaction.atomic():
            signature = perform("renew", signature, by=Actor.SIGNATORY)
            fresh = _new_link(signature)
            signature.save(update_fields=["token_hash", "token_expires_at", "mails_sent"])
            emails.link_renewed(signature, fresh)
    except IntegrityError:
        return


# --- the clock ---


def expire_overdue():
    """Close what nobody confirmed and what never got its mandate; delete files that no case took up."""
    overdue = [*Signature.objects.unconfirmed_since(timezone.now()), *Signature.objects.mandate_overdue()]
    for signature in overdue:
        with suppress(PermissionDenied):  # answered a moment ago
            perform("expire", signature, by=Actor.SITE)
    forget(older_than=timedelta(days=2))


def enter_prepared_signatures():
    """Enter on the register what was prepared for a ceremony whose hour has come."""
    for signature in Signature.objects.due_to_go_live():
        with suppress(PermissionDenied):  # refused, or put off, a moment ago
            perform("enter", signature, by=Actor.SITE)


def remind_of_ended_terms():
    """Ask, once for each term, whether the office still stands by what its last holder signed."""
    for signature in Signature.objects.with_ended_term():
        with transaction.atomic():
            signature = Signature.objects.select_for_update(of=["self"]).get(pk=signature.pk)
            if (
                signature.term_has_ended
                and not signature.steps.filter(name="term", at__date__gt=signature.term_ends_on).exists()
            ):
                _record(signature, "term", by=Actor.SITE, source=signature.state)
                emails.term_ended(signature)


def tell_of_new_text():
    """Send every signatory of an older promise the link to sign the new one: once, and once more after 45 days."""
    for signature in Signature.objects.with_older_promise().exclude(signatory_email=""):
        with transaction.atomic():
            signature = Signature.objects.select_for_update(of=["self"]).get(pk=signature.pk)
            newer = DeclarationVersion.objects.to_sign_after(signature.version)
            is_open = signature.renewals.filter(state__in=State.open()).exists()
            if signature.state != State.ACTIVE or newer is None or is_open:
                continue
            told = signature.steps.filter(name="new_text", at__gte=newer.published_at).values_list("at", flat=True)
            is_time = not told or (len(told) == 1 and told[0] <= timezone.now() - REMINDED_OF_NEW_TEXT_AFTER)
            if is_time:
                token = _new_link(signature, NEW_TEXT_LINK_LASTS)
                signature.save(update_fields=["token_hash", "token_expires_at", "mails_sent"])
                _record(signature, "new_text", by=Actor.SITE, source=signature.state)
                emails.new_text(signature, token, newer)


def remind_of_mandates():
    """Remind of each missing decision or letter on day 15 and on day 45."""
    today = timezone.localdate()
    for signature in Signature.objects.mandate_awaited_by(today + max(REMINDERS)):
        with transaction.atomic():
            signature = Signature.objects.select_for_update(of=["self"]).get(pk=signature.pk)
            due = sum(signature.mandate_due_on <= today + before for before in REMINDERS)
            if signature.steps.filter(name="remind").count() < due:
                _record(signature, "remind", by=Actor.SITE, source=signature.state)
                emails.mandate_awaited(signature)


# --- the queue ---


def has_private_mailbox(signature):
    return signature.signatory_email.rpartition("@")[2].casefold() in PRIVATE_MAILBOXES


def waits_for_second_officer(signature, user):
    """Whether this officer checked it (or recorded its paper), so that somebody else must verify it."""
    return signature.awaits_second_officer and not may_verify(signature, user)


def place_in_queue(signature):
    """How many cases are decided before this one, and it."""
    return Signature.objects.waiting_for_officer().filter(confirmed_at__lte=signature.confirmed_at).count()


# --- the text ---


@transaction.atomic
def publish(version):
    """Make a version of the declaration the one to sign. Its text never changes again."""
    version = DeclarationVersion.objects.select_for_update().get(pk=version.pk)
    if version.published_at:
        raise ValidationError(_("This version is published already."))
    version.fingerprint = version.texts.get(language=version.authentic_language).fingerprint()
    version.published_at = timezone.now()
    version.save()
    log.enter_text(version, at=version.published_at)
    return version
