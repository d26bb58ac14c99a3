"""The search beside the least that PostgreSQL must do for it, in one run: ratios survive a noisy machine."""

import gc
import json
import statistics
import time
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import override

from coalition.management.commands.bench import common_word, make, mistyped, rare_word
from members.models import Member
from practices import search
from practices.models import Practice

HITS = "SELECT count(*) FROM search_hits(%s::tsquery, 20001)"
NEWEST = "SELECT practice_id FROM practices_searchrow ORDER BY published_at DESC, practice_id DESC LIMIT 20"
TABLES = ["practices_searchrow", "practices_searchname", "practices_searchfacet", "practices_searchword"]
SIZES = "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) name"
PATHOLOGICAL = {
    "200 wildcards": "%*_" * 66,
    "10,000 words": " ".join(f"word{n}" for n in range(10_000)),
    "emoji": "🏙️🔥" * 100,
    "null bytes": "street\x00\x00" * 30,
    "bidi marks": "\u202estreet\u202c\u200f " * 20,
}
MANY_SEARCHES = 500


class Command(BaseCommand):
    help = "Time search, all facets and the first page, beside the bare match of the same question. Changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--rounds", type=int, default=15)
        parser.add_argument("--save", type=Path, help="write the medians to this file")
        parser.add_argument("--before", type=Path, help="the file of an earlier run, to show how much they grew")

    @override_settings(DEBUG=False, ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False)
    def handle(self, *, rounds, save, before, **options):
        total = Practice.objects.published().count()
        if not total:
            return self.stdout.write("The library is empty: load the demo or generate practices first.")
        self.rounds, self.medians = rounds, {}
        self.before = json.loads(before.read_text()) if before else {}
        gc.collect()
        gc.freeze()  # as coalition/wsgi.py does
        self.stdout.write(
            f"{total:,} practices; ms of {rounds} rounds; cold: the first one; "
            "bare: the best of finding and counting the rows only; growth: of the median, from the earlier run"
        )
        self.stdout.write(
            f"{'case':<24}{'cold':>8}{'best':>8}{'p50':>8}{'p95':>8}{'bare':>8}{'ratio':>7}{'growth':>8}{'hits':>9}"
        )
        common, rare = common_word(), rare_word()
        for name, asked in cases(common, rare).items():
            self.search(name, asked)
        self.pages(common, rare)
        self.weigh(total)
        self.publish()
        self.remember(common, rare)
        if save:
            save.write_text(json.dumps(self.medians, indent=1))

    def search(self, name, asked):
        times = self.times(lambda: search.find(**asked))
        bare = min(self.times(self.bare(asked)))
        self.line(name, times, f"{bare:>8.1f}{min(times) / max(bare, 0.1):>7.1f}", f"{search.find(**asked).total:>9,}")

    def pages(self, common, rare):
        client, catalogue = Client(), reverse("practices:list")
        practice = Practice.objects.published().order_by("pk").first()
        with override("en"):
            addresses = {
                "page: catalogue": catalogue,
                "page: common word": f"{catalogue}?{urlencode({'q': common})}",
                "page: rare word": f"{catalogue}?{urlencode({'q': rare})}",
                "page: one record": practice.get_absolute_url(),
            }
            for name, address in addresses.items():
                self.line(name, self.times(lambda address=address: make(client, address)), " " * 15)

    def line(self, name, times, bare, hits=""):
        p50, p95 = statistics.median(times), sorted(times)[int(0.95 * (len(times) - 1))]
        self.medians[name] = p50
        growth = f"{p50 / self.before[name]:.1f}" if name in self.before else ""
        columns = "".join(f"{ms:>8.1f}" for ms in (times[0], min(times), p50, p95))
        self.stdout.write(f"{name:<24}{columns}{bare}{growth:>8}{hits}")

    def bare(self, asked):
        """The least that must be done: the matching rows, counted as far as we count, or the newest ones."""
        raw = search.matching(search.understand(asked.get("text", "")), asked.get("chosen", {}))
        sql, parameters = (HITS, [raw]) if raw else (NEWEST, [])

        def ask():
            with connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                cursor.fetchall()

        return ask

    def times(self, call):
        times = []
        for _ in range(self.rounds):
            begun = time.perf_counter()
            call()
            times.append((time.perf_counter() - begun) * 1000)
        return times

    def weigh(self, total):
        with connection.cursor() as cursor:
            cursor.execute(SIZES, [TABLES])
            size = float(cursor.fetchone()[0])
        self.stdout.write(f"\nThe index weighs {size / 1e6:,.0f} MB: {size / total / 1000:.1f} kB a practice.")

    def publish(self):
        practice = Practice.objects.published().order_by("pk").last()
        with transaction.atomic():
            times = self.times(lambda: search.index(practice))
            transaction.set_rollback(True)
        self.stdout.write(
            f"A published text is findable after {statistics.median(times):.1f} ms (best {min(times):.1f})."
        )

    def remember(self, common, rare):
        asked = list(cases(common, rare).values())
        before = memory()
        for n in range(MANY_SEARCHES):
            search.find(**asked[n % len(asked)])
        self.stdout.write(f"Memory: {before:.1f} MB, after {MANY_SEARCHES} searches {memory():.1f} MB.")


def cases(common, rare):
    facets = {"stage": ["running"], "setting": ["school"]}
    return {
        "no filter, newest": {},
        "two facets": {"chosen": facets},
        "common word": {"text": common},
        "common word, a facet": {"text": common, "chosen": {"stage": ["running"]}},
        "two words": {"text": f"{common} {rare}"},
        "rare word": {"text": rare},
        "a city": {"text": Member.objects.filter(practices__search_row__isnull=False).latest("pk").name},
        "accents missing": {"text": "ecole securite"},
        "mistyped word": {"text": mistyped(common)},
        "a question": {"text": "how do other cities stop kids being recruited?"},
        "deep page": {"page": search.MOST_PAGES},
        **{name: {"text": text} for name, text in PATHOLOGICAL.items()},
    }


def memory():
    """What this process holds, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1000
