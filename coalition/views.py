"""Pages that show a little of every app, and those that belong to none."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView, View

from coalition import mail
from coalition.models import Rhythm
from members.models import Signature
from practices import search
from practices.models import Practice
from practices.models.practice import EXAMINED
from practices.problems import problems_in_library

BOARD_LINES = 5
FEWEST_FIGURES = 3  # with fewer, the board shows the best examined practices instead
LINEAGES = 2
LATEST_SIGNATURES = 4


class HomeView(TemplateView):
    """The front door: what changed, where to start, how ideas travel, who signed. Each part stands without data."""

    template_name = "home.html"

    def get_context_data(self, **kwargs):
        practices = Practice.objects.published()
        signatures = Signature.objects.active()
        real = practices.real()
        measured = real.best_measured().for_cards()[:BOARD_LINES]
        board = measured if len(measured) >= FEWEST_FIGURES else real.best_examined().for_cards()[:BOARD_LINES]
        practice_count, by_facet, _is_capped = search.count(search.understand(""), {})
        return super().get_context_data(
            practice_count=practice_count,
            board=board,
            board_has_figures=board is measured,
            board_is_retold=all(practice.is_retold for practice in board),
            problems=problems_in_library(),
            examined_count=sum(by_facet["evidence"].get(step, 0) for step in EXAMINED),
            examined_steps=EXAMINED,
            story=real.most_told().for_cards().first(),
            lineages=practices.most_adapted()[:LINEAGES],
            signature_count=signatures.count(),
            signatures=signatures.select_related("authority").order_by("-verified_at")[:LATEST_SIGNATURES],
            goal=settings.SIGNATORY_GOAL,
            **kwargs,
        )


class PageView(TemplateView):
    """About, accessibility, privacy, terms: words without data."""


@method_decorator([never_cache, csrf_exempt], name="dispatch")  # a mailbox posts here by itself (RFC 8058)
class StopMailView(View):
    """The link at the foot of a mail: looking changes nothing, a button or the mailbox's own POST stops the kind."""

    def dispatch(self, request, token):
        found = mail.read_stop_token(token)
        if found is None:
            raise Http404
        self.account, self.kind = found
        return super().dispatch(request, token=token)

    def get(self, request, token):
        return self.page(is_done=False)

    def post(self, request, token):
        mail.choose(self.account, self.kind, Rhythm.OFF)
        return self.page(is_done=True)

    def page(self, is_done):
        return render(self.request, "pages/stop_mail.html", {"kind": self.kind.label, "is_done": is_done})


@require_safe
def favicon(request):
    """The sign of the library, for browsers that ask for it where a page names none, such as a mail's HTML."""
    return redirect(static("img/mark.svg"))
