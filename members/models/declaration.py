"""The declaration, the cases in which cities sign it, and the steps of each case."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from coalition.text import Fold, languages

OPEN = ["started", "confirmed", "verifying", "clarification", "prepared"]  # states: nothing is decided yet
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is misread on paper


def new_signature_code():
    """A public name for a case that says nothing about how many there are: `S-7KQ2MX`."""
    return "S-" + "".join(secrets.choice(CODE_ALPHABET) for _ in range(6))


class Declaration(models.Model):
    """What cities sign. Its words live in versions."""

    slug = models.SlugField(_("address"), unique=True)
    is_illustrative = models.BooleanField(
        _("illustrative text"), default=False, help_text=_("Shown with a notice that this is no official text.")
    )

    class Meta:
        verbose_name = _("declaration")
        verbose_name_plural = _("declarations")

    def __str__(self):
        return self.slug


class DeclarationVersionQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published_at__lte=timezone.now()).order_by("-number")

    def current(self):
        """The version that is signed today, with its texts and articles, or None."""
        return self.published().select_related("declaration").prefetch_related("texts__articles").first()

    def to_sign_after(self, version):
        """Today's version, if it or one since `version` promises something else, or None."""
        later = self.published().filter(declaration=version.declaration_id, number__gt=version.number)
        return later.first() if later.filter(is_substantive=True).exists() else None


class DeclarationVersion(models.Model):
    """One wording of the declaration. A substantive one asks for a new act, an editorial one does not."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("number"))
    is_substantive = models.BooleanField(_("changes what is promised"), default=True)
    authentic_language = models.CharField(_("authentic language"), max_length=5, choices=languages)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    fingerprint = models.CharField(_("fingerprint (SHA-256)"), max_length=64, blank=True, editable=False)

    objects = DeclarationVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the declaration")
        verbose_name_plural = _("versions of the declaration")
        ordering = ["declaration", "-number"]
        constraints = [
            models.UniqueConstraint(name="a_declaration_counts_its_versions_once", fields=["declaration", "number"]),
            models.CheckConstraint(
                name="a_published_version_has_a_fingerprint",
                condition=Q(published_at=None) | Q(fingerprint__regex=r"^[0-9a-f]{64}$"),
            ),
        ]

    def __str__(self):
        return f"{self.declaration} {self.number}"

    def text_in(self, language=None):
        """The text in the reader's language, else the authentic one."""
        texts = {text.language: text for text in self.texts.all()}
        return texts.get(language or get_language()) or texts[self.authentic_language]


class DeclarationText(models.Model):
    """A version in one language."""

    version = models.ForeignKey(DeclarationVersion, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=5, choices=languages)
    title = models.CharField(_("title"), max_length=200)
    preamble = models.TextField(_("before the commitments"), help_text=_("Markdown"))
    closing = models.TextField(_("after the commitments"), blank=True, help_text=_("Markdown"))

    class Meta:
        verbose_name = _("text of the declaration")
        verbose_name_plural = _("texts of the declaration")
        constraints = [
            models.UniqueConstraint(name="a_version_has_one_text_in_a_language", fields=["version", "language"])
        ]

    def __str__(self):
        return self.title

    def as_plain_text(self):
        """The whole text, the same to the letter for everyone: what the fingerprint is taken of."""
        articles = [f"{article.code}. {article.title}\n{article.wording}" for article in self.articles.all()]
        parts = (self.title, self.preamble, *articles, self.closing)
        return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"

    def fingerprint(self):
        return hashlib.sha256(self.as_plain_text().encode()).hexdigest()


class Article(models.Model):
    """A commitment. Its code is the same in every language; practices name the codes they serve."""

    text = models.ForeignKey(DeclarationText, on_delete=models.CASCADE, related_name="articles")
    code = models.CharField(_("code"), max_length=8, help_text="C1")
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=120)
    wording = models.TextField(_("wording"))

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["text", "position"]
        constraints = [models.UniqueConstraint(name="a_text_has_each_article_once", fields=["text", "code"])]

    def __str__(self):
        return f"{self.code} {self.title}"


class SignatureQuerySet(models.QuerySet):
    def open_or_active(self):
        """Cases that keep their authority from starting another one."""
        return self.filter(state__in=Signature.State.holding())

    def on_register(self):
        """What the public register lists: active signatures, and withdrawn ones with their dates."""
        return self.filter(state__in=[Signature.State.ACTIVE, Signature.State.WITHDRAWN])

    def active(self):
        return self.filter(state=Signature.State.ACTIVE)

    def waiting_for_officer(self):
        """Cases that an officer must take, check or follow up, the longest waiting first."""
        state = Signature.State
        return self.filter(state__in=[state.CONFIRMED, state.VERIFYING, state.CLARIFICATION]).order_by("confirmed_at")

    def due_to_go_live(self):
        """Prepared for a ceremony whose hour has come."""
        return self.filter(state=Signature.State.PREPARED, live_at__lte=timezone.now())

    def with_ended_term(self):
        """Active signatures whose signatory's term of office is over."""
        return self.active().filter(term_ends_on__lt=timezone.localdate())

    def with_older_promise(self):
        """Active signatures of a text after which one was published that promises something else."""
        later = DeclarationVersion.objects.published().filter(
            declaration=OuterRef("declaration"), number__gt=OuterRef("version__number"), is_substantive=True
        )
        return self.active().filter(Exists(later))

    def unconfirmed_since(self, moment):
        """Cases whose link ended before that moment without an answer."""
        return self.filter(state=Signature.State.STARTED, token_expires_at__lt=moment)

    def mandate_overdue(self):
        """Cases that promised a decision or letter by a day that has passed."""
        return self.waiting_for_officer().filter(mandate="", mandate_due_on__lt=timezone.localdate())

    def mandate_awaited_by(self, day):
        """Cases whose decision or letter is due by that day, and not overdue."""
        due = {"mandate_due_on__gte": timezone.localdate(), "mandate_due_on__lte": day}
        return self.waiting_for_officer().filter(mandate="", **due)

    def disowned_by(self, email):
        """Cases that the owner of this mailbox stopped with "this is not me"."""
        return self.filter(signatory_email__iexact=email, steps__name="disown")

    def called(self, text):
        """Signatures of authorities, or of signatories who may be named, with this text in the name."""
        folded = Fold(Value(text))
        may_be_named = Q(shown=Signature.Shown.NAME_AND_OFFICE)
        return self.alias(folded_signatory=Fold("signatory_name")).filter(
            Q(authority__folded_names__contains=folded) | may_be_named & Q(folded_signatory__contains=folded)
        )

    def visible_to(self, user):
        """Whole cases, with their private parts, are for declaration officers."""
        return self if user.has_perm("members.verify_signature") else self.none()

    def for_desk(self):
        """With all that an officer's pages show."""
        return self.select_related("authority", "version__declaration", "officer", "checked_by", "verified_by")

    def for_map(self):
        """With what a pin shows and no more: a map has all of them, not a page. By country, then by name."""
        place = [f"authority__{name}" for name in ("name", "country", "latitude", "longitude", "population")]
        return (
            self.select_related(None)
            .select_related("authority")
            .only("code", "state", "is_fictional", *place)
            .order_by("authority__country", "authority__name", "pk")
        )

    def newest_act_first(self):
        """By the day of the withdrawal where there is one, else of the signature."""
        return self.order_by(Coalesce("withdrawn_at", "verified_at").desc(), "-pk")

    def for_register(self):
        """With all that a line of the register shows."""
        return self.select_related("authority__member", "authority__merged_into", "version__declaration")


class Signature(models.Model):
    """One authority's case: from the form that somebody filled in to the entry on the register."""

    class State(models.TextChoices):
        STARTED = "started", _("Waiting for the signatory's confirmation")
        CONFIRMED = "confirmed", _("Confirmed, waiting to be checked")
        VERIFYING = "verifying", _("Being checked")
        CLARIFICATION = "clarification", _("Clarification asked for")
        PREPARED = "prepared", _("Checked, becomes public at its hour")
        ACTIVE = "active", _("Active")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REFUSED = "refused", _("Refused")
        EXPIRED = "expired", _("Expired")

        @classmethod
        def open(cls):
            """States in which nothing is decided yet."""
            return [cls(code) for code in OPEN]

        @classmethod
        def holding(cls):
            """States in which the authority's one place is taken."""
            return [*cls.open(), cls.ACTIVE]

    class Hold(models.TextChoices):
        IN_DOUBT = "doubt", _("On hold: the secretariat looks into it")
        CONTESTED = "contested", _("Contested by the authority")

    class Power(models.TextChoices):
        COUNCIL = "council", _("A decision of the council or cabinet")
        OWN = "own", _("The signatory's own power")
        DELEGATION = "delegation", _("A letter of delegation")

    class Shown(models.TextChoices):
        NAME_AND_OFFICE = "name", _("Name and office")
        OFFICE_ONLY = "office", _("Office only")

    class Method(models.TextChoices):
        COUNCIL_DECISION = "council", _("The council's decision was read")
        CALL_BACK = "call", _("Called back on a number from the authority's own site")
        DOMAIN = "domain", _("The address is on the authority's own domain")
        LETTER = "letter", _("A signed letter was received")

    code = models.CharField(_("code"), max_length=12, unique=True, default=new_signature_code, editable=False)
    version = models.ForeignKey(DeclarationVersion, on_delete=models.PROTECT, related_name="signatures")
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="signatures")
    authority = models.ForeignKey("Authority", on_delete=models.PROTECT, related_name="signatures")
    renews = models.ForeignKey(
        "self",
        verbose_name=_("signature of an earlier version that this one follows"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="renewals",
    )
    state = models.CharField(_("state"), max_length=13, choices=State.choices, default=State.STARTED)
    language = models.CharField(_("language"), max_length=5, choices=languages, default="en")

    signatory_name = models.CharField(_("name of the person who signs"), max_length=120)
    signatory_office = models.CharField(_("office held"), max_length=120, help_text=_("For example: Mayor"))
    signatory_email = models.EmailField(_("official e-mail address of the person who signs"))
    term_ends_on = models.DateField(_("end of the term of office"), null=True, blank=True)
    filled_in_by_name = models.CharField(_("your name"), max_length=120)
    filled_in_by_email = models.EmailField(_("your e-mail address"))

    power = models.CharField(_("power to sign"), max_length=10, choices=Power.choices)
    decision_date = models.DateField(_("date of the decision"), null=True, blank=True)
    decision_reference = models.CharField(_("reference of the decision"), max_length=120, blank=True)
    mandate = models.FileField(_("the decision or letter, as PDF"), upload_to="mandates/", blank=True)
    mandate_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    mandate_due_on = models.DateField(_("mandate expected by"), null=True, blank=True)

    shown = models.CharField(_("what may be published"), max_length=6, choices=Shown.choices)
    consent_contact = models.BooleanField(_("may be contacted about the coalition's work"), default=False)
    consent_newsletter = models.BooleanField(_("receives the newsletter"), default=False)

    token_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    token_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    mails_sent = models.PositiveSmallIntegerField(default=0, editable=False)

    started_at = models.DateTimeField(_("started"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="signatures_verified"
    )
    method = models.CharField(_("how it was checked"), max_length=8, choices=Method.choices, blank=True)
    second_channel = models.CharField(_("second channel"), max_length=200, blank=True)
    checked_on = models.DateField(_("day of the check"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="signatures_checked"
    )
    live_at = models.DateTimeField(_("becomes public at"), null=True, blank=True)
    hold = models.CharField(_("on hold"), max_length=9, choices=Hold.choices, blank=True)
    reconfirmed_on = models.DateField(_("confirmed again"), null=True, blank=True)
    withdrawal_asked_at = models.DateTimeField(_("withdrawal asked for"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    erased_at = models.DateTimeField(_("person’s data erased"), null=True, blank=True)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="signatures_assigned"
    )
    is_fictional = models.BooleanField(_("invented for the demonstration"), default=False)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["-verified_at", "-started_at"]
        permissions = [("verify_signature", _("Can verify signatures"))]
        constraints = [
            models.UniqueConstraint(
                name="an_authority_has_one_open_or_active_signature",
                fields=["authority", "declaration"],
                condition=Q(state="active") | Q(state__in=OPEN, renews=None),
            ),
            models.UniqueConstraint(
                name="a_signature_is_followed_by_one_open_case",
                fields=["renews"],
                condition=Q(state__in=OPEN),
            ),
            models.CheckConstraint(
                name="an_active_signature_was_verified",
                condition=~Q(state__in=["active", "withdrawn"]) | Q(verified_at__isnull=False) & ~Q(method=""),
            ),
            models.CheckConstraint(
                name="two_officers_let_a_signature_become_active",
                condition=Q(checked_by=None) | Q(verified_by=None) | ~Q(checked_by=F("verified_by")),
            ),
            models.CheckConstraint(
                name="a_prepared_signature_has_its_hour", condition=~Q(state="prepared") | Q(live_at__isnull=False)
            ),
            models.CheckConstraint(
                name="a_signature_is_dated_when_withdrawn",
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | ~Q(state="withdrawn") & Q(withdrawn_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.code} · {self.authority}"

    def get_absolute_url(self):
        return reverse("members:signature", args=[self.code])

    @property
    def state_kind(self):
        """How the state is drawn: settled, waiting for somebody, or ended otherwise."""
        state = self.State
        if self.state == state.ACTIVE:
            return "ok"
        if self.state in (state.CONFIRMED, state.VERIFYING, state.CLARIFICATION, state.PREPARED):
            return "wait"
        return "bad" if self.state == state.REFUSED else ""

    @property
    def needs_mandate(self):
        """Whether the power to sign rests on a document that has not come yet."""
        return self.power != self.Power.OWN and not self.mandate

    @property
    def is_checked(self):
        """Whether one officer has checked it; it takes a second one to verify it."""
        return bool(self.method)

    @property
    def awaits_second_officer(self):
        return self.state == self.State.VERIFYING and self.is_checked

    @property
    def link_is_valid(self):
        return self.token_expires_at is not None and self.token_expires_at > timezone.now()

    @property
    def term_has_ended(self):
        """Whether somebody else may hold the office today; the authority's signature stands."""
        return self.term_ends_on is not None and self.term_ends_on < timezone.localdate()

    @property
    def public_name(self):
        """The signatory's name where it may be shown, else nothing."""
        return self.signatory_name if self.shown == self.Shown.NAME_AND_OFFICE else ""


class SignatureStep(models.Model):
    """One line of a case's history: who did what, when, and why.

    Append-only: the database refuses every change but that an erasure empties the reason, which may name somebody.
    """

    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="steps")
    name = models.CharField(max_length=30)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=13, choices=Signature.State.choices, blank=True)
    target = models.CharField(max_length=13, choices=Signature.State.choices)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.signature.code}: {self.name}"
