"""Every step of a signature's path, by everybody, from everywhere; and the rules around starting one."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from coalition.models import Limit, Message
from members import mandates, signing
from members.emails import signing as emails
from members.emails.signing import tell_officers
from members.models import Leaf, Signature
from members.signing import TRANSITIONS, Actor
from members.tasks import watch_signatures
from tests.factories import (
    AuthorityFactory,
    DeclarationVersionFactory,
    MemberFactory,
    MembershipFactory,
    SignatureFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n"
STATES = Signature.State.values


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def officer():
    return UserFactory(groups=["Declaration officers"], is_staff=True)


@pytest.fixture
def version():
    return DeclarationVersionFactory()


def pdf(content=PDF, name="decision.pdf"):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def case_in(state, **fields):
    """A case in any state, with what the database asks of it."""
    now = timezone.now()
    was_checked = state in ("active", "withdrawn")
    fields = {
        "state": state,
        "method": "call" if was_checked or state == "prepared" else "",
        "verified_at": now if was_checked else None,
        "withdrawn_at": now if state == "withdrawn" else None,
        "live_at": now if state == "prepared" else None,
        "confirmed_at": None if state in ("started", "expired") else now,
        "token_expires_at": now + timedelta(hours=1) if state == "started" else now - timedelta(hours=1),
    } | fields
    return SignatureFactory(**fields)


def case_for(name, state):
    """A case in which only the state can forbid this step."""
    now = timezone.now()
    if name == "expire":
        late = {"power": "council", "mandate_due_on": timezone.localdate() - timedelta(days=1)}
        return case_in(state, token_expires_at=now - timedelta(hours=1), **late)
    if name == "renew":
        return case_in(state, token_expires_at=now - timedelta(hours=1), confirmed_at=None)
    if name == "sign_new_text":
        case = case_in(state, token_expires_at=now + timedelta(hours=1))
        DeclarationVersionFactory(declaration=case.declaration, number=case.version.number + 1)
        return case
    if name == "leave":
        return case_in(state, token_expires_at=now + timedelta(hours=1))
    if name in ("verify", "prepare", "undo"):
        return checked(case_in(state))
    return case_in(state, hold="doubt" if name == "release" else "")


def checked(case, by=None, method="call"):
    """The case with what a first officer found, in a state where that does no harm."""
    case.method, case.checked_on, case.checked_by = method, timezone.localdate(), by or a_colleague()
    case.save()
    return case


def a_colleague():
    return UserFactory(groups=["Declaration officers"], is_staff=True)


def details_for(name):
    return {
        "check": {"method": "call"},
        "attach": {"mandate": pdf()},
        "correct": {"signatory_name": "Maria Mustermann"},
        "erase": {"is_certain": True},
        "prepare": {"live_at": timezone.now() + timedelta(days=1)},
        "withdraw": {"method": "letter"},
        "hold": {"hold": "doubt"},
        "merge": {"merged_into": AuthorityFactory()},
    }.get(name, {})


def everybody():
    officers = ["Declaration officers"]
    return {
        "visitor": None,
        "stranger": UserFactory(),
        "moderator": UserFactory(groups=["Moderators"]),
        "officer": UserFactory(groups=officers),
        "closed officer": UserFactory(groups=officers, is_active=False),
        "signatory": Actor.SIGNATORY,
        "site": Actor.SITE,
    }


OWNERS = dict.fromkeys(TRANSITIONS, "officer") | {
    "confirm": "signatory",
    "disown": "signatory",
    "renew": "signatory",
    "expire": "site",
    "enter": "site",
    "leave": "signatory",
    "sign_new_text": "signatory",
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", TRANSITIONS)
def test_each_step_is_taken_from_its_states_by_its_people_only(name, state):
    step = TRANSITIONS[name]
    for role, person in everybody().items():
        signature = case_for(name, state)
        is_possible = state in step.sources and role == OWNERS[name]

        if is_possible:
            signing.perform(name, signature, by=person, reason="Because.", **details_for(name))
        else:
            with pytest.raises(PermissionDenied):
                signing.perform(name, signature, by=person, reason="Because.", **details_for(name))

        signature.refresh_from_db()
        assert signature.state == ((step.target or state) if is_possible else state), role
        assert signature.steps.filter(name=name).count() == is_possible, role


def test_a_step_is_written_to_the_history(officer):
    signature = case_in("confirmed")

    signing.perform("refuse", signature, by=officer, reason="The council has not decided.")

    step = signature.steps.get()
    assert (step.name, step.by, step.source, step.target, step.reason) == (
        "refuse",
        officer,
        "confirmed",
        "refused",
        "The council has not decided.",
    )


@pytest.mark.parametrize("name", [name for name, step in TRANSITIONS.items() if step.needs_reason])
def test_a_step_that_concerns_others_needs_a_reason(officer, name):
    signature = case_for(name, TRANSITIONS[name].sources[0])

    with pytest.raises(ValidationError) as refusal:
        signing.perform(name, signature, by=officer, reason=" \n")

    assert list(refusal.value.message_dict) == ["reason"]


@pytest.mark.parametrize("part", ["signatory_email", "filled_in_by_email"])
def test_nobody_decides_on_a_form_with_their_own_address(officer, part):
    signature = case_in("confirmed", **{part: officer.email.upper()})

    assert signing.available(signature, officer) == {}


def test_nobody_decides_for_a_member_they_act_for(officer):
    signature = case_in("confirmed")
    member = MemberFactory(authority=signature.authority)
    membership = MembershipFactory(user=officer, member=member)

    assert signing.available(signature, officer) == {}

    membership.ended_at = timezone.now()
    membership.save()
    assert set(signing.available(signature, officer)) == {"take", "attach", "refuse"}


def test_a_verified_signature_is_an_act_of_the_register(officer):
    signature = checked(case_in("verifying"))

    signing.perform("verify", signature, by=officer)

    signature.refresh_from_db()
    leaf = Leaf.objects.get()
    assert (signature.state, signature.verified_by, signature.method) == ("active", officer, "call")
    assert (leaf.kind, leaf.signature, leaf.at) == ("sign", signature, signature.verified_at)


def test_a_withdrawn_signature_is_an_act_of_the_register(officer):
    signature = case_in("active")

    signing.perform("withdraw", signature, by=officer, reason="A letter of the mayor.", method="letter")

    signature.refresh_from_db()
    assert [leaf.kind for leaf in Leaf.objects.about(signature)] == ["sign", "withdraw"]
    assert signature.withdrawn_at == Leaf.objects.last().at


@pytest.mark.parametrize(
    ("fields", "details", "wrong"),
    [
        ({}, {}, ["method"]),
        ({"signatory_email": "mayor@Gmail.com"}, {"method": "call"}, ["second_channel"]),
        ({"signatory_email": "mayor@gmail.com"}, {"method": "domain", "second_channel": "x"}, ["method"]),
        ({"power": "council"}, {"method": "call"}, ["__all__"]),
        ({"power": "delegation", "mandate_due_on": "2099-01-01"}, {"method": "call"}, ["__all__"]),
    ],
)
def test_what_is_not_proved_is_not_checked(officer, fields, details, wrong):
    signature = case_in("verifying", **fields)

    with pytest.raises(ValidationError) as refusal:
        signing.perform("check", signature, by=officer, **details)

    signature.refresh_from_db()
    assert list(refusal.value.message_dict) == wrong
    assert not signature.is_checked
    assert "verify" not in signing.available(signature, a_colleague())


def test_a_private_mailbox_needs_a_second_channel(officer):
    signature = case_in("verifying", signatory_email="mayor@gmail.com")

    signing.perform("check", signature, by=officer, method="call", second_channel="Switchboard, 3 March")

    signature.refresh_from_db()
    assert signature.second_channel == "Switchboard, 3 March"


def test_a_mandate_that_came_later_lets_the_signature_become_active(officer):
    signature = case_in("verifying", power="council")

    signing.perform("attach", signature, by=officer, mandate=pdf())
    signing.perform("check", signature, by=officer, method="council")
    signing.perform("verify", signature, by=a_colleague())

    signature.refresh_from_db()
    assert signature.state == "active"
    assert signature.mandate.read() == PDF


def test_who_checked_a_signature_does_not_verify_it(officer):
    case = signing.perform("check", case_in("verifying"), by=officer, method="council", checked_on=timezone.localdate())

    assert (case.state, case.checked_by, case.verified_by) == ("verifying", officer, None)
    assert {"verify", "prepare"}.isdisjoint(signing.available(case, officer))
    with pytest.raises(PermissionDenied):
        signing.perform("verify", case, by=officer)
    assert not Leaf.objects.exists()

    colleague = a_colleague()
    case = signing.perform("verify", case, by=colleague)
    assert (case.state, case.checked_by, case.verified_by) == ("active", officer, colleague)


def test_the_other_officers_are_told_that_a_checked_case_waits(officer):
    colleague = a_colleague()

    signing.perform("check", case_in("verifying"), by=officer, method="call")

    assert [mail.to_email for mail in Message.objects.filter(template="signature_checked")] == [colleague.email]


@pytest.mark.parametrize("name", ["undo", "ask"])
def test_a_check_in_doubt_is_done_again(officer, name):
    case = checked(case_in("verifying"))

    case = signing.perform(name, case, by=officer, reason="Whose number was called?")

    assert (case.method, case.checked_on, case.checked_by) == ("", None, None)
    assert "verify" not in signing.available(case, a_colleague())


# --- starting ---


def answers(**changes):
    return {
        "authority": changes.pop("authority", None) or AuthorityFactory(),
        "signatory_name": "Maria Muster",
        "signatory_office": "Mayor",
        "signatory_email": "mayor@example.org",
        "term_ends_on": None,
        "filled_in_by_name": "Paul Beispiel",
        "filled_in_by_email": "office@example.org",
        "power": "own",
        "decision_date": None,
        "decision_reference": "",
        "shown": "name",
        "consent_contact": False,
        "consent_newsletter": False,
        "language": "en",
    } | changes


def token_of(signature):
    mails = Message.objects.about(signature.code).filter(to_email=signature.signatory_email)
    text = mails.filter(text__contains="/confirm/").first().text
    return text.split("/confirm/")[1].split("/")[0]


def test_a_start_writes_to_both_people(version):
    signing.start(answers())

    signature = Signature.objects.get()
    assert signature.state == "started"
    assert set(Message.objects.about(signature.code).values_list("template", "to_email")) == {
        ("signature_confirm", "mayor@example.org"),
        ("signature_receipt", "office@example.org"),
    }


def test_the_link_is_kept_as_a_hash_only(version):
    signing.start(answers())

    signature = Signature.objects.get()
    token = token_of(signature)
    assert len(token) == 43
    assert signature.token_hash == signing.hash_of(token)
    assert not Signature.objects.filter(token_hash=token).exists()


def test_mails_speak_the_language_of_the_case(version):
    signing.start(answers(language="fr"))

    assert set(Message.objects.values_list("language", flat=True)) == {"fr"}


def test_a_second_start_makes_no_case_and_tells_the_known_contact(version):
    authority = AuthorityFactory()
    signing.start(answers(authority=authority))
    Message.objects.all().delete()

    signing.start(answers(authority=authority, signatory_email="other@example.org"))

    assert Signature.objects.count() == 1
    assert list(Message.objects.values_list("template", "to_email")) == [("signature_duplicate", "mayor@example.org")]


def test_the_same_form_sent_twice_is_one_case_and_one_mail(version):
    form = answers()

    signing.start(form)
    signing.start(form)

    assert Signature.objects.count() == 1
    assert Message.objects.count() == 2


def test_an_authority_may_start_again_after_its_case_was_closed(version):
    authority = AuthorityFactory()
    case_in("refused", authority=authority, version=version, declaration=version.declaration)

    signing.start(answers(authority=authority))

    assert authority.signatures.open_or_active().count() == 1


def test_without_a_text_nothing_starts():
    signing.start(answers())

    assert not Signature.objects.exists()


def test_a_mandate_is_promised_within_sixty_days(version):
    signing.start(answers(power="council"))

    assert Signature.objects.get().mandate_due_on == timezone.localdate() + timedelta(days=60)


def test_a_mandate_is_kept_with_its_fingerprint(version):
    signing.start(answers(power="council"), mandates.keep(pdf()))

    signature = Signature.objects.get()
    assert signature.mandate.read() == PDF
    assert len(signature.mandate_sha256) == 64
    assert signature.mandate_due_on is None


def test_a_network_is_limited_and_not_told(version):
    for number in range(20):
        signing.start(answers(signatory_email=f"mayor{number}@example.org"), ip="192.0.2.1")
    started = Signature.objects.count()

    signing.start(answers(signatory_email="one@example.org"), ip="192.0.2.1")
    signing.start(answers(signatory_email="two@example.org"), ip="192.0.2.2")

    assert started == 20
    assert Signature.objects.count() == 21


def test_an_authority_is_limited(version):
    authority = AuthorityFactory()
    for number in range(6):
        signing.start(answers(authority=authority, signatory_email=f"mayor{number}@example.org"))
        Signature.objects.update(state="expired")

    assert Signature.objects.count() == 5


def test_a_mailbox_gets_three_mails_a_day(version):
    for _ in range(5):
        signing.start(answers())

    assert Message.objects.filter(to_email="mayor@example.org").count() == 3
    assert Message.objects.filter(to_email="office@example.org").count() == 3


def test_no_limit_key_is_stored_with_a_case(version):
    signing.start(answers(), ip="192.0.2.7")

    assert Limit.objects.filter(key="sign:ip:192.0.2.7").exists()
    assert "192.0.2.7" not in str(Signature.objects.values().get())


# --- the link ---


@pytest.fixture
def started(version):
    signing.start(answers())
    return Signature.objects.get()


def outdate(signature):
    Signature.objects.filter(pk=signature.pk).update(token_expires_at=timezone.now() - timedelta(seconds=1))


def test_the_signatory_confirms_once(started, officer):
    token = token_of(started)

    signing.confirm(token)

    started.refresh_from_db()
    assert started.state == "confirmed"
    with pytest.raises(PermissionDenied):
        signing.confirm(token)


def test_the_worker_tells_each_officer_once_of_a_confirmed_case(started, officer):
    signing.confirm(token_of(started))
    queued = ProcrastinateJob.objects.filter(task_name="members.emails.signing.tell_officers")
    assert [job.args for job in queued] == [{"signature_id": started.pk}]

    tell_officers(signature_id=started.pk)
    tell_officers(signature_id=started.pk)

    assert Message.objects.filter(template="signature_waiting", to_email=officer.email).count() == 1


def test_an_expired_link_does_not_confirm(started):
    outdate(started)

    with pytest.raises(PermissionDenied):
        signing.confirm(token_of(started))


@pytest.mark.parametrize("deed", [signing.confirm, signing.disown, signing.renew_link])
@pytest.mark.parametrize("token", ["", "x", "é" * 500, "a" * 43])
def test_an_unknown_link_does_nothing(started, deed, token):
    with pytest.raises(PermissionDenied):
        deed(token)


def test_not_me_stops_the_case_and_repeats(started, officer):
    signing.disown(token_of(started))
    started.refresh_from_db()
    told = Message.objects.filter(template="signature_disowned", to_email=officer.email).count()
    Message.objects.all().delete()

    signing.start(answers(authority=started.authority, signatory_email="MAYOR@example.org"))

    assert (started.state, told) == ("refused", 1)
    assert Signature.objects.count() == 1
    assert not Message.objects.exists()


def test_the_secretariat_is_told_while_there_are_no_officers(started, settings):
    signing.disown(token_of(started))

    assert Message.objects.get(template="signature_disowned").to_email == settings.SECRETARIAT_EMAIL


def test_a_new_link_replaces_the_expired_one(started):
    old = token_of(started)
    outdate(started)

    signing.renew_link(old)

    new = token_of(started)
    assert new != old
    assert signing.case_of(old) is None
    assert signing.confirm(new).state == "confirmed"


def test_a_case_that_the_clock_expired_comes_back_with_a_new_link(started):
    token = token_of(started)
    outdate(started)
    signing.expire_overdue()

    signing.renew_link(token)

    started.refresh_from_db()
    assert (started.state, started.link_is_valid) == ("started", True)


def test_a_valid_link_is_not_renewed(started):
    with pytest.raises(PermissionDenied):
        signing.renew_link(token_of(started))


def test_a_case_sends_five_links_at_most(started):
    Signature.objects.update(mails_sent=5)
    outdate(started)

    with pytest.raises(PermissionDenied):
        signing.renew_link(token_of(started))


def test_a_new_link_is_silent_where_another_case_was_opened(started):
    token = token_of(started)
    outdate(started)
    signing.expire_overdue()
    signing.start(answers(authority=started.authority, signatory_email="other@example.org"))
    Message.objects.all().delete()

    signing.renew_link(token)

    started.refresh_from_db()
    assert started.state == "expired"
    assert not Message.objects.exists()


# --- the clock ---


def test_the_clock_closes_what_nobody_confirmed(started):
    waiting = case_in("started")
    outdate(started)

    signing.expire_overdue()

    started.refresh_from_db()
    waiting.refresh_from_db()
    assert (started.state, waiting.state) == ("expired", "started")


@pytest.mark.parametrize("state", ["confirmed", "verifying", "clarification"])
def test_the_clock_closes_what_never_got_its_mandate(state):
    yesterday = timezone.localdate() - timedelta(days=1)
    late = case_in(state, power="council", mandate_due_on=yesterday)
    sent = case_in(state, power="council", mandate_due_on=yesterday, mandate="mandates/x.pdf")
    in_time = case_in(state, power="council", mandate_due_on=timezone.localdate())

    signing.expire_overdue()

    assert [Signature.objects.get(pk=case.pk).state for case in (late, sent, in_time)] == ["expired", state, state]


def test_the_clock_deletes_files_that_no_case_took_up():
    old, taken = mandates.keep(pdf()), mandates.keep(pdf())
    case_in("started", mandate=taken.file)

    mandates.forget(older_than=timedelta(seconds=-5))

    assert mandates.kept(mandates.note(old)) is None
    assert mandates.kept(mandates.note(taken)) == taken


def test_a_forged_note_finds_no_file():
    kept = mandates.keep(pdf())

    assert mandates.kept(mandates.note(kept) + "x") is None
    assert mandates.kept("") is None


def test_the_task_runs_the_clock(started):
    outdate(started)

    watch_signatures(timestamp=0)

    started.refresh_from_db()
    assert started.state == "expired"


@pytest.mark.parametrize(("days_left", "mails"), [(60, 0), (46, 0), (45, 1), (16, 1), (15, 2), (0, 2)])
def test_a_missing_mandate_is_reminded_of_on_day_15_and_day_45(days_left, mails):
    case_in("confirmed", power="council", mandate_due_on=timezone.localdate() + timedelta(days=days_left))

    for _ in range(4):
        signing.remind_of_mandates()

    assert Message.objects.filter(template="signature_reminder").count() == mails


def test_a_full_mailbox_keeps_its_old_link(started):
    token = token_of(started)
    outdate(started)
    for _ in range(3):
        emails.may_be_troubled("mayor@example.org")

    signing.renew_link(token)

    assert signing.case_of(token) == started
    assert not Message.objects.filter(template="signature_link").exists()


def test_a_full_mailbox_starts_no_case_that_nobody_could_confirm(version):
    for _ in range(3):
        emails.may_be_troubled("mayor@example.org")

    signing.start(answers())

    assert not Signature.objects.exists()


# --- who is told ---


@pytest.mark.parametrize(
    ("name", "state", "template", "people"),
    [
        ("ask", "verifying", "signature_clarification", {"office@example.org"}),
        ("verify", "verifying", "signature_verified", {"office@example.org", "mayor@example.org"}),
        ("refuse", "verifying", "signature_refused", {"office@example.org", "mayor@example.org"}),
        ("withdraw", "active", "signature_withdrawn", {"office@example.org", "mayor@example.org"}),
    ],
)
def test_decisions_are_told_in_the_language_of_the_case(officer, name, state, template, people):
    signature = case_in(state, signatory_email="mayor@example.org", language="fr")
    if name == "verify":
        checked(signature)

    signing.perform(name, signature, by=officer, reason="First line.\nSecond line.", **details_for(name))

    mails = Message.objects.about(signature.code)
    assert {(mail.template, mail.language) for mail in mails} == {(template, "fr")}
    assert {mail.to_email for mail in mails} == people


def test_one_person_in_both_roles_gets_one_mail(officer):
    signature = checked(case_in("verifying", signatory_email="office@example.org"))

    signing.perform("verify", signature, by=officer)

    assert Message.objects.count() == 1


def test_a_reason_is_quoted_and_never_becomes_a_button(officer):
    signature = case_in("verifying")

    signing.perform("ask", signature, by=officer, reason="https://example.org/\n\nhttps://example.org/")

    mail = Message.objects.get()
    assert "> https://example.org/" in mail.text
    assert "\n\nhttps://example.org/" not in mail.text


# --- what the database refuses ---


def test_an_authority_has_one_open_or_active_signature(version):
    first = SignatureFactory(version=version)

    with pytest.raises(IntegrityError, match="an_authority_has_one_open_or_active_signature"), transaction.atomic():
        SignatureFactory(version=version, authority=first.authority)


@pytest.mark.parametrize("change", [{"verified_at": None}, {"method": ""}])
def test_an_active_signature_was_verified(change):
    with pytest.raises(IntegrityError, match="an_active_signature_was_verified"), transaction.atomic():
        case_in("active", **change)


def test_two_officers_let_a_signature_become_active(officer):
    with pytest.raises(IntegrityError, match="two_officers_let_a_signature_become_active"), transaction.atomic():
        case_in("active", checked_by=officer, verified_by=officer)


def test_a_signature_is_dated_when_withdrawn():
    with pytest.raises(IntegrityError, match="a_signature_is_dated_when_withdrawn"), transaction.atomic():
        case_in("withdrawn", withdrawn_at=None)


@pytest.mark.parametrize("table", ["members_signaturestep"])
@pytest.mark.parametrize("change", ["UPDATE {} SET at = now()", "DELETE FROM {}"])
def test_the_history_of_a_case_is_never_changed(officer, table, change):
    signing.perform("verify", checked(case_in("verifying")), by=officer)

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table))


# --- the queue ---


def test_the_place_in_the_queue_counts_the_earlier_ones():
    now = timezone.now()
    first = case_in("confirmed", confirmed_at=now - timedelta(days=2))
    second = case_in("verifying", confirmed_at=now - timedelta(days=1))
    case_in("active", confirmed_at=now - timedelta(days=3))

    assert [signing.place_in_queue(case) for case in (first, second)] == [1, 2]
