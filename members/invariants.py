"""What must hold of people, signatures and their register at every moment. Each answers with what is wrong, or "".

`manage.py check_invariants` asks them all; trust in the register begins with I1, I2, I7 and I8.
"""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Count, Q
from django.utils import timezone

from coalition.models import Message, Rhythm
from members.models import Head, Leaf, Opening, Signature, User
from members.register import sealer, tree
from members.register.notes import Checkpoint, Key, is_signed_by

Kind = Leaf.Kind


def an_authority_signs_a_declaration_once():
    """I1: at most one active signature for each declaration and authority."""
    doubled = Signature.objects.active().values("declaration", "authority").order_by().annotate(n=Count("pk"))
    return ", ".join(str(row["authority"]) for row in doubled.filter(n__gt=1))


def what_is_shown_is_what_the_log_says():
    """I2: active and withdrawn signatures are those of the log, for the same authority and text."""
    shown = {row.pk: row.state for row in Signature.objects.on_register()}
    logged = {}
    for leaf in Leaf.objects.exclude(signature=None).select_related("signature__authority", "signature__version"):
        says, signature = leaf.says, leaf.signature
        if (says["city"], says["decl"]) != (signature.authority.code, signature.version.fingerprint):
            return f"leaf {leaf.idx} is not about {signature.code}"
        if leaf.kind in (Kind.SIGNED, Kind.WITHDRAWN):
            logged[signature.pk] = "active" if leaf.kind == Kind.SIGNED else "withdrawn"
    different = {pk for pk in shown.keys() | logged.keys() if shown.get(pk) != logged.get(pk)}
    return ", ".join(Signature.objects.filter(pk__in=different).order_by("pk").values_list("code", flat=True))


def every_head_begins_the_next():
    """I7: leaves are in order, and every head is signed and is true of the first leaves."""
    try:
        bodies = sealer.read_in_order()
    except sealer.Inconsistent as why:
        return str(why)
    hashes = [tree.leaf_hash(body) for body in bodies]
    for head in Head.objects.order_by("size"):
        checkpoint = Checkpoint.parse(head.note)
        if not settings.REGISTER_VKEY or not is_signed_by(head.note, Key.parse(settings.REGISTER_VKEY)):
            return f"head {head.size} is not signed by the register's key"
        if (checkpoint.size, checkpoint.root) != (head.size, tree.root(hashes[: head.size])) or head.size > len(bodies):
            return f"head {head.size} is not true of the leaves"
    return ""


def every_entry_is_signed_soon():
    """The sealer lives: no leaf waits for its head longer than two minutes."""
    head = Head.objects.last()
    waiting = Leaf.objects.filter(idx__gte=head.size if head else 0, created__lt=timezone.now() - timedelta(minutes=2))
    return ", ".join(str(leaf.idx) for leaf in waiting) if settings.REGISTER_VKEY else ""


def nothing_opens_what_was_erased():
    """I8: no opening for an erased or corrected entry."""
    closed = {leaf.says["ref"] for leaf in Leaf.objects.all() if leaf.kind in (Kind.ERASED, Kind.CORRECTED)}
    return ", ".join(str(idx) for idx in Opening.objects.filter(leaf__in=closed).values_list("leaf", flat=True))


def every_mail_is_sent_waiting_or_dead_with_a_reason():
    """I6: none is given up without a reason, none waits for 15 minutes untried, nor for eight days for its digest."""
    untried = Q(rhythm=Rhythm.INSTANT, attempts=0, created_at__lt=timezone.now() - timedelta(minutes=15))
    forgotten = Q(digest=None, created_at__lt=timezone.now() - timedelta(days=8)) & ~Q(rhythm=Rhythm.INSTANT)
    late = Q(dead_at=None) & (untried | forgotten)
    stuck = Message.objects.filter(sent_at=None).filter(Q(dead_at__isnull=False, error="") | late)
    return ", ".join(str(pk) for pk in stuck.values_list("pk", flat=True))


def every_case_has_its_history():
    """I9: the last line of a case's history says the state that it is in."""
    wrong = []
    for signature in Signature.objects.prefetch_related("steps"):
        steps = list(signature.steps.all())
        if not steps or steps[-1].target != signature.state:
            wrong.append(signature.code)
    return ", ".join(wrong)


def staff_have_two_factors():
    """I10: nobody of the secretariat has signed in without a second factor, and no session lasts over 12 hours."""
    with_factor = Authenticator.objects.filter(type=Authenticator.Type.TOTP).values("user")
    staff = User.objects.filter(is_staff=True, is_active=True, last_login__isnull=False).exclude(pk__in=with_factor)
    too_long = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE, minutes=1)
    wrong = [f"account {pk}" for pk in staff.values_list("pk", flat=True)]
    return ", ".join([*wrong, *("a session" for _ in Session.objects.filter(expire_date__gt=too_long))])


INVARIANTS = [
    an_authority_signs_a_declaration_once,
    what_is_shown_is_what_the_log_says,
    every_head_begins_the_next,
    every_entry_is_signed_soon,
    nothing_opens_what_was_erased,
    every_mail_is_sent_waiting_or_dead_with_a_reason,
    every_case_has_its_history,
    staff_have_two_factors,
]
