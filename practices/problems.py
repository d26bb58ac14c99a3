"""The problems that people come with, in their own words, and the themes that deal with each."""

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from practices import search
from practices.models import Theme

PROBLEMS = [
    (_("Groups are shooting at each other"), ["drug-related-violence"]),
    (_("Dealers are recruiting children and teenagers"), ["recruitment-prevention", "child-criminal-exploitation"]),
    (_("A square or a stairwell has become a market"), ["open-drug-scenes", "dealing-points"]),
    (_("Families are threatened and afraid to speak"), ["families-victims", "intimidation-debts"]),
    (_("Staff in ports and offices are under pressure"), ["ports-logistics", "integrity-corruption"]),
    (
        _("Shops and property launder drug money"),
        ["money-laundering", "business-resilience", "administrative-approach"],
    ),
    (_("People who use drugs are dying or left out"), ["harm-reduction-care"]),
    (_("Someone wants out and has nowhere to go"), ["exit-desistance", "treatment-recovery"]),
    (_("Nights out end in an ambulance"), ["nightlife"]),
    (_("Children start using drugs early"), ["drug-use-prevention"]),
]


def problems_in_library():
    """Each problem that the library deals with: words, its themes, the paving of the first, practice_count, and the
    address of just those practices, which counts the same. Few queries, however many there are.
    """
    themes = Theme.objects.in_bulk(field_name="slug")
    told = [(words, [themes[slug] for slug in slugs if slug in themes]) for words, slugs in PROBLEMS]
    told = [(words, about) for words, about in told if about]
    choices = [{"theme": [theme.slug for theme in about]} for _words, about in told]
    counts = search.totals(search.understand(""), choices)
    return [
        {
            "words": words,
            "themes": about,
            "paving": about[0].paving,
            "practice_count": count,
            "address": address_of(about),
        }
        for (words, about), count in zip(told, counts, strict=True)
        if count
    ]


def problems_that_lead_to(theme):
    """Those of the library's problems that the theme, its broader or a narrower one deals with."""
    return [
        problem
        for problem in problems_in_library()
        if any(theme.pk in (about.pk, about.parent_id) or theme.parent_id == about.pk for about in problem["themes"])
    ]


def address_of(themes):
    query = QueryDict(mutable=True)
    query.setlist("theme", [theme.slug for theme in themes])
    return f"{reverse('practices:list')}?{query.urlencode()}"
