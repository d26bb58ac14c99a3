"""Mail scanners open every link before a person does. Nothing may happen by it."""

import re

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection

from coalition.models import Message
from members import signing
from members.models import Signature
from members.signing import Actor
from tests.factories import DeclarationVersionFactory, UserFactory
from tests.members.test_signing import answers, case_in, checked, token_of

pytestmark = pytest.mark.django_db
TABLES = ["members_signature", "members_signaturestep", "members_leaf", "members_head", "coalition_message"]


def everything():
    """All rows that a signature consists of."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
            yield table, cursor.fetchall()


def links_of_all_mails():
    ours = re.compile(re.escape(settings.SITE_URL) + r"[^\s\"<>]*")
    return {link for mail in Message.objects.all() for link in ours.findall(mail.text + mail.html)}


def test_looking_at_every_link_of_every_mail_changes_nothing_and_spoils_nothing(client):
    DeclarationVersionFactory()
    officer = UserFactory(groups=["Declaration officers"])
    signing.start(answers())
    waiting = Signature.objects.get()
    signing.perform("refuse", case_in("verifying"), by=officer, reason="No mandate.")
    signing.perform("ask", case_in("verifying"), by=officer, reason="Which council?")
    signing.perform("verify", checked(case_in("verifying")), by=officer)
    signing.perform("withdraw", case_in("active"), by=officer, reason="The council asked for it.", method="letter")
    signing.perform("confirm", case_in("started"), by=Actor.SIGNATORY)
    before, links = dict(everything()), links_of_all_mails()

    for link in links:
        address = link.removeprefix(settings.SITE_URL) or "/"
        for look in (client.get, client.head, client.options):
            assert look(address, follow=True).status_code < 500

    assert any("/confirm/" in link for link in links)
    assert dict(everything()) == before
    signing.confirm(token_of(waiting))
    with pytest.raises(PermissionDenied):
        signing.confirm(token_of(waiting))
