from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from coalition.models import Message
from members import joining, people
from members.models import Invitation, JoinRequest, Member
from tests.factories import InvitationFactory, JoinRequestFactory, MemberFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

ANSWERS = {
    "place": "Newtown",
    "country": "BE",
    "name": "Nora Nieuw",
    "office": "Head of prevention",
    "email": "nora@newtown.example.org",
    "language": "fr",
    "message": "We have a youth programme.",
}


def test_a_city_asks_and_nothing_is_sent_to_its_address(client):
    response = client.post(reverse("members:join"), ANSWERS, follow=True)

    request = JoinRequest.objects.get()
    assert (request.place, request.country.code, request.language) == ("Newtown", "BE", "fr")
    assert "The secretariat has your request" in response.text
    assert not Message.objects.exists()


def test_a_request_of_the_same_mailbox_is_dropped_without_a_word(client):
    first = client.post(reverse("members:join"), ANSWERS, follow=True).text
    second = client.post(reverse("members:join"), ANSWERS | {"place": "Oldtown"}, follow=True).text

    assert JoinRequest.objects.get().place == "Newtown"
    assert ("has your request" in first) == ("has your request" in second)


def test_programs_and_those_who_knock_too_often_leave_nothing(client):
    client.post(reverse("members:join"), ANSWERS | {"website": "https://spam.example"})
    by_a_program = JoinRequest.objects.count()
    for number in range(joining.REQUESTS_AN_HOUR + 2):
        client.post(reverse("members:join"), ANSWERS | {"email": f"n{number}@example.org"})

    assert by_a_program == 0
    assert JoinRequest.objects.count() == joining.REQUESTS_AN_HOUR


def test_accepting_makes_a_member_and_invites_its_first_lead(administrator):
    request = JoinRequestFactory(place="Newtown", email="nora@example.org", language="fr")

    joining.accept(request, by=administrator, reason="The mayor's office confirmed it on the phone.")

    member = Member.objects.get()
    invitation = Invitation.objects.get()
    assert (member.name, member.slug, member.joined_on) == ("Newtown", "newtown", timezone.localdate())
    assert (invitation.member, invitation.email, invitation.role) == (member, "nora@example.org", "lead")
    assert Message.objects.get().language == "fr"
    request.refresh_from_db()
    assert (request.was_accepted, request.answered_by) == (True, administrator)


def test_a_place_in_the_library_that_joins_stays_the_same_place(administrator):
    place = MemberFactory(name="Newtown", joined_on=None)

    joining.accept(JoinRequestFactory(), by=administrator, reason="Checked.", member=place)

    place.refresh_from_db()
    assert place.is_member
    assert Member.objects.count() == 1


def test_a_refusal_is_mailed_with_its_reason(administrator):
    request = JoinRequestFactory(email="nora@example.org")

    joining.decline(request, by=administrator, reason="You are a company, not a city.")

    message = Message.objects.get()
    assert message.to_email == "nora@example.org"
    assert "You are a company, not a city." in message.text
    assert not Member.objects.exists()


def test_a_request_is_answered_once_and_only_by_who_invites(administrator):
    request = JoinRequestFactory()
    with pytest.raises(PermissionDenied):
        joining.accept(request, by=UserFactory(groups=["Moderators"]), reason="Yes.")
    joining.decline(request, by=administrator, reason="No.")

    with pytest.raises(joining.AlreadyAnsweredError):
        joining.accept(request, by=administrator, reason="Yes.")

    assert not Invitation.objects.exists()


def test_an_answered_join_request_has_a_reason(administrator):
    with pytest.raises(IntegrityError), transaction.atomic():
        JoinRequestFactory(answered_at=timezone.now(), answered_by=administrator)


def test_the_secretariat_answers_at_its_desk(client, administrator):
    request = JoinRequestFactory(place="Newtown")
    client.force_login(administrator)

    work = client.get(reverse("practices:workspace")).text
    desk = client.get(reverse("members:desk")).text
    wrong = client.post(reverse("members:join_request", args=[request.pk]), {"answer": "accept"})
    client.post(reverse("members:join_request", args=[request.pk]), {"answer": "accept", "reason": "Checked."})

    assert "Answer 1 request to join" in work
    assert "Newtown" in desk
    assert "This field is required." in wrong.text
    assert Member.objects.get().name == "Newtown"


def test_a_member_without_a_lead_is_a_task_until_somebody_leads_it(client, administrator):
    led = MembershipFactory(role="lead").member
    left = MembershipFactory(role="lead", ended_at=timezone.now()).member
    MembershipFactory(member=left)
    MemberFactory(joined_on=None)
    client.force_login(administrator)

    before = (list(joining.without_lead()), client.get(reverse("practices:workspace")).text)
    MembershipFactory(member=left, role="lead")
    after = (list(joining.without_lead()), client.get(reverse("practices:workspace")).text)

    assert led not in before[0]
    assert before[0] == [left]
    assert "Find a lead for 1 member" in before[1]
    assert after[0] == []
    assert "Find a lead" not in after[1]


def test_a_lead_hands_over_and_leaves():
    lead = MembershipFactory(role="lead")
    colleague = MembershipFactory(member=lead.member)

    people.change_role(colleague, "lead", by=lead.user)
    people.change_role(lead, "coordinator", by=lead.user)

    assert colleague.user.leads(lead.member)
    assert not lead.user.leads(lead.member)
    assert lead.user.acts_for(lead.member)


def test_an_invitation_of_the_secretariat_opens_the_first_account(administrator):
    invitation = InvitationFactory(role="lead", invited_by=administrator)

    user = people.accept_with_new_account(invitation, name="Nora Nieuw", password="a long sentence for a test")

    assert user.leads(invitation.member)


def test_a_request_is_erased_ninety_days_after_its_answer_and_the_privacy_page_says_so(client, administrator):
    now = timezone.now()
    for days in (None, 89, 91):
        answered_at = days and now - timedelta(days=days)
        JoinRequestFactory(place=f"Newtown {days}", answered_at=answered_at, answered_by=administrator, reason="Yes.")

    erased = joining.forget_answered()

    assert erased == 1
    assert set(JoinRequest.objects.values_list("place", flat=True)) == {"Newtown None", "Newtown 89"}
    assert "until ninety days after our answer" in client.get(reverse("privacy")).text
    assert joining.REMEMBERED.days == 90


def test_a_network_that_has_asked_too_often_is_told_and_keeps_its_words(client):
    for number in range(joining.REQUESTS_AN_HOUR):
        client.post(reverse("members:join"), ANSWERS | {"email": f"n{number}@example.org"})

    response = client.post(reverse("members:join"), ANSWERS)

    assert "Your network has sent several requests" in response.text
    assert "We have a youth programme." in response.text
