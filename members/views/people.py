"""Stub: to be written."""

from django.http import Http404
from django.views.generic import View


class PeopleView(View):
    def get(self, request, **kwargs):
        raise Http404


def change_role(request, **kwargs):
    raise Http404


def remove(request, **kwargs):
    raise Http404


def withdraw_invitation(request, **kwargs):
    raise Http404


class InvitationView(View):
    def get(self, request, **kwargs):
        raise Http404


class ProfileView(View):
    def get(self, request, **kwargs):
        raise Http404
