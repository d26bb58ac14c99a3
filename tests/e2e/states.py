"""How each page's state is reached: what is done on the page, and what the demo library holds or is made to hold."""

import hashlib
import io
import re

from django.core import signing as core_signing
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils import timezone
from PIL import Image as Picture

from coalition.mail import STOP
from coalition.models import Message
from members import people, signing
from members.demo import PASSWORD
from members.models import Authority, JoinRequest, Member, Signature, User
from practices import moderation, writing
from practices.emails import RUNNING
from practices.files import store_image
from practices.models import Alert, Opinion, Practice, Question, Revision
from practices.models.state import State
from tests.e2e.people import press

# --- what is done on a page before it is looked at ---


def button(name):
    return lambda page: press(page, name)


def fill(**fields):
    """Fields by their names in the form."""

    def fill_in(page):
        for name, text in fields.items():
            page.locator(f"#main [name={name}]").fill(text)

    return fill_in


def unfold(selector):
    """Open what is folded away, wherever it is."""

    def click(page):
        for summary in page.locator(selector).all():
            summary.click()

    return click


def show(template):
    """An error page, in the place of another one: nothing has to break for it."""
    return lambda page: page.set_content(render_to_string(template))


def decide(name):
    """Open a decision of the review page and take it without a word."""

    def press_it(page):
        page.locator(".step > summary", has_text=name).click()
        press(page, name)

    return press_it


def fill_signing_form(page):
    page.get_by_label("Name of the person who signs").fill("Maria Muster")
    page.get_by_label("Office held").fill("Mayor")
    page.get_by_label("Official e-mail address of the person who signs").fill("mayor@exampleshire.example.org")
    page.get_by_label("Your name").fill("Paul Beispiel")
    page.get_by_label("Your e-mail address").fill("office@exampleshire.example.org")
    page.get_by_label("The signatory's own power").check()
    page.get_by_label("Name and office").check()


def import_a_sheet(page):
    """Press the button below a sheet with a heading that nobody knows, and with something to look at again."""
    sheet = "Bribery of harbour workers\n\nContext\nAhmed, aged 15, was offered money.\n\n# Weather\nIt rained."
    fill(text=sheet)(page)
    press(page, "Make a draft of it")


def meet_another_writer(page):
    """Save a step in which somebody else has just saved other words."""
    draft = text_in(State.DRAFT)
    Revision.objects.filter(pk=draft.pk).update(staff=f"{draft.staff} They meet every week.", saved_by=draft.author)
    fill(staff="Two people, half of their time.")(page)
    press(page, "Save and continue")


def fail_to_sign_in(page):
    cache.clear()  # the limit of tries is another test's matter
    fill(login="nobody@example.org", password="wrong")(page)
    press(page, "Sign in")


def fail_to_change_password(page):
    fill(oldpassword="wrong", password1="short", password2="shorter")(page)
    press(page, "Save the new password")


def ask_for_second_factor(page):
    """A password alone is not enough for the secretariat."""
    cache.clear()
    fill(login="moderator@example.org", password=PASSWORD)(page)
    press(page, "Sign in")


# --- what the demo library holds, and what is brought into a state that it does not show ---


def text_in(state):
    """The newest text of an invented city in this state."""
    return Revision.objects.filter(practice__member__is_fictional=True, state=state).latest("pk")


def practice_in(state):
    return lambda: text_in(state).practice_id


def writer_of(state):
    return lambda: text_in(state).author


def picture_of_draft():
    """A picture that the draft has, or gets."""
    draft = text_in(State.DRAFT)
    if not draft.images.exists():
        file = io.BytesIO()
        Picture.linear_gradient("L").resize((1200, 800)).save(file, "JPEG")
        key, sha256, variants = store_image(SimpleUploadedFile("pitch.jpg", file.getvalue()))
        words = {"alternative_text": "The football pitch at night, with its lights on", "credit": "City of Musterhafen"}
        draft.images.create(key=key, sha256=sha256, variants=variants, consent=True, **words)
    return draft.images.get().pk


def open_opinion():
    """A second opinion that the lead was asked for and has not given."""
    return Opinion.objects.open().get(expert__email="lead@example.org").pk


def running_token():
    """What the yearly mail about a public text leads to."""
    practice = Practice.objects.get(slug="school-staff-who-notice-first")
    return core_signing.dumps([practice.pk, practice.public_revision.author_id], salt=RUNNING)


def stop_token():
    """What the foot of a mail to moderators leads to."""
    moderator = User.objects.get(email="moderator@example.org")
    return core_signing.dumps([moderator.pk, "queue"], salt=STOP)


def administrator():
    return User.objects.get(email="administrator@example.org")


def removed_practice():
    practice = Practice.objects.get(slug="the-night-bus-as-a-safe-place")
    if practice.removed_at is None:
        moderation.perform("remove", practice.public_revision, by=administrator(), reason="Named a child.")
    return practice.slug


def practice_with_history():
    """A practice whose first text was replaced."""
    practice = Practice.objects.get(slug="the-seized-flat-that-became-a-youth-centre")
    if practice.revisions.count() == 1:
        author, moderator = text_in(State.WITHDRAWN).author, User.objects.get(email="moderator@example.org")
        second = writing.revise(practice, by=author)
        second.summary += " It opened a second floor in its third year."
        second.save()
        moderation.perform("submit", second, by=author)
        moderation.perform("claim", second, by=moderator)
        moderation.perform("approve", second, by=moderator, evidence=second.state_evidence(), evidence_reason="Same.")
    return practice.slug


def waiting_question():
    return Question.objects.waiting().first().pk


def join_request():
    return JoinRequest.objects.waiting().first().pk


def open_invitation():
    """The secret of an invitation that nobody has used."""
    member, lead = Member.objects.get(slug="musterhafen"), User.objects.get(email="lead@example.org")
    cache.clear()
    people.invite(member, "new.colleague@example.org", "coordinator", by=lead, language="en")
    return secret_of(Message.objects.filter(template="invitation").latest("pk"))


def closed_invitation():
    token = open_invitation()
    people.withdraw_invitation(people.find_invitation(token), by=User.objects.get(email="lead@example.org"))
    return token


def secret_of(mail):
    """What the link in a mail ends with."""
    return re.search(r"^https?://\S+/([^/\s]+)/$", mail.text, re.MULTILINE)[1]


def case_in(state):
    return lambda: Signature.objects.filter(state=state).latest("pk").code


def link_of_case(state):
    """A link that leads to a case in this state; its secret is put there, because only its digest is kept."""

    def token():
        case = Signature.objects.filter(state=state).latest("pk") if state != "started" else started_case()
        Signature.objects.filter(pk=case.pk).update(token_hash=hashlib.sha256(f"link-{state}".encode()).hexdigest())
        return f"link-{state}"

    return token


def expired_link():
    """A link whose 72 hours are over."""
    Signature.objects.filter(pk=started_case().pk).update(
        token_hash=hashlib.sha256(b"link-expired").hexdigest(), token_expires_at=timezone.now()
    )
    return "link-expired"


def started_case():
    authority = Authority.objects.filter(signatures=None, member=None, country="PT").order_by("-population").first()
    signing.start(
        {
            "authority": authority,
            "signatory_name": "Maria Exemplo",
            "signatory_office": "Mayor",
            "signatory_email": "mayor@exemplo.example.org",
            "filled_in_by_name": "Paulo Exemplo",
            "filled_in_by_email": "office@exemplo.example.org",
            "power": "own",
            "shown": "name",
            "language": "en",
            "is_fictional": True,
        }
    )
    return authority.signatures.get()


def latest_mail(template):
    return lambda: Message.objects.filter(template=template).latest("pk").pk


def alert_to_confirm():
    """The link of an alert that waits for its button."""
    values = {"language": "en", "words": "“recruitment”"}
    return Alert.objects.get_or_create(email="reader@example.org", question="q=recruitment", defaults=values)[0].token
