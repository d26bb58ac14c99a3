"""What a city writes about a practice, and what must be there before it can be submitted."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from coalition import working_days
from coalition.text import language_name
from members.models import User
from practices.fields import LinesField, MonthField, TermField, TermsField
from practices.models.state import State
from practices.models.texts import RevisionQuerySet
from practices.models.theme import RevisionKeyword, RevisionTheme

EVIDENCE_OF_EVALUATION = {  # how a practice was examined → the step on the ladder of evidence that this gives
    "monitored": "measured",
    "process-evaluated": "evaluated",
    "before-after": "evaluated",
    "comparison-group": "compared",
    "randomised-trial": "compared",
    "replicated": "reproduced",
}


class Revision(models.Model):
    """One text of a practice. Once it is public it is frozen: editing opens a new revision.

    Texts are never cut: what is too long or too short is kept and told (`LIMITS`, `problems()`).
    """

    practice = models.ForeignKey("practices.Practice", on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=17, choices=State.choices, default=State.DRAFT)
    author = models.ForeignKey(User, verbose_name=_("author"), on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField(_("saved how often"), default=0)
    saved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    saved_at = models.DateTimeField(_("last saved"), auto_now=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    claimed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="claims")
    claim_expires_at = models.DateTimeField(null=True, blank=True)

    # of its passage through the secretariat; a copy of the text begins without them
    assigned_to = models.ForeignKey(
        User, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    checks = models.JSONField(default=list, blank=True, editable=False)  # what a moderator ticked before publication
    is_correction = models.BooleanField(default=False, editable=False)  # differs from the public text in trifles only
    promised_on = models.DateField(null=True, blank=True, editable=False)  # anew, once the first promise was broken
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)  # sent since changes were asked for

    # in short
    title = models.TextField(_("title"), help_text=_("What is done, so that a stranger understands it."))
    summary = models.TextField(
        _("summary"), blank=True, help_text=_("What is done, for whom, and what changed, in two or three sentences.")
    )
    level = TermField(_("level"), vocabulary="level")
    language = models.CharField(
        _("language"), max_length=5, default="en", help_text=_("The language that you write this text in.")
    )
    themes = TaggableManager(verbose_name=_("themes"), through=RevisionTheme, blank=True, related_name="revisions")
    keywords = TaggableManager(
        verbose_name=_("keywords"),
        through=RevisionKeyword,
        blank=True,
        related_name="revisions",
        help_text=_("Up to eight words of your own, separated by commas."),
    )
    kinds = TermsField(_("kinds of action"), vocabulary="kind_of_action", most=3)
    prevention_levels = TermsField(_("level of prevention"), vocabulary="prevention_level")
    target_groups = TermsField(_("target groups"), vocabulary="target_groups", most=5)
    age_from = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    settings = TermsField(_("settings and places"), vocabulary="settings", most=4)
    stage = TermField(_("stage"), vocabulary="implementation_stage")
    start = MonthField(_("started"), help_text=_("Year and month, for example 2024-05; the year alone if you must."))
    end = MonthField(_("ended"), help_text=_("Empty while it goes on."))

    # situation and steps
    context = models.TextField(_("the problem"), blank=True, help_text=_("What was happening, to whom, since when."))
    objectives = LinesField(_("objectives"), help_text=_("One on each line, up to five."))
    what_was_done = models.TextField(
        _("what was done"), blank=True, help_text=_("The steps in their order. Markdown: lists, **bold**, links.")
    )
    building_blocks = models.JSONField(_("building blocks"), default=list, blank=True)
    participation = models.TextField(
        _("who took part"), blank=True, help_text=_("Who was involved in planning and doing it, and how.")
    )
    safeguards = models.TextField(
        _("rights and ethics"), blank=True, help_text=_("How the rights and the data of those concerned are protected.")
    )
    legal_basis = models.TextField(_("legal basis and powers used"), blank=True)

    # what it takes
    partners = models.JSONField(_("partners"), default=list, blank=True)
    cost_setup = TermField(_("cost to set up"), vocabulary="cost_ranges")
    cost_yearly = TermField(_("cost a year"), vocabulary="cost_ranges")
    cost_amount = models.DecimalField(_("exact yearly amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    cost_currency = models.CharField(_("currency"), max_length=3, blank=True, default="EUR")
    cost_year = models.PositiveSmallIntegerField(_("year of the amount"), null=True, blank=True)
    funding = TermsField(_("funding"), vocabulary="funding_sources", most=6)
    funding_other = models.TextField(_("other funding"), blank=True)
    staff = models.TextField(_("staff"), blank=True, help_text=_("Who works on it, and how much of their time."))
    time_to_results = TermField(_("time to first results"), vocabulary="time_to_results")

    # results
    results = models.TextField(_("results"), blank=True, help_text=_("What changed, by whose count."))
    evaluation = TermField(_("evaluation"), vocabulary="evidence_level")
    evaluation_author = models.TextField(_("who evaluated it"), blank=True)
    evaluation_link = models.URLField(_("where the evaluation can be read"), max_length=500, blank=True)
    what_did_not_work = models.TextField(
        _("what did not work"), blank=True, help_text=_("The part that readers say they trust most.")
    )
    evidence_stated = TermField(_("evidence, as stated"), vocabulary="evidence")
    evidence_checked = TermField(_("evidence, as checked"), vocabulary="evidence")
    evidence_reason = models.TextField(_("why this level of evidence"), blank=True)

    # elsewhere
    conditions = models.TextField(
        _("conditions for success"), blank=True, help_text=_("Without what would it not have worked?")
    )
    first_steps = LinesField(_("first steps elsewhere"), help_text=_("One on each line, up to eight."))
    offers = TermsField(_("what you offer to other cities"), vocabulary="offers")
    offers_until = models.DateField(_("offered until"), null=True, blank=True)
    commitments = LinesField(_("commitments served"))
    links = models.JSONField(_("links"), default=list, blank=True)

    # contact and rights
    public_contact = models.EmailField(
        _("public contact"), blank=True, help_text=_("A mailbox of the service, not of a person.")
    )
    contacts = models.JSONField(_("named contacts"), default=list, blank=True)
    licence = TermField(_("licence"), vocabulary="licence", default="cc-by-4.0")
    right_to_publish = models.BooleanField(_("We have the right to publish this text and these files."), default=False)
    right_approved_by = models.TextField(_("who approved the publication"), blank=True)
    right_approved_on = models.DateField(_("when"), null=True, blank=True)
    publish_not_before = models.DateField(_("publish not before"), null=True, blank=True)
    note = models.TextField(_("note to the moderator"), blank=True, help_text=_("Never published."))
    read_text = models.JSONField(default=dict, blank=True, editable=False)  # what a moderator read and sent back

    # what the editors add when they retell a practice from public sources
    original_title = models.TextField(_("name in its own language"), blank=True)
    original_language = models.CharField(_("language of that name"), max_length=5, blank=True)
    sources = models.JSONField(_("sources"), default=list, blank=True)
    certainty = TermField(_("certainty"), vocabulary="certainty")
    finding = TermField(_("what the evaluation found"), vocabulary="evidence_finding")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["practice", "-number"]
        constraints = [
            models.UniqueConstraint(name="a_practice_counts_its_revisions_once", fields=["practice", "number"]),
            models.UniqueConstraint(
                name="a_practice_has_one_open_revision",
                fields=["practice"],
                condition=Q(state__in=["draft", "submitted", "in_review", "changes_requested", "approved"]),
            ),
            models.UniqueConstraint(
                name="a_practice_has_one_public_revision",
                fields=["practice"],
                condition=Q(state__in=["public", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="a_revision_ends_after_it_starts", condition=Q(end="") | Q(start="") | Q(end__gte=F("start"))
            ),
            models.CheckConstraint(
                name="a_public_revision_was_approved",
                condition=~Q(state__in=["public", "replaced", "withdrawn"])
                | Q(approved_at__isnull=False, published_at__isnull=False) & ~Q(evidence_checked=""),
            ),
            models.CheckConstraint(
                name="a_revision_in_review_is_claimed",
                condition=~Q(state="in_review") | Q(claimed_by__isnull=False, claim_expires_at__isnull=False),
            ),
        ]

    LIMITS = {  # characters: fewest, most
        "title": (10, 100),
        "summary": (50, 280),
        "context": (200, 1500),
        "what_was_done": (500, 4000),
        "participation": (0, 800),
        "safeguards": (50, 800),
        "legal_basis": (0, 800),
        "staff": (0, 400),
        "results": (100, 1500),
        "what_did_not_work": (50, 1000),
        "conditions": (100, 1000),
        "note": (0, 500),
    }

    ROWS = {  # repeats that live in one column as a list of objects, with their keys in reading order
        "partners": ("name", "type", "role"),
        "building_blocks": ("title", "what", "conditions", "lessons", "verdict"),
        "links": ("title", "url"),
        "contacts": ("name", "role", "email"),
        "sources": ("url",),
    }

    def __str__(self):
        return self.title

    @property
    def main_theme(self):
        """The first theme, or None."""
        uses = self.theme_uses.all()
        return uses[0].tag if uses else None

    @property
    def cover(self):
        """The picture that stands for the text in lists, or None."""
        images = self.images.all()
        return images[0] if images else None

    @property
    def headline(self):
        """The outcome that is shown first, or None."""
        outcomes = self.outcomes.all()
        return outcomes[0] if outcomes else None

    @property
    def state_kind(self):
        """How the state is drawn: settled, waiting for somebody, or ended badly."""
        kinds = dict.fromkeys([State.PUBLIC, State.APPROVED], "ok")
        kinds |= dict.fromkeys([State.CHANGES_REQUESTED, State.SUBMITTED, State.IN_REVIEW], "wait")
        return kinds.get(self.state, "bad" if self.state in (State.REFUSED, State.SPAM, State.REMOVED) else "")

    @property
    def desk_kind(self):
        """The same at the moderators' desk, where what is late stands out."""
        return "bad" if self.is_waiting and self.days_late else self.state_kind

    def get_language_display(self):
        return language_name(self.language)

    @property
    def offers_help(self):
        """Whether its city offers something to others today."""
        return bool(self.offers) and (self.offers_until is None or self.offers_until >= timezone.localdate())

    @property
    def is_writable(self):
        return self.state in State.writable()

    @property
    def is_waiting(self):
        """Whether a moderator has it to read."""
        return self.state in State.waiting()

    @property
    def is_on_its_way(self):
        """Whether it left its city's desk and has not come to an end: somebody has to read, answer or publish it."""
        return self.state in State.open() and self.state != State.DRAFT

    @property
    def is_held(self):
        """Whether a moderator holds it now: a claim that has run out is free."""
        return self.state == State.IN_REVIEW and self.claim_expires_at > timezone.now()

    @property
    def place_in_queue(self):
        """How many texts a moderator reads before this one, and it; None where it does not wait."""
        if not self.is_waiting:
            return None
        return Revision.objects.in_queue().filter(submitted_at__lte=self.submitted_at).count()

    @property
    def due(self):
        """The date by which a decision is promised: a new one, where the first was missed. None before it was sent."""
        return self.promised_on or self.due_at_first

    @property
    def due_at_first(self):
        """The date that was promised when it was sent; None before."""
        return working_days.due(self.submitted_at, self.practice.member.country) if self.submitted_at else None

    @property
    def days_waited(self):
        """How many working days of its city have begun since it was sent."""
        return working_days.between(self.submitted_at, timezone.now(), self.practice.member.country)

    @property
    def days_late(self):
        """By how many working days the promise is broken; 0 while it is kept."""
        return max(self.days_waited - working_days.TARGET, 0)

    @classmethod
    def label_of(cls, field):
        """What the form calls a field or a repeat, for remarks, problems and histories."""
        repeats = {relation.related_name: relation.related_model for relation in cls._meta.related_objects}
        if field in repeats:
            return repeats[field]._meta.verbose_name_plural
        return cls._meta.get_field(field).verbose_name

    def text_of(self, name):
        """A field or repeat as words, one item on each line: for reviews, comparisons and conflicts."""
        display = getattr(self, f"get_{name}_display", None)
        value = display() if display else getattr(self, name)
        if hasattr(value, "all"):
            value = [item.as_words() if hasattr(item, "as_words") else str(item) for item in value.all()]
        if name in self.ROWS:
            value = [" · ".join(filter(None, (str(row.get(key) or "") for key in self.ROWS[name]))) for row in value]
        if isinstance(value, list):
            return "\n".join(map(str, value))
        if isinstance(value, bool):
            return str(_("Yes") if value else _("No"))
        return "" if value is None else str(value)

    def state_evidence(self):
        """The step on the ladder that the outcomes and the evaluation give by themselves."""
        stated = EVIDENCE_OF_EVALUATION.get(self.evaluation)
        measured = any(outcome.before is not None and outcome.after is not None for outcome in self.outcomes.all())
        return stated or ("measured" if measured else "described")
