import pytest

from coalition.models import Message
from members.demo import ACCOUNTS, create_demo_accounts
from tests.factories import MemberFactory

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def demo_site(settings, transactional_db):
    settings.DEMO = True
    MemberFactory(slug="musterhafen")
    MemberFactory(slug="villexemple")
    create_demo_accounts()


@pytest.fixture
def message(live_server):
    return Message.objects.create(
        template="welcome",
        to_email="mayor@example.org",
        language="en",
        subject="Please confirm",
        text=f"{live_server.url}/healthz",
        html=f"<html lang='en'><head></head><body><a href='{live_server.url}/healthz'>Confirm it</a></body></html>",
        message_id="<1@example.org>",
    )


def test_a_newcomer_finds_who_may_sign_in(any_page):
    any_page.goto("/demo/")

    assert any_page.get_by_text("moderator@example.org", exact=True).is_visible()
    assert any_page.get_by_role("row").count() == len(ACCOUNTS) + 1


def test_a_link_in_a_mail_leads_the_whole_window(any_page, message):
    any_page.goto("/en/demo/mail/")
    any_page.get_by_role("link", name="Please confirm").click()

    any_page.frame_locator("iframe").get_by_role("link", name="Confirm it").press("Enter")

    any_page.wait_for_url("**/healthz")
