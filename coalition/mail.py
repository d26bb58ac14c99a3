"""Mail: one template, one person, in their language, queued in the transaction of the deed that causes it."""

import re
import textwrap
from email.utils import make_msgid
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from coalition import tasks
from coalition.models import Kind, MailChoice, Message, Rhythm

TEXT_WIDTH, SOURCE_WIDTH = 72, 150
FACT = re.compile(r"([^:]{2,60}?)\s?: (.+)")  # Label: words
STOP = "stop-mail"  # salt of the links that stop a kind of mail
KEEP = {"break_long_words": False, "break_on_hyphens": False}


class Person(NamedTuple):
    """Somebody without an account; accounts have the same three attributes."""

    email: str
    name: str
    language: str


@transaction.atomic
def send(template, to, context, case="", kind="", stop=""):
    """Write `emails/<template>.txt` to one person (an account or a Person) and have the worker send it.

    How such a text becomes a mail is said at `blocks()`. `case` (a practice's or signature's code) keeps a case's
    mails together. Nothing leaves the house if the surrounding transaction is rolled back.

    A mail of a `kind` comes as often as the account wishes: at once, in a digest, or never (then None). A mail
    without one belongs to a case of the reader's own, and is always sent. Where somebody without an account can
    `stop` it, that is the path of the page, which takes the POST of a mailbox (RFC 8058).
    """
    rhythm = rhythm_of(to, kind)
    if rhythm == Rhythm.OFF:
        return None
    stop_at = settings.SITE_URL + stop if stop else stop_address(to, kind)
    subject, text, html = written(template, to, context | {"stop_address": "" if stop else stop_at})
    message = Message.objects.create(
        template=template,
        case=case,
        to_email=to.email,
        to_name=on_one_line(to.name),
        language=to.language,
        subject=subject,
        text=text,
        html=html,
        message_id=make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
        account=None if isinstance(to, Person) else to,
        kind=kind,
        rhythm=rhythm,
        stop_address=stop_at,
    )
    if rhythm == Rhythm.INSTANT:
        tasks.deliver.defer(message_id=message.pk)
    return message


def rhythm_of(to, kind):
    """How often this person wants such a mail."""
    if not kind or isinstance(to, Person):
        return Rhythm.INSTANT
    chosen = MailChoice.objects.filter(account=to, kind=kind).first()
    return Rhythm(chosen.rhythm) if chosen else Kind(kind).usual_rhythm


def kinds_for(account):
    """The kinds of mail that this person gets and may choose the rhythm of."""
    return [kind for kind in Kind if kind != Kind.QUEUE or account.has_perm("practices.moderate")]


def stop_address(to, kind):
    """Where one button, or one POST of a mailbox (RFC 8058), stops mails of this kind; nothing where none is."""
    if not kind or isinstance(to, Person):
        return ""
    with translation.override(to.language):
        return settings.SITE_URL + reverse("stop_mail", args=[signing.dumps([to.pk, kind], salt=STOP)])


def read_stop_token(token):
    """Whose mails of which kind it stops: (account, Kind), or None where we never wrote it or the account is gone."""
    try:
        account, kind = signing.loads(token, salt=STOP)
    except signing.BadSignature:
        return None
    account = get_user_model().objects.filter(pk=account).first()
    return (account, Kind(kind)) if account and kind in Kind else None


@transaction.atomic
def choose(account, kind, rhythm):
    """This person wants mails of this kind so often; what was kept for a digest is dropped where it is never."""
    MailChoice.objects.update_or_create(account=account, kind=kind, defaults={"rhythm": rhythm})
    if rhythm == Rhythm.OFF:
        kept = Message.objects.filter(account=account, kind=kind, digest=None, sent_at=None)
        kept.exclude(rhythm=Rhythm.INSTANT).update(dead_at=timezone.now(), error="No longer wanted by the reader")


def written(template, to, context):
    """The mail in the reader's language: subject, text, HTML. `place` in the context is shown as a plate."""
    with translation.override(to.language):
        words = {"person": to, "SITE_URL": settings.SITE_URL} | context
        subject, _, text = render_to_string(f"emails/{template}.txt", words).strip().partition("\n")
        subject = on_one_line(subject)
        body, _, foot = text.strip().partition("\n--\n")
        words |= {
            "subject": subject,
            "preview": preview(body),
            "blocks": list(blocks(body)),
            "foot": list(blocks(foot)),
        }
        html = render_to_string("emails/base.html", words)
    parts = [wrapped(body), f"-- \n{wrapped(foot)}" if foot.strip() else ""]
    return subject, "\n\n".join(filter(None, parts)) + "\n", html


def on_one_line(text):
    """Without line breaks of any alphabet, so that it cannot start a header of its own."""
    return " ".join(text.split())


def preview(text):
    """What a mailbox shows beside the subject: the first paragraph after the greeting."""
    paragraphs = text.strip().split("\n\n")
    return on_one_line(paragraphs[1] if len(paragraphs) > 1 else paragraphs[0])[:150]


def paragraphs(text):
    """The lines of each paragraph."""
    return [part.strip().splitlines() for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]


def blocks(text):
    """The text's paragraphs for the HTML part, each a dictionary.

    {"button": address, "label": words}    an address of ours on its own line, perhaps under a line that ends in `:`
    {"quote": lines, "title": words}       every line begins with `> `; a first line that ends in `:` is its title
    {"facts": [(label, words), …]}         two lines or more, each `Label: words`
    {"text": lines}                        everything else

    Only an address of this site becomes a button or a link: what strangers typed into our forms leads nowhere.
    """
    for lines in paragraphs(text):
        if is_button(lines):
            yield {"button": lines[-1].strip(), "label": without_colon(lines[0]) if len(lines) == 2 else ""}
        elif all(line.startswith(">") for line in lines):
            first, *rest = quoted = [line[1:].strip() for line in lines]
            has_title = bool(rest) and first.endswith(":")
            yield {
                "quote": in_short_lines(rest if has_title else quoted),
                "title": without_colon(first) if has_title else "",
            }
        elif len(lines) > 1 and all(FACT.match(line) for line in lines):
            yield {"facts": [FACT.match(line).groups() for line in lines]}
        else:
            yield {"text": in_short_lines(lines)}


def is_button(lines):
    *above, last = lines
    labelled = not above or (len(above) == 1 and above[0].endswith(":"))
    return labelled and is_ours(last.strip())


def is_ours(address):
    return address.startswith(f"{settings.SITE_URL}/") and " " not in address


def without_colon(line):
    return line.rstrip(" :\N{NO-BREAK SPACE}")


def in_short_lines(lines):
    """The same lines, broken where no reader sees it: some mail servers break what is longer than 998 bytes."""
    return ["\n".join(textwrap.wrap(line, SOURCE_WIDTH, **KEEP)) for line in lines]


def wrapped(text):
    """The text part: no line longer than people read easily, addresses whole."""
    return "\n\n".join("\n".join(wrapped_line(line) for line in lines) for lines in paragraphs(text))


def wrapped_line(line):
    start = "> " if line.startswith(">") else ""
    return "\n".join(
        textwrap.wrap(line.removeprefix(start), TEXT_WIDTH, initial_indent=start, subsequent_indent=start, **KEEP)
        or [start.strip()]
    )
