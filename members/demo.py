"""The people of a demo site. Their passwords are public: `members.authentication` lets them in there only."""

from typing import NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import Member, Membership, User

PASSWORD = "paving-stones-of-europe"


class Account(NamedTuple):
    """Somebody who acts for a member (its `member` slug) or for the secretariat (`groups`, with a TOTP `secret`)."""

    name: str
    email: str
    title: str
    member: str = ""
    role: str = ""
    groups: tuple = ()
    secret: str = ""
    password: str = PASSWORD


COORDINATOR, LEAD = Membership.Role.COORDINATOR, Membership.Role.LEAD
ACCOUNTS = [
    Account("Karla Koordinat", "coordinator@example.org", _("Coordinator"), "musterhafen", COORDINATOR),
    Account("Leo Leitfaden", "lead@example.org", _("Lead"), "musterhafen", LEAD),
    Account("Claire Exemple", "coordinator.villexemple@example.org", _("Coordinator"), "villexemple", COORDINATOR),
    Account(
        "Mona Musterfrau",
        "moderator@example.org",
        _("Moderator"),
        groups=("Moderators",),
        secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    ),
    Account(
        "Max Mustermann",
        "moderator2@example.org",
        _("Second moderator"),
        groups=("Moderators",),
        secret="KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU",
    ),
    Account(
        "Olga Oficial",
        "officer@example.org",
        _("Declaration officer"),
        groups=("Declaration officers",),
        secret="MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK",
    ),
    Account(
        "Edda Ejemplo",
        "editor@example.org",
        _("Editor"),
        groups=("Editors",),
        secret="NRUW63TTORXW4ZLTNRUW63TTORXW4ZLT",
    ),
    Account(
        "Adam Anonimo",
        "administrator@example.org",
        _("Administrator"),
        groups=("Moderators", "Declaration officers", "Editors", "Administrators"),
        secret="OBQXM2LOM5ZXI33OOBQXM2LOM5ZXI33O",
    ),
]


@transaction.atomic
def create_demo_accounts():
    """Bring the demo accounts, and set back those that are there. Their members must exist."""
    for account in ACCOUNTS:
        user, _created = User.objects.update_or_create(
            email=account.email,
            defaults={"name": account.name, "is_staff": bool(account.groups), "is_active": True, "is_demo": True},
        )
        user.set_password(account.password)
        user.save()
        user.groups.set(Group.objects.filter(name__in=account.groups))
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
        if account.member:
            member = Member.objects.get(slug=account.member)
            Membership.objects.get_or_create(user=user, member=member, ended_at=None, defaults={"role": account.role})
        if account.secret:
            Authenticator.objects.update_or_create(
                user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": encrypt(account.secret)}}
            )
