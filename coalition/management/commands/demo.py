"""`make demo`: the whole site on this machine, in the foreground, until Ctrl-C."""

import ctypes
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command, get_commands
from django.db import connection
from whitenoise import compress

from members.demo import ACCOUNTS
from members.register import certificate, sealer
from practices.models import Practice, SearchRow

PATIENCE = 30  # seconds for the web server to answer, and for a process to end
PR_SET_PDEATHSIG = 1
DEMO_ORIGIN = "demo.invalid/declaration"  # says on every head that this is no real register
DEMO_SEAL_PASSWORD = "demo"


class Command(BaseCommand):
    help = "Serves the demo site on 127.0.0.1:$PORT with its own database and worker, until Ctrl-C."

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("This is for demo sites: start it as `make demo`, or set DEMO=1.")
        refuse_a_busy_port()
        with suppress(KeyboardInterrupt), ExitStack() as at_the_end:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, interrupt)
            self.start_database(at_the_end)
            self.prepare()
            processes = {name: start(at_the_end, *command) for name, command in self.commands().items()}
            # Where the register is not in order the sealer ends itself, and the site goes on: as it would anywhere.
            start(at_the_end, "manage.py", "seal_register", REGISTER_KEY_FILE=str(self.register_key))
            self.wait_until_served(processes)
            self.welcome()
            self.watch(processes)
        self.stdout.write("Stopped. What was entered is kept for the next time.")

    def start_database(self, at_the_end):
        """The embedded server, unless DATABASE_URL names another or it is running already: then it stays."""
        embedded = getattr(settings, "EMBEDDED_POSTGRES", None)
        if embedded and not embedded.ready():
            at_the_end.callback(embedded.stop)
            embedded.ensure()
        at_the_end.callback(connection.close)

    def prepare(self):
        self.stdout.write("Preparing the database and the static files …")
        call_command("catalogues", "--compile")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        collect_static_files()
        self.prepare_register()
        if "load_demo" in get_commands() and not Practice.objects.exists():
            self.stdout.write("Loading the demo library …")
            call_command("load_demo")
        elif not SearchRow.objects.exists():  # its table was made anew by a migration
            call_command("load_themes")
            call_command("reindex")

    def prepare_register(self):
        """The register of a demo has a key of its own, which only its sealer is told of, and a seal that says so."""
        self.register_key = settings.VAR_DIR / "demo-register-key.pem"
        if not self.register_key.exists():
            sealer.make_key(self.register_key, DEMO_ORIGIN)
        public = sealer.public_half(sealer.read_key(self.register_key), DEMO_ORIGIN)
        os.environ["REGISTER_VKEY"] = settings.REGISTER_VKEY = str(public)
        seal = settings.VAR_DIR / "demo-seal.p12"
        if not seal.exists():
            certificate.make_demo_seal(seal, DEMO_SEAL_PASSWORD)
        os.environ |= {"SEAL_FILE": str(seal), "SEAL_PASSWORD": DEMO_SEAL_PASSWORD}

    def commands(self):
        """What runs beside this process: the web server and the worker."""
        gunicorn = f"gunicorn coalition.wsgi --bind 127.0.0.1:{settings.PORT} --worker-class gthread --workers 2"
        return {
            "web server": [
                "-m",
                *gunicorn.split(),
                "--threads=4",
                "--log-level=warning",
                "--no-control-socket",  # it would lie in the home folder
                "--forwarder-headers=",  # nobody in front of it may rewrite addresses
            ],
            "worker": ["manage.py", "procrastinate", "worker"],
        }

    def wait_until_served(self, processes):
        for _ in range(PATIENCE * 10):
            refuse_a_dead_process(processes)
            with suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(f"http://127.0.0.1:{settings.PORT}/healthz", timeout=PATIENCE)
                return
            time.sleep(0.1)
        raise CommandError(f"The web server did not answer within {PATIENCE} seconds.")

    def welcome(self):
        width = max(len(account.email) for account in ACCOUNTS)
        people = "\n".join(f"  {account.email:{width}}  {account.password}  {account.title}" for account in ACCOUNTS)
        self.stdout.write(
            f"\nThe library is open:  {settings.SITE_URL}/\n\n"
            f"{people}\n\n"
            f"Second factors of the secretariat:  {settings.SITE_URL}/demo/\n"
            f"Mail that was written:              {settings.SITE_URL}/demo/mail/\n\n"
            "Ctrl-C ends it."
        )
        self.stdout.flush()

    def watch(self, processes):
        while True:
            refuse_a_dead_process(processes)
            time.sleep(0.3)


def interrupt(number, frame):
    """Every wish to end is a Ctrl-C. A second one changes nothing: everything is being stopped already."""
    for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wish, signal.SIG_IGN)
    raise KeyboardInterrupt


def refuse_a_busy_port():
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", settings.PORT))
        except OSError:
            another = settings.PORT + 1
            raise CommandError(
                f"Port {settings.PORT} is used by another program. Choose another: make demo PORT={another}"
            ) from None


def refuse_a_dead_process(processes):
    for name, process in processes.items():
        if process.poll() is not None:
            raise CommandError(f"The {name} ended by itself (status {process.returncode}), so everything was stopped.")


def start(at_the_end, *command, **environment):
    """Start Python with these arguments, and this added to its environment; it ends with us, even if we are killed."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "coalition.settings"} | environment,
        start_new_session=True,  # the terminal's Ctrl-C reaches us alone; we end the others in order
        preexec_fn=end_with_parent if sys.platform == "linux" else None,
    )
    at_the_end.callback(stop, process)
    return process


def end_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def stop(process):
    """Ask it to end, and insist after a while."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def collect_static_files():
    """Copy the static files, hashed and compressed, unless nothing has changed since the last time."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = os.stat(storage.path(path))
            seen.update(f"{path} {file.st_size} {file.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if not stamp.exists() or stamp.read_text() != seen.hexdigest():
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        compress.main(["--quiet", str(settings.STATIC_ROOT)])
        stamp.write_text(seen.hexdigest())
