"""What search engines may list: what the public reads, in every language of the interface."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices.models import Practice, Theme
from practices.views.directory import members_in_library

PAGES = [
    "home",
    "about",
    "accessibility",
    "privacy",
    "terms",
    "practices:list",
    "practices:themes",
    "practices:member_list",
    "members:declaration",
    "members:register",
]
# Searches and facets are endless; every practice is in the sitemap without them.
NOT_FOR_ROBOTS = ["/admin/", "/*/accounts/", "/*/moderation/", "/*/workspace/", "/*/demo/", "/*/practices/?"]


class LibrarySitemap(Sitemap):
    """Addresses stand under SITE_URL, whatever host name was asked, and name their other languages."""

    i18n = alternates = x_default = True

    @property
    def protocol(self):
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc


class PageSitemap(LibrarySitemap):
    def items(self):
        return PAGES

    def location(self, name):
        return reverse(name)


class PracticeSitemap(LibrarySitemap):
    def items(self):
        return (
            Practice.objects.published().select_related("public_revision").only("slug", "public_revision__published_at")
        )

    def lastmod(self, practice):
        return practice.public_revision.published_at


class ThemeSitemap(LibrarySitemap):
    def items(self):
        return Theme.objects.all()


class MemberSitemap(LibrarySitemap):
    def items(self):
        return members_in_library()


SITEMAPS = {"pages": PageSitemap, "practices": PracticeSitemap, "themes": ThemeSitemap, "members": MemberSitemap}


@require_safe
def robots(request):
    """Where robots need not look, and where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: {address}" for address in NOT_FOR_ROBOTS)]
    lines += ["", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")
