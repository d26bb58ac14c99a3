"""The register on other people's screens: table, JSON, feed, badge, and the frame for cities' own sites."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tests.factories import AuthorityFactory, SignatureFactory

pytestmark = pytest.mark.django_db
HIDDEN = ["started", "confirmed", "verifying", "clarification", "refused", "expired"]
FRAME = "/en/embed/signatories/"


@pytest.fixture
def signatures():
    """Two that stand, one that was withdrawn, and one in each state that nobody may see."""
    for state in HIDDEN:
        SignatureFactory(state=state, authority__name=f"Hidden {state}")
    lyon = AuthorityFactory(name="Lyon", country="FR")
    region = AuthorityFactory(name="Saxony", country="DE", kind="region")
    old = datetime(2025, 3, 1, tzinfo=UTC)
    return {
        "city": SignatureFactory(active=True, authority=lyon),
        "region": SignatureFactory(active=True, authority=region, verified_at=old, shown="office"),
        "left": SignatureFactory(
            state="withdrawn", method="call", verified_at=old, withdrawn_at=datetime(2026, 1, 1, tzinfo=UTC)
        ),
    }


def table(client, query=""):
    response = client.get(reverse("members:register_table") + query)
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"city", "region", "left"}),
        ("?status=active", {"city", "region"}),
        ("?status=withdrawn", {"left"}),
        ("?status=verifying", {"city", "region", "left"}),
        ("?country=FR", {"city"}),
        ("?kind=region", {"region"}),
        ("?until=2025-03-01", {"region", "left"}),
        ("?since=2025-03-02", {"city"}),
        ("?since=yesterday", {"city", "region", "left"}),
        ("?kind=region&country=FR", set()),
    ],
)
def test_page_table_and_json_find_the_same(signatures, client, query, found):
    codes = {signature.code for name, signature in signatures.items() if name in found}

    page = client.get(reverse("members:register") + query)
    data = client.get("/api/v1/signatures" + query).json()

    assert {signature.code for signature in page.context["object_list"]} == codes
    assert {row["Code"] for row in table(client, query)} == codes
    assert {entry["code"] for entry in data["signatures"]} == codes
    assert data["count"] == 2


def test_the_feed_follows_what_the_page_was_narrowed_to(signatures, client):
    response = client.get(reverse("members:register_feed") + "?status=withdrawn")

    feed = ET.fromstring(response.content)
    titles = [title.text for title in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert titles[1:] == [f"{signatures['left'].authority} has withdrawn"]
    assert response["Content-Type"].startswith("application/atom+xml")


def test_a_name_that_may_not_be_published_is_in_none_of_them(signatures, client):
    row = next(row for row in table(client) if row["Code"] == signatures["region"].code)

    assert (row["Signed by"], row["Office at signing"]) == ("", "Mayor")
    data = json.dumps(client.get("/api/v1/signatures?kind=region").json())
    assert "Maria Muster" not in data + client.get(reverse("members:register_feed") + "?kind=region").text


def test_what_looks_like_a_formula_is_text_in_the_table(client):
    SignatureFactory(active=True, signatory_name='=HYPERLINK("http://x")', signatory_office="@cmd")

    row = table(client)[0]

    assert (row["Signed by"], row["Office at signing"]) == ('\'=HYPERLINK("http://x")', "'@cmd")


def test_the_table_costs_the_same_whatever_its_length(signatures, client, django_assert_num_queries):
    with django_assert_num_queries(1):
        table(client)


def test_a_badge_is_a_drawing_that_can_do_nothing(signatures, client):
    signature = signatures["city"]

    response = client.get(reverse("members:badge", args=[signature.code]))

    assert ET.fromstring(response.content).tag == "{http://www.w3.org/2000/svg}svg"
    assert "Lyon" in response.text
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert not response.cookies


def test_a_name_in_a_badge_stays_a_name(client):
    signature = SignatureFactory(active=True, authority__name="<script>alert(1)</script>")

    drawing = client.get(reverse("members:badge", args=[signature.code])).text

    assert "<script" not in drawing


def test_only_what_stands_has_a_badge(signatures, client):
    hidden = [SignatureFactory(state=state) for state in HIDDEN]

    answers = {client.get(reverse("members:badge", args=[s.code])).status_code for s in [*hidden, signatures["left"]]}

    assert answers == {404}


def test_an_invented_signature_says_so_on_its_badge_and_in_the_frame(client):
    signature = SignatureFactory(active=True, is_fictional=True)

    assert "Invented example" in client.get(reverse("members:badge", args=[signature.code])).text
    assert "Invented for the demonstration" in client.get(FRAME).text


def test_the_frame_may_stand_anywhere_and_runs_nothing(signatures, client):
    response = client.get(FRAME)

    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert policy["frame-ancestors"] == "*"
    assert policy["script-src"] == policy["default-src"] == "'none'"
    assert "X-Frame-Options" not in response
    assert "<script" not in response.text
    assert not response.cookies


def test_the_frame_counts_and_lists_what_stands(signatures, client):
    text = client.get(FRAME).text

    assert "2 of 50 cities and regions have signed." in text
    assert "Lyon" in text
    assert "Saxony" in text
    assert signatures["left"].authority.name not in text
    assert "Hidden" not in text


def test_the_frame_can_show_the_number_alone(signatures, client):
    text = client.get(FRAME + "?show=count").text

    assert "2 of 50" in text
    assert "Lyon" not in text


def test_no_other_page_may_be_framed(signatures, client):
    response = client.get(reverse("members:register"))

    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
