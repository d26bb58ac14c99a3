"""Stub: to be written."""

from django.http import Http404
from django.views.generic import View


class DeclarationView(View):
    def get(self, request, **kwargs):
        raise Http404


class SignView(View):
    def get(self, request, **kwargs):
        raise Http404


class ThanksView(View):
    def get(self, request, **kwargs):
        raise Http404


class AuthorityListView(View):
    def get(self, request, **kwargs):
        raise Http404


class ConfirmView(View):
    def get(self, request, **kwargs):
        raise Http404


class RegisterView(View):
    def get(self, request, **kwargs):
        raise Http404


class SignatureDetailView(View):
    def get(self, request, **kwargs):
        raise Http404
