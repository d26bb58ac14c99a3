"""Real servers in folders of their own, beside the one that runs the tests."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command

from coalition.embedded_postgres import EmbeddedPostgres, reachable


@pytest.fixture(params=["with spaces", "with, a comma"])
def folder(request):
    """A project whose address holds spaces or worse, and that the account of the server can reach when we are root."""
    above = Path(tempfile.mkdtemp())
    above.chmod(0o755)
    project = above / f"a project {request.param}"
    project.mkdir()
    yield project
    shutil.rmtree(above)


@pytest.fixture
def server(folder):
    server = EmbeddedPostgres(folder)
    yield server
    server.stop()
    shutil.rmtree(server.run, ignore_errors=True)


def answer(server, question):
    with psycopg.connect(host=server.settings()["HOST"], user="app", dbname="app") as connection:
        return connection.execute(question).fetchone()[0]


def test_whoever_comes_first_starts_it_and_others_find_it_running(server, folder):
    server.ensure()

    EmbeddedPostgres(folder).ensure()

    assert answer(server, "SELECT lower('ŁÓDŹ')") == "łódź"


def test_it_listens_to_no_network(server):
    server.ensure()

    assert answer(server, "SHOW listen_addresses") == ""
    assert server.run.stat().st_mode & 0o777 == 0o700


def test_make_stop_stops_it(server, settings):
    server.ensure()
    settings.EMBEDDED_POSTGRES = server

    call_command("stop_database")

    assert not server.ready()


def test_it_keeps_its_data_when_it_is_stopped(server):
    server.ensure()
    with psycopg.connect(host=server.settings()["HOST"], user="app", dbname="app") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    server.stop()
    server.stop()
    server.ensure()

    assert answer(server, "SELECT number FROM kept") == 7


def test_it_comes_back_after_it_was_killed(server):
    server.ensure()
    process = int((server.data / "postmaster.pid").read_text().splitlines()[0])

    os.kill(process, signal.SIGKILL)
    while server.ready():
        os.sched_yield()
    server.ensure()

    assert answer(server, "SELECT 1") == 1


def test_a_first_start_that_was_interrupted_is_begun_anew(server):
    server.home.mkdir(parents=True)
    (server.home / "data.new").mkdir()
    (server.home / "data.new" / "half").write_text("made")

    server.ensure()

    assert answer(server, "SELECT 1") == 1


def test_a_server_that_cannot_start_says_why(server, monkeypatch):
    server.ensure()
    server.stop()
    monkeypatch.setattr("coalition.embedded_postgres.TRIES", 1)
    (server.data / "postgresql.conf").write_text("nonsense = 'yes'\n")

    with pytest.raises(RuntimeError, match="nonsense"):
        server.ensure()


def test_a_socket_s_address_stays_short_where_the_project_s_is_long(folder):
    server = EmbeddedPostgres(folder / ("very-long-name" * 8))

    assert len(str(server.run / ".s.PGSQL.5432")) < 107
    assert not server.run.is_relative_to(server.home)


def test_two_projects_have_two_servers(folder):
    one, other = EmbeddedPostgres(folder / "one"), EmbeddedPostgres(folder / "other")

    assert one.data != other.data
    assert one.run != other.run


def test_a_folder_is_reachable_when_every_folder_above_lets_the_account_through(folder):
    somebody_else = type("Account", (), {"pw_uid": 54321})

    assert reachable(folder, somebody_else)
    folder.parent.chmod(0o700)
    assert not reachable(folder, somebody_else)
