"""Two offices press the button at the same moment."""

import threading

import pytest
from django.db import connection, connections

from coalition.models import Message
from members import signing
from members.models import Signature
from tests.factories import AuthorityFactory, DeclarationVersionFactory
from tests.members.test_signing import answers


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """A database in which every statement is committed, as several processes see it; emptied by hand afterwards.

    pytest's own transactional tests would empty it of the roles too, which a reused database needs.
    """
    tables = "members_declaration, members_authority, coalition_message, coalition_limit, procrastinate_jobs"
    with django_db_blocker.unblock():
        yield
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {tables} CASCADE")


def test_two_starts_at_once_make_one_case(committed):
    DeclarationVersionFactory()
    authority = AuthorityFactory()
    barrier = threading.Barrier(4)

    def run(number):
        try:
            barrier.wait()
            signing.start(answers(authority=authority, signatory_email=f"mayor{number}@example.org"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Signature.objects.count() == 1
    assert Message.objects.filter(template="signature_confirm").count() == 1
