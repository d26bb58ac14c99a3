"""How a city becomes a member: it asks, the secretariat answers with a reason, and an invitation follows.

asked ──accept──▶ member, and an invitation for its first lead
   └──decline──▶ answered by mail
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from coalition import limits
from members import people
from members.emails import people as emails
from members.models import JoinRequest, Member, Membership

REQUESTS_AN_HOUR = 5  # of one network
HOUR = 3600
REMEMBERED = timedelta(days=90)  # after its answer; templates/pages/privacy.html says so


class AlreadyAnsweredError(Exception):
    """Somebody else was quicker."""


def ask(request, *, address):
    """Keep a request. One more of the same mailbox is dropped without a word.

    Raises ValidationError where its network has sent too many.
    """
    if not limits.allow(f"join:ip:{address}", REQUESTS_AN_HOUR, HOUR):
        raise ValidationError(_("Your network has sent several requests within an hour. Send yours again later."))
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError:
        return None
    return request


def may_answer(user):
    return user.has_perm("members.add_invitation")


@transaction.atomic
def accept(request, *, by, reason, member=None):
    """Make the place a member, the one given or a new one, and invite whoever asked to lead it."""
    request = _lock(request, by)
    member = member or Member.objects.create(name=request.place, slug=free_slug(request.place), country=request.country)
    if member.joined_on is None:
        member.joined_on = timezone.localdate()
        member.save(update_fields=["joined_on"])
    people.invite(member, request.email, Membership.Role.LEAD, by=by, language=request.language)
    return _answer(request, by, reason, member)


@transaction.atomic
def decline(request, *, by, reason):
    """Say no, and why."""
    request = _answer(_lock(request, by), by, reason, None)
    emails.join_declined(request)
    return request


def forget_answered():
    """Erase what was answered long ago: whoever joined is a member by now, the others have their answer."""
    answered = JoinRequest.objects.filter(answered_at__lt=timezone.now() - REMEMBERED)
    return answered.delete()[0]


def without_lead():
    """Members whom nobody leads, so that nobody can invite colleagues there: the secretariat's to mend."""
    leads = Membership.objects.current().filter(role=Membership.Role.LEAD)
    return Member.objects.joined().exclude(memberships__in=leads).order_by("name")


def free_slug(name):
    base = slugify(name)[:70] or "member"
    taken = set(Member.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def _lock(request, by):
    if not may_answer(by):
        raise PermissionDenied
    request = JoinRequest.objects.select_for_update().get(pk=request.pk)
    if request.answered_at:
        raise AlreadyAnsweredError
    return request


def _answer(request, by, reason, member):
    request.member, request.reason = member, reason
    request.answered_at, request.answered_by = timezone.now(), by
    request.save()
    return request
