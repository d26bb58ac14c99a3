"""Mail: one template, one person, in their language, queued in the transaction of the deed that causes it."""

from email.utils import make_msgid
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from coalition import tasks
from coalition.models import Message


class Person(NamedTuple):
    """Somebody without an account; accounts have the same three attributes."""

    email: str
    name: str
    language: str


@transaction.atomic
def send(template, to, context, case=""):
    """Write `emails/<template>.txt` to one person (an account or a Person) and have the worker send it.

    The template's first line is the subject. A paragraph that is only an address becomes the button of the
    HTML part; a line above it that ends in a colon becomes the button's words. `case` (a practice's or
    signature's code) keeps a case's mails together. Nothing leaves the house if the surrounding transaction
    is rolled back.
    """
    with translation.override(to.language):
        words = {"person": to, "SITE_URL": settings.SITE_URL} | context
        subject, _, text = render_to_string(f"emails/{template}.txt", words).strip().partition("\n")
        subject, text = on_one_line(subject), text.strip() + "\n"
        html = render_to_string(
            "emails/base.html", words | {"subject": subject, "preview": preview(text), "blocks": blocks(text)}
        )
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
    )
    tasks.deliver.defer(message_id=message.pk)
    return message


def on_one_line(text):
    """Without line breaks of any alphabet, so that it cannot start a header of its own."""
    return " ".join(text.split())


def preview(text):
    """What a mailbox shows beside the subject: the first paragraph after the greeting."""
    paragraphs = text.strip().split("\n\n")
    return on_one_line(paragraphs[1] if len(paragraphs) > 1 else paragraphs[0])[:150]


def blocks(text):
    """The text's paragraphs for the HTML part: {"button": address, "label": words} or {"text": words}."""
    for paragraph in text.strip().split("\n\n"):
        *above, last = paragraph.strip().splitlines() or [""]
        labelled = not above or (len(above) == 1 and above[0].endswith(":"))
        if labelled and last.startswith(("https://", "http://")) and " " not in last:
            yield {"button": last, "label": above[0].rstrip(" :\N{NO-BREAK SPACE}") if above else ""}
        else:
            yield {"text": paragraph.strip()}
