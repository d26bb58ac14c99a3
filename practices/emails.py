"""What is told about a practice's path, and to whom."""

from django.core import signing
from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from coalition import mail
from coalition.models import Kind
from members.models import User
from practices import badges

RUNNING = "still-running"  # salt of the link with which a city confirms, without signing in


def writers(revision):
    """The people of the member who follow this text: its author while they act for the member, and the leads."""
    current = User.objects.filter(is_active=True, memberships__in=revision.practice.member.memberships.current())
    followers = current.filter(pk=revision.author_id) | current.filter(memberships__role="lead")
    return followers.distinct()


def moderators(revision):
    """Those who may read it: moderators with no part in the text."""
    may = Q(groups__permissions__codename="moderate", groups__permissions__content_type__app_label="practices")
    own = revision.practice.member.memberships.current()
    return (
        User.objects.filter(may, is_active=True).exclude(memberships__in=own).exclude(pk=revision.author_id).distinct()
    )


def tell(template, revision, kind="", **words):
    """One mail to each writer, each in their language, with addresses under their language's prefix."""
    practice = revision.practice
    for person in writers(revision):
        with translation.override(person.language):
            token = signing.dumps([practice.pk, person.pk], salt=RUNNING)
            addresses = {
                "running_path": reverse("practices:still_running", args=[token]),
                "status_path": reverse("practices:status", args=[practice.pk]),
                "edit_path": reverse("practices:update", args=[practice.pk]),
                "public_path": practice.slug and practice.get_absolute_url(),
                "badge_html": practice.slug and badges.html(practice, revision),
            }
        mail.send(
            template,
            person,
            {"revision": revision, "practice": practice, "place": practice.member} | addresses | words,
            practice.code,
            kind,
        )


def tell_one(template, person, revision, kind="", **words):
    """One mail to somebody of the secretariat or to an expert; `path` in the words is their page."""
    practice = revision.practice
    context = {"revision": revision, "practice": practice, "place": practice.member}
    mail.send(template, person, context | words, practice.code, kind)


def edited(revision):
    """What the secretariat put right since the text was sent: it is told with the decision."""
    return list(revision.edits.sent().filter(at__gte=revision.submitted_at or revision.created_at))


def submitted(revision, reason):
    tell("practice_submitted", revision, due=revision.due)
    for person in moderators(revision):
        with translation.override(person.language):
            path = reverse("practices:review", args=[revision.practice_id])
        tell_one("queue_text", person, revision, Kind.QUEUE, path=path, due=revision.due)


def late(revision):
    tell("practice_late", revision, promised=revision.due_at_first, due=revision.promised_on)


def reminder(revision, asked_at):
    tell("practice_reminder", revision, remarks=list(revision.remarks.sent().open()), asked_at=asked_at)


def still_running(practice):
    tell("practice_still_running", practice.public_revision, Kind.FRESHNESS)


def opinion_asked(opinion):
    tell_expert("opinion_asked", opinion)


def opinion_reminder(opinion):
    tell_expert("opinion_reminder", opinion)


def tell_expert(template, opinion):
    with translation.override(opinion.expert.language):
        path = reverse("practices:opinion", args=[opinion.pk])
    tell_one(template, opinion.expert, opinion.revision, opinion=opinion, path=path)


def opinion_given(opinion):
    """The moderator who asked learns what the expert says."""
    with translation.override(opinion.asked_by.language):
        path = reverse("practices:review", args=[opinion.revision.practice_id])
    tell_one("opinion_given", opinion.asked_by, opinion.revision, opinion=opinion, path=path)


def changes_requested(revision, reason):
    tell(
        "practice_changes_requested",
        revision,
        remarks=list(revision.remarks.sent().open()),
        edits=edited(revision),
        reason=reason,
    )


def approved(revision, reason):
    """Approved for a later day; what is published at once has its own mail."""
    if revision.publish_not_before:
        tell("practice_approved", revision, reason=reason, edits=edited(revision))


def published(revision, reason):
    tell("practice_published", revision, edits=edited(revision))


def refused(revision, reason):
    tell(
        "practice_refused",
        revision,
        reason=reason,
        remarks=list(revision.remarks.sent().open()),
        edits=edited(revision),
    )


def withdrawn(revision, reason):
    tell("practice_withdrawn", revision, reason=reason)


def removed(revision, reason):
    tell("practice_removed", revision, reason=reason)


def adaptation_claimed(descent, revision):
    """To the origin's city: another city says that it adapted theirs."""
    origin = descent.origin
    for person in writers(origin.public_revision):
        with translation.override(person.language):
            answer_path = reverse("practices:adaptations") + f"#descent-{descent.pk}"
            addresses = {"answer_path": answer_path, "public_path": descent.practice.get_absolute_url()}
        words = {"descent": descent, "revision": revision, "origin": origin.public_revision, "place": origin.member}
        mail.send("adaptation_claimed", person, words | addresses, origin.code)


def adaptation_answered(descent):
    """To the city that adapted it: the origin's city has confirmed it, or disputes it."""
    revision = descent.practice.public_revision
    template = "adaptation_confirmed" if descent.is_confirmed else "adaptation_disputed"
    tell(template, revision, descent=descent, origin=descent.origin.public_revision)


def question_asked(question, template="question_asked"):
    """To the people of the city that was asked: there is a question, and where; its words stay on the site."""
    for person in writers(question.practice.public_revision):
        tell_of_question(template, question, person, question.practice.member)


def question_ended(question):
    """To whoever asked, while they act for the city that they asked for; else to its leads."""
    current = User.objects.filter(is_active=True, memberships__in=question.asking_member.memberships.current())
    people = current.filter(pk=question.asked_by_id) or current.filter(memberships__role="lead").distinct()
    for person in people:
        tell_of_question("question_ended", question, person, question.asking_member)


def tell_of_question(template, question, person, place):
    with translation.override(person.language):
        question_path = reverse("practices:question", args=[question.pk])
    words = {"question": question, "revision": question.practice.public_revision, "question_path": question_path}
    mail.send(template, person, words | {"place": place}, question.practice.code)
