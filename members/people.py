"""Who acts for a member, and who works for the secretariat: every way in, up, down and out.

    invite ──accept──▶ coordinator ⇄ lead ──remove──▶ ended (the membership stays, so that old deeds keep their context)
       └──withdraw / 14 days──▶ closed

Each verb locks the member first, so that two of them at once act one after the other.
"""

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition import limits
from members.emails import people as emails
from members.models import Invitation, Member, Membership, User

INVITATION_LIFETIME = timedelta(days=14)
INVITATIONS_A_DAY = 3  # to one address, whoever sends them


class InvitationClosedError(Exception):
    """The invitation was used, taken back or has expired since the page was shown."""


def may_manage(user, member):
    """Leads manage their colleagues; the secretariat manages everybody's."""
    return user.leads(member) or user.has_perm("members.add_invitation")


# --- invitations ---


@transaction.atomic
def invite(member, email, role, *, by, language):
    """Send somebody a link that lets them act for a member. It replaces an earlier one to the same address."""
    _lock(member)
    if not may_manage(by, member):
        raise PermissionDenied
    if member.memberships.current().filter(user__email__iexact=email).exists():
        raise ValidationError(_("This person acts for %(member)s already.") % {"member": member})
    if not limits.allow(f"invitation:{email.lower()}", INVITATIONS_A_DAY, 24 * 3600):
        raise ValidationError(_("This address has had three invitations today. Try again tomorrow."))
    now = timezone.now()
    member.invitations.open().filter(email__iexact=email).update(withdrawn_at=now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        member=member,
        email=email,
        role=role,
        language=language,
        token_hash=_digest(token),
        invited_by=by,
        expires_at=now + INVITATION_LIFETIME,
    )
    emails.invitation_sent(invitation, token)
    return invitation


def find_invitation(token):
    """The invitation of a link, whatever became of it, or None."""
    return Invitation.objects.select_related("member", "invited_by").filter(token_hash=_digest(token)).first()


@transaction.atomic
def accept(invitation, *, by):
    """Use an invitation up: from now on this account, whose address was invited, acts for the member."""
    invitation = _lock_open(invitation)
    if by.email.lower() != invitation.email.lower():
        raise PermissionDenied
    return _use(invitation, by)


@transaction.atomic
def accept_with_new_account(invitation, *, name, password):
    """Use an invitation up and open the account that acts for the member."""
    invitation = _lock_open(invitation)
    user = create_account(invitation.email, name, password, language=invitation.language)
    _use(invitation, user)
    return user


@transaction.atomic
def withdraw_invitation(invitation, *, by):
    """Take an invitation back; its link stops working. One that is closed already stays as it is."""
    _lock(invitation.member)
    if not may_manage(by, invitation.member):
        raise PermissionDenied
    Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=timezone.now())


# --- memberships ---


@transaction.atomic
def change_role(membership, role, *, by):
    """Make a coordinator lead, or a lead coordinator, and tell them."""
    membership = _lock_current(membership, by)
    if membership.role == role:
        return
    _keep_a_lead(membership, by)
    membership.role = role
    membership.save(update_fields=["role"])
    emails.membership_role_changed(membership)


@transaction.atomic
def remove(membership, *, by):
    """End a membership and tell the person. Their drafts stay with the member."""
    membership = _lock_current(membership, by)
    _keep_a_lead(membership, by)
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    emails.membership_ended(membership)


# --- accounts and the secretariat ---


@transaction.atomic
def create_account(email, name, password=None, **fields):
    """An account whose address is known to be its owner's, so that it can sign in at once."""
    user = User.objects.create_user(email, password, name=name, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def grant_role(user, role):
    """Let somebody work for the secretariat as "Moderators", "Editors", …; they then need a second factor."""
    user.groups.add(Group.objects.get(name=role))
    user.is_staff = True
    user.save(update_fields=["is_staff"])


def _digest(token):
    return hashlib.sha256(token.encode()).hexdigest()


def _lock(member):
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)


def _lock_open(invitation):
    _lock(invitation.member)
    invitation = Invitation.objects.select_related("member").get(pk=invitation.pk)
    if not invitation.is_open:
        raise InvitationClosedError
    return invitation


def _lock_current(membership, by):
    """The membership as it is now, if `by` may manage it; one that has ended meanwhile is not found."""
    _lock(membership.member)
    if not may_manage(by, membership.member):
        raise PermissionDenied
    return Membership.objects.current().select_related("user", "member").get(pk=membership.pk)


def _use(invitation, user):
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    membership, _created = Membership.objects.current().get_or_create(
        user=user, member=invitation.member, defaults={"role": invitation.role}
    )
    return membership


def _keep_a_lead(membership, by):
    """The last lead hands over before leaving; only the secretariat may leave a member without one."""
    if membership.role != Membership.Role.LEAD or by.has_perm("members.change_membership"):
        return
    others = membership.member.memberships.current().filter(role=Membership.Role.LEAD).exclude(pk=membership.pk)
    if not others.exists():
        raise ValidationError(
            _("%(member)s needs a lead. Make somebody else lead first.") % {"member": membership.member}
        )
