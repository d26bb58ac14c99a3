import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from coalition.templatetags.site import language_in_words, language_name, markdown, mistakes


def test_markdown_keeps_what_a_text_needs():
    html = markdown("First **bold**:\n\n- one\n- two\n\n1. step\n\n[A page](https://example.org/x)")

    assert "<strong>bold</strong>" in html
    assert "<li>one</li>" in html
    assert '<a href="https://example.org/x" rel="nofollow ugc noopener">A page</a>' in html


@pytest.mark.parametrize(
    "nasty",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://example.org/x.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<a href='javascript:alert(1)'>x</a>",
        "[x](JaVaScRiPt:alert`1`)",
        '[x](https://example.org "x\\" onmouseover=alert`1`")',
        "<javascript:alert(1)>",
    ],
)
def test_markdown_can_do_nothing(nasty):
    html = markdown(nasty)

    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html.lower()
    assert 'href="data' not in html.lower()
    assert ' onmouseover="' not in html


def test_headings_in_a_text_stand_below_those_of_its_page():
    assert markdown("# First\n\n## Second\n\n###### Last") == "<h3>First</h3>\n<h4>Second</h4>\n<h4>Last</h4>\n"
    assert markdown("### Only") == "<h3>Only</h3>\n"


def test_no_text_is_no_html():
    assert markdown(None) == ""


def test_a_language_says_its_own_name():
    assert [language_name(code) for code in ("fr", "de", "xx")] == ["Français", "Deutsch", "xx"]


def render(source, address):
    context = Context({"request": RequestFactory().get(address)})
    with translation.override("en"):
        return Template(source).render(context)


def test_a_page_knows_its_address_in_another_language():
    address = render("{% autoescape off %}{% translated_url 'fr' %}{% endautoescape %}", "/en/themes/?page=2&q=x")

    assert address == "/fr/themes/?page=2&q=x"


@pytest.mark.parametrize(
    ("address", "mark"),
    [("/en/themes/", 'aria-current="page"'), ("/en/themes/x/", 'aria-current="true"'), ("/en/about/", "")],
)
def test_the_navigation_marks_where_the_reader_is(address, mark):
    assert render("{% current 'practices:themes' %}", address) == mark


def test_the_navigation_marks_nothing_for_a_page_that_does_not_exist():
    assert render("{% current 'practices:nowhere' %}", "/en/") == ""


def test_a_field_shows_label_help_error_and_input_in_that_order():
    class Form(forms.Form):
        name = forms.CharField(
            label="Name", help_text="As on the door", widget=forms.Textarea(attrs={"data-max": 80, "class": "w-s"})
        )
        kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
        agree = forms.BooleanField(label="I agree")

    html = str(Form({"name": "", "kind": "c"}))

    places = [html.index(part) for part in ("Name</label>", "As on the door", 'id="id_name_error"', "<textarea")]
    assert places == sorted(places)
    assert 'class="input w-s"' in html
    assert "<span data-used>0</span> of 80 characters" in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert '<label class="check" for="id_agree">' in html
    assert "<legend>Kind</legend>" in html


@pytest.mark.parametrize(("reader", "word"), [("en", "French"), ("fr", "français")])
def test_a_language_is_named_in_the_readers_words(reader, word):
    with translation.override(reader):
        assert language_in_words("fr") == word


def test_an_unknown_language_keeps_its_code():
    assert language_in_words("x-klingon") == "x-klingon"


class Person(forms.Form):
    name = forms.CharField(label="Name", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    secret = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self):
        if self.cleaned_data.get("name") == "Nobody":
            raise forms.ValidationError("Somebody must be meant.")


People = forms.formset_factory(Person, extra=0, can_delete=True, max_num=1, validate_max=True)


def people(*rows):
    data = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"form-{number}-{name}": value for name, value in row.items()}
    formset = People(data)
    formset.label = "People"
    return formset


def test_a_form_that_nobody_sent_has_no_mistakes():
    assert mistakes(Person()) == []


def test_mistakes_lead_to_their_fields_and_to_the_first_of_several_choices():
    found = mistakes(Person({"name": "Nobody", "secret": "x"}))

    assert found == [
        ("", "", "Somebody must be meant."),
        ("id_kind_0", "Kind", "This field is required."),
        ("", "Secret", "Enter a whole number."),
    ]


def test_mistakes_of_several_forms_and_of_rows_are_said_in_their_order():
    row = {"kind": "a", "secret": "1"}

    found = mistakes([Person({"kind": "c", "secret": "1"}), people(row, row | {"kind": ""})])

    assert [(anchor, label) for anchor, label, _text in found] == [
        ("id_kind_0", "Kind"),
        ("form", "People"),
        ("id_form-1-kind_0", "Kind"),
    ]


def test_a_row_that_goes_has_no_mistakes():
    wrong = {"kind": "c", "secret": "1", "name": "Nobody"}

    assert mistakes([people(wrong | {"DELETE": "on"})]) == []
