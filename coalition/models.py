"""What belongs to no app: the mail that leaves the house, and who knocks too often."""

from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.text import languages


class Rhythm(models.TextChoices):
    """How often somebody wants the mails of one kind."""

    INSTANT = "instant", _("At once")
    DAILY = "daily", _("Once a day, in one mail")
    WEEKLY = "weekly", _("On Mondays, in one mail")
    OFF = "off", _("Never")


class Kind(models.TextChoices):
    """Mails that belong to no case of the reader's own: how often they come is the reader's choice."""

    QUEUE = "queue", _("A text waits for a moderator")
    FRESHNESS = "freshness", _("Once a year: is your practice still running?")

    @property
    def usual_rhythm(self):
        return {self.QUEUE: Rhythm.DAILY}.get(self, Rhythm.INSTANT)


class MailChoice(models.Model):
    """How often a person wants the mails of a kind; without a row, as is usual for it."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choices")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    rhythm = models.CharField(max_length=8, choices=Rhythm.choices)

    class Meta:
        constraints = [models.UniqueConstraint(name="a_person_chooses_once_for_each_kind", fields=["account", "kind"])]

    def __str__(self):
        return f"{self.account}: {self.kind} {self.rhythm}"


class MessageQuerySet(models.QuerySet):
    def about(self, case):
        """The mail history of a case, such as "P-0123" or "S-7KQ2MX"."""
        return self.filter(case=case)

    def waiting(self):
        """Neither sent nor given up, nor kept for a digest."""
        return self.filter(sent_at=None, dead_at=None, rhythm=Rhythm.INSTANT)

    def kept(self, rhythm):
        """Those that wait for the next daily or weekly digest, in their order."""
        return self.filter(rhythm=rhythm, digest=None, dead_at=None).order_by("pk")


class Message(models.Model):
    """One mail to one person, written in the transaction of the deed that causes it, sent by the worker."""

    template = models.CharField(_("message"), max_length=60)
    case = models.CharField(_("about"), max_length=20, blank=True, db_index=True)
    to_email = models.EmailField(_("to"))
    to_name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=languages)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"))
    message_id = models.CharField(_("Message-ID"), max_length=120, unique=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("last error"), blank=True)
    dead_at = models.DateTimeField(_("given up"), null=True, blank=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, blank=True)
    rhythm = models.CharField(_("rhythm"), max_length=8, choices=Rhythm.choices, default=Rhythm.INSTANT)
    stop_address = models.CharField(max_length=300, blank=True)  # where one POST stops mails of this kind
    digest = models.ForeignKey(
        "self", verbose_name=_("sent in"), null=True, blank=True, on_delete=models.SET_NULL, related_name="holds"
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.subject} → {self.to_email}"

    def as_email(self):
        """What goes to the mail server: text and HTML, under the Message-ID that stays the same on every try."""
        headers = {
            "Message-ID": self.message_id,
            "Content-Language": self.language,
            "Auto-Submitted": "auto-generated",
        }
        if self.stop_address:  # RFC 8058: a mailbox's own button stops them
            headers["List-Unsubscribe"] = f"<{self.stop_address}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        to = formataddr((self.to_name, self.to_email))
        email = EmailMultiAlternatives(self.subject, self.text, to=[to], headers=headers)
        email.attach_alternative(self.html, "text/html")
        return email

    def try_to_send(self, last=False):
        """Send it and record the outcome. Answers with the error that hindered it; after the `last` try it is dead."""
        self.attempts += 1
        failure = None
        try:
            self.as_email().send()
            self.sent_at, self.error = timezone.now(), ""
        except Exception as error:  # whatever it is, the row must tell
            failure = error
            self.error = f"{type(error).__name__}: {error}"
            self.dead_at = timezone.now() if last else None
        self.save(update_fields=["attempts", "sent_at", "error", "dead_at"])
        return failure


class Limit(models.Model):
    """How often something was tried in a window of time; see `coalition/limits.py`."""

    key = models.CharField(max_length=200, primary_key=True)
    window_start = models.DateTimeField()
    hits = models.PositiveIntegerField()

    def __str__(self):
        return self.key
