"""Stub until the search branch is merged."""


def index(practice):
    pass


def unindex(practice):
    pass
