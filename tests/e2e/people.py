"""What every person does in every story: sign in, sign out, open the mail that was written to them."""

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache

from coalition.models import Message
from tests.factories import TOTP_SECRET


def press(page, name):
    """Press a button and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def follow(page, name):
    """Follow a link and wait for its page."""
    with page.expect_navigation():
        page.get_by_role("link", name=name).first.click()


def sign_in(page, user):
    """By e-mail and password, and with the second factor where the account has one."""
    cache.clear()  # a code counts once in half a minute; here the same person may come back sooner
    page.goto("/en/accounts/login/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill("correct horse battery")
    press(page, "Sign in")
    if user.groups.exists():
        page.get_by_label("Code").fill(format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30)))
        press(page, "Sign in")


def sign_out(page):
    page.locator("details.account > summary").click()
    press(page, "Sign out")


def link_in_mail(user_or_address, template):
    """The address of the button in the last mail of a kind to somebody."""
    address = getattr(user_or_address, "email", user_or_address)
    mail = Message.objects.filter(to_email=address, template=template).latest("pk")
    return re.search(r"^https?://\S+$", mail.text, re.MULTILINE)[0]
