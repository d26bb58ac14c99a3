"""The administrators' desk: useful, and safe in every hand."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from coalition import mail
from coalition.models import Message
from members.models import Invitation, Member, Membership, User
from practices.models import Practice, Revision, Step, Theme
from tests import factories

pytestmark = pytest.mark.django_db


def address(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def superuser():
    return factories.UserFactory(is_superuser=True, is_staff=True, groups=["Administrators"])


def form_of(user, **changes):
    groups = list(user.groups.values_list("pk", flat=True))
    fields = {"name": user.name, "language": user.language, "groups": groups}
    flags = {name: "on" for name in ("is_active", "is_staff", "is_superuser") if getattr(user, name)}
    return fields | flags | changes


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=lambda model: model._meta.label))
def test_every_list_opens_and_is_searched(client, superuser, model):
    client.force_login(superuser)
    factories.published_practice()
    factories.InvitationFactory()

    assert client.get(address(model)).status_code == 200
    assert client.get(address(model), {"q": "é'x"}).status_code == 200


@pytest.mark.parametrize("who", ["coordinator", "moderator"])
@pytest.mark.parametrize("model", [User, Member, Membership, Invitation, Message, Authenticator])
def test_other_roles_do_not_see_people(client, request, who, model):
    client.force_login(request.getfixturevalue(who))

    assert client.get(address(model)).status_code in (302, 403)


@pytest.mark.parametrize("model", [User, Member, Membership, Invitation, Message, Practice, Revision, Step, Theme])
def test_what_has_a_history_is_not_deleted(rf, superuser, model):
    request = rf.get("/")
    request.user = superuser

    assert not admin.site._registry[model].has_delete_permission(request)


@pytest.mark.parametrize("model", [Membership, Invitation, Message, Practice, Revision, Step, Authenticator])
def test_what_came_to_be_elsewhere_is_only_looked_at(rf, superuser, model):
    request = rf.get("/")
    request.user = superuser

    assert not admin.site._registry[model].has_change_permission(request)
    assert not admin.site._registry[model].has_add_permission(request)


def test_mail_shows_why_it_was_given_up_but_not_its_links(client, administrator):
    person = mail.Person("new@example.org", "", "en")
    invitation = factories.InvitationFactory()
    message = mail.send("invitation", person, {"invitation": invitation, "token": "the-secret"})
    Message.objects.update(error="550 no such user", dead_at=message.created_at)
    client.force_login(administrator)

    listed = client.get(address(Message), {"fate": "dead"})
    shown = client.get(address(Message, "change", message.pk))

    assert "550 no such user" in listed.text
    assert "550 no such user" in shown.text
    assert "the-secret" not in listed.text + shown.text


@pytest.mark.parametrize(("fate", "found"), [("sent", 0), ("waiting", 1), ("dead", 0), ("", 1)])
def test_mails_are_found_by_their_fate(client, administrator, fate, found):
    mail.send("invitation", administrator, {"invitation": factories.InvitationFactory(), "token": "x"})
    client.force_login(administrator)

    response = client.get(address(Message), {"fate": fate} if fate else {})

    assert response.context["cl"].result_count == found


def test_secret_of_a_second_factor_is_shown_to_nobody(client, superuser):
    client.force_login(superuser)

    page = client.get(address(Authenticator, "change", superuser.authenticator_set.get().pk))

    assert page.status_code == 200
    assert factories.TOTP_SECRET not in page.text


def test_hash_of_a_password_is_shown_to_nobody(client, superuser):
    client.force_login(superuser)

    page = client.get(address(User, "change", superuser.pk))

    assert superuser.password not in page.text
    assert client.get(f"/admin/members/user/{superuser.pk}/password/").status_code in (302, 404)


def test_administrator_grants_a_role(client, administrator):
    person = factories.UserFactory()
    editors = Group.objects.get(name="Editors")
    client.force_login(administrator)

    client.post(address(User, "change", person.pk), form_of(person, is_staff="on", groups=[editors.pk]))

    person.refresh_from_db()
    assert person.is_staff
    assert list(person.groups.all()) == [editors]


def test_role_without_the_staff_flag_is_refused(client, administrator):
    person = factories.UserFactory()
    client.force_login(administrator)

    response = client.post(
        address(User, "change", person.pk), form_of(person, groups=[Group.objects.get(name="Editors").pk])
    )

    assert list(response.context["adminform"].form.errors) == ["is_staff"]
    assert not person.groups.exists()


def test_administrator_cannot_make_a_superuser(client, administrator):
    client.force_login(administrator)

    for person in (administrator, factories.UserFactory()):
        client.post(address(User, "change", person.pk), form_of(person, is_superuser="on"))
    client.post(
        address(User, "add"), {"email": "new@example.org", "name": "New", "language": "en", "is_superuser": "on"}
    )

    assert User.objects.filter(email="new@example.org").exists()
    assert not User.objects.filter(is_superuser=True).exists()


def test_administrator_cannot_change_a_superuser(client, administrator, superuser):
    client.force_login(administrator)

    response = client.post(address(User, "change", superuser.pk), form_of(superuser, name="Changed"))

    superuser.refresh_from_db()
    assert response.status_code == 403
    assert superuser.name != "Changed"


def test_superuser_makes_a_superuser(client, superuser):
    person = factories.UserFactory()
    client.force_login(superuser)

    client.post(address(User, "change", person.pk), form_of(person, is_superuser="on", is_staff="on"))

    assert User.objects.get(pk=person.pk).is_superuser


def test_new_account_has_no_password_until_its_owner_sets_one(client, administrator):
    client.force_login(administrator)

    client.post(address(User, "add"), {"email": "new@example.org", "name": "New Person", "language": "fr"})

    person = User.objects.get(email="new@example.org")
    assert not person.has_usable_password()
    assert person.emailaddress_set.get().verified


def test_administrator_adds_a_member(client, administrator):
    client.force_login(administrator)

    page = client.get(address(Member, "add"))
    client.post(
        address(Member, "add"),
        {
            "name": "Sampleville",
            "slug": "sampleville",
            "kind": "city",
            "country": "FR",
            "joined_on": "2026-01-15",
            "memberships-TOTAL_FORMS": 0,
            "memberships-INITIAL_FORMS": 0,
        },
    )

    assert page.status_code == 200
    assert Member.objects.get(slug="sampleville").is_member


def test_editor_names_a_theme_in_several_languages(client):
    client.force_login(factories.UserFactory(groups=["Editors"], is_staff=True))
    theme = factories.ThemeFactory()

    page = client.get(address(Theme, "change", theme.pk))

    assert page.status_code == 200
    assert 'name="name_fr"' in page.text
    assert 'name="name_de"' in page.text


@pytest.mark.parametrize("model", [User, Member, Membership, Invitation, Practice, Revision])
def test_ten_rows_cost_as_many_queries_as_one(client, superuser, model, django_assert_max_num_queries):
    client.force_login(superuser)

    def queries(rows):
        for _ in range(rows):
            factories.published_practice()
            factories.InvitationFactory()
            factories.MembershipFactory()
        with django_assert_max_num_queries(40) as context:
            client.get(address(model))
        return len(context)

    queries(1)

    assert queries(10) == queries(1)
