"""Migration 0005: acts of before the register become its first leaves, as if they had been entered then."""

import importlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from members.models import Leaf, Opening
from members.register import sealer
from members.register.notes import commitment
from tests.factories import SignatureFactory

pytestmark = pytest.mark.django_db
BEFORE = ("members", "0004_register")
migration = importlib.import_module("members.migrations.0005_acts_enter_the_register")


@pytest.fixture
def apps():
    """The models of before, with the table that the migration takes away."""
    apps = MigrationLoader(connection).project_state(BEFORE).apps
    with connection.schema_editor() as editor:
        editor.create_model(apps.get_model("members", "Act"))
    return apps


def act(apps, kind, version, at, signature=None):
    fields = {"kind": kind, "version_id": version.pk, "signature_id": signature and signature.pk}
    acts = apps.get_model("members", "Act").objects
    acts.filter(pk=acts.create(**fields).pk).update(at=at)


def test_acts_become_leaves_in_their_order_with_commitments_that_open(apps, seal, key):
    day = datetime(2025, 5, 1, 12, tzinfo=UTC)
    named, unnamed = SignatureFactory(state="started"), SignatureFactory(state="started", shown="office")
    act(apps, "withdraw", unnamed.version, day + timedelta(days=3), unnamed)
    act(apps, "text", named.version, day)
    act(apps, "sign", unnamed.version, day + timedelta(days=2), unnamed)
    act(apps, "sign", named.version, day + timedelta(days=1), named)

    migration.enter_acts(apps, None)

    leaves = list(Leaf.objects.all())
    assert [leaf.kind for leaf in leaves] == ["text", "sign", "sign", "withdraw"]
    assert [leaf.signature for leaf in leaves] == [None, named, unnamed, unnamed]
    assert [leaf.at for leaf in leaves] == [day + timedelta(days=n) for n in range(4)]
    assert leaves[3].says["ref"] == 2
    people = {opening.leaf_id: opening.person for opening in Opening.objects.all()}
    assert people == {
        1: {"name": "Maria Muster", "role": "Mayor", "locale": "en"},
        2: {"name": "", "role": "Mayor", "locale": "en"},
    }
    for opening in Opening.objects.all():
        assert opening.leaf.says["c"] == commitment(bytes(opening.salt), opening.person)
    assert len(sealer.read_in_order()) == seal().size == 4


def test_without_acts_there_are_no_leaves(apps):
    migration.enter_acts(apps, None)

    assert not Leaf.objects.exists()
