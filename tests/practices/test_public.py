import datetime
import json
import re
import uuid

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from practices import search
from practices.models import Adaptation, Document, Image
from tests import factories
from tests.factories import MemberFactory, published_practice

pytestmark = pytest.mark.django_db

NASTY = "<script>alert('x')</script>"


def test_a_practice_shows_what_the_public_reads(client):
    practice = published_practice(
        title="School staff who notice first",
        evidence_stated="evaluated",
        evidence_checked="measured",
        building_blocks=[{"title": "A number", "what": "One number.", "verdict": "keep"}],
        partners=[{"name": "County police", "type": "national-police", "role": "trains"}],
        links=[{"url": "https://example.org/page", "title": "Project page"}],
        first_steps=["Ask a head teacher"],
    )
    factories.OutcomeFactory(revision=practice.public_revision)

    text = client.get(practice.get_absolute_url()).text

    assert "School staff who notice first" in text
    assert "+47 points" in text
    assert "Keep it as it is" in text
    assert "National or regional police" in text
    assert '<a href="https://example.org/page" rel="nofollow ugc noopener">' in text
    assert marks_on_the_ladder(text) == [
        ("Measured", "Checked by the secretariat"),
        ("Evaluated", "Stated by the author"),
    ]
    assert "prevention@example.org" in text


def marks_on_the_ladder(text):
    """The steps of the ladder that carry a mark, from the lowest, with the mark."""
    steps = re.findall(r"<p><b>(\w+)\.</b>(.*?)</li>", text, re.DOTALL)
    return [(step, mark) for step, rest in steps for mark in re.findall(r'class="state[^"]*">([^<]+)<', rest)]


@pytest.mark.parametrize(
    "state", ["draft", "submitted", "in_review", "changes_requested", "approved", "refused", "spam"]
)
def test_what_is_not_public_is_not_found(client, state, moderator):
    practice = factories.PracticeFactory(slug="hidden-for-now")
    claim = {"claimed_by": moderator, "claim_expires_at": timezone.now()} if state == "in_review" else {}
    revision = factories.RevisionFactory(practice=practice, state=state, **claim)

    addresses = [practice.get_absolute_url(), reverse("practices:revision", args=[practice.slug, revision.number])]

    assert [client.get(address).status_code for address in addresses] == [404, 404]


def test_an_open_revision_changes_nothing_that_the_public_reads(client):
    practice = published_practice(title="The text of today")
    draft = factories.RevisionFactory(practice=practice, title="The text of tomorrow")

    text = client.get(practice.get_absolute_url()).text
    response = client.get(reverse("practices:revision", args=[practice.slug, draft.number]))

    assert "The text of today" in text
    assert "The text of tomorrow" not in text
    assert response.status_code == 404


def test_a_withdrawn_practice_says_so_and_tells_nothing_else(client):
    practice = published_practice(title="What was withdrawn", summary="A summary to hide.", state="withdrawn")

    response = client.get(practice.get_absolute_url())

    assert response.status_code == 200
    assert "has withdrawn this practice" in response.text
    assert "A summary to hide." not in response.text
    assert 'name="robots" content="noindex"' in response.text


def test_a_withdrawn_practice_hides_its_earlier_texts_too(client):
    practice = published_practice(state="withdrawn")
    now = timezone.now()
    earlier = factories.RevisionFactory(
        practice=practice,
        state="replaced",
        summary="An earlier summary.",
        approved_at=now,
        published_at=now,
        evidence_checked="described",
    )

    response = client.get(reverse("practices:revision", args=[practice.slug, earlier.number]))

    assert "An earlier summary." not in response.text


def test_a_removed_practice_is_gone(client):
    practice = published_practice(title="What was removed", removed_at=timezone.now())

    for address in [practice.get_absolute_url(), reverse("practices:revision", args=[practice.slug, 1])]:
        response = client.get(address)
        assert response.status_code == 410
        assert "What was removed" not in response.text


def test_an_earlier_text_keeps_its_address_and_says_that_it_is_old(client):
    practice = published_practice(title="The newer text")
    now = timezone.now()
    earlier = factories.RevisionFactory(
        practice=practice,
        state="replaced",
        title="The earlier text",
        approved_at=now,
        published_at=now,
        evidence_checked="described",
    )

    text = client.get(reverse("practices:revision", args=[practice.slug, earlier.number])).text

    assert "The earlier text" in text
    assert "An earlier text of this practice" in text
    assert "noindex" in text


def test_a_permanent_link_to_the_current_text_carries_no_notice(client):
    practice = published_practice()

    text = client.get(reverse("practices:revision", args=[practice.slug, 1])).text

    assert "An earlier text of this practice" not in text
    assert f'rel="canonical" href="http://127.0.0.1:8000{practice.get_absolute_url()}"' in text


def test_a_retold_practice_says_so_and_names_its_sources_but_no_contact(client):
    practice = published_practice(
        origin="retold",
        certainty="medium",
        sources=[{"url": "https://example.org/source", "source_seen": True}],
        contacts=[{"name": "Ana Exemplu", "role": "x", "email": "ana@example.org", "public": True}],
    )

    text = client.get(practice.get_absolute_url()).text

    assert "Retold by the editors from public sources" in text
    assert f"{practice.member.name} has not confirmed this text." in text
    assert 'href="https://example.org/source" rel="nofollow ugc noopener">' in text
    assert "<b>Medium</b>" in text
    assert "prevention@example.org" not in text
    assert "ana@example.org" not in text


def test_a_named_contact_is_shown_only_if_the_person_agreed(client):
    practice = published_practice(
        contacts=[
            {"name": "Ana Exemplu", "role": "Coordinator", "email": "ana@example.org", "public": True},
            {"name": "Petra Vzorová", "role": "Analyst", "email": "petra@example.org", "public": False},
            {"name": "Jan Voorbeeld", "email": "jan@example.org"},
        ]
    )

    text = client.get(practice.get_absolute_url()).text

    assert "ana@example.org" in text
    assert "Petra" not in text
    assert "Jan" not in text


def test_the_note_to_the_moderator_stays_with_the_moderator(client):
    practice = published_practice(note="Only for you", right_approved_by="The deputy mayor of Sampleville")

    text = client.get(practice.get_absolute_url()).text

    assert "Only for you" not in text
    assert "The deputy mayor of Sampleville" not in text


def test_nothing_that_a_city_writes_becomes_active(client):
    practice = published_practice(
        member=factories.MemberFactory(name=NASTY),
        title=NASTY,
        **dict.fromkeys(["summary", "context", "results", "what_was_done", "conditions", "staff"], NASTY),
        objectives=[NASTY],
        first_steps=[NASTY],
        building_blocks=[{"title": NASTY, "what": NASTY, "verdict": NASTY}],
        partners=[{"name": NASTY, "type": NASTY, "role": NASTY}],
        links=[{"url": "javascript:alert(1)", "title": "Do not click"}, {"url": "http://[", "title": NASTY}],
        sources=[{"url": "javascript:alert(2)"}],
    )
    factories.OutcomeFactory(revision=practice.public_revision, indicator=NASTY, source=NASTY)
    practice.public_revision.evaluation_link = "javascript:alert(3)"
    practice.public_revision.save()

    for address in [practice.get_absolute_url(), practice.member.get_absolute_url(), reverse("home")]:
        text = client.get(address).text
        assert NASTY not in text
        assert 'href="javascript' not in text


def test_files_are_offered_with_the_current_text(client):
    practice = published_practice()
    revision = practice.public_revision
    image = Image.objects.create(
        revision=revision,
        alternative_text="A stairwell with a new lamp",
        credit="City of Sampleville",
        consent=True,
        variants={str(w): {"width": w, "height": w * 2 // 3, "avif": "x", "webp": "y"} for w in (480, 960)},
    )
    document = Document.objects.create(
        revision=revision, extension="pdf", size=180_000, sha256="0" * 64, title="One-page summary", key=uuid.uuid4()
    )

    text = client.get(practice.get_absolute_url()).text

    assert f"{reverse('practices:image', args=[image.key, 480, 'avif'])} 480w" in text
    assert 'alt="A stairwell with a new lamp"' in text
    assert reverse("practices:document", args=[document.key]) in text


def test_a_line_shows_where_a_practice_came_from_and_where_it_went(client):
    origin, practice, descendant, secret = (published_practice() for _ in range(4))
    Adaptation.objects.create(revision=practice.public_revision, origin=origin, kept="The paid morning")
    Adaptation.objects.create(revision=practice.public_revision, outside_source="Boston, Operation Ceasefire")
    Adaptation.objects.create(revision=descendant.public_revision, origin=practice)
    Adaptation.objects.create(revision=factories.RevisionFactory(practice=secret), origin=practice)

    response = client.get(practice.get_absolute_url())

    assert [stop.practice for stop in response.context["lineage"].line] == [origin, practice, descendant]
    assert origin.get_absolute_url() in response.text
    assert "Boston, Operation Ceasefire" in response.text
    assert "The paid morning" in response.text


def test_a_withdrawn_origin_is_named_but_not_told(client):
    origin = published_practice(title="A text that was withdrawn", state="withdrawn")
    practice = published_practice()
    Adaptation.objects.create(revision=practice.public_revision, origin=origin)

    text = client.get(practice.get_absolute_url()).text

    assert "A text that was withdrawn" not in text
    assert "No longer in the library" in text


def test_close_practices_share_themes_and_are_public(client):
    first, second, other = (factories.ThemeFactory() for _ in range(3))
    practice = published_practice(themes=[first, second])
    nearest = published_practice(themes=[first, second])
    near = published_practice(themes=[second])
    published_practice(themes=[other])
    published_practice(themes=[first], state="withdrawn")
    call_command("reindex", verbosity=0)

    response = client.get(practice.get_absolute_url())

    assert list(response.context["close_practices"]) == [nearest, near]


def replaced(practice, **fields):
    """A text of the practice that was public before."""
    then = timezone.now() - datetime.timedelta(days=30)
    published = {"state": "replaced", "approved_at": then, "published_at": then, "evidence_checked": "described"}
    return factories.RevisionFactory(practice=practice, **published | fields)


def history(**fields):
    """A practice with two published texts; the fields are the later one's. Returns it and the earlier one."""
    practice = published_practice(number=2, **fields)
    return practice, replaced(
        practice, number=1, title="Many schools take part", summary=practice.public_revision.summary
    )


def changes_between(practice, number):
    return reverse("practices:changes", args=[practice.slug, number])


def test_a_practice_lists_its_published_texts(client):
    practice, earlier = history()
    factories.RevisionFactory(practice=practice, number=3)

    response = client.get(practice.get_absolute_url())

    assert list(response.context["published"]) == [practice.public_revision, earlier]
    assert changes_between(practice, 2) in response.text


def test_a_difference_between_two_published_texts_is_marked_word_by_word(client):
    practice, _earlier = history(title="Eleven schools take part")

    text = client.get(changes_between(practice, 2)).text

    assert "<del>Many </del><ins>Eleven </ins>schools take part" in text


def test_an_earlier_text_can_be_chosen_for_the_comparison(client):
    practice, earlier = history(title="Eleven schools take part")
    practice.public_revision.number = 5
    practice.public_revision.save()
    replaced(practice, number=2)

    response = client.get(changes_between(practice, 5), {"since": "1"})

    assert response.context["since"] == earlier


@pytest.mark.parametrize("since", ["2", "3", "9", "99999"])
def test_only_earlier_published_texts_are_compared(client, since):
    practice, _earlier = history()
    factories.RevisionFactory(practice=practice, number=3)

    assert client.get(changes_between(practice, 2), {"since": since}).status_code == 404


def test_the_first_text_and_an_unpublished_one_have_no_changes_to_show(client):
    practice, _earlier = history()
    factories.RevisionFactory(practice=practice, number=3)

    assert [client.get(changes_between(practice, number)).status_code for number in (1, 3)] == [404, 404]


def test_a_comparison_tells_nothing_that_its_texts_do_not_show(client):
    private = [{"name": "Petra Vzorová", "role": "Analyst", "email": "petra@example.org", "public": False}]
    practice, _earlier = history(note="Only for you", contacts=private, right_approved_by="The deputy mayor of A")

    text = client.get(changes_between(practice, 2)).text

    assert "<ins>" in text
    assert [word for word in ("Only for you", "Petra", "deputy mayor") if word in text] == []


def test_a_withdrawn_practice_shows_no_comparison(client):
    practice, _earlier = history(title="What was withdrawn", state="withdrawn")

    text = client.get(changes_between(practice, 2)).text

    assert "has withdrawn this practice" in text
    assert "Many schools" not in text


@pytest.mark.parametrize("ending", ["bib", "ris"])
def test_a_citation_is_a_file_for_reference_managers(client, ending):
    practice = published_practice(title="School staff who notice first")

    response = client.get(reverse("practices:cite", args=[practice.slug, ending]))

    assert response.headers["Content-Disposition"] == f'attachment; filename="{practice.code}.{ending}"'
    assert f"http://127.0.0.1:8000/en/practices/{practice.slug}/revisions/1/" in response.text


def test_what_is_not_public_is_not_cited(client):
    withdrawn, removed = published_practice(state="withdrawn"), published_practice(removed_at=timezone.now())

    answers = [client.get(reverse("practices:cite", args=[practice.slug, "bib"])) for practice in (withdrawn, removed)]

    assert [answer.status_code for answer in answers] == [404, 410]


def test_there_are_two_formats_of_citation(client):
    assert client.get(reverse("practices:cite", args=[published_practice().slug, "exe"])).status_code == 404


def test_machines_read_what_the_page_says(client):
    practice = published_practice(title="</script><b>Doors</b> & \u2028 bolts", origin="retold", licence="cc-by-4.0")

    text = client.get(practice.get_absolute_url()).text
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)

    described = json.loads(block)
    assert described["headline"] == "</script><b>Doors</b> & \u2028 bolts"
    assert described["author"]["name"] == "Practice Library"
    assert described["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert described["spatialCoverage"]["address"]["addressCountry"] == "FR"
    assert "<" not in block


def test_an_earlier_text_is_not_described_for_machines(client):
    practice, earlier = history()

    text = client.get(reverse("practices:revision", args=[practice.slug, earlier.number])).text

    assert "ld+json" not in text


def test_doubts_stand_beside_the_figures(client):
    practice = published_practice(evidence_checked="measured", finding="mixed")
    factories.OutcomeFactory(revision=practice.public_revision)

    text = client.get(practice.get_absolute_url()).text

    assert "The evaluation found a mixed picture, not a clear effect." in text
    assert "Nobody has compared these figures" in text


def test_a_practice_costs_few_queries(client, django_assert_max_num_queries):
    theme = factories.ThemeFactory()
    practice = published_practice(themes=[theme])
    for _ in range(5):
        Adaptation.objects.create(revision=published_practice(themes=[theme]).public_revision, origin=practice)
        Adaptation.objects.create(revision=practice.public_revision, origin=published_practice())
        factories.OutcomeFactory(revision=practice.public_revision)

    with django_assert_max_num_queries(16):
        client.get(practice.get_absolute_url())


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_themes_cost_the_same_for_one_and_for_ten(client):
    factories.ThemeFactory(parent=factories.ThemeFactory())
    one = queries(client, reverse("practices:themes"))
    for _ in range(9):
        factories.ThemeFactory(parent=factories.ThemeFactory())

    assert queries(client, reverse("practices:themes")) == one


def test_a_theme_costs_the_same_for_one_practice_and_for_ten(client):
    theme = factories.ThemeFactory()
    published_practice(themes=[theme])
    one = queries(client, theme.get_absolute_url())
    for _ in range(9):
        beside = [theme, factories.ThemeFactory(), factories.ThemeFactory(parent=theme)]
        factories.OutcomeFactory(revision=published_practice(themes=beside).public_revision)

    assert queries(client, theme.get_absolute_url()) == one


def test_a_theme_shows_its_public_practices_and_those_of_narrower_themes(client):
    theme = factories.ThemeFactory()
    narrower = factories.ThemeFactory(parent=theme)
    direct, below = published_practice(themes=[theme]), published_practice(themes=[narrower, theme])
    published_practice()
    published_practice(themes=[theme], state="withdrawn")
    factories.RevisionFactory(themes=[theme])

    response = client.get(theme.get_absolute_url())

    assert list(response.context["practice_list"]) == [below, direct]
    assert response.context["theme"].practice_count == 2
    assert [found.practice_count for found in response.context["narrower"]] == [1]


def test_a_theme_says_where_it_is_done_and_by_how_many(client):
    theme, place = factories.ThemeFactory(), factories.MemberFactory(name="Often", country="DE")
    for level in ("described", "measured"):
        published_practice(member=place, themes=[theme], evidence_checked=level)
    once = published_practice(member=factories.MemberFactory(name="Once", country="FR"), themes=[theme]).member
    published_practice(themes=[theme], state="withdrawn")
    published_practice(member=factories.MemberFactory(name="Elsewhere"))

    response = client.get(theme.get_absolute_url())

    assert [(found, found.practice_count) for found in response.context["places"]] == [(place, 2), (once, 1)]
    assert response.context["numbers"] == {"places": 2, "countries": 2, "examined": 1}


def test_a_theme_names_those_it_is_often_met_with(client):
    broader = factories.ThemeFactory()
    theme, often, once = factories.ThemeFactory(parent=broader), factories.ThemeFactory(), factories.ThemeFactory()
    narrower = factories.ThemeFactory(parent=theme)
    factories.ThemeFactory()
    published_practice(themes=[theme, often, broader])
    published_practice(themes=[narrower, once, often])
    published_practice(themes=[theme, once], state="withdrawn")

    related = client.get(theme.get_absolute_url()).context["related"]

    assert [(found, found.shared) for found in related] == [(often, 2), (once, 1)]


def test_a_theme_that_nobody_told_about_offers_ways_on(client):
    theme = factories.ThemeFactory(parent=factories.ThemeFactory(name="Broader"))

    text = client.get(theme.get_absolute_url()).text

    assert "Nobody has told us about this yet" in text
    assert "Look at the broader theme:" in text


@pytest.mark.parametrize(("page", "shown"), [("1", 20), ("2", 1), ("99", 1), ("x", 20), ("-1", 1), ("", 20)])
def test_a_page_that_does_not_exist_is_the_nearest(client, page, shown):
    theme = factories.ThemeFactory()
    for _ in range(21):
        published_practice(themes=[theme])

    response = client.get(theme.get_absolute_url(), {"page": page})

    assert response.status_code == 200
    assert len(response.context["practice_list"]) == shown


def test_a_retold_practice_is_marked_on_the_page_of_its_theme(client):
    theme = factories.ThemeFactory()
    published_practice(themes=[theme], origin="retold")

    assert "Retold from public sources, not yet confirmed by the city" in client.get(theme.get_absolute_url()).text


def test_an_unknown_theme_is_not_found(client):
    assert client.get(reverse("practices:theme", args=["nowhere"])).status_code == 404


def test_a_practice_of_an_invented_city_says_so_on_cards_table_and_page(client):
    practice = published_practice(member=MemberFactory(is_fictional=True), title="Invented doors")
    search.index(practice)
    listed = reverse("practices:list")

    addresses = [listed, f"{listed}?view=table", practice.get_absolute_url(), practice.member.get_absolute_url()]
    pages = [client.get(address).content.decode() for address in addresses]

    assert ["Invented for the demonstration" in page for page in pages] == [True] * 4
