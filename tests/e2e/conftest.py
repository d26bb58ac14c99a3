"""A person with a browser. Whatever a story does, its pages ask no other host and log no error."""

import os
from contextlib import contextmanager

import pytest

from tests.e2e.browser import launch_arguments

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop in this thread


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | launch_arguments()


@pytest.fixture(autouse=True)
def links_in_mails_lead_here(settings, live_server):
    settings.SITE_URL = live_server.url


@pytest.fixture
def page(new_context, live_server):
    """A page in a browser with scripts; its addresses are relative to the site."""
    with watched(new_context, live_server) as page:
        yield page


@pytest.fixture
def page_without_script(new_context, live_server):
    """The same for somebody whose scripts are off or did not arrive."""
    with watched(new_context, live_server, java_script_enabled=False) as page:
        yield page


@pytest.fixture(params=["with script", "without script"])
def any_page(request, new_context, live_server):
    """The story is told twice: with scripts, and without."""
    with watched(new_context, live_server, java_script_enabled=request.param == "with script") as page:
        yield page


@contextmanager
def watched(new_context, live_server, **options):
    """A page of its own session; afterwards, it must have asked no other host and logged no error.

    Two kinds of logged errors are no fault of the page: that the visited page is a 404 or the like, and what
    axe, which stands at no address, tries in vain under our Content-Security-Policy. Nothing is in motion, so that
    no colour is read half way between light and dark.
    """
    page = new_context(base_url=live_server.url, reduced_motion="reduce", **options).new_page()
    page.set_default_timeout(15_000)
    outside, errors, visited_failures = [], [], []

    def keep_request(request):
        if not request.url.startswith((live_server.url, "data:", "blob:")):
            outside.append(request.url)

    def keep_failure(response):
        if response.status >= 500:
            errors.append(f"{response.status} {response.url}")
        elif response.status >= 400 and (
            response.request.is_navigation_request() or response.request.headers.get("accept") == "application/json"
        ):
            visited_failures.append(response.url)

    def keep_error(message):
        is_expected = message.location["url"] in ("", *visited_failures) or "INTERNET_DISCONNECTED" in message.text
        if message.type == "error" and not is_expected:
            errors.append(message.text)

    page.on("request", keep_request)  # page.route() would see them too, but turn the browser's cache off
    page.on("response", keep_failure)
    page.on("console", keep_error)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert outside == []
    assert errors == []
