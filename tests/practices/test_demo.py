import pytest
from django.core.management import call_command

from coalition.models import Message
from coalition.tasks import deliver
from members.invariants import INVARIANTS


@pytest.mark.django_db
def test_the_demo_library_keeps_every_invariant(settings):
    settings.DEMO = True

    call_command("load_demo")
    for mail in Message.objects.filter(rhythm="instant", sent_at=None):  # as the worker does
        deliver(message_id=mail.pk)

    assert {invariant.__name__: found for invariant in INVARIANTS if (found := invariant())} == {}
