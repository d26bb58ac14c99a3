"""The demo library: real practices retold from public sources, and invented cities with texts in every state.

Everything goes through the same steps that a coordinator and a moderator take. Nobody real is shown as having
submitted, confirmed or signed anything.
"""

import datetime
import json
import re
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from coalition.models import Message
from members import signing
from members.models import Authority, JoinRequest, Member, Membership, User
from practices import adapting, asking, files, moderation, opinions, promises, reviewing, writing
from practices.completeness import COUNTS
from practices.models import Adaptation, Document, Image, Outcome, Practice, Revision, RevisionTheme, Theme
from practices.models.revision import EVIDENCE_OF_EVALUATION

DATA = Path(__file__).parent / "data"
LEVELS = {Member.Kind.CITY: "city", Member.Kind.REGION: "regional", Member.Kind.METROPOLIS: "metropolitan"}


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def load_places(path):
    """The places of the library: 119 European cities and regions, none of them a member."""
    places = {}
    authorities = Authority.objects.in_bulk(field_name="code")
    for place in read(path)["members"]:
        authority = authorities.get(f"geonames:{place['geonames_id']}")
        places[place["id"]], _created = Member.objects.get_or_create(
            slug=place["id"],
            defaults={
                "name": place["name"],
                "local_name": place["local_name"],
                "kind": place["kind"],
                "country": place["country"],
                "latitude": place["lat"],
                "longitude": place["lon"],
                "population": place["population"],
                "population_note": place["source"],
                "authority": authority,
                "other_names": authority.other_names if authority else "",
            },
        )
    return places


@transaction.atomic
def retell(editor, moderator, places):
    """The 84 documented practices, written by an editor and approved by a moderator, each linked to its origin."""
    entries = read(DATA / "demo_practices.json")["practices"]
    outcomes = read(DATA / "demo_outcomes.json")
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    drafts = {entry["id"]: retold_draft(entry, places[entry["place"]], editor) for entry in entries}
    for entry in entries:
        draft = drafts[entry["id"]]
        add_themes(draft, entry["themes"][:4], themes)
        add_outcomes(draft, outcomes.get(entry["id"], []))
        if entry["adapted_from"]:
            Adaptation.objects.create(
                revision=draft, origin=drafts[entry["adapted_from"]].practice, changed=entry["adaptation_note"]
            )
        sources = "Level of evidence as the public sources report it."
        moderation.perform("submit", draft, by=editor)
        moderation.perform("claim", draft, by=moderator)
        evidence = EVIDENCE_OF_EVALUATION.get(entry["evidence_level"], "described")
        moderation.perform("approve", draft, by=moderator, evidence=evidence, evidence_reason=sources)


def retold_draft(entry, place, editor):
    """One documented practice as an editor's draft; its slug is its id in the data."""
    others = [other for other in entry["places"] if other != entry["place"]]
    start = f" (Start: {entry['start_note']}.)" if entry["start_note"] else ""
    return writing.begin(
        place,
        by=editor,
        origin=Practice.Origin.RETOLD,
        slug=entry["id"],
        language="en",
        title=entry["title"],
        summary=entry["summary"],
        level=LEVELS[place.kind],
        kinds=[entry["kind"]],
        target_groups=entry["target_groups"][:5],
        settings=entry["settings"][:4],
        stage=entry["stage"],
        start=str(entry["start_year"] or ""),
        end=str(entry["end_year"] or ""),
        context=entry["context"] + start,
        what_was_done=entry["actions"],
        conditions=entry["lessons"],
        partners=[{"name": name, "type": "", "role": ""} for name in entry["partners"] + others],
        cost_yearly=entry["cost_range"],
        funding=entry["funding"],
        results=entry["results"],
        evaluation=entry["evidence_level"],
        finding=entry["evidence_finding"],
        original_title=entry["title_original"],
        original_language=entry["original_language"],
        sources=entry["sources"],
        certainty=entry["certainty"],
    )


def add_themes(revision, slugs, themes):
    RevisionTheme.objects.bulk_create(
        RevisionTheme(tag=themes[slug], content_object=revision, position=position)
        for position, slug in enumerate(slugs)
    )


def add_outcomes(revision, rows):
    Outcome.objects.bulk_create(
        Outcome(revision=revision, position=position, **row) for position, row in enumerate(rows)
    )


# invented cities

FIGURE = ("indicator", "before", "after", "unit", "begin", "end", "source", "better")
SAMPLE = (
    "This text is invented, so that the demonstration has something to show in every state. "
    "It stands for what a city would write here: what happened, in which order, who did it and what came of it. "
)
WAY = {  # how a text comes to the state that the demonstration wants
    "draft": [],
    "submitted": ["submit"],
    "spam": ["submit", "spam"],
    "in_review": ["submit", "claim", "request_changes", "reply", "resubmit", "claim", "discuss"],
    "changes_requested": ["submit", "claim", "request_changes", "reply"],
    "refused": ["submit", "claim", "refuse"],
    "approved": ["submit", "claim", "approve"],
    "public": ["submit", "claim", "approve"],
    "withdrawn": ["submit", "claim", "approve", "withdraw"],
}


def load_fictional_members():
    """Invented cities that have joined, and their entries in the gazetteer, so that they can sign."""
    for row in read(DATA / "demo_fictional.json")["members"]:
        authority, _created = Authority.objects.get_or_create(
            code=f"demo:{row['slug']}",
            defaults={
                "name": row["name"],
                "country": row["country"],
                "kind": row["kind"],
                "population": row["population"],
                "latitude": row["latitude"],
                "longitude": row["longitude"],
            },
        )
        Member.objects.get_or_create(
            slug=row["slug"],
            defaults={key: row[key] for key in row if key != "slug"} | {"is_fictional": True, "authority": authority},
        )


@transaction.atomic
def write_fictional(moderator):
    """Texts of invented cities in every state of the path, one of them late, one talked about."""
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    for row in read(DATA / "demo_fictional.json")["practices"]:
        member = Member.objects.get(slug=row["member"])
        author, lead = somebody(member, "coordinator"), somebody(member, "lead")
        draft = fictional_draft(row, member, author, themes)
        way = WAY[row["end"]]
        for name, days in zip(way, row.get("days_ago", [0] * len(way)), strict=False):
            with days_ago(days):
                take(name, draft, row, author, lead, moderator)
        if row.get("answer"):
            descent = draft.practice.descents.get()
            adapting.answer(row["answer"], descent, by=somebody(descent.origin.member, "lead"))
        if row.get("revise"):
            second = writing.revise(Practice.objects.get(pk=draft.practice_id), by=author)
            second.summary += " They get an answer within two days."
            second.save()
    promises.apologise_for_delays()


@contextmanager
def days_ago(days):
    """The clock goes back, so that histories are as long as those of real texts."""
    now = timezone.now

    def earlier():
        return now() - datetime.timedelta(days=days)

    with mock.patch.object(timezone, "now", earlier):
        yield


@transaction.atomic
def ask_fictional():
    """People of an invented city ask another: one question waits, one is answered and shared. A third asks to join."""
    asking_member = Member.objects.get(slug="villexemple")
    colleague = somebody(asking_member, "coordinator")
    waiting, answered = (
        Practice.objects.get(slug=slug) for slug in ("school-staff-who-notice-first", "the-night-bus-as-a-safe-place")
    )
    text = "How did you convince the night shift to take part? (This question is invented for the demonstration.)"
    asking.ask(waiting, text, by=colleague, for_member=asking_member)
    question = asking.ask(answered, text, by=colleague, for_member=asking_member)
    host = somebody(answered.member, "lead")
    words = "We paid the hours, and asked them first what they needed. (This answer is invented, too.)"
    question = asking.perform("answer", question, by=host, words=words)
    for side in (host, colleague):
        asking.share(question, by=side)
    JoinRequest.objects.create(
        place="Beispielstadt",
        country="AT",
        name="Nora Neu",
        office="Head of prevention",
        email="nora@beispielstadt.example.org",
        message="We would like to share our youth work. (This request is invented for the demonstration.)",
    )


def somebody(member, role):
    """Who acts for an invented city: a demo account, or a person who cannot sign in."""
    membership = member.memberships.current().filter(role=role).first()
    if membership is None:
        email = f"{role}@{member.slug}.example.org"
        name = f"{member} ({Membership.Role(role).label})"
        user = User.objects.create_user(email, name=name, is_demo=True)
        membership = Membership.objects.create(user=user, member=member, role=role)
    return membership.user


def fictional_draft(row, member, author, themes):
    if row["end"] == "draft":
        return writing.begin(member, by=author, title=row["title"], language="en")
    draft = writing.begin(
        member,
        by=author,
        language="en",
        **{key: row[key] for key in ("title", "summary", "kinds", "target_groups", "settings", "evaluation")},
        level=LEVELS[member.kind],
        stage="running",
        start="2023-09",
        context=SAMPLE * 2,
        objectives=["Notice early", "Answer within two days"],
        what_was_done=SAMPLE * 3,
        safeguards=SAMPLE,
        cost_setup="10k-50k",
        cost_yearly="50k-150k",
        funding=["own-budget", "national"],
        results=SAMPLE,
        what_did_not_work=SAMPLE,
        conditions=SAMPLE,
        public_contact=f"prevention@{member.slug}.example.org",
        right_to_publish=True,
        right_approved_by="The deputy mayor",
        right_approved_on=datetime.date(2026, 3, 2),
        publish_not_before=timezone.localdate() + datetime.timedelta(days=30) if row["end"] == "approved" else None,
        commitments=["C3"],
        offers=["call", "documents"],
    )
    add_themes(draft, row["themes"], themes)
    add_outcomes(draft, [dict(zip(FIGURE, figure, strict=True)) for figure in row.get("outcomes", [])])
    add_files(draft, row)
    if row.get("adapts"):
        Adaptation.objects.create(
            revision=draft,
            origin=Practice.objects.get(slug=row["adapts"]),
            kept="The training for everyone who works in a school.",
            changed="One telephone number instead of a network of contact persons.",
            dropped="The film.",
        )
    return draft


def add_files(draft, row):
    """Drawn pictures and small documents, which pass the same door as everybody's."""
    for name, alternative_text, focus in row.get("images", []):
        key, sha256, variants = files.store_image(demo_file(name))
        image = Image(key=key, sha256=sha256, variants=variants, alternative_text=alternative_text, focus=focus)
        image.credit, image.consent = "Drawn for the demonstration", True  # nobody is on it
        writing.attach(image, revision=draft, most=COUNTS["images"][1])
    for name, title, kind in row.get("documents", []):
        key, extension, size, sha256 = files.store_document(demo_file(name))
        document = Document(key=key, extension=extension, size=size, sha256=sha256, title=title, kind=kind)
        writing.attach(document, revision=draft, most=COUNTS["documents"][1])


def demo_file(name):
    return SimpleUploadedFile(name, (DATA / "demo_files" / name).read_bytes())


def take(name, draft, row, author, lead, moderator):
    """One step of the way, by the one who may take it, with the words that it needs."""
    if name == "reply":
        return answer(draft, row, author)
    if name == "discuss":
        return discuss(draft, moderator)
    if name == "request_changes":
        for field, text in row["remarks"]:
            moderation.remark(draft, field=field, text=text, by=moderator)
    words = {
        "approve": {"evidence": "measured" if row["evaluation"] == "monitored" else "described"},
        "refuse": {
            "reason": "People would be shown in public and put in danger, whoever they are.",
            "reason_code": "rights",
        },
        "withdraw": {"reason": "Our own evaluation found that the problem had only moved."},
    }.get(name, {})
    by = {"submit": author, "resubmit": author, "withdraw": lead}.get(name, moderator)
    moderation.perform(name, draft, by=by, **words)


def answer(draft, row, author):
    """The city answers on the remark, and in the text where it has already changed it."""
    for field, text in row["replies"]:
        reviewing.reply(draft.remarks.filter(field=field).first(), text=text, by=author)
    if "answered" in row:
        field, text = row["answered"]
        draft = Revision.objects.get(pk=draft.pk)
        setattr(draft, field, getattr(draft, field) + text)
        draft.save()
        for remark in draft.remarks.filter(field=field):
            moderation.mark_done(remark, by=author)


def discuss(draft, moderator):
    """What moderators say among themselves, and what two invented experts were asked."""
    reviewing.reply(draft.remarks.first(), text="Thank you, this is clear now.", by=moderator)
    reviewing.note(
        draft.practice, text="Invented: their lawyer may be named in the local press. Ask first.", by=moderator
    )
    due = timezone.localdate() + datetime.timedelta(days=7)
    for email in ("lead@example.org", "officer@example.org"):
        question = "Does this put shopkeepers in danger? (An invented question.)"
        opinions.ask(draft, email=email, question=question, due_on=due, by=moderator)
    given = draft.opinions.get(expert__email="officer@example.org")
    words = "Not as it is written: no shop can be recognised. (An invented answer.)"
    opinions.answer(given, by=given.expert, advice="publish", text=words)


# invented signatures

PATH_OF_CASE = {"confirmed": [], "verifying": ["take"], "active": ["take", "check", "verify"]}
LINK = re.compile(r"/declaration/confirm/([^/\s]+)/")


@transaction.atomic
def sign_fictional(officer, colleague):
    """Invented mayors sign: the form, the link in the mail, and the check of two officers, as for everybody."""
    for row in read(DATA / "demo_fictional.json")["signatures"]:
        authority = Authority.objects.get(code=f"demo:{row['authority']}")
        if authority.signatures.exists():
            continue
        signing.start(
            {
                "authority": authority,
                "signatory_name": row["name"],
                "signatory_office": row["office"],
                "signatory_email": f"mayor@{row['authority']}.example.org",
                "filled_in_by_name": row["name"],
                "filled_in_by_email": f"office@{row['authority']}.example.org",
                "power": "own",
                "shown": row.get("shown", "name"),
                "language": "en",
                "is_fictional": True,
            }
        )
        case = authority.signatures.get()
        mail = Message.objects.about(case.code).get(to_email=case.signatory_email)
        case = signing.confirm(LINK.search(mail.text)[1])
        for name in PATH_OF_CASE[row["end"]]:
            words = {"method": "call", "second_channel": "The town hall's switchboard"} if name == "check" else {}
            case = signing.perform(name, case, by=colleague if name == "verify" else officer, **words)
