"""What of a practice stands in a table: only what its public page says."""

from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from practices.models import RevisionTheme

ROWS_AT_ONCE = 500
TEXT = (
    *("state", "language", "title", "summary", "level", "kinds", "target_groups", "settings", "stage", "start", "end"),
    *("cost_setup", "cost_yearly", "funding", "evidence_stated", "evidence_checked", "evaluation", "results"),
    *("what_did_not_work", "offers", "licence", "sources", "number"),
)


def rows(practices):
    """A first row with the names of the columns, then a row for each practice, however many there are."""
    practices = (
        practices.select_related("member", "public_revision")
        .only(
            *("slug", "origin", "first_published_at", "confirmed_on"),
            *(f"member__{name}" for name in ("name", "slug", "country", "is_fictional")),
            *(f"public_revision__{name}" for name in TEXT),
        )
        .prefetch_related(
            "public_revision__outcomes",
            Prefetch("public_revision__theme_uses", RevisionTheme.objects.select_related("tag")),
        )
    )
    yield [str(name) for name, _value in columns(None, None)]
    for practice in practices.iterator(chunk_size=ROWS_AT_ONCE):
        yield [value(practice.public_revision) for _name, value in columns(practice, practice.member)]


def columns(practice, member):
    """(its name, what it says of the practice's public text), from left to right."""
    return [
        (_("Code"), lambda text: practice.code),
        (_("Address"), lambda text: f"{settings.SITE_URL}{practice.get_absolute_url()}"),
        (_("City or region"), lambda text: member.name),
        (_("Country"), lambda text: member.country.code),
        (_("Title"), lambda text: text.title),
        (_("Summary"), lambda text: text.summary),
        (_("Language of the text"), lambda text: text.language),
        (_("Where the text comes from"), lambda text: standing(practice)),
        (_("Themes"), lambda text: joined(use.tag.name for use in text.theme_uses.all())),
        (_("Level"), lambda text: text.get_level_display()),
        (_("Kind of action"), lambda text: joined(text.get_kinds_display())),
        (_("Target groups"), lambda text: joined(text.get_target_groups_display())),
        (_("Settings and places"), lambda text: joined(text.get_settings_display())),
        (_("Stage"), lambda text: text.get_stage_display()),
        (_("Started"), lambda text: text.start),
        (_("Ended"), lambda text: text.end),
        (_("Cost to set up"), lambda text: text.get_cost_setup_display()),
        (_("Yearly cost"), lambda text: text.get_cost_yearly_display()),
        (_("Funding"), lambda text: joined(text.get_funding_display())),
        (_("Figures"), lambda text: "\n".join(outcome.as_words() for outcome in text.outcomes.all())),
        (_("Results"), lambda text: text.results),
        (_("What did not work"), lambda text: text.what_did_not_work),
        (_("Evidence, as stated"), lambda text: text.get_evidence_stated_display()),
        (_("Evidence, as checked"), lambda text: text.get_evidence_checked_display()),
        (_("Evaluation"), lambda text: text.get_evaluation_display()),
        (_("Offers to other cities"), lambda text: joined(text.get_offers_display())),
        (_("First published"), lambda text: practice.first_published_at.date().isoformat()),
        (_("Confirmed by the city on"), lambda text: practice.confirmed_on and practice.confirmed_on.isoformat()),
        (_("Licence"), lambda text: text.get_licence_display()),
        (_("Sources"), lambda text: "\n".join(source.get("url", "") for source in text.sources)),
    ]


def standing(practice):
    """What a reader must know before believing."""
    if practice.is_retold:
        return _("Retold from public sources by the editors")
    return _("Invented for the demonstration") if practice.member.is_fictional else _("Submitted by the member")


def joined(labels):
    return "; ".join(map(str, labels))
