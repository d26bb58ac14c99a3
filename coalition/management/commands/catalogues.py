from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from coalition import catalogues

LOCALE = Path(settings.LOCALE_PATHS[0])


class Command(BaseCommand):
    help = "Brings the translators' catalogues up to the code and compiles them."
    requires_system_checks = []

    def add_arguments(self, parser):
        only = parser.add_mutually_exclusive_group()
        only.add_argument("--check", action="store_true", help="change nothing; fail unless every string is translated")
        only.add_argument("--compile", action="store_true", help="only write the .mo files")

    def handle(self, *, check, compile, **options):
        languages = [code for code, _name in settings.LANGUAGES if code != "en"]  # English stands in the code
        if check:
            self.check_all(languages)
            return
        if not compile:
            catalogues.update(settings.BASE_DIR, LOCALE, languages)
        catalogues.compile_all(LOCALE)

    def check_all(self, languages):
        problems = list(catalogues.problems(settings.BASE_DIR, LOCALE, languages))
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} strings need a translator: run `make messages`, then translate.")
        self.stdout.write("Every string is translated.")
