import io
import re
import zipfile
from xml.sax.saxutils import escape

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from practices import sheets
from practices.models import Revision
from tests.factories import RevisionFactory

SHEET = """Navigators in the emergency department
Workers with lived experience talk to people injured by violence.

1. Context of the project
65 people were stabbed in 2017.
Most were under 25.

2. Objectives
- Half as many return
- A way out for everybody who asks

3. Activities
Talks at the bedside.
- By day
- By night

4. Budget: 120,000 euros a year

5. Evaluation
The university judged the work sound.

Contact with the press
Only through the city."""
FIVE = {  # the usual headings, in the languages of the library
    "en": "Context, Objectives, Activities, Budget, Evaluation",
    "fr": "Contexte, Objectifs, Activités, Budget, Évaluation",
    "de": "Kontext, Ziele, Aktivitäten, Budget, Evaluation",
    "es": "Contexto, Objetivos, Actividades, Presupuesto, Evaluación",
    "it": "Contesto, Obiettivi, Attività, Budget, Valutazione",
    "nl": "Context, Doelstellingen, Activiteiten, Budget, Evaluatie",
    "pt": "Contexto, Objetivos, Atividades, Orçamento, Avaliação",
}


def archive(name, xml):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, xml)
    return SimpleUploadedFile("sheet", out.getvalue())


def docx(*paragraphs, before=""):
    """A Word file; a paragraph is a text, or a style and a text."""
    body = ""
    for style, text in ((None, each) if isinstance(each, str) else each for each in paragraphs):
        numbered = "<w:numPr/>" if style == "item" else f'<w:pStyle w:val="{style}"/>' if style else ""
        half = len(text) // 2  # Word breaks words into runs as it likes
        runs = "".join(f"<w:r><w:t>{escape(part)}</w:t></w:r>" for part in (text[:half], text[half:]))
        body += f"<w:p><w:pPr>{numbered}</w:pPr>{runs}</w:p>"
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return archive("word/document.xml", f"{before}<w:document {space}><w:body>{body}</w:body></w:document>")


def odt(body):
    names = "office:1.0 text:1.0 table:1.0".replace(":1.0", "").split()
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    return archive("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")


def test_a_pasted_sheet_goes_into_the_fields_below_its_headings():
    sheet = sheets.read(sheets.pasted(SHEET))

    assert sheet.fields == {
        "title": "Navigators in the emergency department",
        "summary": "Workers with lived experience talk to people injured by violence.",
        "context": "65 people were stabbed in 2017.\n\nMost were under 25.",
        "objectives": ["Half as many return", "A way out for everybody who asks"],
        "what_was_done": "Talks at the bedside.\n\n- By day\n- By night",
        "funding_other": "120,000 euros a year",
        "results": "The university judged the work sound.\n\nContact with the press\n\nOnly through the city.",
    }
    assert [(part.heading, part.field) for part in sheet.placed][2:4] == [
        ("Context of the project", "context"),
        ("Objectives", "objectives"),
    ]


@pytest.mark.parametrize("language", settings.CONTENT_LANGUAGES)
def test_the_five_usual_headings_are_known_in_every_language(language):
    headings = FIVE[language].split(", ")
    text = "\n".join(f"{heading}\nWords about {n}" for n, heading in enumerate(headings))

    sheet = sheets.read(sheets.pasted(text))

    assert [part.field for part in sheet.placed] == [
        *("context", "objectives", "what_was_done", "funding_other", "results")
    ]
    assert all(list(said) == settings.CONTENT_LANGUAGES for name, said in sheets.HEADINGS.items() if name != "about")


def test_a_word_file_is_read_with_its_tables_and_lists():
    file = docx(
        ("Title", "Football on Friday nights"),
        "For young people of the harbour quarter.",
        ("Heading1", "I. Background and needs"),
        "Nothing was open at night.",
        ("berschrift2", "Objectives"),
        ("item", "Fewer fights"),
        ("Heading1", "Weather"),
        "It rained.",
    )

    sheet = sheets.read(sheets.paragraphs(file))

    assert sheet.fields == {
        "title": "Football on Friday nights",
        "summary": "For young people of the harbour quarter.",
        "context": "Nothing was open at night.",
        "objectives": ["Fewer fights"],
        "what_was_done": "**Weather**\n\nIt rained.",
    }
    assert [(part.heading, part.is_known) for part in sheet.placed][-1] == ("Weather", False)


def test_an_opendocument_file_is_read_with_its_tables_and_lists():
    file = odt(
        "<office:body><office:text><text:p>Night football</text:p><text:h>Contexte</text:h>"
        "<text:p>Rien n’était<text:line-break/>ouvert<text:note><text:p>Une note</text:p></text:note> la nuit.</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>Objectifs</text:p></table:table-cell>"
        "<table:table-cell><text:list><text:list-item><text:p>Moins de bagarres</text:p></text:list-item></text:list>"
        "</table:table-cell></table:table-row></table:table></office:text></office:body>"
    )

    sheet = sheets.read(sheets.paragraphs(file))

    assert sheet.fields["title"] == "Night football"
    assert sheet.fields["objectives"] == ["Moins de bagarres"]
    assert sheet.fields["context"] == "Rien n’était\nouvert la nuit."


@given(st.lists(st.sampled_from([*"abcde", "Context", "Budget: much", "# Weather", "- item", "3. Results", "x" * 300])))
def test_no_word_of_a_sheet_is_lost(lines):
    sheet = sheets.read(sheets.pasted("\n".join(lines)))

    kept = " ".join(map(str, sheet.fields.values())) + " ".join(part.heading for part in sheet.placed)
    for line in lines:
        for word in re.findall(r"[a-zA-Z]+", line):
            assert word in kept
    assert sum(len(re.findall("item", str(text))) for text in sheet.fields.values()) == lines.count("- item")


ENTITIES = '<!DOCTYPE d [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "file",
    [
        lambda: SimpleUploadedFile("a.docx", b"no archive"),
        lambda: archive("word/document.xml", "<w:document"),
        lambda: archive("somewhere/else.xml", "<a/>"),
        lambda: docx("text", before=ENTITIES),
        lambda: archive("content.xml", "<a>" + " " * (sheets.MOST_UNPACKED + 1) + "</a>"),
        lambda: SimpleUploadedFile("large.docx", b"0" * (sheets.MOST_BYTES + 1)),
    ],
    ids=["no archive", "broken", "something else", "entities", "a bomb", "too large"],
)
def test_what_is_no_sheet_is_refused(file):
    with pytest.raises(sheets.Unreadable):
        sheets.paragraphs(file())


# the page


def send(client, **data):
    member = {"member": data.pop("member").pk, "language": "en"}
    return client.post(reverse("practices:import"), member | data)


@pytest.mark.django_db
def test_a_sheet_becomes_a_draft_and_its_city_reads_what_went_where(client, coordinator):
    client.force_login(coordinator)

    page = send(client, member=coordinator.member, text=SHEET + "\n# Weather\nIt rained.").content.decode()

    draft = Revision.objects.get()
    assert (draft.state, draft.author, draft.practice.member) == ("draft", coordinator, coordinator.member)
    assert draft.title == "Navigators in the emergency department"
    assert draft.what_was_done.endswith("**Weather**\n\nIt rained.")
    assert "Context of the project" in page
    assert "We do not know this heading." in page
    assert reverse("practices:update", args=[draft.practice_id]) in page


@pytest.mark.django_db
def test_the_same_sheet_sent_twice_is_one_draft_and_another_is_another(client, coordinator):
    client.force_login(coordinator)

    for text in ("# Context\nOne", "# Context\nOne", "# Context\nTwo"):
        send(client, member=coordinator.member, text=text)

    assert sorted(Revision.objects.values_list("context", flat=True)) == ["One", "Two"]


@pytest.mark.django_db
def test_a_file_is_imported_and_a_wrong_one_is_told_kindly(client, coordinator):
    client.force_login(coordinator)

    wrong = send(client, member=coordinator.member, file=SimpleUploadedFile("a.docx", b"%PDF"))
    neither = send(client, member=coordinator.member)
    send(client, member=coordinator.member, file=docx("Night football", ("Heading1", "Context"), "Nothing was open."))

    assert "Paste its text instead." in wrong.content.decode()
    assert (wrong.status_code, neither.status_code) == (422, 422)
    assert "one of the two" in neither.content.decode()
    assert Revision.objects.get().context == "Nothing was open."


@pytest.mark.django_db
def test_nobody_imports_for_a_city_they_do_not_act_for(client, coordinator):
    stranger = RevisionFactory().practice.member
    client.force_login(coordinator)

    answer = send(client, member=stranger, text=SHEET)

    assert answer.context["form"].errors.keys() == {"member"}
