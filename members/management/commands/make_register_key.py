from django.core.management import BaseCommand

from members.register import sealer


class Command(BaseCommand):
    help = "Make the register's private key, readable for this user only, and print the public one for REGISTER_VKEY."

    def add_arguments(self, parser):
        parser.add_argument("path", help="where the private key goes; nothing is overwritten")
        parser.add_argument(
            "origin", help="the register's name, such as library.example.org/declaration; no + or space"
        )

    def handle(self, path, origin, **options):
        self.stdout.write(str(sealer.make_key(path, origin)))
