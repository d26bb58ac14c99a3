"""One factory for each model: the simplest valid object."""

import datetime
import hashlib

import factory
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Group
from django.utils import timezone
from factory.django import DjangoModelFactory

from members import models as members
from members.register import log
from practices import models as practices

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LONG = "Young people were offered money to carry parcels, and nobody told the school. " * 8


class UserFactory(DjangoModelFactory):
    class Meta:
        model = members.User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password("correct horse battery")

    @factory.post_generation
    def address(self, create, extracted, **kwargs):
        """The address was confirmed, as an invitation does it: without that nobody gets past sign-in."""
        EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)

    @factory.post_generation
    def groups(self, create, names, **kwargs):
        """`groups=["Moderators"]` adds the user to staff roles, with the second factor that these need."""
        for name in names or []:
            self.groups.add(Group.objects.get(name=name))
        if names:
            TOTP.activate(self, TOTP_SECRET)


class MemberFactory(DjangoModelFactory):
    """A member of the coalition; `joined_on=None` makes it a place in the library."""

    class Meta:
        model = members.Member

    name = factory.Sequence(lambda n: f"Sampleville {n}")
    slug = factory.Sequence(lambda n: f"sampleville-{n}")
    country = "FR"
    population = 90_000
    latitude, longitude = 48.1, -1.7
    joined_on = datetime.date(2026, 1, 15)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = members.Membership

    user = factory.SubFactory(UserFactory)
    member = factory.SubFactory(MemberFactory)


class InvitationFactory(DjangoModelFactory):
    """An open invitation whose link holds `token`."""

    class Meta:
        model = members.Invitation

    class Params:
        token = factory.Sequence(lambda n: f"token-{n}")

    member = factory.SubFactory(MemberFactory)
    email = factory.Sequence(lambda n: f"invited{n}@example.org")
    role = "coordinator"
    token_hash = factory.LazyAttribute(lambda self: hashlib.sha256(self.token.encode()).hexdigest())
    invited_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=14))


class JoinRequestFactory(DjangoModelFactory):
    """A city that asks to join and waits for its answer."""

    class Meta:
        model = members.JoinRequest

    place = factory.Sequence(lambda n: f"Newtown {n}")
    country = "BE"
    name = "Nora Nieuw"
    office = "Head of prevention"
    email = factory.Sequence(lambda n: f"asks{n}@example.org")


class AuthorityFactory(DjangoModelFactory):
    class Meta:
        model = members.Authority

    code = factory.Sequence(lambda n: f"geonames:{n}")
    kind = "city"
    name = factory.Sequence(lambda n: f"Musterstadt {n}")
    country = "DE"
    population = 120_000
    latitude, longitude = 51.0, 9.0


class DeclarationFactory(DjangoModelFactory):
    class Meta:
        model = members.Declaration

    slug = factory.Sequence(lambda n: f"declaration-{n}")


class DeclarationVersionFactory(DjangoModelFactory):
    """A published version with an English text of two articles."""

    class Meta:
        model = members.DeclarationVersion
        skip_postgeneration_save = True

    declaration = factory.SubFactory(DeclarationFactory)
    number = 1
    authentic_language = "en"
    published_at = factory.LazyFunction(timezone.now)
    fingerprint = hashlib.sha256(b"sample").hexdigest()

    @factory.post_generation
    def texts(self, create, extracted, **kwargs):
        text = members.DeclarationText.objects.create(
            version=self, language="en", title="A sample declaration", preamble="We, mayors, commit to two things."
        )
        for position, word in enumerate(["Act", "Share"], start=1):
            members.Article.objects.create(
                text=text, code=f"C{position}", position=position, title=word, wording=f"{word} together."
            )


class SignatureFactory(DjangoModelFactory):
    """A case that waits for the signatory's confirmation; `state="active"` brings what an active one needs."""

    class Meta:
        model = members.Signature
        skip_postgeneration_save = True

    class Params:
        active = factory.Trait(
            state="active",
            method="call",
            verified_at=factory.LazyFunction(timezone.now),
            confirmed_at=factory.LazyFunction(timezone.now),
        )

    version = factory.SubFactory(DeclarationVersionFactory)
    declaration = factory.SelfAttribute("version.declaration")
    authority = factory.SubFactory(AuthorityFactory)
    signatory_name = "Maria Muster"
    signatory_office = "Mayor"
    signatory_email = factory.Sequence(lambda n: f"mayor{n}@example.org")
    filled_in_by_name = "Paul Beispiel"
    filled_in_by_email = "office@example.org"
    power = "own"
    shown = "name"

    @factory.post_generation
    def entries(self, create, extracted, **kwargs):
        """What is or was active has its entry on the register."""
        if self.state in ("active", "withdrawn"):
            log.enter_signature(self)
        if self.state == "withdrawn":
            log.enter_withdrawal(self)


class ThemeFactory(DjangoModelFactory):
    class Meta:
        model = practices.Theme

    name = factory.Sequence(lambda n: f"Theme {n}")
    slug = factory.Sequence(lambda n: f"theme-{n}")
    position = factory.Sequence(lambda n: n)


class PracticeFactory(DjangoModelFactory):
    """A practice without a text; give it one with RevisionFactory, or use `published_practice()`."""

    class Meta:
        model = practices.Practice

    member = factory.SubFactory(MemberFactory)


class RevisionFactory(DjangoModelFactory):
    """A draft with every field that must be there to submit it."""

    class Meta:
        model = practices.Revision
        skip_postgeneration_save = True

    practice = factory.SubFactory(PracticeFactory)
    number = factory.LazyAttribute(lambda self: self.practice.revisions.count() + 1)
    author = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"School staff who notice first {n}")
    summary = "Caretakers, canteen staff and teachers learn to recognise the first signs of recruitment."
    level = "city"
    kinds = ["training"]
    target_groups = ["adolescents"]
    settings = ["school"]
    stage = "running"
    start = "2023-09"
    context = LONG[:400]
    objectives = ["Notice recruitment early"]
    what_was_done = LONG.strip()
    safeguards = LONG[:100]
    cost_setup = "10k-50k"
    cost_yearly = "under-10k"
    funding = ["own-budget"]
    results = LONG[:200]
    evaluation = "not-evaluated"
    what_did_not_work = LONG[:100]
    conditions = LONG[:200]
    public_contact = "prevention@example.org"
    right_to_publish = True
    right_approved_by = "The deputy mayor"
    right_approved_on = datetime.date(2026, 3, 1)

    @factory.post_generation
    def themes(self, create, themes, **kwargs):
        """`themes=[...]`, the first is the main one; without any, one is made."""
        for position, theme in enumerate(themes if themes is not None else [ThemeFactory()]):
            practices.RevisionTheme.objects.create(tag=theme, content_object=self, position=position)


class OutcomeFactory(DjangoModelFactory):
    class Meta:
        model = practices.Outcome

    revision = factory.SubFactory(RevisionFactory)
    indicator = "Reports that reached the prevention team within 48 hours"
    before, after, unit = 31, 78, "%"
    begin, end = "2023", "2025"
    source = "County school inspectorate"
    better = "up"


class QuestionFactory(DjangoModelFactory):
    """A question that waits for its answer."""

    class Meta:
        model = practices.Question

    practice = factory.SubFactory(PracticeFactory)
    asked_by = factory.SubFactory(UserFactory)
    asking_member = factory.SubFactory(MemberFactory)
    text = "How did you convince the night shift to take part?"


class DescentFactory(DjangoModelFactory):
    """What its origin's city has confirmed."""

    class Meta:
        model = practices.Descent

    practice = factory.SubFactory(PracticeFactory)
    origin = factory.SubFactory(PracticeFactory)
    state = "confirmed"
    asked_at = factory.LazyFunction(timezone.now)


def published_practice(**fields):
    """A practice that the public can read. Fields named like the practice's go there, the rest to its revision."""
    now = timezone.now()
    names = {field.name for field in practices.Practice._meta.get_fields()}
    practice = PracticeFactory(**{name: fields.pop(name) for name in list(fields) if name in names})
    published = {"state": "public", "approved_at": now, "published_at": now, "evidence_checked": "described"}
    revision = RevisionFactory(practice=practice, **published | fields)
    practice.slug = practice.slug or f"practice-{practice.pk}"
    practice.public_revision, practice.first_published_at = revision, now
    practice.save()
    return practice
