"""Two offices press the button at the same moment."""

import threading

import pytest
from django.db import connections

from coalition.models import Message
from members import signing
from members.models import Signature
from tests.factories import AuthorityFactory, DeclarationVersionFactory
from tests.members.test_signing import answers

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_starts_at_once_make_one_case():
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
