"""After a restore, a bundle that somebody kept brings the register up to date, and the erased stay erased."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from members import signing
from members.models import Head, Leaf, Opening, Signature
from members.register import bundle, log, notes, sealer, tree, verify_register
from members.register.replay import replay
from tests.factories import AuthorityFactory, DeclarationVersionFactory, SignatureFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def after_a_restore(deeds, seal):
    """Do the deeds, keep the bundle, and lose them all: the database is what it was before."""
    backup = transaction.savepoint()
    deeds()
    seal()
    kept = json.loads(bundle.bundle())
    transaction.savepoint_rollback(backup)
    return kept


@pytest.fixture
def officer():
    return UserFactory(groups=["Declaration officers"])


def test_who_was_erased_after_the_backup_is_erased_again(seal, key, officer):
    signature = SignatureFactory(active=True, signatory_name="Canary")
    seal()
    kept = after_a_restore(lambda: signing.perform("erase", signature, by=officer, is_certain=True), seal)
    assert Signature.objects.get().signatory_name == "Canary"

    lost = replay(kept)

    signature.refresh_from_db()
    assert (signature.signatory_name, signature.signatory_email, lost) == ("", "", [])
    assert signature.erased_at == Leaf.objects.last().at
    assert not Opening.objects.exists()
    assert json.loads(bundle.bundle()) == kept


def test_withdrawals_and_corrections_are_done_again(seal, key, officer):
    leaves, corrected = SignatureFactory(active=True), SignatureFactory(active=True)
    seal()

    def deeds():
        signing.perform("withdraw", leaves, by=officer, reason="A letter.", method="letter")
        signing.perform("correct", corrected, by=officer, signatory_name="Maria Mustermann")

    kept = after_a_restore(deeds, seal)

    replay(kept)

    leaves.refresh_from_db()
    corrected.refresh_from_db()
    assert leaves.state == "withdrawn"
    assert corrected.signatory_name == "Maria Mustermann"
    assert json.loads(bundle.bundle()) == kept


def test_the_sealer_goes_on_from_there(seal, key, officer):
    signature = SignatureFactory(active=True)
    seal()
    kept = after_a_restore(lambda: signing.perform("erase", signature, by=officer, is_certain=True), seal)
    replay(kept)
    SignatureFactory(active=True)

    seal()

    after = json.loads(bundle.bundle())
    assert after["history"][: len(kept["history"])] == kept["history"]
    assert verify_register.check_bundle(after, str(key))["heads"] == len(kept["history"]) + 1


def test_a_signature_that_the_backup_lacks_is_named(seal, key, tmp_path):
    SignatureFactory(active=True)
    seal()
    version, authority = DeclarationVersionFactory(), AuthorityFactory(code="geonames:4711")

    def deeds():
        SignatureFactory(active=True, version=version, authority=authority)

    (tmp_path / "bundle.json").write_text(json.dumps(after_a_restore(deeds, seal)))
    said = StringIO()

    call_command("replay_register", tmp_path / "bundle.json", stdout=said)

    assert "geonames:4711 is not in the backup" in said.getvalue()


@pytest.mark.parametrize("wrong", ["another past", "another key", "no bundle"])
def test_what_does_not_continue_the_register_is_refused(seal, key, officer, tmp_path, settings, wrong):
    signature = SignatureFactory(active=True)
    seal()
    kept = after_a_restore(lambda: signing.perform("erase", signature, by=officer, is_certain=True), seal)
    (tmp_path / "bundle.json").write_text("[" if wrong == "no bundle" else json.dumps(kept))
    if wrong == "another past":
        SignatureFactory(active=True)
    if wrong == "another key":
        other = sealer.make_key(tmp_path / "key.pem", "register.example.org/declaration")
        settings.REGISTER_VKEY = str(other)

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("replay_register", tmp_path / "bundle.json")

    assert (Head.objects.count(), Opening.objects.exists()) == (1, True)


def test_a_new_key_begins_a_log_that_names_the_last_head_of_the_old_one(tmp_path, settings, private_key):
    old = sealer.public_half(private_key, "register.example.org/declaration")
    last_note = notes.sign(notes.Checkpoint(old.name, 1, tree.root([tree.leaf_hash(b"x")])), private_key, old)
    new = sealer.make_key(tmp_path / "new.pem", "register.example.org/declaration-2")
    settings.REGISTER_VKEY = str(new)

    log.enter_link(last_note)
    SignatureFactory(active=True)
    sealer.seal(sealer.read_key(tmp_path / "new.pem"), new.name)

    kept = json.loads(bundle.bundle())
    assert verify_register.check_bundle(kept, str(new))["heads"] == 1
    assert Leaf.objects.first().says["t"] == "link"
    with pytest.raises(verify_register.Refused):
        verify_register.check_bundle(kept, str(old))
