from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import transaction

from coalition.digests import write_digests
from coalition.models import Rhythm
from members.demo import create_demo_accounts
from members.models import User
from practices import demo

PLACES = Path(apps.get_app_config("members").path) / "data" / "demo_places.json"


class Command(BaseCommand):
    help = "Fills a demo site: themes, gazetteer, declaration, 84 retold practices, and invented cities."

    @transaction.atomic
    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("The demo library has accounts with public passwords: it is loaded with DEMO=1 only.")
        for reference in ("load_themes", "load_gazetteer", "load_declaration"):
            call_command(reference)
        places = demo.load_places(PLACES)
        demo.load_fictional_members()
        create_demo_accounts()
        editor, moderator, officer, administrator = (
            User.objects.get(email=f"{name}@example.org")
            for name in ("editor", "moderator", "officer", "administrator")
        )
        demo.retell(editor, moderator, places)
        demo.write_fictional(moderator)
        demo.ask_fictional()
        demo.sign_fictional(officer, administrator)
        for rhythm in (Rhythm.DAILY, Rhythm.WEEKLY):  # of the mornings that have passed since
            write_digests(rhythm)
        self.stdout.write(f"The demo library is loaded: {len(places)} places, 84 retold practices.")
