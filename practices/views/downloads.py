"""What leaves the page: printouts, the pictures beside shared links, results as a table."""

from textwrap import shorten

from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from django.views.generic import View

from coalition import tables, typesetting
from members.views.sharing import drawing
from practices import citation, exports, printouts, share_images
from practices.filters import CatalogueFilter
from practices.models import Practice
from practices.models.state import State
from practices.views.directory import members_in_library
from practices.views.public import complete_revisions

MOST_ON_A_BADGE = 44  # characters of a title


@method_decorator(require_safe, name="dispatch")
class PracticeDownload(View):
    """Something made of the text that the public reads now. What was removed is gone (410), from here, too."""

    def get(self, request, slug, **kwargs):
        practices = Practice.objects.select_related("member").annotate(public_state=F("public_revision__state"))
        practice = get_object_or_404(practices, slug=slug)
        if practice.is_removed:
            return render(request, "410.html", status=410)
        if practice.public_state != State.PUBLIC:
            raise Http404
        return self.answer(practice, **kwargs)

    def public_text(self, practice):
        return complete_revisions().get(pk=practice.public_revision_id)


class PracticePdf(PracticeDownload):
    """The practice on paper."""

    def answer(self, practice):
        words = printouts.words_of(practice, self.public_text(practice))
        return printout(self.request, f"{practice.code}-{practice.slug}.pdf", words)


class RevisionPdf(PracticeDownload):
    """A text that is or was public, on paper."""

    def answer(self, practice, number):
        revision = get_object_or_404(complete_revisions().filter(practice=practice).ever_public(), number=number)
        words = printouts.words_of(practice, revision, is_current=revision.pk == practice.public_revision_id)
        return printout(self.request, f"{practice.code}-{practice.slug}-{number}.pdf", words)


class PracticeBadge(PracticeDownload):
    """A drawing for the city's own site. Once the practice is withdrawn there is none."""

    def answer(self, practice):
        revision = practice.public_revision
        title = shorten(revision.title, MOST_ON_A_BADGE, placeholder="…")
        lines = [title, gettext("Read it in the Practice Library")]
        context = {"practice": practice, "revision": revision}
        return drawing("practices/badge.svg", lines, practice.member.is_fictional, context)


def printout(request, name, words):
    return typesetting.answer(request, "application/pdf", printouts.draw, words, filename=name)


class PracticeCitation(PracticeDownload):
    """The current text for reference managers, in one of the formats that they read."""

    def answer(self, practice, ending):
        if ending not in citation.FORMATS:
            raise Http404
        write, content_type = citation.FORMATS[ending]
        text = write(citation.cite(practice, practice.public_revision))
        name = f'attachment; filename="{practice.code}.{ending}"'
        return HttpResponse(text, content_type=f"{content_type}; charset=utf-8", headers={"Content-Disposition": name})


class PracticeShareImage(PracticeDownload):
    """The picture beside a link to the practice."""

    def answer(self, practice):
        return picture(self.request, share_images.words_of_practice(practice, self.public_text(practice)))


@require_safe
def member_share_image(request, slug):
    """The picture beside a link to a member or a place."""
    return picture(request, share_images.words_of_member(get_object_or_404(members_in_library(), slug=slug)))


@require_safe
def site_share_image(request):
    """The picture beside a link to any other page."""
    return picture(request, share_images.words_of_site())


def picture(request, words):
    return typesetting.answer(request, "image/png", share_images.draw, words)


@require_safe
def results(request):
    """Every practice of the catalogue that the same address would list there, as a table."""
    return tables.csv_response("practices.csv", exports.rows(CatalogueFilter(request.GET).everything()))
