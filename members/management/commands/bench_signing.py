"""How many signatures the site takes in a minute, beside bare SQL that writes the same acts, in one run."""

import gc
import statistics
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from multiprocessing import get_context

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import reverse
from django.utils import timezone, translation

from coalition.models import Limit, Message
from members import signing
from members.models import Authority, DeclarationVersion, Signature, User

WANTED_A_MINUTE, WANTED_P95 = 3_000, 300
BARE = """
WITH confirmed AS (
    UPDATE members_signature SET state = 'confirmed', confirmed_at = now() WHERE token_hash = %s RETURNING id
)
INSERT INTO members_signaturestep (signature_id, name, at, source, target, reason)
SELECT id, 'confirm', now(), 'started', 'confirmed', '' FROM confirmed
"""


class Command(BaseCommand):
    help = "Time signing on a database of its own, which it makes and drops. Judges nothing; `make test` has the rules."

    def add_arguments(self, parser):
        parser.add_argument("--signatures", type=int, default=1500, help="0: the race alone")
        parser.add_argument("--processes", type=int, default=2, help="as the web server has them, one for each core")
        parser.add_argument("--race", type=int, default=200, help="signers for one city, all at once")
        parser.add_argument("--rounds", type=int, default=10, help="of those")

    def handle(self, *, signatures, processes, race, rounds, **options):
        setup_test_environment(debug=False)
        settings.SECURE_SSL_REDIRECT = False
        connection.settings_dict["TEST"]["NAME"] = "bench_signing"
        before = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            self.prepare(signatures, rounds)
            if signatures:
                self.measure(signatures, processes)
            self.race(race, rounds)
        finally:
            connections.close_all()
            connection.creation.destroy_test_db(before, verbosity=0)

    def prepare(self, signatures, rounds):
        call_command("load_declaration", verbosity=0)
        officer = User.objects.create(email="officer@example.org", name="Officer")
        officer.groups.add(*officer.groups.model.objects.filter(name="Declaration officers"))
        Authority.objects.bulk_create(
            Authority(code=f"geonames:{n}", kind="city", name=f"Place {n}", country="DE")
            for n in range(2 * signatures + rounds)
        )
        gc.collect()
        gc.freeze()  # as coalition/wsgi.py does

    def measure(self, signatures, processes):
        self.stdout.write(
            f"{signatures:,} signatures, {processes} processes, every mail written. "
            f"Wanted: {WANTED_A_MINUTE:,} confirmed a minute, p95 {WANTED_P95} ms."
        )
        self.stdout.write(f"{'':<26}{'a minute':>10}{'p50 ms':>8}{'p95 ms':>8}{'cpu ms':>8}{'errors':>8}")
        numbers = range(signatures)
        self.line("form sent", sign, numbers, processes)
        confirmed = self.line("button pressed: confirmed", partial(press, tokens()), numbers, processes)
        open_cases(range(signatures, 2 * signatures))
        bare = self.line("bare SQL, same two rows", bare_confirm, range(signatures, 2 * signatures), processes)
        self.stdout.write(f"bare SQL ÷ confirmed: {bare / confirmed:.1f}")
        made, kept = Signature.objects.filter(state="confirmed").count(), 2 * signatures
        self.stdout.write(f"confirmed cases in the database: {made:,} of {kept:,}")

    def line(self, name, deed, numbers, processes):
        """The rate of all processes together, from the first to the last answer."""
        connections.close_all()
        shares = [numbers[start::processes] for start in range(processes)]
        with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
            list(pool.map(warm, range(processes)))
            start = time.perf_counter()
            results = [result for share in pool.map(partial(timed, deed), shares) for result in share]
            a_minute = 60 * len(results) / (time.perf_counter() - start)
        times = sorted(1000 * seconds for seconds, _cpu, _worked in results)
        cpu = 1000 * statistics.mean(cpu for _seconds, cpu, _worked in results)  # without PostgreSQL's
        errors = sum(not worked for _seconds, _cpu, worked in results)
        p95 = times[int(0.95 * (len(times) - 1))]
        self.stdout.write(
            f"{name:<26}{a_minute:>10,.0f}{statistics.median(times):>8.1f}{p95:>8.1f}{cpu:>8.1f}{errors:>8}"
        )
        return a_minute

    def race(self, signers, rounds):
        """As many forms for one city at once as there are signers, on as many connections as the server allows."""
        with connection.cursor() as cursor:
            cursor.execute("SHOW max_connections")
            threads = min(signers, int(cursor.fetchone()[0]) // 2)
        wrong = errors = 0
        for number in range(rounds):
            Limit.objects.all().delete()  # so that the database alone decides, not the limit for a city
            authority = Authority.objects.get(code=f"geonames:{number}")
            Signature.objects.filter(authority=authority).update(state=Signature.State.EXPIRED)
            forms = [(authority.code, f"race{number}-{n}", n) for n in range(signers)]
            with ThreadPoolExecutor(threads) as pool:
                errors += sum(pool.map(send_forms, [forms[start::threads] for start in range(threads)]))
            wrong += Signature.objects.filter(authority=authority).open_or_active().count() != 1
        self.stdout.write(
            f"{signers} signers for one city on {threads} connections, {rounds} rounds: "
            f"{errors} errors, {wrong} rounds without exactly one case"
        )


def warm(number):
    """Load what a server has loaded before its first visitor comes."""
    Client().get(reverse("members:declaration"))
    time.sleep(0.2)  # so that each process takes one


def timed(deed, numbers):
    """(seconds, seconds of processor, whether it worked) of each."""
    results = []
    for number in numbers:
        start, cpu = time.perf_counter(), time.process_time()
        worked = deed(number)
        results.append((time.perf_counter() - start, time.process_time() - cpu, worked))
    return results


def sign(number):
    return send_form(f"geonames:{number}", f"mayor{number}", number)


def send_form(code, mailbox, number):
    """Send the form as one visitor; whether it was answered as it should be."""
    answers = {
        "authority": code,
        "signatory_name": "Maria Muster",
        "signatory_office": "Mayor",
        "signatory_email": f"{mailbox}@example.org",
        "filled_in_by_name": "Paul Beispiel",
        "filled_in_by_email": f"office-{mailbox}@example.org",
        "power": "own",
        "shown": "name",
        "send": "1",
    }
    client = Client(REMOTE_ADDR=f"2001:db8::{number:x}", raise_request_exception=False)
    with translation.override("en"):
        response = client.post(reverse("members:sign"), answers)
        return response.status_code == 302 and response["Location"] == reverse("members:sign_thanks")


def send_forms(forms):
    """Send them one after the other on one connection; how many went wrong."""
    errors = sum(not send_form(*form) for form in forms)
    connections.close_all()
    return errors


def tokens():
    """The secret that each mailbox was sent, by the number in its address."""
    mails = Message.objects.filter(template="signature_confirm").values_list("to_email", "text")
    return {int(email[5:].partition("@")[0]): text.split("/confirm/")[1].split("/")[0] for email, text in mails}


def press(secrets, number):
    """Press the button behind the link."""
    with translation.override("en"):
        address = reverse("members:confirm", args=[secrets[number]])
    return Client(raise_request_exception=False).post(address, {"step": "confirm"}).status_code == 302


def open_cases(numbers):
    version = DeclarationVersion.objects.current()
    places = {place.code: place for place in Authority.objects.all()}
    Signature.objects.bulk_create(
        Signature(
            version=version,
            declaration=version.declaration,
            authority=places[f"geonames:{number}"],
            power="own",
            shown="name",
            token_hash=signing.hash_of(str(number)),
            token_expires_at=timezone.now() + timedelta(hours=1),
        )
        for number in numbers
    )


def bare_confirm(number):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE, [signing.hash_of(str(number))])
        return cursor.rowcount == 1
