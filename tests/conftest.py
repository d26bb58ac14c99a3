"""Fixtures that every test may use."""

import time
from threading import Thread

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core import serializers
from django.core.management import call_command
from django.db import connection, connections
from django.db.models.signals import post_migrate
from django.test import Client
from django.utils import translation

from members.models import Cosignature, Head, Leaf
from tests import factories

# A server's thread may still hold a connection when the test database is dropped.
END_OTHER_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""


def pytest_configure(config):
    """Translations are read compiled; once, before the workers of pytest-xdist start."""
    if not hasattr(config, "workerinput"):
        call_command("catalogues", "--compile")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The staff roles, which a migration made, outlive the flush that ends a test with real transactions."""
    # pytest-django makes a database of its own only if some test has the mark `django_db`: never touch the site's.
    assert connection.settings_dict["NAME"].startswith("test_"), "mark the test with django_db"
    with django_db_blocker.unblock():
        let_tests_empty_the_register()
        roles = serializers.serialize("json", Group.objects.all(), use_natural_foreign_keys=True)

    def bring_back(**kwargs):
        for role in serializers.deserialize("json", roles):
            role.save()

    post_migrate.connect(bring_back, sender=apps.get_app_config("practices"), weak=False)
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(END_OTHER_SESSIONS)


def let_tests_empty_the_register():
    """The flush that ends a test with real transactions is the one TRUNCATE that the register's guards let pass."""
    guarded = [model._meta.db_table for model in (Leaf, Head, Cosignature)]
    operations = type(connection.ops)  # of every connection: a browser test may have one of its own
    flush = operations.execute_sql_flush

    def flush_unguarded(self, statements):
        off, on = ([f"ALTER TABLE {table} {word} TRIGGER USER" for table in guarded] for word in ("DISABLE", "ENABLE"))
        flush(self, [*off, *statements, *on])

    operations.execute_sql_flush = flush_unguarded


class SignedInClient(Client):
    """`force_login` signs in as a person does: with the second factor, where the account has one."""

    def force_login(self, user, backend=None):
        super().force_login(user, backend)
        if user.authenticator_set.exists():
            session = self.session
            session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
            session["account_authentication_methods_user"] = str(user.pk)
            session.save()


@pytest.fixture
def client():
    return SignedInClient()


@pytest.fixture
def coordinator():
    """A coordinator of a member, the member at `coordinator.member`."""
    membership = factories.MembershipFactory()
    membership.user.member = membership.member
    return membership.user


@pytest.fixture
def moderator():
    return factories.UserFactory(groups=["Moderators"], is_staff=True)


@pytest.fixture
def work():
    """`work()` lets a real worker do all that is due; the test needs `django_db(transaction=True)`."""

    def run():
        call_command("procrastinate", "worker", "--one-shot")
        connections.close_all()

    def in_a_thread_of_its_own():  # the worker brings its own event loop
        thread = Thread(target=run)
        thread.start()
        thread.join()

    return in_a_thread_of_its_own


@pytest.fixture
def lead():
    """A lead of a member, the member at `lead.member`."""
    membership = factories.MembershipFactory(role="lead")
    membership.user.member = membership.member
    return membership.user


@pytest.fixture
def administrator():
    return factories.UserFactory(groups=["Administrators"], is_staff=True)


@pytest.fixture(autouse=True)
def _english():
    """A request in another language leaves that language active; each test begins in English."""
    translation.activate("en")
