"""Every mail in every language of the interface, with the longest names that we know."""

import datetime
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils import timezone

from coalition import mail
from practices.models import Descent, Edit, Opinion, Question, Remark
from tests.factories import (
    AuthorityFactory,
    InvitationFactory,
    JoinRequestFactory,
    MemberFactory,
    MembershipFactory,
    PracticeFactory,
    RevisionFactory,
    SignatureFactory,
    UserFactory,
    published_practice,
)

pytestmark = pytest.mark.django_db

FOLDER = settings.BASE_DIR / "templates" / "emails"
PARTS = {"foot", "head", "account_not_you", "practice_edits"}  # included by others
TEMPLATES = sorted({file.stem for file in FOLDER.glob("*.txt")} - PARTS)
LANGUAGES = [code for code, _name in settings.LANGUAGES]
LONG_PLACE = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch and the Vale"
LONG_TITLE = "Rückfallvermeidungsmaßnahmen für straffällig gewordene Jugendliche im Programm “Neue Wege” der Stadt"
REASON = "First <b>line</b> & more.\n\nhttps://evil.example/\n" + "A sentence that goes on. " * 60
PLAIN = {"br", "meta"}  # elements without an end


class Balance(HTMLParser):
    """Fails where an element is not closed in its turn."""

    def __init__(self):
        super().__init__()
        self.open, self.links, self.wrong = [], [], []

    def handle_starttag(self, tag, attributes):
        if tag not in PLAIN:
            self.open.append(tag)
        self.links += [value for name, value in attributes if name in ("href", "src")]
        self.wrong += [tag] if tag in ("img", "script", "link", "form") else []

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")


def words():
    """What all templates together need."""
    member = MemberFactory(name=LONG_PLACE, slug="long")
    practice = PracticeFactory(member=member, slug="long")
    revision = RevisionFactory(practice=practice, title=LONG_TITLE, publish_not_before=datetime.date(2027, 1, 31))
    signature = SignatureFactory(authority=AuthorityFactory(name=LONG_PLACE), mandate_due_on=datetime.date(2027, 1, 31))
    signature.checked_by = UserFactory(name="Olga Officer")
    invitation = InvitationFactory(member=member, invited_by=UserFactory(name="Maximiliane Mustermann-Beispiel"))
    origin = RevisionFactory(practice__member__name=LONG_PLACE, title=LONG_TITLE)
    descent = Descent(practice=practice, origin=origin.practice, asked_at=timezone.now(), words=REASON)
    return {
        "join_request": JoinRequestFactory(place=LONG_PLACE, reason=REASON),
        "question": Question(practice=practice, asking_member=member, text=REASON),
        "question_path": "/en/workspace/questions/1/",
        "origin": origin,
        "descent": descent,
        "answer_path": "/en/workspace/adaptations/#descent-1",
        "place": member,
        "practice": practice,
        "revision": revision,
        "remarks": [Remark(revision=revision, field="results", text=REASON), Remark(field="title", text="Shorter.")],
        "reason": REASON,
        "due": datetime.date(2027, 1, 31),
        "promised": datetime.date(2027, 1, 17),
        "asked_at": timezone.now(),
        "edits": [Edit(revision=revision, field="results")],
        "opinion": Opinion(
            revision=revision, expert=UserFactory(), question=REASON, due_on=datetime.date(2027, 1, 31), text=REASON
        ),
        "items": [
            {"subject": LONG_TITLE, "preview": REASON[:150], "label": "Open it", "address": f"{settings.SITE_URL}/en/"}
        ],
        "kinds": ["A text waits for a moderator"],
        "rhythm": "daily",
        "stop_address": f"{settings.SITE_URL}/en/mail/stop/token/",
        "path": "/en/moderation/",
        "running_path": "/en/running/token/",
        "status_path": "/en/workspace/practices/P-0001/",
        "edit_path": "/en/workspace/practices/P-0001/edit/",
        "public_path": "/en/practices/long/",
        "signature": signature,
        "newer": signature.version,
        "token": "t" * 43,
        "invitation": invitation,
        "membership": MembershipFactory(member=member),
        "request": SimpleNamespace(
            place=LONG_PLACE, country="France", name="Eve\n\nhttps://evil.example/", email="e@e.eu"
        ),
        "email": "somebody@example.org",
        "from_email": "old@example.org",
        "to_email": "new@example.org",
        "address": f"{settings.SITE_URL}/en/accounts/confirm-email/{'k' * 60}/",
        "at": timezone.now(),
        "alert": SimpleNamespace(words=LONG_TITLE),
        "number": 2,
        "practices": [published_practice(member=member, slug="longer", title=LONG_TITLE)],
        "alert_path": "/en/alerts/token/",
        "catalogue_path": "/en/practices/?q=long",
        "why": REASON,
        "head": SimpleNamespace(origin="library.example.org/declaration", size=1234, root="A" * 43 + "="),
        "witness": "city.example.org",
        "since": timezone.now(),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_is_whole(language):
    person, context = mail.Person("maria@example.org", "María-Guadalupe Ñandú y Fernández", language), words()

    for template in TEMPLATES:
        subject, text, html = mail.written(template, person, context)

        assert 10 < len(subject) <= 78, (template, subject)
        assert not re.search(r"\{\{|\{%|None|�", text + html), template
        assert "\n\n\n" not in text, template
        long_lines = [line for line in text.splitlines() if len(line) > mail.TEXT_WIDTH and "://" not in line]
        assert long_lines == [], template
        assert max(len(line.encode()) for line in html.splitlines()) < 998, template
        _body, _, foot = text.partition("\n-- \n")
        assert foot.count("\n") >= 3, template  # why one gets it, and from whom
        assert f'<html lang="{language}">' in html


def test_every_mail_is_valid_html_that_asks_nobody():
    context = words()

    for template in TEMPLATES:
        _subject, _text, html = mail.written(template, mail.Person("m@example.org", "M", "en"), context)
        read = Balance()
        read.feed(html)

        assert (read.open, read.wrong) == ([], []), template
        assert [link for link in read.links if not link.startswith(f"{settings.SITE_URL}/")] == [], template
        assert "&lt;b&gt;line" in html or "First <b>" not in html, template
        assert re.search(r"url\(|@import", html) is None


def test_every_button_says_what_it_does():
    context = words()

    for template in TEMPLATES:
        _subject, text, _html = mail.written(template, mail.Person("m@example.org", "M", "en"), context)
        buttons = [block for block in mail.blocks(text.partition("\n-- \n")[0]) if "button" in block]

        assert all(button["label"] for button in buttons), template
