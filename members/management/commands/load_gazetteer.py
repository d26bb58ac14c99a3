import csv
import gzip
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import connection

from members.models import Authority

FILE = Path(__file__).resolve().parents[2] / "data" / "authorities.tsv.gz"
FIELDS = ["kind", "country", "name", "latitude", "longitude", "population", "other_names"]


class Command(BaseCommand):
    help = "Load the European cities and regions that can sign (members/data/README.md). Safe to repeat."

    def handle(self, **options):
        with gzip.open(FILE, "rt", encoding="utf-8", newline="") as file:
            authorities = [authority(row) for row in csv.DictReader(file, delimiter="\t")]
        Authority.objects.bulk_create(
            authorities, batch_size=1000, update_conflicts=True, unique_fields=["code"], update_fields=FIELDS
        )
        with connection.cursor() as cursor:  # so that the planner trusts the index at once
            cursor.execute("SELECT gin_clean_pending_list('authority_names_trigrams'); ANALYZE members_authority")
        self.stdout.write(f"{len(authorities)} cities and regions.")


def authority(row):
    """A line of the file; what it does not know is empty."""
    names = row.pop("other_names").replace("|", "\n")
    return Authority(other_names=names, **{field: value or None for field, value in row.items()})
