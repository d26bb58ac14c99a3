"""Every page of the URL map, in every state, on the demo library: see `pages.py` for which, `look.py` for what."""

import pytest
from django.core.management import call_command

from tests.coalition.test_access_matrix import METHOD, POLICY
from tests.e2e.look import look
from tests.e2e.pages import CHAPTERS, NOT_PAGES
from tests.e2e.walk import Walk


def test_every_page_of_the_url_map_has_a_line():
    pages = {name for name, (get, _post) in POLICY.items() if get is not METHOD}
    lines = {line.view for chapter in CHAPTERS.values() for line in chapter}

    assert pages - NOT_PAGES - lines == set()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_page_is_good_in_every_state(chapter, new_context, live_server, settings):
    settings.DEMO = True
    if chapter != "empty":
        call_command("load_demo")

    found = []
    with Walk(new_context, live_server) as walk:
        for line in CHAPTERS[chapter]:
            found += [f"{line.name}: {fault}" for fault in look(walk.open(line))]

    assert found == [], "\n".join(found)
