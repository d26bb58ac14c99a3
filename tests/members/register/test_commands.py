"""The register's commands: making a key, sealing, alarms, roles of the database, invariants."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from coalition.models import Message
from members.models import Head, Leaf
from members.register import log
from tests.factories import SignatureFactory, UserFactory, published_practice
from tests.members.register.conftest import ORIGIN
from tests.members.register.test_sealer import rewrite, tamper

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(settings, tmp_path, capsys):
    path = tmp_path / "key.pem"
    call_command("make_register_key", str(path), ORIGIN)
    settings.REGISTER_KEY_FILE, settings.REGISTER_VKEY = str(path), capsys.readouterr().out.strip()
    return settings


def test_an_entry_is_signed_by_the_sealers_next_round(keys):
    SignatureFactory(active=True)

    call_command("seal_register", "--once")

    assert Head.objects.get().size == 1


def test_the_sealer_that_finds_another_past_ends_with_an_alarm_and_signs_nothing(keys):
    officer = UserFactory(groups=["Declaration officers"])
    administrator = UserFactory(groups=["Administrators"])
    SignatureFactory(active=True)
    call_command("seal_register", "--once")
    rewrite(0, city="geonames:other")

    for _ in range(2):
        with pytest.raises(CommandError, match="not those that were signed"):
            call_command("seal_register", "--once")

    alarms = Message.objects.filter(template="register_in_doubt")
    assert {mail.to_email for mail in alarms} == {officer.email, administrator.email}
    assert alarms.count() == 2
    assert Head.objects.count() == 1


@pytest.mark.parametrize("name", ["REGISTER_VKEY", "REGISTER_KEY_FILE"])
def test_the_sealer_needs_both_keys(keys, name):
    setattr(keys, name, "")

    with pytest.raises(CommandError, match="REGISTER_VKEY and REGISTER_KEY_FILE"):
        call_command("seal_register", "--once")


def test_the_sealer_refuses_the_key_of_another_register(keys, key):
    keys.REGISTER_VKEY = str(key)

    with pytest.raises(CommandError, match="not the public half"):
        call_command("seal_register", "--once")


ROLES = ("test_register_application", "test_register_sealer")


@pytest.fixture
def _roles():
    """Two roles, which end with the test's transaction."""
    with connection.cursor() as cursor:
        for role in ROLES:
            cursor.execute(f"CREATE ROLE {role} NOSUPERUSER")
    call_command("database_roles", *ROLES, verbosity=0)


def tries(role, statement):
    """Whether this role may do it, guards by trigger apart."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"SET LOCAL ROLE {role}")
        try:
            with transaction.atomic():
                cursor.execute(statement)
        except ProgrammingError as error:
            return "permission denied" not in str(error)
        finally:
            cursor.execute("RESET ROLE")
            transaction.set_rollback(True)
    return True


LEAF = "INSERT INTO members_leaf (idx, body, created) VALUES (99, '', now())"
HEAD = "INSERT INTO members_head (size, note, created) VALUES (99, '', now())"


@pytest.mark.usefixtures("_roles")
@pytest.mark.parametrize(
    ("statement", "application", "sealer"),
    [
        ("SELECT * FROM members_leaf", True, True),
        (LEAF, True, False),
        ("UPDATE members_leaf SET body = ''", False, False),
        ("DELETE FROM members_leaf", False, False),
        ("TRUNCATE members_leaf CASCADE", False, False),
        ("SELECT * FROM members_head", True, True),
        (HEAD, False, True),
        ("UPDATE members_head SET note = ''", False, False),
        ("DELETE FROM members_head", False, False),
        ("DELETE FROM members_opening", True, False),
        ("SELECT * FROM members_opening", True, False),
        ("SELECT * FROM members_signature", True, False),
        ("ALTER TABLE members_leaf DISABLE TRIGGER USER", False, False),
    ],
)
def test_each_role_may_do_its_part_only(statement, application, sealer):
    if statement.startswith("ALTER"):
        with pytest.raises(ProgrammingError, match="must be owner"), transaction.atomic():
            _alter(statement)
        return

    assert [tries(role, statement) for role in ROLES] == [application, sealer]


def _alter(statement):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLES[0]}")
        cursor.execute(statement)


# --- invariants ---


def entered():
    """An active signature with the line of its history."""
    signature = SignatureFactory(active=True)
    signature.steps.create(name="verify", source="verifying", target="active")
    return signature


def test_a_site_in_order_passes(seal, capsys):
    published_practice()
    entered()
    seal()

    with pytest.raises(CommandError, match="only what is public can be found"):
        call_command("check_invariants")
    call_command("reindex", verbosity=0)
    call_command("check_invariants")

    assert "holds: nothing opens what was erased" in capsys.readouterr().out


def unsigned(signature):
    tamper("UPDATE members_signature SET state = 'refused' WHERE id = %s", signature.pk)


def another_city(signature):
    rewrite(0, city="geonames:other")


def another_past(signature):
    rewrite(0, c="0" * 64)


def foreign_head(signature):
    tamper("UPDATE members_head SET note = replace(note, 'register.example.org', 'other.example.org')")


def head_of_more(signature):
    tamper("UPDATE members_head SET size = 9")


def no_order(signature):
    rewrite(0, i=4)


def sleeping_sealer(signature):
    log.enter_text(signature.version)
    tamper("UPDATE members_leaf SET created = now() - interval '3 minutes' WHERE idx = 1")


def reopened(signature):
    opening = signature.leaves.get().opening
    log.enter_erasure(signature)
    opening.leaf_id = 0
    opening.save(force_insert=True)


def stuck_mail(signature):
    mail = Message.objects.create(template="x", to_email="a@example.org", language="en", subject="", text="", html="")
    Message.objects.filter(pk=mail.pk).update(created_at=timezone.now() - timedelta(hours=1))


def dead_without_reason(signature):
    Message.objects.create(
        template="x", to_email="a@example.org", language="en", subject="", text="", html="", dead_at=timezone.now()
    )


def no_history(signature):
    SignatureFactory()


def bare_staff(signature):
    UserFactory(is_staff=True, last_login=timezone.now())


def endless_session(signature):
    Session.objects.create(session_key="x", session_data="", expire_date=timezone.now() + timedelta(days=2))


@pytest.mark.parametrize(
    ("deed", "broken"),
    [
        (unsigned, "what is shown is what the log says"),
        (another_city, "what is shown is what the log says: leaf 0"),
        (another_past, "every head begins the next"),
        (foreign_head, "every head begins the next"),
        (head_of_more, "every head begins the next"),
        (no_order, "every head begins the next"),
        (sleeping_sealer, "every entry is signed soon"),
        (reopened, "nothing opens what was erased"),
        (stuck_mail, "every mail is sent waiting or dead with a reason"),
        (dead_without_reason, "every mail is sent waiting or dead with a reason"),
        (no_history, "every case has its history"),
        (bare_staff, "staff have two factors"),
        (endless_session, "staff have two factors: a session"),
    ],
)
def test_the_first_break_is_named(seal, deed, broken):
    signature = entered()
    seal()
    deed(signature)

    with pytest.raises(CommandError, match=f"BROKEN: {broken}"):
        call_command("check_invariants", verbosity=0)


def test_two_active_signatures_of_one_authority_are_named(key):
    first = entered()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP INDEX an_authority_has_one_open_or_active_signature")
    SignatureFactory(active=True, version=first.version, authority=first.authority)

    with pytest.raises(CommandError, match="an authority signs a declaration once"):
        call_command("check_invariants")


def test_what_an_author_approved_alone_is_named(key):
    practice = published_practice()
    revision = practice.public_revision
    revision.steps.create(name="approve", by=revision.author, source="in_review", target="public")

    with pytest.raises(CommandError, match="a public text was approved by somebody else"):
        call_command("check_invariants")


def test_a_file_that_is_gone_is_named(key):
    revision = published_practice().public_revision
    revision.documents.create(title="Toolkit", extension="pdf", size=9, sha256="0" * 64)

    with pytest.raises(CommandError, match="every file is what its row says"):
        call_command("check_invariants")


def test_leaves_are_counted_from_zero(seal):
    entered()

    assert Leaf.objects.get().idx == 0
