"""Who gets what: every address × role × method × state of the object. An address without a line here fails."""

import uuid

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse

from practices.models.state import State
from tests import world as worlds
from tests.conftest import SignedInClient
from tests.world import ROLES

STATES = [State.DRAFT, State.IN_REVIEW, State.CHANGES_REQUESTED, State.PUBLIC, State.WITHDRAWN, State.REMOVED]
REFUSALS = {"sign in", "refused", "hidden"}
WRITERS = {"coordinator", "lead"}
PEOPLE = set(ROLES) - {"visitor"}

# Answers: "open" (a page, a form that came back, a deed), "sign in", "hidden" (404), "refused" (403), "gone" (410),
# "nothing" (any of the refusals). A rule says which, for a role and the state of a practice.


def answers(answer):
    return lambda role, state: answer


OPEN, HIDDEN, METHOD = answers("open"), answers("hidden"), answers("nothing")


def for_people(*roles, others="hidden", where=lambda state: True):
    """Open to these roles; a visitor may sign in; the others are not told that there is something."""

    def rule(role, state):
        if role == "visitor":
            return "sign in"
        return "open" if role in roles and where(state) else others

    return rule


def public_page(role, state):
    if state == State.REMOVED:
        return "gone"
    return "open" if state in {State.PUBLIC, State.WITHDRAWN} else "hidden"


def changes_page(role, state):
    """There is only one published text here, so nothing to compare it with."""
    return {"open": "hidden" if state == State.PUBLIC else "open"}.get(answer := public_page(role, state), answer)


def public_text(role, state):
    """What is made of the public text: a withdrawn practice has none."""
    return "hidden" if state == State.WITHDRAWN else public_page(role, state)


def ask_page(role, state):
    """Asked about what is public; the city's own people and those without a city are led elsewhere."""
    return for_people(*PEOPLE, where=lambda state: state == State.PUBLIC)(role, state)


def practice_rule(open_to, where=lambda state: True):
    return for_people(*open_to, where=lambda state: state != State.REMOVED and where(state))


def was_sent(state):
    return state != State.DRAFT


def seen_in_review(role, state):
    """Writers see their own, moderators what was once submitted; the removed is seen by nobody."""
    return for_people(*WRITERS, *(["moderator"] if was_sent(state) else []), where=lambda s: s != State.REMOVED)(
        role, state
    )


def moderators_only(role, state):
    if role == "visitor":
        return "sign in"
    if role != "moderator":
        return "refused"
    return "open" if was_sent(state) and state != State.REMOVED else "hidden"


def remark_rule(role, state):
    answer = moderators_only(role, state)
    return "hidden" if answer == "open" and state not in State.open() else answer


def file_rule(role, state):
    """Files of a public text are everybody's; others are for who may see the practice. None are on this disk."""
    return "hidden"


def is_writable(state):
    return state in State.writable()


def managers_only(role, state):
    """Colleagues see that there is a button for leads; those outside see nothing."""
    return "refused" if role == "coordinator" else for_people("lead", "administrator")(role, state)


def badge_rule(role, state):
    """The signature beside a public practice is active; the others have no badge."""
    return "open" if state == State.PUBLIC else "hidden"


ANYBODY_SIGNED_IN = for_people(*PEOPLE)
NOTHING_YET = for_people()  # no file, no recovery codes
WITH_SECOND_FACTOR = for_people(*worlds.OFFICES)
WRITER = practice_rule(WRITERS)
AUTHOR = practice_rule(WRITERS, is_writable)
ADMINISTRATOR = for_people("administrator", others="refused")
BOTH_SIDES = for_people(*WRITERS, "foreigner")
WRITER_IN_PUBLIC = for_people(*WRITERS)
COLLEAGUES = for_people(*WRITERS, "administrator")
OFFICER = for_people("officer")
NOTHING_YET_SIGNED = HIDDEN  # the world has no head
DEMO = HIDDEN  # there is no demo outside demo sites

# name: (what GET answers, what POST answers)
POLICY = {
    "healthz": (OPEN, METHOD),
    "robots": (OPEN, METHOD),
    "favicon": (OPEN, METHOD),
    "sitemap": (OPEN, METHOD),
    "readyz": (OPEN, METHOD),
    "appearance": (METHOD, OPEN),
    "register_checkpoint": (NOTHING_YET_SIGNED, METHOD),
    "register_bundle": (NOTHING_YET_SIGNED, METHOD),
    "register_verifier": (OPEN, METHOD),
    "signatures": (OPEN, METHOD),
    "register_cosign": (METHOD, OPEN),
    "stop_mail": (HIDDEN, HIDDEN),  # its token came by mail
    "home": (OPEN, METHOD),
    "about": (OPEN, METHOD),
    "accessibility": (OPEN, METHOD),
    "privacy": (OPEN, METHOD),
    "terms": (OPEN, METHOD),
    "unsent": (ANYBODY_SIGNED_IN, ANYBODY_SIGNED_IN),
    "styleguide": (DEMO, METHOD),
    "demo": (DEMO, METHOD),
    "demo_mail": (DEMO, METHOD),
    "demo_mail_message": (DEMO, METHOD),
    "demo_mail_html": (DEMO, METHOD),
    "practices:list": (OPEN, METHOD),
    "practices:feed": (OPEN, METHOD),
    "practices:suggestions": (OPEN, METHOD),
    "practices:missed": (METHOD, OPEN),
    "practices:like_mine": (OPEN, METHOD),
    "practices:alert_create": (OPEN, OPEN),
    "practices:alert": (OPEN, OPEN),  # the link is the proof; an unknown one learns that nothing is kept
    "practices:detail": (public_page, METHOD),
    "practices:revision": (public_page, METHOD),
    "practices:changes": (changes_page, METHOD),
    "practices:cite": (public_text, METHOD),
    "practices:pdf": (public_text, METHOD),
    "practices:revision_pdf": (public_text, METHOD),
    "practices:badge": (public_text, METHOD),
    "practices:share_image": (public_text, METHOD),
    "practices:member_share_image": (OPEN, METHOD),
    "practices:site_share_image": (OPEN, METHOD),
    "practices:results": (OPEN, METHOD),
    "practices:themes": (OPEN, METHOD),
    "practices:theme": (OPEN, METHOD),
    "practices:member_list": (OPEN, METHOD),
    "practices:member": (OPEN, METHOD),
    "practices:image": (file_rule, METHOD),
    "practices:document": (file_rule, METHOD),
    "practices:workspace": (ANYBODY_SIGNED_IN, METHOD),
    "practices:create": (ANYBODY_SIGNED_IN, ANYBODY_SIGNED_IN),
    "practices:import": (ANYBODY_SIGNED_IN, ANYBODY_SIGNED_IN),
    "practices:status": (WRITER, METHOD),
    "practices:update": (AUTHOR, AUTHOR),
    "practices:preview": (seen_in_review, METHOD),
    "practices:revise": (METHOD, WRITER),
    "practices:step": (METHOD, seen_in_review),
    "practices:image_add": (AUTHOR, AUTHOR),
    "practices:image_edit": (AUTHOR, AUTHOR),
    "practices:image_move": (METHOD, AUTHOR),
    "practices:image_remove": (METHOD, AUTHOR),
    "practices:document_add": (AUTHOR, AUTHOR),
    "practices:document_remove": (METHOD, AUTHOR),
    "practices:remark_done": (METHOD, WRITER),
    "practices:adaptations": (ANYBODY_SIGNED_IN, METHOD),
    "practices:adaptation_answer": (METHOD, WRITER_IN_PUBLIC),
    "practices:ask": (ask_page, ask_page),
    "practices:questions": (ANYBODY_SIGNED_IN, METHOD),
    "practices:question": (BOTH_SIDES, METHOD),
    "practices:question_step": (METHOD, BOTH_SIDES),
    "practices:reported_questions": (for_people("moderator", others="refused"), METHOD),
    "practices:queue": (for_people("moderator", others="refused"), METHOD),
    "practices:review": (moderators_only, METHOD),
    "practices:remark_add": (METHOD, remark_rule),
    "practices:take_next": (METHOD, for_people("moderator", others="refused")),
    "practices:spam": (METHOD, for_people("moderator", others="refused")),
    "practices:assign": (METHOD, remark_rule),
    "practices:note_add": (METHOD, moderators_only),
    "practices:checks": (METHOD, remark_rule),
    "practices:edit": (remark_rule, remark_rule),
    "practices:opinion_ask": (METHOD, remark_rule),
    "practices:opinion": (NOTHING_YET, NOTHING_YET),  # for the expert who was asked, who has no other part here
    "practices:remark_reply": (METHOD, seen_in_review),
    "practices:confirm": (METHOD, WRITER),
    "practices:still_running": (HIDDEN, HIDDEN),  # its token came by mail
    "members:declaration": (OPEN, METHOD),
    "members:version": (OPEN, METHOD),
    "members:sign": (OPEN, OPEN),
    "members:sign_thanks": (OPEN, METHOD),
    "members:authorities": (OPEN, OPEN),
    "members:authority_suggestions": (OPEN, METHOD),
    "members:confirm": (OPEN, OPEN),
    "members:register": (OPEN, METHOD),
    "members:register_feed": (OPEN, METHOD),
    "members:register_table": (OPEN, METHOD),
    "members:badge": (badge_rule, METHOD),
    "members:withdraw": (OPEN, OPEN),
    "members:embed": (OPEN, METHOD),
    "members:register_verify": (OPEN, OPEN),
    "members:signature": (OPEN, METHOD),
    "members:certificate": (OPEN, METHOD),
    "members:signature_queue": (OFFICER, METHOD),
    "members:signature_case": (OFFICER, METHOD),
    "members:signature_mandate": (NOTHING_YET, METHOD),
    "members:signature_step": (METHOD, OFFICER),
    "members:join": (OPEN, OPEN),
    "members:desk": (ADMINISTRATOR, METHOD),
    "members:join_request": (ADMINISTRATOR, ADMINISTRATOR),
    "members:people": (COLLEAGUES, COLLEAGUES),
    "members:change_role": (METHOD, COLLEAGUES),
    "members:remove_person": (METHOD, managers_only),
    "members:uninvite": (METHOD, managers_only),
    "members:invitation": (OPEN, OPEN),
    "members:profile": (ANYBODY_SIGNED_IN, ANYBODY_SIGNED_IN),
}


def endpoints(patterns=None, namespaces=()):
    """(name, its arguments) of everything in the URL configuration, the admin's apart."""
    for entry in patterns or get_resolver().url_patterns:
        if isinstance(entry, URLPattern):
            names = [*entry.pattern.converters, *entry.pattern.regex.groupindex]
            yield ":".join([*namespaces, entry.name or str(entry.pattern)]), set(names)
        elif entry.namespace != "admin":
            yield from endpoints(entry.url_patterns, [*namespaces, *filter(None, [entry.namespace])])


POLICY |= {  # allauth's pages; what stays open to visitors tells them nothing that they do not know
    "account_login": (OPEN, OPEN),
    "account_logout": (OPEN, OPEN),
    "account_inactive": (OPEN, METHOD),
    "account_signup": (OPEN, OPEN),  # says that accounts come by invitation
    "account_reauthenticate": (ANYBODY_SIGNED_IN, ANYBODY_SIGNED_IN),
    "account_email": (ANYBODY_SIGNED_IN, ANYBODY_SIGNED_IN),
    "account_email_verification_sent": (OPEN, METHOD),
    "account_change_password": (ANYBODY_SIGNED_IN, ANYBODY_SIGNED_IN),
    "account_set_password": (ANYBODY_SIGNED_IN, ANYBODY_SIGNED_IN),
    "account_reset_password": (OPEN, OPEN),
    "account_confirm_login_code": (ANYBODY_SIGNED_IN, ANYBODY_SIGNED_IN),
    "account_confirm_email": (OPEN, HIDDEN),
    "account_reset_password_from_key": (OPEN, OPEN),
    "account_reset_password_from_key_done": (OPEN, METHOD),
    "account_reset_password_done": (OPEN, METHOD),
    "mfa_index": (ANYBODY_SIGNED_IN, METHOD),
    "mfa_authenticate": (ANYBODY_SIGNED_IN, ANYBODY_SIGNED_IN),
    "mfa_reauthenticate": (ANYBODY_SIGNED_IN, ANYBODY_SIGNED_IN),
    "mfa_activate_totp": (ANYBODY_SIGNED_IN, ANYBODY_SIGNED_IN),
    "mfa_deactivate_totp": (WITH_SECOND_FACTOR, WITH_SECOND_FACTOR),
    "mfa_view_recovery_codes": (NOTHING_YET, METHOD),
    "mfa_generate_recovery_codes": (ANYBODY_SIGNED_IN, ANYBODY_SIGNED_IN),
    "mfa_download_recovery_codes": (NOTHING_YET, METHOD),
}
SIGNATURE_OF = {State.PUBLIC: "active"}  # the state of the signature that is asked for beside a practice's


def address(name, arguments, world, state):
    """The address of this name for the practice in this state, and for the other things of the world."""
    practice = world.practices[state]
    revision = practice.revisions.earliest("number")
    signature = world.signatures[SIGNATURE_OF.get(state, "confirmed")]
    values = {
        "slug": practice.slug or f"practice-{state}",
        "number": revision.number,
        "key": revision.images.get().key if name == "practices:image" else uuid.uuid4(),
        "width": 480,
        "extension": "webp",
        "ending": "ris",
        "image": revision.images.get().pk,
        "document": revision.documents.get().pk,
        "name": "submit",
        "field": "title",
        "code": signature.code,
        "token": "world-invitation" if name == "members:invitation" else "token-started",
        "pk": practice.pk,
    }
    match name:
        case "practices:document":
            values["key"] = revision.documents.get().key
        case "practices:theme":
            values["slug"] = world.theme.slug
        case "practices:member" | "practices:member_share_image" | "members:people":
            values["slug"] = world.member.slug
        case "members:change_role" | "members:remove_person":
            values |= {"slug": world.member.slug, "pk": world.membership.pk}
        case "members:uninvite":
            values |= {"slug": world.member.slug, "pk": world.invitation.pk}
        case "practices:question" | "practices:question_step":
            values |= {"pk": world.question.pk, "name": "answer"}
        case "practices:adaptation_answer":
            values |= {"pk": world.descent.pk, "name": "confirm"}
        case "members:join_request":
            values["pk"] = world.join_request.pk
        case "practices:remark_done" | "practices:remark_reply":
            values["pk"] = revision.remarks.get().pk
        case "members:signature_step":
            values["name"] = "take"
        case "account_confirm_email" | "account_reset_password_from_key":
            values |= {"key": "unknown", "uidb36": "a"}
    return reverse(name, kwargs={argument: values[argument] for argument in arguments})


def answer_of(response):
    if response.status_code in (301, 302) and response.url.startswith(reverse(settings.LOGIN_URL)):
        return "sign in"
    names = {403: "refused", 404: "hidden", 405: "nothing", 410: "gone"}
    return names.get(response.status_code, "open" if response.status_code < 500 else "broken")


def test_every_address_has_a_line_in_the_policy():
    names = {name for name, _arguments in endpoints()}

    assert names == set(POLICY)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_nobody_gets_more_or_less_than_the_policy_says(role):
    world = worlds.build()
    client = SignedInClient()
    if world.people[role]:
        client.force_login(world.people[role])
    cookies = client.cookies.output(header="", sep=";")

    surprises = []
    for name, arguments in endpoints():
        for state in STATES if arguments and name.startswith("practices:") else [State.PUBLIC]:
            where = address(name, arguments, world, state)
            for method, rule in zip(("get", "post"), POLICY[name], strict=True):
                point = transaction.savepoint()
                client.cookies.load(cookies)
                got = answer_of(getattr(client, method)(where))
                transaction.savepoint_rollback(point)
                due = rule(role, state)
                if got != due and not (due == "nothing" and got in REFUSALS):
                    surprises.append(f"{method} {name}, {state}: {got} instead of {due}")

    assert "\n".join(surprises) == ""
