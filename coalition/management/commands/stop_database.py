from django.conf import settings
from django.core.management import BaseCommand


class Command(BaseCommand):
    help = "Stops the embedded PostgreSQL, if it runs. The next command that needs it starts it again."
    requires_system_checks = []

    def handle(self, **options):
        if hasattr(settings, "EMBEDDED_POSTGRES"):
            settings.EMBEDDED_POSTGRES.stop()
