"""What everybody reads: a practice, its published history, the themes."""

from django.db.models import Count, F, Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.generic import ListView, View

from coalition.pages import NearestPageMixin
from members.models import Member
from practices import arcs, citation, diff, linked_data, search
from practices.lineage import Lineage
from practices.models import Adaptation, Practice, Revision, RevisionTheme, Theme
from practices.models.practice import EXAMINED
from practices.models.state import State
from practices.problems import problems_that_lead_to

CLOSE_PRACTICES = 3
LONGEST_NUMBER = 6
PRACTICES_ON_A_PAGE = 20
MOST_PLACES, MOST_RELATED = 12, 6  # beside a theme


class PracticePage(View):
    """The page of a practice. What was withdrawn says so and keeps its address; what was removed is gone (410)."""

    template_name = "practices/practice_detail.html"

    def get(self, request, slug, **kwargs):
        practices = Practice.objects.select_related("member").annotate(public_state=F("public_revision__state"))
        practice = get_object_or_404(practices, slug=slug)
        if practice.is_removed:
            return render(request, "410.html", status=410)
        if practice.public_state == State.WITHDRAWN:
            return render(request, "practices/practice_withdrawn.html", {"practice": practice})
        if practice.public_state != State.PUBLIC:
            raise Http404
        return render(request, self.template_name, self.get_context_data(practice, **kwargs))

    def get_context_data(self, practice, revision):
        is_current = revision.pk == practice.public_revision_id
        lineage = Lineage(practice, revision)
        return {
            "practice": practice,
            "revision": revision,
            "is_current": is_current,
            "lineage": lineage,
            "map": arcs.map_of(lineage, self.request.GET),
            "published": practice.revisions.ever_public().only("number", "published_at", "practice"),
            "citation": citation.cite(practice, revision),
            "linked_data": linked_data.describe(practice, revision) if is_current else None,
            "close_practices": search.close_practices(practice, most=CLOSE_PRACTICES),
        }


class PracticeDetailView(PracticePage):
    """The text that the public reads now."""

    def get_context_data(self, practice):
        return super().get_context_data(practice, complete_revisions().get(pk=practice.public_revision_id))


class RevisionDetailView(PracticePage):
    """A permanent link to a text that is or was public."""

    def get_context_data(self, practice, number):
        revisions = complete_revisions().filter(practice=practice).ever_public()
        return super().get_context_data(practice, get_object_or_404(revisions, number=number))


class RevisionChangesView(PracticePage):
    """What changed, word by word, from one published text to another: `?since=` says which, else the one before."""

    template_name = "practices/revision_changes.html"

    def get_context_data(self, practice, number):
        published = practice.revisions.ever_public()
        revision = get_object_or_404(published, number=number)
        earlier = published.filter(number__lt=number)
        chosen = self.request.GET.get("since", "")
        is_number = chosen.isdecimal() and len(chosen) < LONGEST_NUMBER
        since = (earlier.filter(number=chosen) if is_number else earlier).first()
        if since is None:
            raise Http404
        return {
            "practice": practice,
            "revision": revision,
            "since": since,
            "earlier": earlier,
            "changes": diff.changes(since, revision, diff.PUBLIC_FIELDS),
        }


def complete_revisions():
    """Revisions with all that their page shows."""
    return Revision.objects.prefetch_related(
        "outcomes",
        "images",
        "documents",
        "keywords",
        Prefetch("theme_uses", RevisionTheme.objects.select_related("tag__parent")),
        Prefetch("adaptations", Adaptation.objects.with_practices()),
    )


class ThemeListView(ListView):
    """Every theme with its narrower ones."""

    template_name = "practices/theme_list.html"

    def get_queryset(self):
        narrower = Prefetch("children", Theme.objects.with_practice_counts())
        return Theme.objects.filter(parent=None).with_practice_counts().prefetch_related(narrower)


class ThemeDetailView(NearestPageMixin, ListView):
    """A theme: what belongs to it, the practices about it, where they are, and what it has to do with."""

    template_name = "practices/theme_detail.html"
    paginate_by = PRACTICES_ON_A_PAGE

    def get_queryset(self):
        themes = Theme.objects.with_practice_counts().select_related("parent")
        self.theme = get_object_or_404(themes, slug=self.kwargs["slug"])
        self.practices = Practice.objects.published().about(self.theme)
        return self.practices.for_cards()

    def get_context_data(self, **kwargs):
        practices = Practice.objects.filter(pk__in=self.practices.order_by().values("pk"))
        places = Member.objects.filter(practices__in=practices).annotate(practice_count=Count("practices"))
        return super().get_context_data(
            theme=self.theme,
            narrower=Theme.objects.filter(parent=self.theme).with_practice_counts(),
            numbers=practices.aggregate(
                places=Count("member", distinct=True),
                countries=Count("member__country", distinct=True),
                examined=Count("pk", filter=Q(public_revision__evidence_checked__in=EXAMINED)),
            ),
            places=places.order_by("-practice_count", "name")[:MOST_PLACES],
            related=Theme.objects.beside(self.theme)[:MOST_RELATED],
            problems=problems_that_lead_to(self.theme),
            **kwargs,
        )
