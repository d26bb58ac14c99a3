import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from practices.fields import TermField


class FileQuerySet(models.QuerySet):
    def readable_by(self, user):
        """Files of what is or was public for everyone; those of other texts for who may see the practice."""
        from practices.models import Practice, Revision

        public = models.Q(
            revision__practice__in=Practice.objects.published(), revision__in=Revision.objects.ever_public()
        )
        seen = models.Q(revision__practice__in=Practice.objects.visible_to(user))
        return self.filter(public | seen)


class Image(models.Model):
    """A picture of a revision. The file that was sent is not kept: only redrawn variants without its data."""

    class Focus(models.TextChoices):
        """The ninth of the picture that stays in view where it is cut: points of the compass, north is up."""

        NORTH_WEST = "nw", _("Top left")
        NORTH = "n", _("Top")
        NORTH_EAST = "ne", _("Top right")
        WEST = "w", _("Left")
        CENTRE = "c", _("Middle")
        EAST = "e", _("Right")
        SOUTH_WEST = "sw", _("Bottom left")
        SOUTH = "s", _("Bottom")
        SOUTH_EAST = "se", _("Bottom right")

    revision = models.ForeignKey("practices.Revision", on_delete=models.CASCADE, related_name="images")
    position = models.PositiveSmallIntegerField(default=0)
    key = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    sha256 = models.CharField(max_length=64, editable=False)  # of the file that was sent
    variants = models.JSONField(default=dict, editable=False)  # as `files.store_image` returns them
    focus = models.CharField(
        _("what must stay in view"),
        max_length=2,
        choices=Focus.choices,
        default=Focus.CENTRE,
        help_text=_("Lists show a part of the picture. Choose the part that matters."),
    )
    alternative_text = models.CharField(
        _("alternative text"), max_length=300, help_text=_("What the picture shows, for those who do not see it.")
    )
    credit = models.CharField(_("credit"), max_length=120, help_text=_("Who took or drew it, and what they ask for."))
    consent = models.BooleanField(_("Everyone who can be recognised has agreed to be shown."))

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(name="people_in_a_picture_agreed", condition=models.Q(consent=True)),
            models.UniqueConstraint(name="a_text_has_a_picture_once", fields=["revision", "sha256"]),
        ]

    def __str__(self):
        return self.alternative_text


class Document(models.Model):
    """A file that readers may download."""

    revision = models.ForeignKey("practices.Revision", on_delete=models.CASCADE, related_name="documents")
    position = models.PositiveSmallIntegerField(default=0)
    key = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    extension = models.CharField(max_length=4, editable=False)
    size = models.PositiveIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    title = models.CharField(_("title"), max_length=120)
    language = models.CharField(_("language"), max_length=5, default="en")
    licence = TermField(_("licence"), vocabulary="licence", default="cc-by-4.0")
    kind = TermField(_("kind of document"), vocabulary="document_kind", default="other")

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(name="a_text_has_a_document_once", fields=["revision", "sha256"])]

    def __str__(self):
        return self.title
