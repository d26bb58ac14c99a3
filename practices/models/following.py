import secrets

from django.db import models
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from coalition.text import languages


def new_token():
    return secrets.token_urlsafe(24)


class Alert(models.Model):
    """A question to the catalogue whose new answers somebody wants by e-mail. Erased when they say stop."""

    token = models.CharField(_("secret of the link"), max_length=40, unique=True, default=new_token)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=5, choices=languages)
    question = models.CharField(_("query of the catalogue's address"), max_length=1000)
    words = models.CharField(_("the question in words"), max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    told_until = models.DateTimeField(_("told of what was published until"), null=True, blank=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(name="a_question_is_followed_once", fields=["email", "question"]),
            models.CheckConstraint(
                name="an_alert_tells_from_its_confirmation_on",
                condition=models.Q(confirmed_at=None, told_until=None)
                | models.Q(confirmed_at__isnull=False, told_until__isnull=False),
            ),
        ]

    def __str__(self):
        return self.code

    @property
    def code(self):
        """Under which its mails are kept, so that they can be erased with it."""
        return f"A-{self.pk}"


class MissedQuestionQuerySet(models.QuerySet):
    def asked_often(self, times=3):
        """Those that came so often that they cannot be one person's slip, such as a name typed into the wrong box."""
        often = self.order_by().values("text").annotate(all=Sum("times")).filter(all__gte=times)
        return self.filter(text__in=often.values("text"))


class MissedQuestion(models.Model):
    """How often on a day the catalogue had no answer to some words. Nobody's: no person, no address, no hour."""

    day = models.DateField(_("day"))
    language = models.CharField(_("language of the page"), max_length=5, choices=languages)
    text = models.CharField(_("words, in small letters without accents"), max_length=80)
    times = models.PositiveIntegerField(_("how often"), default=1)

    objects = MissedQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question without an answer")
        verbose_name_plural = _("questions without an answer")
        ordering = ["-day", "-times", "text"]
        constraints = [models.UniqueConstraint(name="a_day_counts_a_question_once", fields=["day", "text", "language"])]

    def __str__(self):
        return self.text
