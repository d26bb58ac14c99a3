import gc
import statistics
import time

from django.core.cache import caches
from django.core.management.base import BaseCommand
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils.translation import override

from coalition import weight
from coalition.page_cache import CACHE
from practices import search
from practices.models import Practice

MOST_QUERIES, MOST_MILLISECONDS = 12, 50  # of the catalogue and of a practice
MOST_WEIGHT = 150  # kB, of the home page with its fonts
COMPRESSED = {"accept-encoding": "gzip"}
WORD_OF_TITLES = """
SELECT known.word FROM practices_searchword known, LATERAL (
    SELECT count(*) FROM practices_searchrow WHERE doc @@ (quote_literal('^' || known.word))::tsquery
) hits (n) WHERE length(known.word) > 5 AND n > 0 ORDER BY n {}, known.word LIMIT 1
"""


class Command(BaseCommand):
    help = "Time the main pages on whatever the database holds: server time, queries, weight. Judges nothing."

    def add_arguments(self, parser):
        parser.add_argument("--rounds", type=int, default=15)

    @override_settings(DEBUG=False, ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False)
    def handle(self, *, rounds, **options):
        practice = Practice.objects.published().order_by("pk").first()
        if practice is None:
            return self.stdout.write("The library is empty: load the demo or generate practices first.")
        self.rounds, self.client = rounds, Client()
        gc.collect()
        gc.freeze()  # as coalition/wsgi.py does
        with override("en"):
            self.time_pages(practice)
            self.time_searches()
            self.weigh_home()

    def time_pages(self, practice):
        catalogue = reverse("practices:list")
        word = common_word()
        pages = {
            "home": reverse("home"),
            "catalogue": catalogue,
            "catalogue, a common word": f"{catalogue}?q={word}",
            "catalogue, two facets": f"{catalogue}?stage=running&setting=school",
            "catalogue, mistyped": f"{catalogue}?q={mistyped(word)}",
            "catalogue, nothing found": f"{catalogue}?q=qqqqzzzz&stage=pilot",
            "practice": practice.get_absolute_url(),
        }
        self.stdout.write(
            f"{Practice.objects.published().count():,} practices; median of {self.rounds}, warm. "
            f"Catalogue and practice of the demo library: at most {MOST_QUERIES} queries, {MOST_MILLISECONDS} ms."
        )
        self.stdout.write(f"{'page':<28}{'ms':>8}{'queries':>9}{'kB':>7}{'kept, ms':>11}")
        for name, address in pages.items():
            with CaptureQueriesContext(connection) as queries:
                response = make(self.client, address)
            number, size = len(queries), len(response.content) / 1000
            made = self.median(lambda address=address: make(self.client, address))
            kept = self.median(lambda address=address: self.client.get(address, headers=COMPRESSED))
            self.stdout.write(f"{name:<28}{made:>8.1f}{number:>9}{size:>7.0f}{kept:>11.2f}  {response.status_code}")

    def time_searches(self):
        word = common_word()
        searches = {
            "search, newest": {},
            "search, a common word": {"text": word},
            "search, two facets": {"chosen": {"stage": ["running"], "setting": ["school"]}},
            "search, word and facet": {"text": word, "chosen": {"stage": ["running"]}},
            "search, mistyped": {"text": mistyped(word)},
            "search, a rare word": {"text": rare_word()},
            "search, last page": {"page": search.MOST_PAGES},
        }
        self.stdout.write(f"\n{'raw':<28}{'ms':>8}{'hits':>9}")
        for name, asked in searches.items():
            hits = search.find(**asked).total
            self.stdout.write(f"{name:<28}{self.median(lambda asked=asked: search.find(**asked)):>8.1f}{hits:>9,}")

    def weigh_home(self):
        weights = weight.of_page(self.client, reverse("home"))
        parts = ", ".join(f"{kind} {size / 1000:.1f}" for kind, size in weights.items())
        total = sum(weights.values()) / 1000
        self.stdout.write(f"\nThe home page, first visit: {total:.1f} of {MOST_WEIGHT} kB ({parts})")

    def median(self, call):
        times = []
        for _ in range(self.rounds):
            begun = time.perf_counter()
            call()
            times.append((time.perf_counter() - begun) * 1000)
        return statistics.median(times)


def make(client, address):
    """The page as it is made, not as it was kept."""
    caches[CACHE].clear()
    return client.get(address)


def common_word():
    return word_of_titles("DESC")


def rare_word():
    return word_of_titles("ASC")


def word_of_titles(order):
    """The most or least common of the words that titles have."""
    with connection.cursor() as cursor:
        cursor.execute(WORD_OF_TITLES.format(order))
        return cursor.fetchone()[0]


def mistyped(word):
    """One letter short, as people type."""
    return word[:2] + word[3:]
