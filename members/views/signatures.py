"""Stub: to be written."""

from django.http import Http404
from django.views.generic import View


class QueueView(View):
    def get(self, request, **kwargs):
        raise Http404


class CaseView(View):
    def get(self, request, **kwargs):
        raise Http404


def mandate(request, **kwargs):
    raise Http404


def take_step(request, **kwargs):
    raise Http404
