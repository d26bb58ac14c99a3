"""Pages that show a little of every app, and those that belong to none."""

from django.http import HttpResponse
from django.views.generic import TemplateView


class HomeView(TemplateView):
    template_name = "home.html"


class PageView(TemplateView):
    """About, accessibility, privacy, terms: words without data."""


def csrf_failure(request, reason=""):
    return HttpResponse("csrf", status=403)
