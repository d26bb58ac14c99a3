"""Opens the lines of `pages.py` one after the other, each person in a browser of their own."""

from contextlib import ExitStack

from django.conf import settings

from tests.conftest import SignedInClient
from tests.e2e.conftest import watched
from tests.e2e.look import DESKTOP


class Walk(ExitStack):
    def __init__(self, new_context, live_server):
        super().__init__()
        self.new_context, self.live_server, self.pages = new_context, live_server, {}

    def open(self, line):
        """The browser's page, in the state that the line asks for."""
        address, person = line.address(), line.person()
        page = self.page_of(person)
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="light")
        page.goto(address)
        for deed in line.do:
            deed(page)
        return page

    def page_of(self, person):
        if person not in self.pages:
            page = self.enter_context(watched(self.new_context, self.live_server))
            if person:
                page.context.add_cookies([self.session_of(person)])
            self.pages[person] = page
        return self.pages[person]

    def session_of(self, person):
        client = SignedInClient()
        client.force_login(person)
        name = settings.SESSION_COOKIE_NAME
        return {"name": name, "value": client.cookies[name].value, "url": self.live_server.url}
