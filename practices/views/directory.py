"""Stub: to be written."""

from django.http import Http404
from django.views.generic import View


class MemberListView(View):
    def get(self, request, **kwargs):
        raise Http404


class MemberDetailView(View):
    def get(self, request, **kwargs):
        raise Http404
