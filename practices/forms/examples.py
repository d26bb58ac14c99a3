"""A good example beside each field: what others wrote, short and concrete. Pages mark them as examples.

Most are retold from public sources, like the practices of the demo library, and name their place; what no public
source tells is invented and says so.
"""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Example(NamedTuple):
    text: str
    origin: str = _("Invented for this form")


MALMO = _("Malmö, “Sluta skjut”, retold from public sources")
GLASGOW = _("Glasgow, hospital navigators, retold from public sources")
CIRV = _("Glasgow, Community Initiative to Reduce Violence, retold from public sources")
RENNES = _("Rennes, LIMIT’S, retold from public sources")
TALLINN = _("Tallinn, Planet Youth, retold from public sources")

EXAMPLES = {
    # in short
    "title": Example(_("Navigators in the emergency department"), GLASGOW),
    "summary": Example(
        _(
            "Workers with lived experience talk to people injured by violence while they are still in hospital, and go "
            "on supporting them afterwards."
        ),
        GLASGOW,
    ),
    "keywords": Example(_("hospital, lived experience, night shift")),
    # situation and steps
    "context": Example(
        _("65 shootings and 62 explosions in 2017, driven by a small number of people in loose networks."),
        MALMO,
    ),
    "objectives": Example(_("Half as many shootings within three years\nA way out for everybody who asks for it")),
    "what_was_done": Example(
        _(
            "Piloted from February 2018 to early 2020, then made permanent. Meetings bring together people on "
            "probation, police, social workers, relatives of victims and civil society. Direct contact continues "
            "afterwards, with a telephone number for those who want out."
        ),
        MALMO,
    ),
    "participation": Example(
        _(
            "The campaign was written over several months by five young residents, with an agency and an addiction "
            "charity."
        ),
        RENNES,
    ),
    "safeguards": Example(
        _(
            "Names stay with the two social workers. The police see totals only. A young person may stop at any time, "
            "and nothing is written down about those who say no. The data protection officer looks at it each spring."
        )
    ),
    "legal_basis": Example(
        _("Section 12 of the municipal order on night trade; an agreement between city and police on sharing data.")
    ),
    "building_blocks": Example(
        _(
            "A telephone number for those who want out. Somebody answers by day and by night, and meets the caller "
            "within 48 hours. It needs a flat in another town. We learned that relatives call first."
        )
    ),
    # results
    "results": Example(
        _(
            "By 2020, shootings fell to 20 and explosions to 17; 49 men entered the leaving programme. The university "
            "judged the work sound but could not say that it caused the fall."
        ),
        MALMO,
    ),
    "evaluation_author": Example(_("Malmö University"), MALMO),
    "what_did_not_work": Example(
        _(
            "The leisure grant that helped Iceland could not be afforded. A survey changes nothing by itself: money "
            "for leisure and for work with parents must be planned with it."
        ),
        TALLINN,
    ),
    "outcomes": Example(_("Shootings a year: 65 before, 20 after, from 2017 to 2020. Source: Swedish police."), MALMO),
    # team, cost and partners
    "funding_other": Example(_("A foundation of local shopkeepers, €12,000 a year")),
    "staff": Example(_("One coordinator full time; two street workers, two evenings a week each.")),
    "partners": Example(_("Prison and Probation Service, justice: sits at the table in every meeting."), MALMO),
    # for other cities
    "conditions": Example(
        _("Real jobs and services must be ready before the first session. Adapt it to the gangs of the place."),
        CIRV,
    ),
    "first_steps": Example(
        _("Ask who would answer the telephone\nVisit a city that does it\nFind the money for two years")
    ),
    "adaptations": Example(
        _("Taken over from a port abroad. Kept: the meetings. Changed: help comes first. Dropped: posters.")
    ),
    "links": Example(_("mau.se/en/research: the evaluation, in English"), MALMO),
    # contact and rights
    "public_contact": Example(_("prevention@yourcity.eu, which three colleagues read")),
    "right_approved_by": Example(_("The deputy mayor for safety")),
    "note": Example(_("The second evaluation comes in May; we would like to be published before.")),
    # pictures
    "alternative_text": Example(_("A stairwell with a new lamp; two bicycles stand where the dealers sat.")),
    "credit": Example(_("Photograph: Ana Exemplu, City of Sampleville")),
}
