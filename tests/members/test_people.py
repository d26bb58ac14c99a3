"""Who acts for a member: `members/people.py` and its pages."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.models import Message
from members import people
from members.models import Invitation, Membership, User
from tests import factories

pytestmark = pytest.mark.django_db
GOOD = "paving stones at sunrise"


def link_in(message):
    return re.search(r"http\S+", message.text)[0]


def invitation_page(token="token", **fields):
    invitation = factories.InvitationFactory(token=token, **fields)
    return invitation, reverse("members:invitation", args=[token])


# --- inviting ---


def test_lead_invites_and_the_mail_holds_the_only_copy_of_the_token(lead):
    invitation = people.invite(lead.member, "new@example.org", "coordinator", by=lead, language="fr")

    message = Message.objects.get()
    token = link_in(message).rstrip("/").rsplit("/", 1)[1]
    assert message.to_email == "new@example.org"
    assert f"/fr/accounts/invitations/{token}/" in message.text
    assert len(token) >= 43
    assert token not in str(Invitation.objects.values().get())
    assert people.find_invitation(token) == invitation


def test_invitation_is_open_for_14_days(lead):
    invitation = people.invite(lead.member, "new@example.org", "coordinator", by=lead, language="en")

    assert abs(invitation.expires_at - timezone.now() - timedelta(days=14)) < timedelta(minutes=1)
    assert invitation.is_open


def test_second_invitation_to_an_address_replaces_the_first(lead):
    first = people.invite(lead.member, "new@example.org", "coordinator", by=lead, language="en")
    second = people.invite(lead.member, "New@example.org", "lead", by=lead, language="en")

    assert list(lead.member.invitations.open()) == [second]
    first.refresh_from_db()
    assert first.withdrawn_at is not None


def test_invitation_of_another_member_stays_open(lead):
    other = factories.InvitationFactory(email="new@example.org")

    people.invite(lead.member, "new@example.org", "coordinator", by=lead, language="en")

    assert Invitation.objects.open().filter(pk=other.pk).exists()


def test_colleague_is_not_invited_again(lead):
    colleague = factories.MembershipFactory(member=lead.member).user

    with pytest.raises(ValidationError, match="acts for"):
        people.invite(lead.member, colleague.email.upper(), "lead", by=lead, language="en")


def test_address_gets_three_invitations_a_day(lead):
    for _ in range(3):
        people.invite(lead.member, "new@example.org", "coordinator", by=lead, language="en")

    with pytest.raises(ValidationError, match="three invitations"):
        people.invite(lead.member, "new@example.org", "coordinator", by=lead, language="en")
    assert Message.objects.count() == 3


# --- who may do what ---


@pytest.fixture
def everybody(lead, administrator, moderator):
    member = lead.member
    coordinator = factories.MembershipFactory(member=member).user
    former = factories.MembershipFactory(member=member, role="lead", ended_at=timezone.now()).user
    stranger = factories.MembershipFactory(role="lead").user
    return {
        "visitor": None,
        "lead": lead,
        "coordinator": coordinator,
        "former lead": former,
        "lead of another member": stranger,
        "moderator": moderator,
        "administrator": administrator,
    }


ALLOWED = {
    "visitor": (302, 302),
    "lead": (200, 302),
    "coordinator": (200, 403),
    "former lead": (404, 404),
    "lead of another member": (404, 404),
    "moderator": (404, 404),
    "administrator": (200, 302),
}


@pytest.mark.parametrize("who", ALLOWED)
def test_page_of_people_answers_each_role(client, lead, everybody, who):
    if everybody[who]:
        client.force_login(everybody[who])
    page = reverse("members:people", args=[lead.member.slug])

    seen, changed = ALLOWED[who]

    assert client.get(page).status_code == seen
    assert client.post(page, {"email": "new@example.org", "role": "lead", "language": "en"}).status_code == changed
    assert Invitation.objects.exists() == (who in ("lead", "administrator"))


@pytest.mark.parametrize("who", ALLOWED)
@pytest.mark.parametrize("deed", ["change_role", "remove_person", "uninvite"])
def test_each_role_tries_each_deed(client, lead, everybody, who, deed):
    if everybody[who]:
        client.force_login(everybody[who])
    colleague = factories.MembershipFactory(member=lead.member)
    invitation = factories.InvitationFactory(member=lead.member)
    pk = invitation.pk if deed == "uninvite" else colleague.pk

    response = client.post(reverse(f"members:{deed}", args=[lead.member.slug, pk]), {"role": "lead"})

    colleague.refresh_from_db()
    invitation.refresh_from_db()
    done = {
        "change_role": colleague.role == "lead",
        "remove_person": colleague.ended_at is not None,
        "uninvite": invitation.withdrawn_at is not None,
    }
    assert response.status_code == ALLOWED[who][1]
    assert done[deed] == (who in ("lead", "administrator"))


@pytest.mark.parametrize("deed", ["change_role", "remove_person", "uninvite"])
def test_deeds_need_post(client, lead, deed):
    client.force_login(lead)

    assert client.get(reverse(f"members:{deed}", args=[lead.member.slug, 1])).status_code == 405


def test_membership_is_not_reached_through_another_member(client, lead):
    elsewhere = factories.MembershipFactory()
    client.force_login(lead)

    response = client.post(reverse("members:remove_person", args=[lead.member.slug, elsewhere.pk]))

    elsewhere.refresh_from_db()
    assert response.status_code == 404
    assert elsewhere.ended_at is None


def test_page_of_a_place_in_the_library_has_no_people(client, administrator):
    place = factories.MemberFactory(joined_on=None)
    client.force_login(administrator)

    assert client.get(reverse("members:people", args=[place.slug])).status_code == 404


def test_ten_colleagues_cost_as_many_queries_as_one(client, lead, django_assert_max_num_queries):
    client.force_login(lead)
    page = reverse("members:people", args=[lead.member.slug])
    factories.InvitationFactory(member=lead.member)
    with django_assert_max_num_queries(20) as few:
        client.get(page)
    factories.MembershipFactory.create_batch(10, member=lead.member)
    factories.InvitationFactory.create_batch(10, member=lead.member)

    with django_assert_max_num_queries(20) as many:
        client.get(page)

    assert len(many) == len(few)


def test_invalid_invitation_is_told_and_kept(client, lead):
    client.force_login(lead)

    response = client.post(
        reverse("members:people", args=[lead.member.slug]),
        {"email": "not an address", "role": "king", "language": "en"},
    )

    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"email", "role"}
    assert "not an address" in response.text


def test_refused_invitation_says_why_beside_the_address(client, lead):
    colleague = factories.MembershipFactory(member=lead.member).user
    client.force_login(lead)

    response = client.post(
        reverse("members:people", args=[lead.member.slug]),
        {"email": colleague.email, "role": "lead", "language": "en"},
    )

    assert response.context["form"].errors == {"email": [f"This person acts for {lead.member} already."]}
    assert colleague.email in response.text


# --- roles and endings ---


def test_change_of_role_is_told_to_the_person_in_their_language(lead):
    colleague = factories.MembershipFactory(member=lead.member, user__language="fr")

    people.change_role(colleague, "lead", by=lead)

    message = Message.objects.get()
    assert (message.to_email, message.language) == (colleague.user.email, "fr")
    assert f"/fr/workspace/members/{lead.member.slug}/people/" in message.text


def test_role_that_stays_the_same_writes_no_mail(lead):
    colleague = factories.MembershipFactory(member=lead.member)

    people.change_role(colleague, "coordinator", by=lead)

    assert not Message.objects.exists()


def test_removed_person_keeps_account_and_history_but_no_access(client, lead):
    colleague = factories.MembershipFactory(member=lead.member)

    people.remove(colleague, by=lead)

    assert not colleague.user.acts_for(lead.member)
    assert colleague.user.memberships.count() == 1
    assert Message.objects.get().template == "membership_ended"


def test_removed_person_can_be_invited_again(lead):
    colleague = factories.MembershipFactory(member=lead.member)
    people.remove(colleague, by=lead)
    invitation = factories.InvitationFactory(member=lead.member, email=colleague.user.email)

    people.accept(invitation, by=colleague.user)

    assert colleague.user.acts_for(lead.member)


@pytest.mark.parametrize(
    "deed", [lambda m, by: people.remove(m, by=by), lambda m, by: people.change_role(m, "coordinator", by=by)]
)
def test_last_lead_hands_over_first(lead, deed):
    membership = lead.memberships.get()
    factories.MembershipFactory(member=lead.member, role="lead", ended_at=timezone.now())

    with pytest.raises(ValidationError, match="needs a lead"):
        deed(membership, lead)
    membership.refresh_from_db()

    assert (membership.role, membership.ended_at) == ("lead", None)


def test_page_says_kindly_that_the_last_lead_stays(client, lead):
    client.force_login(lead)

    response = client.post(
        reverse("members:remove_person", args=[lead.member.slug, lead.memberships.get().pk]), follow=True
    )

    assert [str(message) for message in response.context["messages"]] == [
        f"{lead.member} needs a lead. Make somebody else lead first."
    ]


def test_lead_leaves_once_there_is_another(client, lead):
    factories.MembershipFactory(member=lead.member, role="lead")
    client.force_login(lead)

    response = client.post(reverse("members:remove_person", args=[lead.member.slug, lead.memberships.get().pk]))

    assert response.url == reverse("practices:workspace")
    assert not lead.acts_for(lead.member)


def test_secretariat_may_remove_the_last_lead(lead, administrator):
    people.remove(lead.memberships.get(), by=administrator)

    assert not lead.acts_for(lead.member)


def test_second_click_on_remove_is_answered_calmly(client, lead):
    colleague = factories.MembershipFactory(member=lead.member)
    stale = Membership.objects.select_related("user", "member").get(pk=colleague.pk)
    people.remove(colleague, by=lead)

    with pytest.raises(Membership.DoesNotExist):
        people.remove(stale, by=lead)
    client.force_login(lead)
    response = client.post(reverse("members:remove_person", args=[lead.member.slug, colleague.pk]))

    assert response.status_code == 404
    assert Message.objects.count() == 1


# --- the link of an invitation ---


def test_looking_at_an_invitation_changes_nothing(client):
    invitation, page = invitation_page()

    for method in (client.get, client.head):
        assert method(page).status_code == 200
    invitation.refresh_from_db()

    assert invitation.is_open
    assert not User.objects.filter(email=invitation.email).exists()


def test_newcomer_opens_an_account_and_is_signed_in(client):
    invitation, page = invitation_page(language="fr", role="lead")

    response = client.post(page, {"name": "Maria Muster", "password": GOOD})

    user = User.objects.get(email=invitation.email)
    assert response.url == reverse("practices:workspace")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (user.name, user.language, user.is_staff) == ("Maria Muster", "fr", False)
    assert user.leads(invitation.member)
    assert user.emailaddress_set.get().verified
    assert user.check_password(GOOD)


def test_newcomer_can_sign_in_later(client):
    invitation, page = invitation_page()
    client.post(page, {"name": "Maria Muster", "password": GOOD})
    client.logout()

    response = client.post(reverse("account_login"), {"login": invitation.email, "password": GOOD})

    assert response.url == reverse("practices:workspace")


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"name": "Maria Muster", "password": "pw-47"}, "password"),
        ({"name": "Maria Magdalena Muster", "password": "Maria Magdalena Muster"}, "password"),
        ({"name": "", "password": GOOD}, "name"),
        ({"name": "x" * 121, "password": GOOD}, "name"),
        ({"name": "Maria\x00Muster", "password": GOOD}, "name"),
    ],
)
def test_wrong_entries_are_told_and_the_name_is_kept(client, typed, wrong):
    invitation, page = invitation_page()

    response = client.post(page, typed)

    invitation.refresh_from_db()
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [wrong]
    assert typed["password"] not in response.text or typed["password"] == typed["name"]
    assert invitation.is_open


def test_owner_of_an_account_signs_in_first_and_then_accepts(client):
    user = people.create_account("maria@example.org", "Maria", GOOD)
    invitation, page = invitation_page(email="Maria@example.org")

    assert client.post(page, {"name": "Thief", "password": GOOD}).status_code == 200
    assert not user.acts_for(invitation.member)
    response = client.post(reverse("account_login"), {"login": user.email, "password": GOOD, "next": page})
    assert response.url == page
    client.post(page)

    assert user.acts_for(invitation.member)
    assert User.objects.filter(email__iexact="maria@example.org").count() == 1


def test_somebody_else_cannot_accept(client, coordinator):
    invitation, page = invitation_page()
    client.force_login(coordinator)

    response = client.post(page, {"name": "Thief", "password": GOOD})

    assert f"You are signed in as {coordinator.email}" in response.text
    assert not coordinator.acts_for(invitation.member)
    with pytest.raises(PermissionDenied):
        people.accept(invitation, by=coordinator)


def test_invitation_works_once(client):
    invitation, page = invitation_page()
    client.post(page, {"name": "Maria Muster", "password": GOOD})
    client.logout()

    assert client.get(page).status_code == 410
    assert client.post(page, {"name": "Thief", "password": GOOD}).status_code == 410
    assert invitation.member.memberships.count() == 1


def test_second_press_of_the_button_leads_to_the_workspace(client):
    _, page = invitation_page()
    client.post(page, {"name": "Maria Muster", "password": GOOD})

    response = client.post(page, {"name": "Maria Muster", "password": GOOD})

    assert response.url == reverse("practices:workspace")
    assert Membership.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"withdrawn_at": timezone.now()},
        {"accepted_at": timezone.now()},
    ],
)
def test_closed_invitation_says_what_to_do(client, fields):
    _, page = invitation_page(**fields)

    response = client.post(page, {"name": "Maria Muster", "password": GOOD})

    assert response.status_code == 410
    assert "This invitation no longer works" in response.text
    assert not Membership.objects.exists()


@pytest.mark.parametrize("token", ["x", "%00", "..", "é" * 60, "a" * 3000, "'; drop table"])
def test_malformed_token_is_not_found(client, token):
    response = client.get(reverse("members:invitation", args=["x"]).replace("/x/", f"/{token}/"))

    assert response.status_code == 404


def test_unknown_token_reads_like_a_closed_one(client):
    _, page = invitation_page(withdrawn_at=timezone.now())
    closed = client.get(page)

    unknown = client.get(reverse("members:invitation", args=["unknown"]))

    assert (closed.status_code, unknown.status_code) == (410, 404)
    assert closed.text.replace("/token/", "/unknown/") == unknown.text


@pytest.mark.django_db(transaction=True)
def test_two_at_once_use_an_invitation_once():
    invitation = factories.InvitationFactory()
    barrier, results = Barrier(4), []

    def accept():
        try:
            barrier.wait()
            people.accept_with_new_account(invitation, name="Maria", password=GOOD)
            results.append("accepted")
        except people.InvitationClosedError:
            results.append("closed")
        finally:
            connection.close()

    threads = [Thread(target=accept) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["accepted", "closed", "closed", "closed"]
    assert Membership.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_leads_who_remove_each_other_at_once_leave_one():
    first = factories.MembershipFactory(role="lead")
    second = factories.MembershipFactory(role="lead", member=first.member)
    barrier = Barrier(2)

    def remove(membership, by):
        try:
            barrier.wait()
            people.remove(membership, by=by)
        except (PermissionDenied, ValidationError):
            pass
        finally:
            connection.close()

    threads = [
        Thread(target=remove, args=(first, second.user)),
        Thread(target=remove, args=(second, first.user)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert first.member.memberships.current().filter(role="lead").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_invitations_of_one_newcomer_pressed_at_once_open_one_account():
    tokens = ["one", "two"]
    for token in tokens:
        factories.InvitationFactory(token=token, email="new@example.org")
    barrier, answers = Barrier(2), []

    def press(token):
        try:
            barrier.wait()
            page = reverse("members:invitation", args=[token])
            answers.append(Client().post(page, {"name": "Maria", "password": GOOD}).status_code)
        finally:
            connection.close()

    threads = [Thread(target=press, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(answers) <= {200, 302}
    assert User.objects.filter(email="new@example.org").count() == 1
    assert Membership.objects.count() == 1


# --- the secretariat and one's own profile ---


def test_granted_role_makes_staff():
    user = factories.UserFactory()

    people.grant_role(user, "Moderators")

    assert user.is_staff
    assert User.objects.get(pk=user.pk).has_perm("practices.moderate")


def test_profile_changes_name_and_language_and_answers_in_it(client, coordinator):
    client.force_login(coordinator)

    response = client.post(reverse("members:profile"), {"name": "New Name", "language": "fr", "is_staff": "on"})

    coordinator.refresh_from_db()
    assert response.url == "/fr/accounts/profile/"
    assert (coordinator.name, coordinator.language, coordinator.is_staff) == ("New Name", "fr", False)


def test_profile_needs_a_name(client, coordinator):
    client.force_login(coordinator)

    response = client.post(reverse("members:profile"), {"name": " ", "language": "xx"})

    assert set(response.context["form"].errors) == {"name", "language"}


def test_profile_is_for_those_who_are_signed_in(client):
    assert client.get(reverse("members:profile")).status_code == 302
