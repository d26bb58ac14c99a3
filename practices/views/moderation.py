"""Stub: to be written."""

from django.http import Http404
from django.views.generic import View


class QueueView(View):
    def get(self, request, **kwargs):
        raise Http404


class ReviewView(View):
    def get(self, request, **kwargs):
        raise Http404


def add_remark(request, **kwargs):
    raise Http404
