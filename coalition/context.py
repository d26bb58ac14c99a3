from django.conf import settings

from coalition import appearance


def site(request):
    """What the frame of every page needs to know."""
    return {
        "DEMO": settings.DEMO,
        "SITE_URL": settings.SITE_URL,
        "appearance": appearance.chosen(request),
        "appearances": appearance.Appearance,
    }
