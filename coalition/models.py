"""What belongs to no app: the mail that leaves the house, and who knocks too often."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.text import languages


class MessageQuerySet(models.QuerySet):
    def about(self, case):
        """The mail history of a case, such as "P-0123" or "S-7KQ2MX"."""
        return self.filter(case=case)

    def waiting(self):
        return self.filter(sent_at=None, dead_at=None)


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

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.subject} → {self.to_email}"


class Limit(models.Model):
    """How often something was tried in a window of time; see `coalition/limits.py`."""

    key = models.CharField(max_length=200, primary_key=True)
    window_start = models.DateTimeField()
    hits = models.PositiveIntegerField()

    def __str__(self):
        return self.key
