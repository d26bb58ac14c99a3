"""A small world with everybody and everything in it, for sweeps over the whole site."""

import datetime
import hashlib
from types import SimpleNamespace

from django.utils import timezone

from members.models import Signature
from practices.models import Adaptation, Document, Image, Remark, Step
from practices.models.state import State
from tests.factories import (
    AuthorityFactory,
    DeclarationVersionFactory,
    DescentFactory,
    InvitationFactory,
    JoinRequestFactory,
    MemberFactory,
    MembershipFactory,
    PracticeFactory,
    QuestionFactory,
    RevisionFactory,
    SignatureFactory,
    ThemeFactory,
    UserFactory,
    published_practice,
)

OFFICES = {
    "moderator": "Moderators",
    "officer": "Declaration officers",
    "editor": "Editors",
    "administrator": "Administrators",
}
ROLES = ["visitor", "stranger", "foreigner", "coordinator", "lead", *OFFICES]  # a foreigner writes for another city
STATES = [*State]
WITHOUT_PUBLIC_TEXT = set(State) - {State.PUBLIC, State.WITHDRAWN, State.REPLACED, State.REMOVED}


def build():
    """Everybody in `people`, one practice in each state, one signature in each of its states, all of one member."""
    member, elsewhere = MemberFactory(slug="home"), MemberFactory(slug="elsewhere")
    people = {name: UserFactory(groups=[office], is_staff=True) for name, office in OFFICES.items()}
    people |= {"visitor": None, "stranger": UserFactory()}
    people["foreigner"] = MembershipFactory(member=elsewhere).user
    people["coordinator"] = MembershipFactory(member=member).user
    people["lead"] = MembershipFactory(member=member, role="lead").user
    theme = ThemeFactory(slug="theme")
    practices = {state: practice_in(state, member, people, theme) for state in STATES}
    version = DeclarationVersionFactory(declaration__slug="world")
    adapted = published_practice(member=elsewhere, author=people["foreigner"])
    Adaptation.objects.create(revision=adapted.public_revision, origin=practices[State.PUBLIC])
    return SimpleNamespace(
        member=member,
        people=people,
        theme=theme,
        practices=practices,
        join_request=JoinRequestFactory(),
        question=QuestionFactory(
            practice=practices[State.PUBLIC], asked_by=people["foreigner"], asking_member=elsewhere
        ),
        descent=DescentFactory(practice=adapted, origin=practices[State.PUBLIC], state="claimed"),
        signatures={state: signature_in(state, version) for state in Signature.State},
        invitation=InvitationFactory(member=member, token="world-invitation"),
        membership=member.memberships.first(),
    )


def practice_in(state, member, people, theme, **fields):
    """A practice of which this is the only text, or the newest; once submitted, its history says so."""
    now = timezone.now()
    practice = PracticeFactory(member=member)
    dates = {} if state in WITHOUT_PUBLIC_TEXT else {"approved_at": now, "published_at": now}
    if state == State.IN_REVIEW:
        dates |= {"claimed_by": people["moderator"], "claim_expires_at": now + datetime.timedelta(minutes=30)}
    if state == State.APPROVED:
        dates |= {"approved_at": now, "publish_not_before": timezone.localdate() + datetime.timedelta(days=9)}
    if state != State.DRAFT:
        dates |= {"submitted_at": now}
    revision = RevisionFactory(
        practice=practice, state=state, author=people["coordinator"], themes=[theme], **dates,
        evidence_stated="described", evidence_checked="described", **fields,
    )  # fmt: skip
    if state != State.DRAFT:
        Step.objects.create(revision=revision, name="submit", by=people["coordinator"], source="draft", target=state)
    if state == State.REFUSED:
        Step.objects.create(revision=revision, name="refuse", by=people["moderator"], source="in_review", target=state)
    Remark.objects.create(revision=revision, field="title", text="Say where.", by=people["moderator"], sent_at=now)
    Image.objects.create(
        revision=revision,
        alternative_text="A street",
        credit="The city",
        consent=True,
        variants={"480": {"width": 480, "height": 320, "avif": "0", "webp": "0"}},
    )
    Document.objects.create(revision=revision, title="Toolkit", extension="pdf", size=9, sha256="0" * 64)
    if state not in WITHOUT_PUBLIC_TEXT:
        practice.first_published_at, practice.slug = now, f"practice-{state}"
        practice.removed_at = now if state == State.REMOVED else None
        practice.public_revision = revision
        if state == State.REPLACED:
            practice.public_revision = RevisionFactory(
                practice=practice, number=2, state="public", author=people["coordinator"], themes=[theme],
                approved_at=now, published_at=now, evidence_checked="described",
            )  # fmt: skip
        practice.save()
    return practice


def signature_in(state, version, **fields):
    """A signature in this state, with all that the database asks of it; its link holds `token-<state>`."""
    now = timezone.now()
    dates = {"token_hash": hashlib.sha256(f"token-{state}".encode()).hexdigest()}
    dates |= {"token_expires_at": now + datetime.timedelta(hours=1)} if state == "started" else {"confirmed_at": now}
    if state in ("active", "withdrawn"):
        dates |= {"verified_at": now, "method": "call"}
    if state == "prepared":
        dates |= {"live_at": now + datetime.timedelta(days=1), "method": "call"}
    if state == "withdrawn":
        dates |= {"withdrawn_at": now}
    return SignatureFactory(version=version, authority=AuthorityFactory(), state=state, **dates | fields)
