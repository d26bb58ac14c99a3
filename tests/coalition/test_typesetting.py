"""Drawings: the same words give the same bytes, and every letter is one that we have."""

import pytest

from coalition import typesetting
from practices import share_images

WORDS = {"answer": "Straße Ελλάδα България"}


@pytest.fixture
def template(settings):
    """A small template beside the others."""
    path = settings.BASE_DIR / "coalition" / "typst" / "test_letter.typ"
    path.write_text(
        '#let d = json(bytes(sys.inputs.words))\n#set document(title: "A letter")\n'
        '#import "design.typ": *\n#set text(font: text-font)\n#d.answer'
    )
    yield "coalition/typst/test_letter.typ"
    path.unlink()


def test_the_same_words_give_the_same_file(template):
    first, second = typesetting.pdf(template, WORDS), typesetting.pdf(template, WORDS)

    assert first == second
    assert first.startswith(b"%PDF-")
    assert b"/MarkInfo" in first  # tagged


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("Größe, Čelić, Ştefan, Ełk", "Größe, Čelić, Ştefan, Ełk"),
        ("Θεσσαλονίκη, Стара Загора", "Θεσσαλονίκη, Стара Загора"),
        ("65 → 20", "65 – 20"),
        ("Done 🎉", "Done "),
        ("سلام", "????"),
        ("e\u0301cole", "école"),
        ("a\x00b\x07c", "abc"),
    ],
)
def test_a_letter_that_no_font_has_is_never_drawn_as_a_box(typed, drawn):
    assert typesetting.drawable(typed) == drawn


def test_what_somebody_wrote_is_never_markup(template):
    nasty = '#image("/etc/passwd") $x$ *bold* `code` #sys.version \\ " ] }'

    assert typesetting.pdf(template, {"answer": nasty}).startswith(b"%PDF-")


@pytest.mark.django_db
def test_an_answer_is_drawn_once_for_each_reader(rf):
    words = share_images.words_of_site()
    first = typesetting.answer(rf.get("/"), "image/png", share_images.draw, words)

    again = rf.get("/", headers={"if-none-match": first["ETag"]})
    second = typesetting.answer(again, "image/png", lambda words: pytest.fail("drawn again"), words)

    assert second.status_code == 304
    assert first["Cache-Control"] == "public, max-age=3600"
