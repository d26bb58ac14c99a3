"""Any number of plausible practices of invented cities, for load tests. Nothing here is real, and all of it says so."""

import datetime
import itertools
import json
import random
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone

import practices
from coalition.processes import on_all_cores
from members.models import Member, User
from practices import search
from practices.models import Adaptation, Outcome, Practice, Revision, RevisionTheme, Theme
from practices.vocabularies import LISTS, Vocabulary

SENTENCES = json.loads((Path(practices.__file__).parent / "data" / "sentences.json").read_text(encoding="utf-8"))
COUNTRIES = {  # the language that their cities write in, and parts of invented names
    "FR": ("fr", ["Montaubr", "Clairev", "Rochef", "Bellem"], ["igny", "oncelle", "avoux", "ermont"]),
    "BE": ("nl", ["Wester", "Oude", "Lange", "Ronse"], ["velde", "beke", "muide", "zande"]),
    "DE": ("de", ["Brem", "Alten", "Wolf", "Grün"], ["furth", "stedt", "winkel", "roda"]),
    "AT": ("de", ["Enns", "Traun", "Leoben", "Zell"], ["kirch", "markt", "brück", "egg"]),
    "ES": ("es", ["Villa", "Torre", "Fuen", "Peña"], ["lucena", "bermeja", "salida", "nogal"]),
    "IT": ("it", ["Monte", "Castel", "Rocca", "Borgo"], ["fiorano", "lucente", "marina", "vallina"]),
    "NL": ("nl", ["Nieuw", "Hoog", "Zuid", "Water"], ["meren", "dorpen", "haven", "landen"]),
    "PT": ("pt", ["Vila", "Ponte", "Serra", "Porto"], ["verdial", "mourisca", "ribeira", "calma"]),
    "IE": ("en", ["Bally", "Kil", "Dun", "Clon"], ["morra", "castra", "heather", "brack"]),
    "GB": ("en", ["Ash", "North", "Wether", "Hart"], ["combe", "worthy", "mouthe", "dale"]),
    "SE": ("en", ["Norr", "Lund", "Berg", "Sand"], ["holmen", "viksta", "näset", "åker"]),
    "PL": ("en", ["Biało", "Stary", "Nowa", "Wierz"], ["grodek", "lesie", "brzegi", "polany"]),
}
SYLLABLES = ["", "ra", "lo", "ne", "mi", "sta", "du", "ve", "ko", "fa", "bri", "to", "le", "na", "gu", "pe"]
TERMS = {name: list(Vocabulary(name)) for name in LISTS}
EVALUATIONS = {"described": "not-evaluated", "measured": "monitored", "evaluated": "before-after"} | {
    "compared": "comparison-group",
    "reproduced": "replicated",
}


class Command(BaseCommand):
    help = "Add N invented practices, published and findable, for load tests."

    def add_arguments(self, parser):
        parser.add_argument("number", type=int)
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same texts")
        parser.add_argument("--batch", type=int, default=1000)

    def handle(self, *, number, seed, batch, **options):
        if not Theme.objects.exists():
            call_command("load_themes", stdout=self.stdout)
        begun = timezone.now()
        members = min(max(number // 20, 12), 3000)
        newest = Practice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        Library(random.Random(seed), members, newest)  # its cities are there before anybody writes
        starts = range(0, number, batch)
        sizes = [min(batch, number - start) for start in starts]
        with on_all_cores(len(sizes)) as run:
            chances = [f"{seed}-{start}" for start in starts]
            numbers = [newest + start for start in starts]
            for done in itertools.accumulate(run(write_batch, chances, [members] * len(sizes), numbers, sizes)):
                self.progress("written", done, number, begun)
        for done, total in search.reindex():
            self.progress("made findable", done, total, begun)
        self.stdout.write("")

    def progress(self, verb, done, total, begun):
        seconds = (timezone.now() - begun).total_seconds()
        self.stdout.write(f"\r{done:,} of {total:,} practices {verb}, {seconds:.0f} s   ", ending="")
        self.stdout.flush()


def write_batch(chance, members, newest, size):
    """Write so many practices, numbered from the one after `newest`; returns how many."""
    Library(random.Random(chance), members, newest).add(size)
    return size


class Library:
    """Writes a batch of practices by one chance, so that a seed repeats them."""

    def __init__(self, chance, places, newest):
        self.chance = chance
        self.author, _ = User.objects.get_or_create(
            email="generated@example.org", defaults={"name": "Load test", "is_active": False, "password": "!"}
        )
        self.members = self.invent_members(places)
        self.themes = list(Theme.objects.filter(parent__isnull=False).order_by("position"))
        self.numbers = itertools.count(newest + 1)

    def invent_members(self, number):
        generated = Member.objects.filter(is_fictional=True, slug__startswith="generated-").order_by("pk")
        known = {member.slug: member for member in generated}
        invented = []
        for n in range(number):
            if (slug := f"generated-{n}") not in known:
                invented.append(self.invent_member(slug, list(COUNTRIES)[n % len(COUNTRIES)]))
        Member.objects.bulk_create(invented, batch_size=1000)
        return [*known.values(), *invented]

    def invent_member(self, slug, country):
        """The same for the same slug, whatever was invented before."""
        chance = random.Random(slug)
        _language, heads, tails = COUNTRIES[country]
        return Member(
            name="".join([chance.choice(heads), *chance.choices(SYLLABLES, k=2), chance.choice(tails)]),
            slug=slug,
            country=country,
            population=round(10 ** chance.uniform(3.5, 6.3)),
            latitude=chance.uniform(37, 60),
            longitude=chance.uniform(-9, 24),
            joined_on=datetime.date(2026, 1, 15),
            is_fictional=True,
        )

    @transaction.atomic
    def add(self, number):
        now = timezone.now()
        new = Practice.objects.bulk_create(self.practice(now) for _ in range(number))
        revisions = Revision.objects.bulk_create(self.revision(practice) for practice in new)
        Outcome.objects.bulk_create(self.outcome(r) for r in revisions if self.chance.random() < 1 / 3)
        RevisionTheme.objects.bulk_create(use for revision in revisions for use in self.theme_uses(revision))
        Adaptation.objects.bulk_create(
            self.adaptation(revision, self.chance.choice(new[:place]))
            for place, revision in enumerate(revisions)
            if place and self.chance.random() < 0.05
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE practices_practice p SET public_revision_id = r.id FROM practices_revision r"
                " WHERE r.practice_id = p.id AND p.id = ANY(%s)",
                [[practice.pk for practice in new]],
            )

    def practice(self, now):
        published = now - datetime.timedelta(minutes=self.chance.randrange(3 * 365 * 24 * 60))
        confirmed = published.date() + datetime.timedelta(days=self.chance.randrange(300))
        return Practice(
            member=self.chance.choice(self.members),
            slug=f"generated-{next(self.numbers)}",
            first_published_at=published,
            confirmed_on=confirmed if self.chance.random() < 0.6 and confirmed <= now.date() else None,
        )

    def revision(self, practice):
        choose, some = self.chance.choice, self.chance.sample
        language, *_parts = COUNTRIES[practice.member.country.code]
        write = Writer(self.chance, SENTENCES[language])
        evidence = self.chance.choices(search.EVIDENCE, [50, 25, 15, 7, 3])[0]
        began = self.chance.randrange(2012, 2026)
        return Revision(
            practice=practice,
            number=1,
            state="public",
            author=self.author,
            submitted_at=practice.first_published_at,
            approved_at=practice.first_published_at,
            published_at=practice.first_published_at,
            language=language,
            title=write.title(),
            summary=f"{write.one('problem')} {write.one('result')}",
            level=choose(TERMS["level"]),
            kinds=some(TERMS["kind_of_action"], choose([1, 1, 2, 3])),
            prevention_levels=some(TERMS["prevention_level"], 1),
            target_groups=some(TERMS["target_groups"], choose([1, 2, 2, 3])),
            settings=some(TERMS["settings"], choose([1, 1, 2, 3])),
            stage=choose(TERMS["implementation_stage"]),
            start=f"{began}-{self.chance.randrange(1, 13):02}",
            context=write.some("problem", 4, 6),
            objectives=[write.one("done") for _ in range(choose([1, 2, 3]))],
            what_was_done=write.some("done", 8, 8),
            safeguards=write.some("safeguard", 1, 3),
            cost_setup=choose(TERMS["cost_ranges"]),
            cost_yearly=choose(TERMS["cost_ranges"]),
            funding=some(TERMS["funding_sources"], choose([1, 1, 2, 3])),
            time_to_results=choose(TERMS["time_to_results"]),
            results=write.some("result", 3, 6),
            evaluation=EVALUATIONS[evidence],
            what_did_not_work=write.some("doubt", 2, 3),
            evidence_stated=evidence,
            evidence_checked=evidence,
            evidence_reason="Generated for a load test.",
            conditions=write.some("condition", 3, 4),
            offers=some(TERMS["offers"], choose([0, 0, 1, 2])),
            public_contact="generated@example.org",
            right_to_publish=True,
            right_approved_by="Nobody: generated for a load test",
            right_approved_on=practice.first_published_at.date(),
        )

    def outcome(self, revision):
        before = self.chance.randrange(20, 400)
        write = Writer(self.chance, SENTENCES[revision.language])
        return Outcome(
            revision=revision,
            indicator=write.one("result").rstrip("."),
            before=before,
            after=round(before * self.chance.uniform(0.3, 1.1)),
            begin="2022",
            end="2025",
            source="Generated for a load test",
        )

    def theme_uses(self, revision):
        themes = self.chance.sample(self.themes, self.chance.choice([1, 2, 2, 3, 4]))
        return [RevisionTheme(tag=theme, content_object=revision, position=n) for n, theme in enumerate(themes)]

    def adaptation(self, revision, origin):
        write = Writer(self.chance, SENTENCES[revision.language])
        return Adaptation(revision=revision, origin=origin, kept=write.one("done"), changed=write.one("done"))


class Writer:
    """Puts sentences of one language together."""

    def __init__(self, chance, sentences):
        self.chance, self.sentences = chance, sentences

    def title(self):
        return f"{self.word('deeds')} {self.word('places')}, {self.chance.randrange(2012, 2026)}"

    def word(self, kind):
        return self.chance.choice(self.sentences[kind])

    def one(self, kind):
        return self.fill(self.word(kind))

    def some(self, kind, fewest, most):
        sentences = self.chance.sample(self.sentences[kind], self.chance.randint(fewest, most))
        return " ".join(self.fill(sentence) for sentence in sentences)

    def fill(self, sentence):
        text = sentence.format(
            place=self.word("places"),
            group=self.word("groups"),
            partner=self.word("partners"),
            n=self.chance.randrange(40, 400),
            m=self.chance.randrange(4, 40),
        )
        return text[0].upper() + text[1:]
