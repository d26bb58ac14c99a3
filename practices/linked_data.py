"""What machines read about a practice: schema.org, as JSON-LD."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

LICENCES = {
    "cc-by-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "cc-by-sa-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc0": "https://creativecommons.org/publicdomain/zero/1.0/",
}


def describe(practice, revision):
    """A public text as an Article: only what its page shows."""
    address = settings.SITE_URL + practice.get_absolute_url()
    library = {"@type": "Organization", "name": _("Practice Library"), "url": settings.SITE_URL + reverse("home")}
    place = {
        "@type": "Place",
        "name": practice.member.name,
        "address": {"@type": "PostalAddress", "addressCountry": practice.member.country.code},
    }
    if practice.member.latitude is not None:
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": float(practice.member.latitude),
            "longitude": float(practice.member.longitude),
        }
    author = {"@type": "Organization", "name": practice.member.name}
    described = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": address,
        "url": address,
        "identifier": practice.code,
        "version": revision.number,
        "headline": revision.title,
        "abstract": revision.summary,
        "inLanguage": revision.language,
        "author": library if practice.is_retold else author,
        "publisher": library,
        "datePublished": practice.first_published_at,
        "dateModified": revision.published_at,
        "spatialCoverage": place,
        "temporalCoverage": f"{revision.start}/{revision.end or '..'}" if revision.start else "",
        "license": LICENCES.get(revision.licence, ""),
        "about": [use.tag.name for use in revision.theme_uses.all()],
        "keywords": [keyword.name for keyword in revision.keywords.all()],
        "isBasedOn": [source["url"] for source in revision.sources if source.get("url")],
    }
    return {name: value for name, value in described.items() if value}
