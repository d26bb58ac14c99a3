"""Digests: what was kept for somebody who wants one mail a day or a week, in one mail, once, in its order."""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from coalition import mail
from coalition.models import Kind, Message, Rhythm


def write_digests(rhythm):
    """Put what was kept for each person into one mail, in its order. Returns how many mails."""
    unread = Message.objects.kept(rhythm).exclude(account__is_active=True)
    unread.update(dead_at=timezone.now(), error="The account is closed")
    accounts = Message.objects.kept(rhythm).order_by("account").values_list("account", flat=True).distinct()
    return sum(write_digest(account, rhythm) for account in accounts)


@transaction.atomic
def write_digest(account, rhythm):
    """One person's digest; where another process is just writing one for them, it is left to that."""
    accounts = get_user_model().objects.select_for_update(no_key=True, skip_locked=True)
    reader = accounts.filter(pk=account).first()
    kept = list(Message.objects.kept(rhythm).filter(account=reader)) if reader else []
    if not kept:
        return False
    items = [
        {"subject": message.subject, "preview": mail.preview(message.text), **link_of(message)} for message in kept
    ]
    kinds = [Kind(kind).label for kind in dict.fromkeys(message.kind for message in kept)]
    digest = mail.send("digest", reader, {"items": items, "kinds": kinds, "rhythm": rhythm})
    Message.objects.filter(pk__in=[message.pk for message in kept]).update(digest=digest)
    return True


def link_of(message):
    """The button of a mail: its label and address."""
    body = message.text.partition("\n-- \n")[0]
    button = next((block for block in mail.blocks(body) if "button" in block), {"button": "", "label": ""})
    return {"address": button["button"], "label": button["label"]}


@app.periodic(cron="0 6 * * *")
@app.task(queueing_lock="daily_digests")
def daily_digests(timestamp):
    """Every morning: what was kept for those who want one mail a day."""
    write_digests(Rhythm.DAILY)


@app.periodic(cron="0 6 * * 1")
@app.task(queueing_lock="weekly_digests")
def weekly_digests(timestamp):
    """On Monday mornings: what was kept for those who want one mail a week."""
    write_digests(Rhythm.WEEKLY)
