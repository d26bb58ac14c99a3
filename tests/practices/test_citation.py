import datetime

import pytest
from django.utils import translation

from practices import citation
from tests.factories import MemberFactory, published_practice

pytestmark = pytest.mark.django_db
PUBLISHED = datetime.datetime(2026, 2, 3, 12, tzinfo=datetime.UTC)


def cited(**fields):
    practice = published_practice(published_at=PUBLISHED, **fields)
    with translation.override("en"):
        return citation.cite(practice, practice.public_revision)


def test_a_text_is_cited_with_its_permanent_address():
    member = MemberFactory(name="Sampleville")

    found = cited(member=member, slug="doors", title="Doors that close")

    assert (found.author, found.year, found.title) == ("Sampleville", "2026", "Doors that close")
    assert found.url == "http://127.0.0.1:8000/en/practices/doors/revisions/1/"
    assert found.licence == "CC BY 4.0"


def test_the_editors_are_the_authors_of_what_they_retold():
    found = cited(member=MemberFactory(name="Ghent"), origin="retold")

    assert (found.author, found.note) == ("The editors of the Practice Library", "Ghent, retold from public sources")


def test_bibtex_keeps_every_sign_of_a_title():
    text = citation.bibtex(cited(title=r"50 % off {here} & #1_a \ $2 ~ ^"))

    escaped = r"50 \% off \{here\} \& \#1\_a \textbackslash{} \$2 \textasciitilde{} \textasciicircum{}"
    assert f"  title = {{{{{escaped}}}}},\n" in text
    assert text.startswith("@misc{P-")
    assert text.endswith("}\n")


def test_ris_ends_each_line_as_the_format_wants_it():
    lines = citation.ris(cited(slug="doors", title="Doors")).split("\r\n")

    assert lines[0] == "TY  - ELEC"
    assert "TI  - Doors" in lines
    assert "DA  - 2026/02/03" in lines
    assert lines[-2:] == ["ER  - ", ""]


@pytest.mark.parametrize("write", [citation.bibtex, citation.ris])
def test_a_title_cannot_begin_a_field_of_its_own(write):
    plain = write(cited(slug="doors", title="Doors UR - https://evil.example"))
    broken = write(cited(slug="floors", title="Doors\r\nUR  - https://evil.example"))

    assert len(broken.splitlines()) == len(plain.splitlines())
