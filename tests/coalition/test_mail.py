"""Mail leaves through the real worker to a real SMTP server that keeps what it gets."""

import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.db import connection, transaction
from django.template import engines

from coalition import mail, tasks
from coalition.models import Message

pytestmark = pytest.mark.django_db(transaction=True)  # the worker has its own connection

TEMPLATE = """Welcome, {{ name }}

Dear {{ name }},

Your practice <arrived> & we read it until Friday.

Open your practice:
{{ SITE_URL }}/en/workspace/
"""
MARIA = mail.Person("maria@example.org", "María Ñandú", "en")


class Mailbox:
    """Keeps every mail it is handed."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (the server's own name for it)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 kept"


@pytest.fixture
def welcome(settings, tmp_path):
    """A template "welcome" beside those of the site."""
    (tmp_path / "emails").mkdir()
    (tmp_path / "emails" / "welcome.txt").write_text(TEMPLATE)
    settings.TEMPLATES[0]["DIRS"] = [tmp_path, *settings.TEMPLATES[0]["DIRS"]]
    engines.__dict__.pop("templates", None)
    engines._engines.clear()
    yield "welcome"
    settings.TEMPLATES[0]["DIRS"] = settings.TEMPLATES[0]["DIRS"][1:]
    engines.__dict__.pop("templates", None)
    engines._engines.clear()


@pytest.fixture
def server(settings):
    """An address for a mail server where nobody answers yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    return Controller(Mailbox(), hostname="127.0.0.1", port=port)


@pytest.fixture
def mailbox(server):
    server.start()
    yield server.handler.mails
    server.stop()


def let_pauses_pass():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")


def test_a_mail_is_sent_once(welcome, mailbox, work):
    message = mail.send(welcome, MARIA, {"name": "María"}, case="P-0001")

    work()
    tasks.deliver(message_id=message.pk)

    message.refresh_from_db()
    assert [mail["Message-ID"] for mail in mailbox] == [message.message_id]
    assert (message.attempts, message.error, message.dead_at) == (1, "", None)
    assert message.sent_at is not None
    assert list(Message.objects.waiting()) == []


def test_a_mail_holds_text_and_html_in_the_reader_s_language(welcome, mailbox, work):
    mail.send(welcome, MARIA, {"name": "María"})

    work()

    [received] = mailbox
    assert received["To"] == "María Ñandú <maria@example.org>"
    assert received["Subject"] == "Welcome, María"
    assert received["Content-Language"] == "en"
    assert received["Auto-Submitted"] == "auto-generated"
    assert "practice <arrived> & we" in received.get_body(["plain"]).get_content()
    assert "practice &lt;arrived&gt; &amp; we" in received.get_body(["html"]).get_content()


def test_nothing_is_sent_when_the_deed_is_rolled_back(welcome, mailbox, work):
    with transaction.atomic():
        mail.send(welcome, MARIA, {"name": "María"})
        transaction.set_rollback(True)

    work()

    assert mailbox == []
    assert not Message.objects.exists()


def test_a_mail_waits_for_a_server_that_is_away(welcome, server, work):
    message = mail.send(welcome, MARIA, {"name": "María"})
    work()
    message.refresh_from_db()
    assert (message.attempts, message.sent_at, message.dead_at) == (1, None, None)
    assert "ConnectionRefusedError" in message.error

    server.start()
    let_pauses_pass()
    work()
    server.stop()

    message.refresh_from_db()
    assert len(server.handler.mails) == 1
    assert (message.attempts, message.error) == (2, "")


def test_a_mail_is_given_up_after_the_last_try(welcome, server, work):
    message = mail.send(welcome, MARIA, {"name": "María"})

    for _ in range(len(tasks.PAUSES) + 3):
        let_pauses_pass()
        work()

    message.refresh_from_db()
    assert message.attempts == len(tasks.PAUSES) + 1
    assert message.dead_at is not None
    assert message.sent_at is None


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\N{LINE SEPARATOR}", "\x85"])
def test_a_name_starts_no_header_of_its_own(welcome, mailbox, line_break, work):
    name = f"Eve{line_break}Bcc: everyone@example.org"

    mail.send(welcome, mail.Person("eve@example.org", name, "en"), {"name": name})
    work()

    [received] = mailbox
    assert received["Bcc"] is None
    assert received["To"].addresses[0].addr_spec == "eve@example.org"


def test_a_lone_address_of_ours_becomes_the_button(settings):
    ours = settings.SITE_URL
    text = f"Hello\n\n{ours}/a\n\nRead it:\n{ours}/b\n\nSee {ours}/c\n\nhttps://example.org/d"

    blocks = list(mail.blocks(text))

    assert blocks == [
        {"text": ["Hello"]},
        {"button": f"{ours}/a", "label": ""},
        {"button": f"{ours}/b", "label": "Read it"},
        {"text": [f"See {ours}/c"]},
        {"text": ["https://example.org/d"]},
    ]


def test_somebody_s_words_and_facts_stand_apart():
    text = "> Results:\n> How many?\n> In all?\n\n> Only this\n\nPlace: Lyon\nPerson : Maria, Mayor\n\nOne: alone"

    blocks = list(mail.blocks(text))

    assert blocks == [
        {"quote": ["How many?", "In all?"], "title": "Results"},
        {"quote": ["Only this"], "title": ""},
        {"facts": [("Place", "Lyon"), ("Person", "Maria, Mayor")]},
        {"text": ["One: alone"]},
    ]


def test_a_job_of_a_killed_worker_is_done_after_all(welcome, mailbox, work):
    mail.send(welcome, MARIA, {"name": "María"})
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
            " RETURNING id) UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead"
        )

    tasks.rescue.configure(queueing_lock=None).defer(timestamp=0)  # a worker queues it, too, once a minute
    work()
    work()

    assert len(mailbox) == 1
