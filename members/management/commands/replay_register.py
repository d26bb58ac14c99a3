import json
from pathlib import Path

from django.core.management import BaseCommand, CommandError

from members.register import replay
from members.register.verify_register import Refused


class Command(BaseCommand):
    help = "After a restore: continue the register as a kept bundle.json does, and erase again who was erased since."

    def add_arguments(self, parser):
        parser.add_argument("bundle", type=Path, help="the newest bundle.json that somebody has")

    def handle(self, bundle, **options):
        try:
            lost = replay.replay(json.loads(bundle.read_bytes()))
        except (OSError, ValueError, Refused) as error:
            raise CommandError(f"Nothing was changed: {error}") from None
        for leaf in lost:
            self.stdout.write(f"Entry {leaf.idx}: the signature of {leaf.says['city']} is not in the backup.")
        self.stdout.write("The register continues as the bundle does. Run check_invariants before the site opens.")
