"""Stub: to be written."""

from django.http import Http404


def image(request, **kwargs):
    raise Http404


def document(request, **kwargs):
    raise Http404
