"""How a text begins and is saved: a first draft, a new revision of a public text, and two people at once."""

import datetime
import hashlib
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone, translation

from members.models import Member
from practices import search
from practices.models import Practice, Revision
from practices.models.state import State

SAME_CLICK = datetime.timedelta(minutes=1)
REPEATS = ("theme_uses", "keyword_uses", "outcomes", "adaptations", "images", "documents")
NOT_COPIED = {  # what belongs to one passage through the path
    *("id", "practice", "number", "state", "author", "version", "saved_by", "themes", "keywords"),
    *("submitted_at", "approved_at", "published_at", "claimed_by", "claim_expires_at", "read_text"),
    *("evidence_stated", "evidence_checked", "evidence_reason", "publish_not_before", "note"),
}


class Clash(NamedTuple):
    """A field in which somebody else has saved other words than one is about to save."""

    name: str
    theirs: str
    mine: str
    is_mine_new: bool  # whether one wrote here oneself, or only holds the words that stood there before


class Overtaken(Exception):
    """Somebody else saved other words after the text was opened. `current` is the text as it stands."""

    def __init__(self, current, clashes):
        super().__init__()
        self.current, self.clashes = current, clashes


@transaction.atomic
def begin(member, *, by, title, language, origin=Practice.Origin.MEMBER, slug=None, **fields):
    """A new practice of the member with its first draft; its address is made of the title unless one is given."""
    practice = Practice.objects.create(member=member, origin=origin, slug=slug)
    return Revision.objects.create(
        practice=practice, number=1, author=by, title=title, language=language, saved_by=by, **fields
    )


@transaction.atomic
def begin_once(member, *, by, title, language, **fields):
    """`begin`, but a second click a moment later leads to the draft that the first one made."""
    Member.objects.select_for_update().get(pk=member.pk)
    just_now = timezone.now() - SAME_CLICK
    same = Revision.objects.filter(practice__member=member, author=by, title=title, version=0, created_at__gt=just_now)
    return same.filter(**fields).first() or begin(member, by=by, title=title, language=language, **fields)


@transaction.atomic
def revise(practice, *, by):
    """The practice's open revision; if there is none, a new draft that begins as a copy of the public text.

    Raises PermissionDenied where there is no public text to begin from.
    """
    practice = Practice.objects.select_for_update().get(pk=practice.pk)
    if practice.open_revision:
        return practice.open_revision
    public = practice.public_revision
    if public is None:
        raise PermissionDenied
    copied = [field for field in Revision._meta.concrete_fields if field.name not in NOT_COPIED and field.editable]
    draft = Revision.objects.create(
        practice=practice,
        number=practice.revisions.latest("number").number + 1,
        author=by,
        saved_by=by,
        **{field.name: getattr(public, field.name) for field in copied},
    )
    for name in REPEATS:
        for row in getattr(public, name).all():
            row.pk = None
            row._state.adding = True
            setattr(row, "content_object" if name.endswith("_uses") else "revision", draft)
            row.save(force_insert=True)
    return draft


@transaction.atomic
def save(forms, *, revision, by, opened=None, decided=()):
    """Save valid forms of one revision, unless others have changed the same fields since.

    `opened` has the traces of the fields as they were when the text was opened, by name; names in `decided` are saved
    whatever others wrote. Raises Overtaken, or PermissionDenied if the text is no longer the city's to change; then
    nothing is saved.
    """
    opened = opened or {}
    current = Revision.objects.select_for_update(of=["self"]).get(pk=revision.pk)
    if current.state not in State.writable():
        raise PermissionDenied
    found = traces(current, opened)
    theirs = {name: current.text_of(name) for name in opened if found[name] != opened[name] and name not in decided}
    for form in forms:
        form.save()
    revision.version, revision.saved_by = current.version + 1, by
    revision.save(update_fields=["version", "saved_by", "saved_at"])
    saved = Revision.objects.get(pk=revision.pk)
    mine = {name: saved.text_of(name) for name in theirs}
    different = [name for name in theirs if theirs[name] != mine[name]]
    if different:
        own = traces(saved, different)
        raise Overtaken(current, [Clash(n, theirs[n], mine[n], own[n] != opened[n]) for n in different])
    return saved


def traces(revision, names):
    """A short trace of each field's words: when two differ, somebody has changed the field in between."""
    with translation.override(settings.LANGUAGE_CODE):
        return {name: hashlib.blake2s(revision.text_of(name).encode(), digest_size=6).hexdigest() for name in names}


@transaction.atomic
def attach(file, *, revision, most):
    """Add a picture or document to a text that the city may change, at most so many, each file once.

    Returns whether it is there now; raises PermissionDenied if the text has left the city's hands.
    """
    revision = Revision.objects.select_for_update(of=["self"]).get(pk=revision.pk)
    if revision.state not in State.writable():
        raise PermissionDenied
    files = type(file).objects.filter(revision=revision)
    if files.filter(sha256=file.sha256).exists():
        return True
    there = files.count()
    last = files.aggregate(last=models.Max("position"))["last"]
    file.revision, file.position = revision, 0 if last is None else last + 1
    if there < most:
        file.save()
    return there < most


@transaction.atomic
def move(image, *, by):
    """Show a picture so many places later, or earlier where `by` is negative; the first one stands for the text."""
    Revision.objects.select_for_update(of=["self"]).get(pk=image.revision_id)
    images = list(image.revision.images.exclude(pk=image.pk))
    earlier = sum(other.position < image.position for other in images)
    images.insert(max(earlier + by, 0), image)
    for position, moved in enumerate(images):
        moved.position = position
    type(image).objects.bulk_update(images, ["position"])


def similar(revision, most=3):
    """Public practices near to a text that is still being written.

    First the one that its title finds, then those of its themes, then what else the title finds.
    """
    by_words = search.find(revision.title).practices
    by_themes = search.close_practices(revision.practice, revision, most)
    named = {revision.practice_id, *revision.adaptations.values_list("origin", flat=True)}
    near = {
        practice.pk: practice for practice in (*by_words[:1], *by_themes, *by_words[1:]) if practice.pk not in named
    }
    return list(near.values())[:most]
