"""What enters the register, in which words; and that the database keeps it."""

import hashlib
import hmac
import json
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from members.models import Head, Leaf, Opening
from members.register import log
from members.register.notes import canonical
from tests.factories import AuthorityFactory, DeclarationVersionFactory, SignatureFactory

pytestmark = pytest.mark.django_db


def test_a_signature_enters_as_one_canonical_leaf():
    signature = SignatureFactory(active=True, signatory_name="Łucja Näf", authority__code="geonames:2950159")

    leaf = Leaf.objects.get()

    says = json.loads(bytes(leaf.body))
    assert bytes(leaf.body) == json.dumps(says, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert says == {
        "v": 1,
        "i": 0,
        "t": "sign",
        "at": f"{leaf.at:%Y-%m-%dT%H:%M:%SZ}",
        "decl": signature.version.fingerprint,
        "city": "geonames:2950159",
        "c": says["c"],
        "m": says["m"],
    }
    assert leaf.signature == signature


def test_name_office_and_language_are_committed_to():
    SignatureFactory(active=True, signatory_name="Łucja Näf", signatory_office="Mayor")

    opening = Opening.objects.get()

    message = '{"locale":"en","name":"Łucja Näf","role":"Mayor"}'.encode()
    assert opening.leaf.says["c"] == hmac.new(bytes(opening.salt), message, "sha256").hexdigest()
    assert len(bytes(opening.salt)) == 32


def test_the_secretariat_can_prove_which_mailbox_confirmed():
    SignatureFactory(active=True, signatory_email="mayor@example.org")

    opening = Opening.objects.get()

    message = b'"mayor@example.org"'
    assert opening.leaf.says["m"] == hmac.new(bytes(opening.mailbox_salt), message, "sha256").hexdigest()
    assert bytes(opening.mailbox_salt) != bytes(opening.salt)


def test_a_name_that_may_not_be_shown_does_not_enter():
    SignatureFactory(active=True, shown="office")

    assert Opening.objects.get().person == {"name": "", "role": "Mayor", "locale": "en"}


def test_a_leaf_holds_no_personal_data():
    signature = SignatureFactory(
        state="withdrawn", method="call", verified_at=timezone.now(), withdrawn_at=timezone.now()
    )

    bodies = b"".join(bytes(leaf.body) for leaf in Leaf.objects.all()).decode()

    for word in (signature.signatory_name, signature.signatory_office, signature.signatory_email):
        assert word not in bodies


def test_a_withdrawal_names_the_entry_that_it_ends():
    SignatureFactory()
    signature = SignatureFactory(active=True)

    leaf = log.enter_withdrawal(signature)

    subject = {"decl": signature.version.fingerprint, "city": signature.authority.code}
    assert leaf.says == {"v": 1, "i": 1, "t": "withdraw", "at": leaf.says["at"], "ref": 0, **subject}


def test_a_correction_replaces_what_can_be_proved():
    signature = SignatureFactory(active=True, signatory_name="Mria Muster")
    signature.signatory_name = "Maria Muster"

    leaf = log.enter_correction(signature)

    assert (leaf.kind, leaf.says["ref"]) == ("correct", 0)
    assert [(opening.leaf_id, opening.person["name"]) for opening in Opening.objects.all()] == [(1, "Maria Muster")]


def test_an_erasure_leaves_nothing_that_could_be_opened():
    signature = SignatureFactory(active=True)
    log.enter_correction(signature)

    leaf = log.enter_erasure(signature)

    assert (leaf.kind, leaf.says["ref"]) == ("erase", 1)
    assert not Opening.objects.exists()


def test_a_published_text_enters_with_its_fingerprint():
    version = DeclarationVersionFactory()

    leaf = log.enter_text(version)

    assert leaf.says == {"v": 1, "i": 0, "t": "text", "at": leaf.says["at"], "decl": version.fingerprint}


def test_a_register_with_a_new_key_begins_with_the_last_head_of_the_old_one():
    note = "old.example.org/declaration\n2\n…\n"

    leaf = log.enter_link(note)

    prev = hashlib.sha256(note.encode()).hexdigest()
    assert leaf.says == {"v": 1, "i": 0, "t": "link", "at": leaf.says["at"], "prev": prev}


def test_time_never_goes_back():
    now = timezone.now().replace(microsecond=0)
    version = DeclarationVersionFactory()

    leaves = [log.enter_text(version, at=now - timedelta(days=days)) for days in (3, 1, 2)]

    assert [leaf.at for leaf in leaves] == [now - timedelta(days=days) for days in (3, 1, 1)]


def test_an_act_that_fails_leaves_no_entry_and_no_gap():
    version = DeclarationVersionFactory()
    log.enter_text(version)

    with transaction.atomic():
        log.enter_text(version)
        transaction.set_rollback(True)
    log.enter_text(version)

    assert list(Leaf.objects.values_list("idx", flat=True)) == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_those_who_append_at_the_same_moment_get_one_number_each():
    version = DeclarationVersionFactory()

    def append():
        log.enter_text(version)
        connections.close_all()

    threads = [threading.Thread(target=append) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(Leaf.objects.values_list("idx", flat=True)) == list(range(12))


@pytest.mark.parametrize("table", ["members_leaf", "members_head", "members_cosignature"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_the_register_for_its_owner_too(seal, table, change):
    SignatureFactory(active=True)
    head = seal()
    head.cosignatures.create(witness="w", line="x")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    column = {"members_leaf": "body = ''", "members_head": "note = ''", "members_cosignature": "line = ''"}[table]

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table, column))


def test_the_form_of_a_leaf_has_one_way_to_be_written():
    assert canonical({"b": "é", "a": [1, {"d": None, "c": True}]}) == '{"a":[1,{"c":true,"d":null}],"b":"é"}'.encode()


def test_names_tell_what_a_row_is(seal):
    signature = SignatureFactory(active=True)
    head = seal()

    assert str(Leaf.objects.get()) == f"0 · Signed · {signature.verified_at:%Y-%m-%d}"
    assert (str(Opening.objects.get()), str(head)) == ("0", "1")
    assert str(head.cosignatures.create(witness="city.example.org", line="x")) == "city.example.org · 1"
    assert list(Head.objects.all()) == [head]


def test_an_authority_that_left_can_come_back():
    authority = AuthorityFactory()
    version = DeclarationVersionFactory()
    gone = {"verified_at": timezone.now(), "withdrawn_at": timezone.now(), "method": "call", "state": "withdrawn"}
    SignatureFactory(authority=authority, version=version, **gone)

    SignatureFactory(authority=authority, version=version, active=True)

    assert [leaf.kind for leaf in Leaf.objects.all()] == ["sign", "withdraw", "sign"]
