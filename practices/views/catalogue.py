"""Stub: to be written."""

from django.http import Http404
from django.views.generic import View


class PracticeListView(View):
    def get(self, request, **kwargs):
        raise Http404


class PracticeFeed(View):
    def __call__(self, request):
        raise Http404
