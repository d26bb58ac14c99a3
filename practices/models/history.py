from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from practices.models.revision import State


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
