"""Words that every template may use."""

import textwrap

import nh3
from babel import Locale, UnknownLocaleError
from django import template
from django.forms import BaseForm, Textarea
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from markdown_it import MarkdownIt

from coalition.text import language_name

register = template.Library()

MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])
TAGS = {"p", "br", "h3", "h4", "ul", "ol", "li", "strong", "em", "blockquote", "code", "pre", "hr", "a"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}


@register.filter
def markdown(text):
    """What a city wrote, as HTML that can do nothing: no pictures, no raw HTML, links that lend no weight.

    Its headings stand below the page's own, whichever level the author began with.
    """
    tokens = MARKDOWN.parse(text or "")
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((token.tag for token in headings), default="")
    for token in headings:
        token.tag = "h3" if token.tag == highest else "h4"
    html = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    return mark_safe(
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow ugc noopener",
        )
    )


register.filter(language_name)


@register.filter
def shortened(text, most):
    """At most so many letters, ending at a word: for the subjects of mails, whose end says the most."""
    return textwrap.shorten(str(text), most, placeholder="…") if len(str(text)) > most else str(text)


@register.filter
def quoted(text):
    """Somebody's words in a mail: each line after a `>`, so that they are nothing but words."""
    return "\n".join(f"> {line}".rstrip() for line in str(text).splitlines())


@register.filter
def language_in_words(code):
    """A language in the reader's words: `fr` is French, and français for a French reader."""
    try:
        return Locale.parse(code).get_display_name(get_language())
    except (UnknownLocaleError, ValueError):
        return code


@register.simple_tag(takes_context=True)
def translated_url(context, language):
    """This very page, its query included, in another language."""
    request = context.get("request")
    return translate_url(request.get_full_path(), language) if request else f"/{language}/"


@register.simple_tag(takes_context=True)
def current(context, name):
    """`aria-current` for a link of the navigation: "page" on the page itself, "true" on pages below it."""
    request = context.get("request")
    try:
        address = reverse(name)
    except NoReverseMatch:
        return ""
    if not request or not request.path.startswith(address):
        return ""
    return format_html('aria-current="{}"', "page" if request.path == address else "true")


@register.filter
def as_input(field):
    """The widget of a field in the look of our forms.

    A text box lets its writer go on beyond its length, and says so: a browser would cut what is pasted, in silence.
    """
    classes = field.field.widget.attrs.get("class", "")
    attrs = {"class": f"input {classes}".strip()}
    if most := longest(field):
        attrs |= {"data-max": most, "maxlength": False}
    return field.as_widget(attrs=attrs)


def longest(field):
    """How many characters a text may have, where it has a length at all."""
    attrs = field.field.widget.attrs
    return attrs.get("data-max") or (isinstance(field.field.widget, Textarea) and attrs.get("maxlength"))


@register.filter
def counted(field):
    """How much of its length a text uses, where it has one: so many characters, or `data-lines`."""
    attrs = field.field.widget.attrs
    most = longest(field) or attrs.get("data-lines")
    if not most:
        return None
    text = str(field.value() or "").replace("\r\n", "\n")
    used = sum(bool(line.strip()) for line in text.split("\n")) if "data-lines" in attrs else len(text)
    return {
        "used": format_html("<span data-used>{}</span>", localize(used)),
        "most": int(most),
        "is_over": used > int(most),
        "is_lines": "data-lines" in attrs,
    }


@register.filter
def mistakes(forms):
    """What has to be looked at again in a form, or in several forms and formsets: (anchor, label, text)."""
    found = []
    for form in [forms] if isinstance(forms, BaseForm) else forms:
        rows = getattr(form, "forms", [form])
        if rows != [form] and form.is_bound:
            found += [(form.prefix, form.label, text) for text in form.non_form_errors()]
        for row in rows:
            if getattr(row, "cleaned_data", {}).get("DELETE"):
                continue  # it goes anyway
            found += [("", "", text) for text in row.non_field_errors()]
            found += [(anchor(field), field.label, text) for field in row for text in field.errors]
    return found


def anchor(field):
    """The id of the field, or of its first choice, so that a link leads to something that takes the focus."""
    if field.is_hidden:
        return ""
    return field.id_for_label or f"{field.auto_id}_0"
