"""The catalogue: what is public, searched and narrowed, as a page and as a feed."""

from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import ListView

from coalition import limits
from practices import search
from practices.filters import CatalogueFilter
from practices.models import Practice
from practices.places import CataloguePlaces

HOUR = 3600
MISSED_AN_HOUR = 60  # questions without an answer that are counted of one address of the net


class PracticeListView(ListView):
    """A page of the catalogue. All its state is in the address; what the address asks in vain is said, not refused."""

    template_name = "practices/practice_list.html"
    context_object_name = "practice_list"

    def get_queryset(self):
        self.filter = CatalogueFilter(self.request.GET)
        return self.filter.find(page_number(self.request.GET.get("page"))).practices

    def get_context_data(self, **kwargs):
        results = self.filter.results
        shown = Paginator(range(results.shown), search.PAGE_SIZE)
        return super().get_context_data(
            filter=self.filter,
            results=results,
            page_obj=shown.page(results.page),
            suggestion_address=self.filter.address(q=results.suggestion),
            places=CataloguePlaces(self.filter) if self.filter.layout == "map" and results.total else None,
            **kwargs,
        )


@require_safe
def suggestions(request):
    """A fragment of HTML for `static/js/suggest.js`: what the reader may mean by what is typed so far."""
    themes, members, practices = search.suggest(request.GET.get("q", ""), get_language())
    number = len(themes) + len(members) + len(practices)
    context = {"themes": themes, "members": members, "practices": practices, "number": number}
    return render(request, "practices/_suggestions.html", context)


@csrf_exempt  # a reader has no cookie, and nothing of theirs changes
@require_POST
def missed(request):
    """Count a question that the catalogue does not answer, for the editors.

    `static/js/catalogue.js` tells it when a reader sees an empty page. To open the page changes nothing: it may be
    kept by a cache, and machines that follow links ask in vain all day.
    """
    text = request.POST.get("q", "")
    if limits.allow(f"missed:{limits.visitors_address(request)}", MISSED_AN_HOUR, HOUR):
        search.miss(text, get_language())
    return HttpResponse(status=204)


def page_number(text):
    """What the address says, as far as it is a number."""
    return int(text) if text and text.isdecimal() and len(text) < 6 else 1


class PracticeFeed(Feed):
    """The newest practices, narrowed by the same address as the catalogue."""

    feed_type = Atom1Feed
    title = _("Practice Library: new practices")
    subtitle = _("What European cities do against drug-related violence and trafficking, and what came of it.")

    def get_object(self, request):
        return CatalogueFilter(request.GET, Practice.objects.published())

    def link(self, catalogue):
        return f"{reverse('practices:list')}{catalogue.address()}".removesuffix("?")

    def feed_url(self, catalogue):
        return f"{reverse('practices:feed')}{catalogue.address()}".removesuffix("?")

    def items(self, catalogue):
        newest = catalogue.qs.order_by("-search_row__published_at", "-pk")
        return newest.select_related("member", "public_revision")[: search.PAGE_SIZE]

    def item_title(self, practice):
        return printable(practice.public_revision.title)

    def item_description(self, practice):
        return printable(practice.public_revision.summary)

    def item_author_name(self, practice):
        return practice.member.name

    def item_pubdate(self, practice):
        return practice.first_published_at

    def item_updateddate(self, practice):
        return practice.public_revision.published_at

    def item_guid(self, practice):
        return practice.code


def printable(text):
    """The text without control characters, which XML cannot hold."""
    return "".join(character for character in text if character.isprintable() or character in "\n\t")
