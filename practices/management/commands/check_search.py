from django.core.management.base import BaseCommand, CommandError

from practices import search


class Command(BaseCommand):
    help = "Prove that the search finds what is published, all of it and nothing else. Changes nothing."

    def handle(self, **options):
        wrong, totals_are_right = search.check()
        if wrong:
            numbers = ", ".join(f"P-{pk:04d}" for pk in wrong[:20])
            raise CommandError(f"{len(wrong)} practices are not found as they are published: {numbers} …")
        if not totals_are_right:
            raise CommandError("The totals of the facets are not what the rows add up to.")
        self.stdout.write("What is published is found, and nothing else.")
