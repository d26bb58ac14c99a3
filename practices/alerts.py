"""Following a question to the catalogue by e-mail, without an account.

    ask ──mail──▶ confirm ──every day──▶ tell ──▶ stop
     └── forgotten after three days               └── nothing is kept

The person confirms by a button and stops by one. What is told is public: the catalogue is asked like by any reader.
"""

import datetime

from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation

from coalition import mail
from coalition.models import Message
from practices import search
from practices.models import Alert, Practice

CONFIRMABLE_FOR = datetime.timedelta(days=3)
SETTLED_AFTER = datetime.timedelta(minutes=5)  # a publication that is younger may not be committed yet
MOST_TOLD = 10  # practices in one mail


@transaction.atomic
def ask(email, question, words, language):
    """Send the link that confirms. Whoever follows this question already is not told so by the page, and not mailed."""
    alert, _is_new = Alert.objects.select_for_update().get_or_create(
        email=email.lower(),
        question=question,
        defaults={"language": language, "words": words},
    )
    if not alert.confirmed_at:
        _send("alert_confirm", alert)


def confirm(alert):
    """From now on, what is published is told."""
    if not alert.confirmed_at:
        alert.confirmed_at = alert.told_until = timezone.now()
        alert.save(update_fields=["confirmed_at", "told_until"])


@transaction.atomic
def stop(alert):
    """Erase it, and the mails that it caused: nothing remains of the address."""
    Message.objects.about(alert.code).delete()
    alert.delete()


def tell():
    """One mail for each alert to which something new was published."""
    until = timezone.now() - SETTLED_AFTER
    for alert in Alert.objects.filter(confirmed_at__isnull=False, told_until__lt=until).order_by("pk"):
        with transaction.atomic():
            tell_one(alert.pk, until)


def tell_one(pk, until):
    """What was published since this alert last told, up to `until`; nothing while another worker tells it."""
    alert = Alert.objects.select_for_update(skip_locked=True).filter(pk=pk, told_until__lt=until).first()
    if not alert:
        return
    with translation.override(alert.language):
        new = answers(alert).filter(search_row__published_at__gt=alert.told_until, search_row__published_at__lte=until)
        practices = list(new.select_related("member", "public_revision").order_by("first_published_at")[:MOST_TOLD])
        if practices:
            _send("alert_new", alert, practices=practices, number=new.count())
    alert.told_until = until
    alert.save(update_fields=["told_until"])


def answers(alert):
    """What the catalogue has for the question of this alert."""
    asked = QueryDict(alert.question)
    chosen = {name: asked.getlist(name) for name in search.FACETS if name in asked}
    rows = search.rows(search.understand(asked.get("q", ""), alert.language), chosen)
    return Practice.objects.published().filter(search_row__in=rows)


def forget():
    """Erase those that nobody confirmed in time."""
    for alert in Alert.objects.filter(confirmed_at=None, created_at__lt=timezone.now() - CONFIRMABLE_FOR):
        stop(alert)


def _send(template, alert, **context):
    with translation.override(alert.language):
        addresses = {
            "alert_path": reverse("practices:alert", args=[alert.token]),
            "catalogue_path": f"{reverse('practices:list')}?{alert.question}",
        }
    person = mail.Person(email=alert.email, name="", language=alert.language)
    context |= {"alert": alert} | addresses
    mail.send(template, person, context, alert.code, stop=addresses["alert_path"])
