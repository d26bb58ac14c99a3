"""What may happen to a signature after the form: paper, a ceremony, doubts, new terms, mergers, leaving."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from coalition.models import Message
from members import signing
from members.models import Leaf, Signature
from members.tasks import open_ceremonies, watch_signatures
from tests.factories import AuthorityFactory, DeclarationVersionFactory, UserFactory
from tests.members.test_signing import a_colleague, answers, case_in, checked, token_of

pytestmark = pytest.mark.django_db
CANARY = "Canaryville"


@pytest.fixture
def officer():
    return UserFactory(groups=["Declaration officers"])


@pytest.fixture
def version():
    return DeclarationVersionFactory()


def prepared(officer, **fields):
    case = checked(case_in("verifying", authority=AuthorityFactory(name=CANARY), **fields))
    return signing.perform("prepare", case, by=officer, live_at=timezone.now() + timedelta(days=1))


def when_its_hour_has_come(case):
    Signature.objects.filter(pk=case.pk).update(live_at=timezone.now())


# --- the ceremony ---


def test_before_its_hour_a_prepared_signature_is_in_no_channel(officer, client):
    case = prepared(officer)
    Message.objects.all().delete()

    open_ceremonies(0)

    case.refresh_from_db()
    assert case.state == "prepared"
    assert not Leaf.objects.exists()
    assert not Message.objects.exists()
    addresses = [
        *("/en/", "/fr/", "/sitemap.xml", "/api/v1/signatures", "/en/embed/signatories/", "/en/members/"),
        *map(reverse, ["members:declaration", "members:register", "members:register_feed"]),
        reverse("members:register") + f"?q={CANARY}",
    ]
    for address in addresses:
        text = client.get(address).text.replace(f'value="{CANARY}"', "").replace(f"q={CANARY}", "")
        assert CANARY not in text, address
    table = b"".join(client.get(reverse("members:register_table")).streaming_content)
    assert CANARY.encode() not in table
    for name in ("members:signature", "members:certificate", "members:badge", "members:withdraw"):
        assert client.get(reverse(name, args=[case.code])).status_code == 404


def test_at_its_hour_it_is_entered_shown_and_told_once(officer, client):
    case = prepared(officer)
    when_its_hour_has_come(case)

    open_ceremonies(0)
    open_ceremonies(0)

    case.refresh_from_db()
    assert (case.state, case.verified_by, Leaf.objects.count()) == ("active", officer, 1)
    assert CANARY in client.get(reverse("members:register")).text
    assert Message.objects.filter(template="signature_verified", to_email=case.signatory_email).count() == 1


def test_the_hour_of_a_ceremony_lies_ahead(officer):
    with pytest.raises(ValidationError) as refusal:
        signing.perform("prepare", checked(case_in("verifying")), by=officer, live_at=timezone.now())

    assert list(refusal.value.message_dict) == ["live_at"]


def test_a_ceremony_needs_the_same_two_officers_as_any_signature(officer):
    with pytest.raises(PermissionDenied):
        signing.perform(
            "prepare", checked(case_in("verifying"), by=officer), by=officer, live_at=timezone.now() + timedelta(days=1)
        )
    with pytest.raises(PermissionDenied):
        signing.perform("prepare", case_in("verifying"), by=officer, live_at=timezone.now() + timedelta(days=1))


def test_a_ceremony_can_be_put_off_and_called_off(officer):
    case = prepared(officer)
    later = timezone.now() + timedelta(days=9)

    case = signing.perform("prepare", case, by=officer, live_at=later)
    assert case.live_at == later
    case = signing.perform("refuse", case, by=officer, reason="The mayor is ill.")

    when_its_hour_has_come(case)
    open_ceremonies(0)
    case.refresh_from_db()
    assert case.state == "refused"


# --- paper ---


def test_who_has_no_mailbox_signs_on_paper_and_a_second_officer_verifies(officer, version):
    signing.start(answers())
    case = Signature.objects.get()
    assert case.code in Message.objects.get(template="signature_receipt").text

    case = signing.perform("paper", case, by=officer, reason="A letter of 3 March, signed, with the code.")
    case = signing.perform("take", case, by=officer)

    case = signing.perform("check", case, by=a_colleague(), method="letter")

    assert {"verify", "prepare"}.isdisjoint(signing.available(case, officer))
    assert signing.perform("verify", case, by=a_colleague()).state == "active"


# --- leaving ---


def test_a_withdrawal_is_asked_from_the_mailbox_and_checked_by_an_officer(officer, client):
    case = case_in("active")
    client.post(reverse("members:withdraw", args=[case.code]))
    token = token_of(case)
    address = reverse("members:confirm", args=[token])

    assert "Withdraw this signature" in client.get(address).text
    client.post(address, {"step": "leave"})

    case.refresh_from_db()
    assert (case.state, case.withdrawal_asked_at is not None) == ("active", True)
    assert Message.objects.filter(template="signature_withdrawal_asked").exists()
    case = signing.perform("withdraw", case, by=officer, reason="The council left.", method="call")
    assert case.state == "withdrawn"
    assert [leaf.kind for leaf in Leaf.objects.about(case)] == ["sign", "withdraw"]


def test_without_the_mailbox_a_withdrawal_needs_paper(officer):
    with pytest.raises(ValidationError) as refusal:
        signing.perform("withdraw", case_in("active"), by=officer, reason="Somebody called.", method="call")

    assert list(refusal.value.message_dict) == ["method"]


def test_the_link_that_withdraws_works_once_and_looking_does_nothing(client):
    case = case_in("active")
    client.get(reverse("members:withdraw", args=[case.code]))
    assert not Message.objects.exists()
    signing.send_withdrawal_link(case)
    token = token_of(case)

    client.get(reverse("members:confirm", args=[token]))
    case.refresh_from_db()
    assert case.withdrawal_asked_at is None
    signing.leave(token)
    with pytest.raises(PermissionDenied):
        signing.leave(token)


@pytest.mark.parametrize("state", ["active", "withdrawn"])
def test_whoever_asks_for_the_link_gets_the_same_answer(client, state):
    case = case_in(state)

    response = client.post(reverse("members:withdraw", args=[case.code]))

    assert "If this signature stands" in response.text
    assert not response.cookies
    assert Message.objects.exists() == (state == "active")


def test_strangers_cannot_fill_the_signatory_s_mailbox(client):
    case = case_in("active")

    for _ in range(5):
        client.post(reverse("members:withdraw", args=[case.code]))

    assert Message.objects.count() == 3


# --- on hold, new terms, mergers ---


@pytest.mark.parametrize("hold", Signature.Hold)
def test_a_hold_is_shown_told_and_lifted(officer, client, hold):
    case = case_in("active")

    case = signing.perform("hold", case, by=officer, reason="The council disputes it.", hold=hold.value)

    assert case.state == "active"
    assert str(hold.label) in client.get(case.get_absolute_url()).text
    assert str(hold.label) in client.get(reverse("members:register")).text
    assert client.get("/api/v1/signatures").json()["signatures"][0]["hold"] == hold.value
    case = signing.perform("release", case, by=officer, reason="It was a misunderstanding.")
    assert str(hold.label) not in client.get(case.get_absolute_url()).text
    assert Message.objects.filter(template="signature_hold", to_email=case.signatory_email).count() == 2


def test_an_ended_term_is_asked_about_once_and_changes_nothing(client):
    yesterday = timezone.localdate() - timedelta(days=1)
    case = case_in("active", term_ends_on=yesterday)

    watch_signatures(0)
    watch_signatures(0)

    case.refresh_from_db()
    assert case.state == "active"
    assert Message.objects.filter(template="signature_term_ended", to_email=case.signatory_email).count() == 1
    assert "Over. The office has been asked" in client.get(case.get_absolute_url()).text


def test_a_successor_s_confirmation_is_recorded_and_the_name_stays(officer, client):
    case = case_in("active", term_ends_on=timezone.localdate() - timedelta(days=1))
    next_end = timezone.localdate() + timedelta(days=900)

    case = signing.perform("reconfirm", case, by=officer, reason="Letter of the new mayor.", term_ends_on=next_end)
    watch_signatures(0)

    text = client.get(case.get_absolute_url()).text
    assert "Confirmed again by the office" in text
    assert case.signatory_name in text
    assert not Message.objects.filter(template="signature_term_ended").exists()


def test_a_merged_city_s_signature_stays_its_own(officer, client, version):
    whole = AuthorityFactory(name="Newtown")
    case = case_in("active", version=version)

    case = signing.perform("merge", case, by=officer, reason="Law of 1 January.", merged_into=whole)

    assert "is part of Newtown since" in client.get(case.get_absolute_url()).text
    assert not whole.signatures.exists()
    signing.perform("withdraw", case, by=officer, reason="A letter.", method="letter")
    signing.start(answers(authority=case.authority))
    assert case.authority.signatures.count() == 1
    assert case.authority not in type(case.authority).objects.existing()


def test_nothing_merges_with_itself(officer):
    case = case_in("active")

    with pytest.raises(ValidationError):
        signing.perform("merge", case, by=officer, reason="Why not?", merged_into=case.authority)
