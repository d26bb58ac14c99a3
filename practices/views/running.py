"""The link of the yearly mail: looking changes nothing, a button confirms."""

from django.core import signing
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from members.models import User
from practices import reviewing
from practices.emails import RUNNING
from practices.models import Practice

LASTS = 120 * 24 * 3600  # seconds; later the page behind the sign-in does the same


@method_decorator([never_cache, csrf_exempt], name="dispatch")  # the secret in the address says who is there
class StillRunningView(View):
    """Is it still running? One button says yes; no sign-in, since the link came by mail to somebody of the city."""

    def dispatch(self, request, token):
        try:
            practice, person = signing.loads(token, salt=RUNNING, max_age=LASTS)
        except signing.SignatureExpired:
            return redirect("practices:workspace")
        except signing.BadSignature:
            raise Http404 from None
        practices = Practice.objects.published().filter(removed_at=None).select_related("member", "public_revision")
        self.practice = get_object_or_404(practices, pk=practice)
        self.person = get_object_or_404(User, pk=person, is_active=True)
        if not self.person.acts_for(self.practice.member):
            raise Http404
        return super().dispatch(request, token=token)

    def get(self, request, token):
        return self.page(is_done=False)

    def post(self, request, token):
        self.practice = reviewing.confirm(self.practice, by=self.person)
        return self.page(is_done=True)

    def page(self, is_done):
        context = {"practice": self.practice, "revision": self.practice.public_revision, "is_done": is_done}
        return render(self.request, "practices/still_running.html", context)
