"""What leaves the page: printouts, share images, results as a table."""

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image as Picture

from practices import citation, files, printouts, search, share_images
from practices.models import Theme
from practices.paving import pavings
from tests.factories import OutcomeFactory, ThemeFactory, published_practice

pytestmark = pytest.mark.django_db

MARKDOWN = """## Steps

First **ask**, then [read](https://example.org/a), not [this](javascript:alert(1)).

1. One
2. Two with `code`

> Quoted

<script>alert(1)</script>

---
"""


def open_png(response):
    return Picture.open(io.BytesIO(response.content))


def table_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def findable(**fields):
    practice = published_practice(**fields)
    search.index(practice)
    return practice


# --- share images ---


def test_a_practice_has_a_share_image(client):
    practice = published_practice(title="Rückfallvermeidungsmaßnahmen für straffällig gewordene Jugendliche " * 2)
    OutcomeFactory(revision=practice.public_revision, before=1_234_567, after=987_654, unit="cases")

    response = client.get(reverse("practices:share_image", args=[practice.slug]))

    assert response["Content-Type"] == "image/png"
    assert open_png(response).size == (1200, 630)
    assert not response.cookies


def test_a_share_image_says_what_a_reader_must_know(client):
    retold = published_practice(origin="retold")
    invented = published_practice()
    invented.member.is_fictional = True

    remarks = [share_images.words_of_practice(p, p.public_revision)["remark"] for p in (retold, invented)]

    assert remarks == ["Retold from public sources, not yet confirmed by the city", "Invented for the demonstration"]


def test_a_page_names_its_share_image(client):
    practice = published_practice()

    pages = {
        practice.get_absolute_url(): reverse("practices:share_image", args=[practice.slug]),
        practice.member.get_absolute_url(): reverse("practices:member_share_image", args=[practice.member.slug]),
        reverse("about"): reverse("practices:site_share_image"),
    }

    for page, picture in pages.items():
        text = client.get(page).text
        assert f'{picture}">' in text.split('<meta property="og:image" content="')[1].split("\n")[0]
        assert open_png(client.get(picture)).size == (1200, 630)


def test_a_changed_text_has_another_share_image(client):
    practice = published_practice()
    address = reverse("practices:share_image", args=[practice.slug])
    before = client.get(address)["ETag"]

    practice.member.name = "Newtown"
    practice.member.save()

    assert client.get(address, headers={"if-none-match": before}).status_code == 200


@pytest.fixture
def photograph(settings, tmp_path):
    """A practice whose first picture is red in the west and blue in the east, which must stay in view."""
    settings.MEDIA_ROOT = tmp_path
    picture, file = Picture.new("RGB", (1600, 800), "red"), io.BytesIO()
    picture.paste("blue", (800, 0, 1600, 800))
    picture.save(file, "PNG")
    key, sha256, variants = files.store_image(SimpleUploadedFile("picture.png", file.getvalue()))
    practice = published_practice()
    practice.public_revision.images.create(
        key=key, sha256=sha256, variants=variants, focus="e", alternative_text="Two halves", credit="A", consent=True
    )
    return practice


def test_the_first_picture_is_shown_where_it_matters(client, photograph):
    drawn = open_png(client.get(reverse("practices:share_image", args=[photograph.slug]))).convert("RGB")

    red, _green, blue = drawn.getpixel((1000, 100))
    assert (red < 40, blue > 200) == (True, True)


def test_pictures_are_printed_with_their_words(client, photograph):
    words = printouts.words_of(photograph, photograph.public_revision)

    response = client.get(reverse("practices:pdf", args=[photograph.slug]))

    assert b"/DCTDecode" in response.content
    assert '"alternative": "Two halves", "caption": "Picture: A"' in json.dumps(words)


def test_every_paving_can_be_drawn():
    assert set(pavings()) == set(Theme.Paving.values)


# --- printouts ---


def test_a_practice_is_printed(client):
    practice = published_practice(
        what_was_done=MARKDOWN, results="🎉 Βία στη Θεσσαλονίκη", themes=[ThemeFactory(), ThemeFactory()]
    )
    OutcomeFactory(revision=practice.public_revision, before=65, after=20, unit="")
    OutcomeFactory(revision=practice.public_revision, before=None, after=3, unit="%")

    response = client.get(reverse("practices:pdf", args=[practice.slug]))

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{practice.code}-{practice.slug}.pdf"'
    assert response.content.startswith(b"%PDF-")
    assert client.get(response.request["PATH_INFO"], headers={"if-none-match": response["ETag"]}).status_code == 304


def test_a_printout_says_what_the_page_says():
    practice = published_practice(
        contacts=[{"name": "Hidden", "email": "h@example.org"}, {"name": "Shown", "public": True}],
        links=[{"url": "https://example.org/page", "title": "Project page"}, {"url": "javascript:alert(1)"}],
        partners=[{"name": "County police", "type": "national-police", "role": "trains"}],
        note="For the moderator",
    )
    revision = practice.public_revision

    words = json.dumps(printouts.words_of(practice, revision), ensure_ascii=False)

    for name in ("context", "results", "safeguards", "conditions"):
        assert getattr(revision, name).strip() in words
    for shown in ("Shown", "County police (National or regional police, trains)", "Project page: https://example.org"):
        assert shown in words
    assert f"/practices/{practice.slug}/revisions/{revision.number}/" in words
    assert "CC BY 4.0" in words
    for hidden in ("Hidden", "h@example.org", "For the moderator", "javascript"):
        assert hidden not in words


def test_a_printout_tells_the_family_and_cites_as_the_page_does():
    practice = published_practice(title="The call", language="en")
    practice.public_revision.adaptations.create(outside_source="Boston", kept="The call itself")
    follower = published_practice(title="The call, in the north", start="2024-01")
    follower.public_revision.adaptations.create(origin=practice, changed="Led by social workers")

    words = printouts.words_of(practice, practice.public_revision)

    sections = {section["title"]: json.dumps(section["blocks"]) for section in words["sections"]}
    family = sections["Where it came from, where it went"]
    cited = citation.cite(practice, practice.public_revision)
    assert "Boston: Outside this library" in family
    assert f"{practice.member.name} (2023): This practice" in family
    assert f"{follower.member.name} (2024): The call, in the north" in family
    assert '["Kept", ["The call itself"]]' in family
    assert '["Changed", ["Led by social workers"]]' in family
    assert f"({cited.year}). The call. {cited.origin}" in sections["Cite this practice"]
    assert cited.url in sections["Cite this practice"]


def test_a_practice_without_a_family_prints_none():
    practice = published_practice()

    words = printouts.words_of(practice, practice.public_revision)

    assert "Where it came from, where it went" not in [section["title"] for section in words["sections"]]


def test_markdown_becomes_blocks_that_can_do_nothing():
    blocks = printouts.markdown_blocks(MARKDOWN)

    assert [block["kind"] for block in blocks] == ["heading", "paragraph", "list", "quote", "paragraph"]
    runs = blocks[1]["runs"]
    assert {"text": "ask", "style": "strong", "address": ""} in runs
    assert {"text": "read", "style": "", "address": "https://example.org/a"} in runs
    assert [run["address"] for run in runs if "javascript" in run["address"]] == []
    assert blocks[2]["ordered"]


def test_an_earlier_text_is_printed_with_a_notice():
    practice = published_practice()

    words = printouts.words_of(practice, practice.public_revision, is_current=False)

    assert ["An earlier text of this practice", "The city has published a newer one since."] in words["notices"]


# --- results as a table ---


def test_results_are_downloaded_as_they_are_filtered(client):
    pilot = findable(stage="pilot", title="Tried in one school first", sources=[{"url": "https://example.org/s"}])
    findable(stage="running")
    OutcomeFactory(revision=pilot.public_revision)

    rows = table_of(client.get(reverse("practices:results"), {"stage": "pilot"}))

    assert [row["Code"] for row in rows] == [pilot.code]
    assert rows[0]["Licence"] == "CC BY 4.0"
    assert rows[0]["Sources"] == "https://example.org/s"
    assert rows[0]["Figures"].startswith("Reports that reached the prevention team within 48 hours: 31")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\n=", "\u00a0=", "＝"])
def test_a_spreadsheet_calculates_nothing_that_somebody_wrote(client, sign):
    findable(title=f"{sign}HYPERLINK(0)", summary='He said "no", twice;\nand left')

    (row,) = table_of(client.get(reverse("practices:results")))

    assert row["Title"] == f"'{sign}HYPERLINK(0)"
    assert row["Summary"] == 'He said "no", twice;\nand left'


def test_ten_rows_cost_as_many_queries_as_one(client, django_assert_num_queries):
    theme = ThemeFactory()
    findable(themes=[theme])
    address = reverse("practices:results")
    with CaptureQueriesContext(connection) as one:
        table_of(client.get(address))
    for _ in range(9):
        findable(themes=[theme])

    with django_assert_num_queries(len(one)):
        rows = table_of(client.get(address))

    assert len(rows) == 10
