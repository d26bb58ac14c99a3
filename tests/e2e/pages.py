"""Every page and every state of it, on the demo library: what the tests look at and `make screens` photographs.

A line stands by itself. It says what to call the page, the name of its address in the URL map, who is signed in, and
what is done there first. A page of the URL map that has no line fails `test_every_page.py`.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.urls import reverse

from members.models import User
from practices.forms.writing import STEPS
from practices.models.state import State
from tests.e2e import states
from tests.e2e.states import button, case_in, fill, practice_in, show, unfold, writer_of


class Page(NamedTuple):
    name: str
    view: str
    arguments: dict  # of the address; a function is asked when the page is opened
    query: str
    who: str | Callable  # the first part of the e-mail address; "" is a visitor
    do: list  # functions that take the browser's page

    def address(self):
        arguments = {name: value() if callable(value) else value for name, value in self.arguments.items()}
        return reverse(self.view, kwargs=arguments) + (f"?{self.query}" if self.query else "")

    def person(self):
        if callable(self.who):
            return self.who()
        return User.objects.get(email=f"{self.who}@example.org") if self.who else None


def at(name, view, *do, who="", query="", **arguments):
    return Page(name, view, arguments, query, who, list(do))


READERS = [
    at("home", "home"),
    at("catalogue", "practices:list"),
    at("catalogue, its second page", "practices:list", query="page=2"),
    at("catalogue, searched", "practices:list", query="q=young+people+recruited&sort=relevance"),
    at("catalogue, mistyped", "practices:list", query="q=recruitmant"),
    at("catalogue, narrowed", "practices:list", query="country=FR&country=DE&stage=running"),
    at("catalogue, nothing found", "practices:list", query="q=xyzzy&country=IS"),
    at("catalogue, map", "practices:list", query="view=map"),
    at("catalogue, table", "practices:list", query="view=table"),
    at("a city like mine", "practices:like_mine"),
    at("a city like mine, found", "practices:like_mine", query="people=2&kind=city&has=port"),
    at("alert, asked for", "practices:alert_create", query="q=recruitment&country=FR"),
    at("alert, without a question", "practices:alert_create"),
    at("alert, to confirm", "practices:alert", token=states.alert_to_confirm),
    at("alert, stopped", "practices:alert", token="unknown"),
    at("practice, with figures", "practices:detail", slug="reykjavik-icelandic-model"),
    at("practice, without figures", "practices:detail", slug="zurich-four-pillars"),
    at("practice, adapted from another", "practices:detail", slug="frankfurt-way"),
    at("practice, of an invented member", "practices:detail", slug="school-staff-who-notice-first"),
    at("practice, withdrawn", "practices:detail", slug="cameras-at-the-station-square"),
    at("practice, removed", "practices:detail", slug=states.removed_practice),
    at("practice, its earlier text", "practices:revision", slug=states.practice_with_history, number=1),
    at("practice, with a history", "practices:detail", slug=states.practice_with_history),
    at("practice, still running?", "practices:still_running", token=states.running_token),
    at("stop these mails", "stop_mail", token=states.stop_token),
    at("practice, what changed", "practices:changes", slug=states.practice_with_history, number=2),
    at("themes", "practices:themes"),
    at("theme", "practices:theme", slug="recruitment-prevention"),
    at("members", "practices:member_list"),
    at("member, invented", "practices:member", slug="musterhafen"),
    at("member, a place in the library", "practices:member", slug="reykjavik"),
    at("declaration", "members:declaration"),
    at("declaration, in French", "members:declaration", query="text=fr"),
    at("declaration, its first version", "members:version", number=1),
    at("register", "members:register"),
    at("register, nothing found", "members:register", query="q=xyzzy"),
    at("register, narrowed", "members:register", query="status=active&country=DE&since=2020-01-01"),
    at("register, in a frame elsewhere", "members:embed"),
    at("register, check a proof", "members:register_verify"),
    at("signature", "members:signature", code=case_in("active")),
    at("signature, withdraw it", "members:withdraw", code=case_in("active")),
    at("about", "about"),
    at("accessibility", "accessibility"),
    at("privacy", "privacy"),
    at("terms", "terms"),
    at("language menu open", "home", unfold("details.lang > summary")),
]
ERRORS = [
    at("nothing here", "practices:detail", slug="nowhere"),
    *(
        at(f"error {code}", "home", show(f"{code}.html"))
        for code in ("400", "403", "403_csrf", "404", "405", "410", "413", "429", "500", "503")
    ),
]
SIGNING = [
    at("authorities", "members:authorities"),
    at("authorities, found", "members:sign", query="q=muster"),
    at("authorities, none found", "members:sign", query="q=xyzzy"),
    at("authorities, request with errors", "members:authorities", button("Ask the secretariat")),
    at("sign", "members:sign", query="authority=geonames%3A2867714"),
    at(
        "sign, with errors",
        "members:sign",
        button("Continue: check your answers"),
        query="authority=geonames%3A2867714",
    ),
    at(
        "sign, check",
        "members:sign",
        states.fill_signing_form,
        button("Continue: check your answers"),
        query="authority=geonames%3A2867714",
    ),
    at("sign, thanks", "members:sign_thanks"),
    at("confirm", "members:confirm", token=states.link_of_case("started")),
    at("confirm, expired link", "members:confirm", token=states.expired_link),
    at("confirm, used link", "members:confirm", token=states.link_of_case("confirmed")),
    at("confirm, on the register", "members:confirm", token=states.link_of_case("active")),
    at("confirm, unknown link", "members:confirm", token="unknown"),
]
ACCOUNTS = [
    at("sign in", "account_login"),
    at("sign in, with an error", "account_login", states.fail_to_sign_in),
    at("sign out", "account_logout", who="lead"),
    at("sign up is closed", "account_signup"),
    at("account inactive", "account_inactive"),
    at("password forgotten", "account_reset_password"),
    at("password forgotten, done", "account_reset_password_done"),
    at("password from a link, unknown", "account_reset_password_from_key", uidb36="a", key="unknown"),
    at("password from a link, done", "account_reset_password_from_key_done"),
    at("e-mail to confirm", "account_email_verification_sent"),
    at("e-mail confirmed, unknown link", "account_confirm_email", key="unknown"),
    at("profile", "members:profile", who="coordinator"),
    at("account menu open", "members:profile", unfold("details.account > summary"), who="moderator"),
    at("e-mail", "account_email", who="coordinator"),
    at("password", "account_change_password", who="coordinator"),
    at("password, with errors", "account_change_password", states.fail_to_change_password, who="coordinator"),
    at("password, asked for again", "account_reauthenticate", who="coordinator"),
    at("two factors, none yet", "mfa_index", who="coordinator"),
    at("two factors", "mfa_index", who="moderator"),
    at("two factors, asked for", "mfa_authenticate", states.ask_for_second_factor),
    at("two factors, asked for again", "mfa_reauthenticate", who="moderator"),
    at("two factors, begin", "mfa_activate_totp", who="coordinator"),
    at("two factors, end", "mfa_deactivate_totp", who="moderator"),
    at("recovery codes, make", "mfa_generate_recovery_codes", who="moderator"),
    at("ask to join", "members:join"),
    at("ask to join, with errors", "members:join", button("Ask to join")),
    at("desk for members", "members:desk", who="administrator"),
    at("a request to join", "members:join_request", who="administrator", pk=states.join_request),
    at("people", "members:people", who="lead", slug="musterhafen"),
    at("people, with an error", "members:people", button("Send the invitation"), who="lead", slug="musterhafen"),
    at("people, for a coordinator", "members:people", who="coordinator", slug="musterhafen"),
    at("invitation", "members:invitation", token=states.open_invitation),
    at("invitation, closed", "members:invitation", token=states.closed_invitation),
    at("invitation, unknown", "members:invitation", token="unknown"),
]
WRITERS = [
    at("workspace", "practices:workspace", who="coordinator"),
    at("workspace, of nobody's city", "practices:workspace", who="officer"),
    at("begin", "practices:create", who="coordinator"),
    at("begin, with an error", "practices:create", button("Begin"), who="coordinator"),
    at("begin with a sheet", "practices:import", who="coordinator"),
    at("begin with a sheet, with an error", "practices:import", button("Make a draft of it"), who="coordinator"),
    at(
        "write, where somebody else wrote",
        "practices:update",
        states.meet_another_writer,
        who="coordinator",
        pk=practice_in(State.DRAFT),
        query="step=means",
    ),
    *(
        at(
            f"write, {step.slug}",
            "practices:update",
            who="coordinator",
            pk=practice_in(state),
            query=f"step={step.slug}",
        )
        for step in STEPS
        for state in [State.DRAFT]
    ),
    *(
        at(
            f"answer, {slug}",
            "practices:update",
            who="coordinator",
            pk=practice_in("changes_requested"),
            query=f"step={slug}",
        )
        for slug in ("results", "situation")
    ),
    at(
        "write, with errors",
        "practices:update",
        fill(**{"outcomes-0-indicator": "Calls a month"}),
        button("Save and continue"),
        who="coordinator",
        pk=practice_in(State.DRAFT),
        query="step=results",
    ),
    *(
        at(f"status, {state.label.lower()}", "practices:status", who=writer_of(state), pk=practice_in(state))
        for state in State
        if state not in (State.REPLACED, State.REMOVED)
    ),
    at("preview", "practices:preview", who="coordinator", pk=practice_in("changes_requested")),
    at("adaptations to answer", "practices:adaptations", who="lead"),
    at("ask this city", "practices:ask", who="lead", slug="the-night-bus-as-a-safe-place"),
    at("questions", "practices:questions", who="lead"),
    at("nothing waits to be sent", "unsent", who="lead"),
    at("a question", "practices:question", who="lead", pk=states.waiting_question),
    at("add a picture", "practices:image_add", who="coordinator", pk=practice_in("draft")),
    at("add a picture, with errors", "practices:image_add", button("Save"), who="coordinator", pk=practice_in("draft")),
    at(
        "change a picture",
        "practices:image_edit",
        who="coordinator",
        pk=practice_in("draft"),
        image=states.picture_of_draft,
    ),
    at("add a document", "practices:document_add", who="coordinator", pk=practice_in("draft")),
    # the last one: its draft is the newest then
    at("begin with a sheet, done", "practices:import", states.import_a_sheet, who="coordinator"),
]
MODERATORS = [
    at("queue", "practices:queue", who="moderator"),
    at("queue, nothing waits", "practices:queue", who="moderator", query="state=approved&language=uk"),
    *(
        at(f"review, {state.label.lower()}", "practices:review", who="moderator", pk=practice_in(state))
        for state in State
        if state not in (State.DRAFT, State.REPLACED, State.REMOVED)
    ),
    at(
        "review, every form open",
        "practices:review",
        unfold("aside summary"),
        who="moderator",
        pk=practice_in("in_review"),
    ),
    at("review, put words right", "practices:edit", who="moderator", pk=practice_in("in_review"), field="results"),
    at("second opinion", "practices:opinion", who="lead", pk=states.open_opinion),
    at(
        "review, a decision with errors",
        "practices:review",
        states.decide("Approve"),
        who="moderator",
        pk=practice_in("in_review"),
    ),
    at("reported questions", "practices:reported_questions", who="moderator"),
    at("refused to a coordinator", "practices:queue", who="coordinator"),
]
OFFICERS = [
    at("signatures", "members:signature_queue", who="officer"),
    at("signatures, nothing waits", "members:signature_queue", who="officer", query="state=withdrawn"),
    *(
        at(f"case, {state}", "members:signature_case", who="officer", code=case_in(state))
        for state in ("confirmed", "verifying", "active")
    ),
    at(
        "case, with errors",
        "members:signature_case",
        button("Record the check"),
        who="officer",
        code=case_in("verifying"),
    ),
]
DEMO = [
    at("components", "styleguide"),
    at("demo", "demo"),
    at("demo mail", "demo_mail"),
    at("demo, a mail", "demo_mail_message", pk=states.latest_mail("practice_published")),
    *(
        at(f"mail, {template}", "demo_mail_html", pk=states.latest_mail(template))
        for template in [
            "practice_submitted",
            "practice_published",
            "practice_approved",
            "practice_refused",
            "practice_withdrawn",
            "practice_changes_requested",
            "signature_confirm",
            "signature_receipt",
            "signature_verified",
            "signature_checked",
            "practice_late",
            "queue_text",
            "opinion_asked",
            "opinion_given",
        ]
    ),
]
EMPTY = [  # before anybody has written or signed anything
    at("empty home", "home"),
    at("empty catalogue", "practices:list"),
    at("empty themes", "practices:themes"),
    at("empty members", "practices:member_list"),
    at("empty declaration", "members:declaration"),
    at("empty register", "members:register"),
]
CHAPTERS = {
    "readers": READERS,
    "errors": ERRORS,
    "signing": SIGNING,
    "accounts": ACCOUNTS,
    "writers": WRITERS,
    "moderators": MODERATORS,
    "officers": OFFICERS,
    "demo": DEMO,
    "empty": EMPTY,
}

# Addresses that answer with a file, with words for machines, or always with a redirect.
NOT_PAGES = {
    *("healthz", "readyz", "robots", "favicon", "sitemap", "practices:feed"),
    *("practices:pdf", "practices:revision_pdf", "practices:results", "practices:suggestions"),
    *("members:authority_suggestions", "members:certificate", "members:badge", "practices:badge"),
    *("members:register_feed", "members:register_table", "signatures"),
    *("practices:share_image", "practices:member_share_image", "practices:site_share_image"),
    *("practices:image", "practices:document", "members:signature_mandate", "mfa_download_recovery_codes"),
    *("practices:cite", "register_verifier", "register_bundle", "register_checkpoint"),
    *("account_set_password", "account_confirm_login_code"),
    "mfa_view_recovery_codes",  # shown once codes were made, whose own page is looked at
}
