"""The demo: its people, its pages, and the command that serves it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from urllib.parse import quote

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import validate_totp_code
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from coalition import demo
from coalition.models import Message
from members.demo import ACCOUNTS, create_demo_accounts
from members.models import User
from tests.factories import MemberFactory

PAGES = ["demo", "demo_mail"]


@pytest.fixture
def people(db):
    MemberFactory(slug="musterhafen")
    MemberFactory(slug="villexemple")
    create_demo_accounts()


@pytest.fixture
def message(db):
    return Message.objects.create(
        template="welcome",
        to_email="mayor@example.org",
        language="fr",
        subject="Bonjour",
        text="Lisez http://127.0.0.1:8000/fr/",
        html="<html><head></head><body style='color:red'>Bonjour</body></html>",
        message_id="<1@example.org>",
    )


@pytest.fixture
def on_demo_site(settings):
    settings.DEMO = True


def test_every_demo_account_has_its_role(people):
    mona = User.objects.get(email="moderator@example.org")
    leo = User.objects.get(email="lead@example.org")

    assert mona.has_perm("practices.moderate")
    assert mona.is_staff
    assert leo.leads(leo.memberships.get().member)
    assert not leo.is_staff
    assert User.objects.filter(is_demo=True).count() == len(ACCOUNTS)


def test_demo_accounts_are_made_once(people):
    create_demo_accounts()

    assert User.objects.count() == len(ACCOUNTS)
    assert Authenticator.objects.count() == sum(bool(account.secret) for account in ACCOUNTS)


def test_demo_accounts_sign_in_on_demo_sites_only(people, client, settings):
    words = {"email": "lead@example.org", "password": ACCOUNTS[1].password}

    settings.DEMO = False
    refused = client.login(**words)
    settings.DEMO = True
    let_in = client.login(**words)

    assert (refused, let_in) == (False, True)


def test_the_codes_shown_are_those_that_open_the_door():
    now = int(time.time())

    current, following = demo.codes(ACCOUNTS[3].secret, now)

    assert validate_totp_code(ACCOUNTS[3].secret, current) or validate_totp_code(ACCOUNTS[3].secret, following)


@pytest.mark.parametrize("name", PAGES)
def test_a_real_site_has_no_demo_pages(client, name, db):
    response = client.get(reverse(name))

    assert response.status_code == 404


def test_a_real_site_shows_nobody_s_mail(client, message):
    addresses = [reverse(name, args=[message.pk]) for name in ("demo_mail_message", "demo_mail_html")]

    assert [client.get(address).status_code for address in addresses] == [404, 404]


def test_the_accounts_are_shown_with_passwords_and_codes(client, people, on_demo_site):
    response = client.get(reverse("demo"))

    page = response.content.decode()
    assert all(account.email in page and account.password in page for account in ACCOUNTS)
    assert [len(person["codes"]) for person in response.context["people"]] == [0, 0, 0, 2, 2, 2, 2, 2]


def test_mail_is_listed_and_read(client, message, on_demo_site):
    listed = client.get(reverse("demo_mail"))
    read = client.get(reverse("demo_mail_message", args=[message.pk]))

    assert reverse("demo_mail_message", args=[message.pk]) in listed.content.decode()
    assert '<a href="http://127.0.0.1:8000/fr/"' in read.content.decode()
    assert "frame-src 'self'" in read.headers["Content-Security-Policy"]


def test_the_list_of_mail_bears_a_page_that_is_not_there(client, message, on_demo_site):
    response = client.get(reverse("demo_mail"), {"page": "999"})

    assert list(response.context["page_obj"]) == [message]


def test_the_html_of_a_mail_may_have_styles_and_nothing_else(client, message, on_demo_site):
    response = client.get(reverse("demo_mail_html", args=[message.pk]))

    policy = response.headers["Content-Security-Policy"]
    assert "style-src 'unsafe-inline'" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_top">' in response.content.decode()


def test_the_demo_does_not_start_on_a_real_site(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")


def test_a_port_that_is_taken_is_named_with_a_remedy(settings, on_demo_site):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.PORT = taken.getsockname()[1]

        with pytest.raises(CommandError, match=f"make demo PORT={settings.PORT + 1}"):
            call_command("demo")


@pytest.fixture(scope="module")
def own_database(django_db_setup):
    """The address of a database of the demo's own, on the server that the tests use; its first start fills it."""
    words = {name: connection.settings_dict[key] for name, key in [("host", "HOST"), ("user", "USER")]}
    name = f"demo_{os.getpid()}"
    with psycopg.connect(**words, dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield f"postgres://{words['user']}@{quote(words['host'], safe='')}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def served(db, own_database, tmp_path):
    """A demo with its own database and folder: its process, its address and what it says."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = {"DEMO": "1", "PORT": str(port), "DATABASE_URL": own_database, "VAR_DIR": str(tmp_path / "var")}
    inherited = {name: value for name, value in os.environ.items() if name not in ("DEBUG", "DJANGO_SETTINGS_MODULE")}
    with subprocess.Popen(
        [sys.executable, "-u", "manage.py", "demo"],
        cwd=site.BASE_DIR,
        env=inherited | own,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C ends it" in line:
                break
        yield process, f"http://127.0.0.1:{port}", said
        process.terminate()


def children(process):
    with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
        return [int(child) for child in file.read().split()]


def test_the_demo_serves_until_it_is_told_to_stop(served):
    process, address, said = served
    assert f"{address}/" in "".join(said), "".join(said)
    assert urllib.request.urlopen(f"{address}/readyz").status == 200
    servants = children(process)

    process.send_signal(signal.SIGTERM)

    assert process.wait(40) == 0
    assert "Stopped." in process.stdout.read()
    assert len(servants) == 3  # web server, worker, sealer
    assert not any(os.path.exists(f"/proc/{servant}") for servant in servants)


def test_when_one_part_dies_the_demo_says_so_and_stops_all(served):
    process, _address, _said = served
    servants = children(process)

    os.kill(servants[1], signal.SIGKILL)

    assert process.wait(40) == 1
    assert "ended by itself" in process.stdout.read()
    assert not any(os.path.exists(f"/proc/{servant}") for servant in servants)


def test_nothing_of_a_killed_demo_lives_on(served):
    process, _address, _said = served
    servants = children(process)

    process.kill()
    process.wait()

    deadline = time.monotonic() + 30
    while any(os.path.exists(f"/proc/{servant}") for servant in servants) and time.monotonic() < deadline:
        os.sched_yield()
    assert not any(os.path.exists(f"/proc/{servant}") for servant in servants)
