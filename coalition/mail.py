"""Mail: one template, one person, in their language, queued in the transaction of the deed that causes it."""

from email.utils import make_msgid
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from coalition.models import Message


class Person(NamedTuple):
    """Somebody without an account; accounts have the same three attributes."""

    email: str
    name: str
    language: str


def send(template, to, context, case=""):
    """Write `emails/<template>.txt` to one person (an account or a Person) and have the worker send it.

    The template's first line is the subject; a line that is only an address becomes the button of the HTML
    part. `case` (a practice's or signature's code) keeps a case's mails together. Nothing leaves the house
    if the surrounding transaction is rolled back.
    """
    with translation.override(to.language):
        words = {"person": to, "SITE_URL": settings.SITE_URL} | context
        subject, _, text = render_to_string(f"emails/{template}.txt", words).strip().partition("\n")
        text = text.strip() + "\n"
        html = render_to_string("emails/base.html", words | {"subject": subject, "paragraphs": paragraphs(text)})
    message = Message.objects.create(
        template=template,
        case=case,
        to_email=to.email,
        to_name=to.name,
        language=to.language,
        subject=" ".join(subject.split()),
        text=text,
        html=html,
        message_id=make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
    )
    return message


def paragraphs(text):
    """The text's blocks for the HTML part: {"button": address} or {"lines": [...]}."""
    for block in text.strip().split("\n\n"):
        lines = block.strip().splitlines()
        is_button = len(lines) == 1 and lines[0].startswith(("https://", "http://")) and " " not in lines[0]
        yield {"button": lines[0]} if is_button else {"lines": lines}
