from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from practices.models.state import State


class Step(models.Model):
    """One line of a revision's history: who did what, when, and why. Append-only; the database refuses the rest."""

    revision = models.ForeignKey("practices.Revision", on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=30)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=17, choices=State.choices)
    target = models.CharField(max_length=17, choices=State.choices)
    reason_code = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("history")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.revision}: {self.name}"


class RemarkQuerySet(models.QuerySet):
    def sent(self):
        """Remarks that the author may read: those of a review that has ended."""
        return self.filter(sent_at__isnull=False)

    def open(self):
        return self.filter(done_at=None)


class Remark(models.Model):
    """What a moderator asks about one field. The author marks it done; it stays with the decision."""

    revision = models.ForeignKey("practices.Revision", on_delete=models.CASCADE, related_name="remarks")
    field = models.CharField(_("about"), max_length=40)
    text = models.TextField(_("remark"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = RemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["written_at", "pk"]

    def __str__(self):
        return self.text

    @property
    def field_label(self):
        """The field's name as the form shows it."""
        return self.revision.label_of(self.field)

    @property
    def sent_replies(self):
        """The thread that hangs on it, as its author may read it."""
        return self.replies.sent().select_related("by")


class ReplyQuerySet(models.QuerySet):
    def sent(self):
        """Replies that the author may read: their own, and the secretariat's once its review has ended."""
        return self.filter(sent_at__isnull=False)


class Reply(models.Model):
    """One more word on a remark, from the city or from the secretariat: together they are a thread."""

    remark = models.ForeignKey(Remark, on_delete=models.CASCADE, related_name="replies")
    text = models.TextField(_("reply"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_from_city = models.BooleanField(default=False)
    written_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["written_at", "pk"]

    def __str__(self):
        return self.text


class Edit(models.Model):
    """What a moderator put right in a text: the words before and after, which the author compares."""

    revision = models.ForeignKey("practices.Revision", on_delete=models.CASCADE, related_name="edits")
    field = models.CharField(_("about"), max_length=40)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField(_("why"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("edit by the secretariat")
        verbose_name_plural = _("edits by the secretariat")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.revision}: {self.field}"

    @property
    def field_label(self):
        return self.revision.label_of(self.field)


class Note(models.Model):
    """What moderators tell each other about a practice. Nobody else ever reads it."""

    practice = models.ForeignKey("practices.Practice", on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(_("note"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["at", "pk"]

    def __str__(self):
        return self.text


class OpinionQuerySet(models.QuerySet):
    def open(self):
        """Those that an expert has neither given nor declined, of texts on which nobody has decided yet."""
        return self.filter(answered_at=None, revision__state__in=State.waiting())

    def asked_of(self, user):
        """What this person may open: what they were asked and have not declined, while the text may be seen."""
        if not user.is_authenticated:
            return self.none()
        asked = self.filter(expert=user, revision__practice__removed_at=None)
        return asked.filter(models.Q(answered_at=None, revision__state__in=State.waiting()) | ~models.Q(advice=""))


class Opinion(models.Model):
    """A second opinion: a moderator asks an expert about one text, who advises or declines. For moderators only."""

    class Advice(models.TextChoices):
        PUBLISH = "publish", _("Publish it")
        CHANGE = "change", _("Ask for changes")
        REFUSE = "refuse", _("Refuse it")

    revision = models.ForeignKey("practices.Revision", on_delete=models.CASCADE, related_name="opinions")
    expert = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="opinions")
    question = models.TextField(_("question"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(_("answer by"))
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    advice = models.CharField(_("advice"), max_length=7, choices=Advice.choices, blank=True)  # declined: none
    text = models.TextField(_("why"), blank=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("second opinion")
        verbose_name_plural = _("second opinions")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="an_expert_is_asked_about_a_text_once_at_a_time",
                fields=["revision", "expert"],
                condition=models.Q(answered_at=None),
            ),
            models.CheckConstraint(
                name="advice_was_given_at_some_time",
                condition=models.Q(advice="") | models.Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.revision}: {self.expert}"

    @property
    def is_declined(self):
        return self.answered_at is not None and not self.advice
