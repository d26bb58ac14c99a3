"""The tamper-evident register: leaves, what opens their commitments, and signed heads. docs/register.md has the format.

Leaves and heads are append-only, and the database refuses the rest. What a person can be recognised by stands in
openings, which can be deleted: a commitment whose salt is gone says nothing, and every proof stays valid.
"""

import json
from datetime import UTC, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from .declaration import Signature


class LeafQuerySet(models.QuerySet):
    def about(self, signature):
        return self.filter(signature=signature).order_by("idx")


class Leaf(models.Model):
    """One act of the register, as canonical JSON. Never personal data; never changed."""

    class Kind(models.TextChoices):
        SIGNED = "sign", _("Signed")
        WITHDRAWN = "withdraw", _("Withdrawn")
        CORRECTED = "correct", _("Corrected")
        ERASED = "erase", _("Person’s name erased")
        TEXT_PUBLISHED = "text", _("Text published")
        LINKED = "link", _("Continues an earlier register")

    idx = models.PositiveIntegerField(_("number"), primary_key=True)
    body = models.BinaryField(_("canonical JSON"))
    created = models.DateTimeField(_("written"), auto_now_add=True)
    signature = models.ForeignKey(Signature, null=True, on_delete=models.PROTECT, related_name="leaves")

    objects = LeafQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the register")
        verbose_name_plural = _("entries of the register")
        ordering = ["idx"]

    def __str__(self):
        return f"{self.idx} · {self.kind.label} · {self.at:%Y-%m-%d}"

    @property
    def says(self):
        """The body as a dictionary."""
        return json.loads(bytes(self.body))

    @property
    def kind(self):
        return self.Kind(self.says["t"])

    @property
    def at(self):
        return datetime.strptime(self.says["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


class Opening(models.Model):
    """What a leaf's commitments were made of: the only personal data of the register. Deleted by an erasure."""

    leaf = models.OneToOneField(Leaf, on_delete=models.PROTECT, primary_key=True, db_column="idx")
    salt = models.BinaryField()
    person = models.JSONField()
    mailbox_salt = models.BinaryField(help_text="Never published: proves to the secretariat which mailbox confirmed.")

    def __str__(self):
        return f"{self.leaf_id}"


class Head(models.Model):
    """A signed statement of how many leaves there were and of their root. Append-only; written by the sealer alone."""

    size = models.PositiveIntegerField(_("entries"), primary_key=True)
    note = models.TextField(_("signed note"))
    created = models.DateTimeField(_("signed"), auto_now_add=True)

    class Meta:
        verbose_name = _("signed head")
        verbose_name_plural = _("signed heads")
        ordering = ["size"]

    def __str__(self):
        return f"{self.size}"

    @property
    def origin(self):
        return self.note.split("\n")[0]

    @property
    def root(self):
        return self.note.split("\n")[2]

    def with_witnesses(self):
        """The note with the lines of those who signed it too."""
        return self.note + "".join(cosignature.line for cosignature in self.cosignatures.all())


class Cosignature(models.Model):
    """A witness, such as a member city, saw this head and that it continues the one before."""

    head = models.ForeignKey(Head, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.CharField(_("witness"), max_length=200)
    line = models.CharField(_("signature line"), max_length=400)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)

    class Meta:
        verbose_name = _("co-signature")
        verbose_name_plural = _("co-signatures")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="a_witness_signs_a_head_once", fields=["head", "witness"]),
        ]

    def __str__(self):
        return f"{self.witness} · {self.head_id}"
