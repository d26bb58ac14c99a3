"""What a city puts on its own site to lead to its practice here."""

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _


def html(practice, revision):
    """A line of HTML that shows the badge and leads to the practice, for the reader's language."""
    return format_html(
        '<a href="{}"><img src="{}" alt="{}"></a>',
        settings.SITE_URL + practice.get_absolute_url(),
        settings.SITE_URL + reverse("practices:badge", args=[practice.slug]),
        _("%(title)s, in the Practice Library") % {"title": revision.title},
    )
