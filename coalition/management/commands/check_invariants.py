from django.core.management import BaseCommand, CommandError

from members.invariants import INVARIANTS as OF_MEMBERS
from practices.invariants import INVARIANTS as OF_PRACTICES


class Command(BaseCommand):
    help = (
        "Checks what must always hold of the register, the library, mail and accounts. Ends with 1 at the first break."
    )

    def handle(self, **options):
        for holds in (*OF_MEMBERS, *OF_PRACTICES):
            name = holds.__name__.replace("_", " ")
            if wrong := holds():
                raise CommandError(f"BROKEN: {name}: {wrong}")
            self.stdout.write(f"holds: {name}")
