"""What a member's people share, and what stays when one of them leaves."""

import pytest
from django.urls import reverse

from members import people
from practices.models import Practice
from tests.factories import MembershipFactory, RevisionFactory

pytestmark = pytest.mark.django_db


def test_the_drafts_of_somebody_who_leaves_stay_with_the_member(client, lead):
    leaving = MembershipFactory(member=lead.member)
    draft = RevisionFactory(practice__member=lead.member, author=leaving.user, title="Football on Friday nights")

    people.remove(leaving, by=lead)

    assert not Practice.objects.editable_by(leaving.user).exists()
    assert list(Practice.objects.editable_by(lead)) == [draft.practice]
    client.force_login(lead)
    assert "Football on Friday nights" in client.get(reverse("practices:workspace")).text
    assert client.get(reverse("practices:update", args=[draft.practice_id])).status_code == 200


def test_who_writes_for_two_cities_sees_both_or_one(client, coordinator):
    second = MembershipFactory(user=coordinator).member
    RevisionFactory(practice__member=coordinator.member, title="A text of the first city")
    RevisionFactory(practice__member=second, title="A text of the second city")
    foreign = MembershipFactory().member
    client.force_login(coordinator)

    both = client.get(reverse("practices:workspace")).text
    one = client.get(reverse("practices:workspace"), {"member": second.slug}).text
    unknown = client.get(reverse("practices:workspace"), {"member": foreign.slug}).text

    assert "A text of the first city" in both
    assert "A text of the second city" in both
    assert "A text of the first city" not in one
    assert "A text of the second city" in one
    assert "A text of the first city" in unknown
