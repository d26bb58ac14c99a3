"""Where a text stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a revision stands on the path drawn in `practices/moderation.py`."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    APPROVED = "approved", _("Approved, waiting for its date")
    PUBLIC = "public", _("Published")
    REPLACED = "replaced", _("Replaced by a newer revision")
    REFUSED = "refused", _("Refused")
    SPAM = "spam", _("Spam")
    WITHDRAWN = "withdrawn", _("Withdrawn by the city")
    REMOVED = "removed", _("Removed")

    @classmethod
    def open(cls):
        """States of a revision that somebody still has to write, read or publish."""
        return [cls.DRAFT, cls.SUBMITTED, cls.IN_REVIEW, cls.CHANGES_REQUESTED, cls.APPROVED]

    @classmethod
    def waiting(cls):
        """States in which a text waits for a moderator."""
        return [cls.SUBMITTED, cls.IN_REVIEW]

    @classmethod
    def writable(cls):
        """States in which the city may change the text."""
        return [cls.DRAFT, cls.CHANGES_REQUESTED]
