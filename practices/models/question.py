from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Member
from practices.models.practice import Practice


class QuestionQuerySet(models.QuerySet):
    def asked_of(self, user):
        """Questions to the cities that this person acts for."""
        return self.filter(practice__member__in=cities_of(user), practice__removed_at=None)

    def asked_by(self, user):
        """Questions that they or their colleagues asked for one of their cities."""
        return self.filter(asking_member__in=cities_of(user), practice__removed_at=None)

    def visible_to(self, user):
        """The two sides see it; moderators see what was reported to them, once it was."""
        if not user.is_authenticated:
            return self.none()
        questions = self.asked_of(user) | self.asked_by(user)
        if user.has_perm("practices.moderate"):
            questions |= self.filter(reported_at__isnull=False, practice__removed_at=None)
        return questions.distinct()

    def with_places(self):
        """With what a list says of each: its practice, and both sides."""
        return self.select_related("practice__member", "practice__public_revision", "asking_member")

    def waiting(self):
        return self.filter(state=Question.State.OPEN)

    def reported(self):
        return self.filter(state=Question.State.REPORTED, practice__removed_at=None)

    def shared(self):
        """Answered ones that both sides let all members read."""
        return self.filter(state=Question.State.ANSWERED, asker_agreed_at__isnull=False, city_agreed_at__isnull=False)


class Question(models.Model):
    """A question of one city's people to another's about a practice, and its answer. Neither sees an address."""

    class State(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed without an answer")
        REPORTED = "reported", _("Reported to the secretariat")

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="questions")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="questions")
    asking_member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="questions")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    text = models.TextField(_("your question"), max_length=1000, validators=[MinLengthValidator(20)])
    asked_at = models.DateTimeField(default=timezone.now)
    reminded_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("your answer"), max_length=3000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(_("why"), max_length=500, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    is_abuse = models.BooleanField(default=False)  # the secretariat agreed with a report
    asker_agreed_at = models.DateTimeField(null=True, blank=True)
    city_agreed_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="a_person_waits_for_one_answer_about_a_practice",
                fields=["practice", "asked_by"],
                condition=Q(state__in=["open", "reported"]),
            ),
            models.CheckConstraint(
                name="an_answered_question_has_its_answer",
                condition=~Q(state="answered") | ~Q(answer="") & Q(answered_by__isnull=False, ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_reported_question_says_when_and_why",
                condition=~Q(state="reported") | Q(reported_at__isnull=False) & ~Q(reason=""),
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def is_open(self):
        return self.state == self.State.OPEN

    @property
    def is_answered(self):
        return self.state == self.State.ANSWERED

    @property
    def is_reported(self):
        return self.state == self.State.REPORTED

    @property
    def is_shared(self):
        return bool(self.is_answered and self.asker_agreed_at and self.city_agreed_at)

    @property
    def kind(self):
        """How the state is drawn."""
        return {"answered": "ok", "open": "wait", "reported": "bad"}.get(self.state, "")


class QuestionStep(models.Model):
    """One line of a question's history: who did what, and when. Append-only; the database refuses the rest."""

    class Name(models.TextChoices):
        ASK = "ask", _("Asked")
        ANSWER = "answer", _("Answered")
        CLOSE = "close", _("Closed without an answer")
        REPORT = "report", _("Reported to the secretariat")
        DISMISS = "dismiss", _("Found to be fair by the secretariat")
        UPHOLD = "uphold", _("Closed by the secretariat")
        SHARE = "share", _("One side agreed to share it")
        UNSHARE = "unshare", _("One side no longer shares it")

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=8, choices=Name.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    target = models.CharField(max_length=8, choices=Question.State.choices)
    words = models.TextField(blank=True)  # the reason of a report or an end; an answer stands in the question

    class Meta:
        verbose_name = _("step of a question")
        verbose_name_plural = _("history of a question")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.question}: {self.name}"


def cities_of(user):
    return Member.objects.filter(memberships__in=user.memberships.current())
