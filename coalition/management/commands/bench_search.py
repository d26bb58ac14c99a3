"""The search beside the least that PostgreSQL must do for it, in one run: ratios survive a noisy machine."""

import gc
import statistics
import time

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from coalition.management.commands.bench import common_word, mistyped, rare_word
from members.models import Member
from practices import search
from practices.models import Practice

HITS = "SELECT count(*) FROM search_hits(%s::tsquery, 20001)"
NEWEST = "SELECT practice_id FROM practices_searchrow ORDER BY published_at DESC, practice_id DESC LIMIT 20"
SIZES = """
SELECT pg_size_pretty(sum(pg_total_relation_size(name::regclass))), sum(pg_total_relation_size(name::regclass))
FROM unnest(ARRAY['practices_searchrow', 'practices_searchname', 'practices_searchfacet', 'practices_searchword']) name
"""


class Command(BaseCommand):
    help = "Time search, all facets and the first page, beside the bare match of the same question. Changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--rounds", type=int, default=15)

    def handle(self, *, rounds, **options):
        total = Practice.objects.published().count()
        if not total:
            return self.stdout.write("The library is empty: load the demo or generate practices first.")
        self.rounds = rounds
        gc.collect()
        gc.freeze()  # as coalition/wsgi.py does
        common, rare = common_word(), rare_word()
        self.stdout.write(
            f"{total:,} practices; ms of {rounds} rounds; bare: the best of finding and counting the rows only"
        )
        self.stdout.write(f"{'case':<28}{'cold':>8}{'best':>8}{'p50':>8}{'p95':>8}{'bare':>8}{'ratio':>7}{'hits':>9}")
        self.line("no filter, newest", {})
        self.line("two facets", {"chosen": {"stage": ["running"], "setting": ["school"]}})
        self.line("common word", {"text": common})
        self.line("common word, a facet", {"text": common, "chosen": {"stage": ["running"]}})
        self.line("two words", {"text": f"{common} {rare}"})
        self.line("rare word", {"text": rare})
        self.line("a city", {"text": Member.objects.filter(practices__search_row__isnull=False).latest("pk").name})
        self.line("mistyped word", {"text": mistyped(common)})
        self.line("a question", {"text": "how do other cities stop kids being recruited?"})
        self.line("200 wildcards", {"text": "%*_" * 66})
        self.line("10,000 words", {"text": " ".join(f"word{n}" for n in range(10_000))})
        self.line("deep page", {"page": search.MOST_PAGES})
        self.weigh(total)
        self.publish()

    def line(self, name, asked):
        times = self.times(lambda: search.find(**asked))
        bare = min(self.times(self.bare(asked)))
        p50, p95 = statistics.median(times), sorted(times)[int(0.95 * (len(times) - 1))]
        hits = search.find(**asked).total
        columns = "".join(f"{ms:>8.1f}" for ms in (times[0], min(times), p50, p95, bare))
        self.stdout.write(f"{name:<28}{columns}{min(times) / max(bare, 0.1):>7.1f}{hits:>9,}")

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
            cursor.execute(SIZES)
            pretty, size = cursor.fetchone()
        self.stdout.write(f"\nThe index weighs {pretty}: {size / total / 1000:.1f} kB a practice.")

    def publish(self):
        practice = Practice.objects.published().order_by("pk").last()
        with transaction.atomic():
            times = self.times(lambda: search.index(practice))
            transaction.set_rollback(True)
        self.stdout.write(f"A published text is findable after {statistics.median(times):.1f} ms.")
