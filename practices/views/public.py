"""Stub: to be written."""

from django.http import Http404
from django.views.generic import View


class PracticeDetailView(View):
    def get(self, request, **kwargs):
        raise Http404


class RevisionDetailView(View):
    def get(self, request, **kwargs):
        raise Http404


class ThemeListView(View):
    def get(self, request, **kwargs):
        raise Http404


class ThemeDetailView(View):
    def get(self, request, **kwargs):
        raise Http404
