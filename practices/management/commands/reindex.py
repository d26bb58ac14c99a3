from django.core.management.base import BaseCommand

from practices import search


class Command(BaseCommand):
    help = "Write the search rows of all public practices anew. The catalogue stays open meanwhile."

    def handle(self, **options):
        done = 0
        for done, total in search.reindex():
            self.stdout.write(f"\r{done} of {total} practices", ending="")
            self.stdout.flush()
        self.stdout.write(f"\rThe catalogue finds {done} practices.")
