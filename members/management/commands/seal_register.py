import logging
import time

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import close_old_connections

from members.emails import signing as emails
from members.register import sealer
from members.register.notes import Key

logger = logging.getLogger(__name__)
PAUSE = 20  # seconds: an entry is signed within a minute


class Command(BaseCommand):
    help = (
        "Signs the register whenever it has grown. Refuses, tells the officers and ends with 1 if it is not in order."
    )

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="sign what there is, and end")

    def handle(self, once, **options):
        try:
            key = Key.parse(settings.REGISTER_VKEY)
            private_key = sealer.read_key(settings.REGISTER_KEY_FILE)
        except (ValueError, OSError) as error:
            raise CommandError(f"REGISTER_VKEY and REGISTER_KEY_FILE must name the register's keys: {error}") from None
        if sealer.public_half(private_key, key.name) != key:
            raise CommandError("REGISTER_VKEY is not the public half of REGISTER_KEY_FILE.")
        self.seal(private_key, key.name)
        while not once:
            time.sleep(PAUSE)
            close_old_connections()
            self.seal(private_key, key.name)

    def seal(self, private_key, origin):
        try:
            head = sealer.seal(private_key, origin)
        except sealer.Inconsistent as why:
            logger.critical("The register is NOT signed: %s", why)
            emails.register_in_doubt(str(why))
            raise CommandError(f"The register is not signed: {why}.") from None
        if head:
            logger.info("The register is signed at %s entries.", head.size)
