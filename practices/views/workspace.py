"""Stub: to be written."""

from django.http import Http404
from django.views.generic import View


class DashboardView(View):
    def get(self, request, **kwargs):
        raise Http404


class PracticeCreateView(View):
    def get(self, request, **kwargs):
        raise Http404


class PracticeStatusView(View):
    def get(self, request, **kwargs):
        raise Http404


class RevisionUpdateView(View):
    def get(self, request, **kwargs):
        raise Http404


class PreviewView(View):
    def get(self, request, **kwargs):
        raise Http404


def revise(request, **kwargs):
    raise Http404


def take_step(request, **kwargs):
    raise Http404


class ImageCreateView(View):
    def get(self, request, **kwargs):
        raise Http404


class ImageUpdateView(View):
    def get(self, request, **kwargs):
        raise Http404


def remove_image(request, **kwargs):
    raise Http404


class DocumentCreateView(View):
    def get(self, request, **kwargs):
        raise Http404


def remove_document(request, **kwargs):
    raise Http404


def mark_remark_done(request, **kwargs):
    raise Http404
