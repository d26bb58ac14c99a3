"""Many offices press the button at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from coalition.models import Message
from members.models import Leaf, Signature
from tests.conftest import SignedInClient
from tests.factories import AuthorityFactory, DeclarationVersionFactory, UserFactory
from tests.members.test_signing import answers, case_in, checked, token_of

pytestmark = pytest.mark.django_db(transaction=True)
SIGNERS, ROUNDS = 20, 3


def at_once(number, deed):
    """What `deed(0)`, `deed(1)`… answer, each in a thread and on a connection of its own, from one moment on."""
    barrier = Barrier(number)

    def run(index):
        try:
            barrier.wait()
            return deed(index)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(run, range(number)))


def form_of(authority, number):
    data = answers(authority=authority.code, signatory_email=f"mayor{number}@example.org")
    return {name: value for name, value in data.items() if value} | {"send": "1"}


def test_twenty_signers_of_one_city_make_one_case_and_learn_nothing():
    DeclarationVersionFactory()
    UserFactory(groups=["Declaration officers"])
    for number in range(ROUNDS):
        authority = AuthorityFactory()

        def sign(index, authority=authority, number=number):
            client = Client(REMOTE_ADDR=f"2001:db8::{number}:{index}")
            return client.post(reverse("members:sign"), form_of(authority, f"{number}-{index}"))

        answered = at_once(SIGNERS, sign)

        assert {(response.status_code, response["Location"]) for response in answered} == {
            (302, reverse("members:sign_thanks"))
        }
        case = Signature.objects.get(authority=authority)
        assert Message.objects.about(case.code).filter(template="signature_confirm").count() == 1


def test_twenty_presses_of_one_link_confirm_once():
    DeclarationVersionFactory()
    Client().post(reverse("members:sign"), form_of(AuthorityFactory(), 0))
    case = Signature.objects.get()
    address = reverse("members:confirm", args=[token_of(case)])

    answered = at_once(SIGNERS, lambda index: Client().post(address, {"step": "confirm"}))

    assert {response.status_code for response in answered} == {302}
    assert case.steps.filter(name="confirm").count() == 1
    assert ProcrastinateJob.objects.filter(task_name="members.emails.signing.tell_officers").count() == 1


def test_twenty_officers_who_verify_at_once_make_one_entry():
    officers = [UserFactory(groups=["Declaration officers"], is_staff=True) for _ in range(SIGNERS)]
    case = checked(case_in("verifying"))
    address = reverse("members:signature_step", args=[case.code, "verify"])

    def verify(index):
        client = SignedInClient()
        client.force_login(officers[index])
        return client.post(address)

    answered = at_once(SIGNERS, verify)

    assert {response.status_code for response in answered} == {302}
    assert case.steps.filter(name="verify").count() == 1
    assert Leaf.objects.count() == 1
