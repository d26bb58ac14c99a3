from django.db import models
from django.utils.translation import gettext_lazy as _

from practices.fields import MonthField


class Outcome(models.Model):
    """A figure before and after: what changed, by whose count."""

    class Better(models.TextChoices):
        DOWN = "down", _("Lower is better")
        UP = "up", _("Higher is better")

    revision = models.ForeignKey("practices.Revision", on_delete=models.CASCADE, related_name="outcomes")
    position = models.PositiveSmallIntegerField(default=0)
    indicator = models.CharField(_("what was measured"), max_length=200)
    before = models.DecimalField(_("before"), max_digits=14, decimal_places=2, null=True, blank=True)
    after = models.DecimalField(_("after"), max_digits=14, decimal_places=2)
    unit = models.CharField(
        _("unit"), max_length=40, blank=True, help_text=_("For example: %, cases, per 1,000 people")
    )
    begin = MonthField(_("from"))
    end = MonthField(_("to"))
    source = models.CharField(_("source"), max_length=300)
    better = models.CharField(_("better is"), max_length=4, choices=Better.choices, default=Better.DOWN)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.indicator

    def as_words(self):
        """The whole figure on one line."""
        figures = f"{'–' if self.before is None else self.before} → {self.after} {self.unit}".strip()
        return f"{self.indicator}: {figures} ({self.begin}–{self.end}, {self.source})"

    @property
    def is_percentage(self):
        return self.unit.strip() == "%"

    @property
    def change(self):
        """Points for percentages, else per cent of the value before; None where there is no base."""
        if self.before is None:
            return None
        if self.is_percentage:
            return self.after - self.before
        return round((self.after - self.before) / self.before * 100) if self.before else None

    @property
    def is_worse(self):
        """Whether the figure went where it should not, so that a page says it."""
        if self.before is None:
            return False
        return self.after > self.before if self.better == self.Better.DOWN else self.after < self.before
