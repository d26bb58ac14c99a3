"""A practice on paper: all that its page says, as words for `typst/practice.typ`.

A printout is a head, figures, and sections. A section has a title and blocks, a block is one of

    {"kind": "paragraph", "runs": [...]}      runs: [{"text", "style": "" | "strong" | "code", "address"}]
    {"kind": "heading", "runs": [...]}
    {"kind": "list", "ordered", "items"}      items: lists of blocks
    {"kind": "quote", "blocks"}
    {"kind": "facts", "rows"}                 rows: [label, list of lines]
    {"kind": "picture", "number", "alternative", "caption"}
"""

import io

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it.tree import SyntaxTreeNode
from PIL import Image

from coalition import typesetting
from coalition.templatetags.site import MARKDOWN, language_in_words
from practices import citation, files
from practices.lineage import Lineage
from practices.paving import pavings
from practices.templatetags.library import (
    change,
    evidence_ladder,
    figure,
    month,
    paving,
    period_and_source,
    term,
    web_address,
)

TEMPLATE = "practices/typst/practice.typ"
PICTURE_WIDTH = 960
MOST_STONES = 120  # of what fewer than so many were counted, each is drawn
EXTERNAL = ("http:", "https:", "mailto:")


def draw(words):
    """The printout as PDF."""
    return typesetting.pdf(TEMPLATE, words, [picture_as_jpeg(path) for path in words["pictures"]])


def words_of(practice, revision, is_current=True):
    """All that is printed of a text of a practice: what its public page says, and nothing else."""
    pictures = pictures_of(revision) if is_current else []
    return {
        "interface_language": get_language(),
        "language": revision.language,
        "site": [_("European Coalition of Cities and Regions"), _("against drug-related violence and trafficking")],
        "code": practice.code,
        "title": revision.title,
        "summary": revision.summary,
        "dates": dates_of(practice, revision),
        "place": practice.member.name,
        "country": practice.member.country.code or "",
        "theme": revision.main_theme.name if revision.main_theme else "",
        "stage": revision.get_stage_display(),
        "paving": pavings()[paving(revision.main_theme)],
        "notices": notices(practice, is_current),
        "outcomes": [outcome_words(outcome) for outcome in revision.outcomes.all()],
        "doubts": paragraphs(revision.what_did_not_work),
        "sections": [section for section in sections(practice, revision, pictures) if section["blocks"]],
        "ladder": ladder(revision),
        "pictures": [path for path, _image in pictures],
        "labels": {
            "doubts": _("What did not work"),
            "solid": _("How solid is this?"),
            "page": _("Page"),
            "figures": _("Results"),
            "one_stone": _("Each stone is one counted case."),
            "to": _("to"),
        },
        "address": f"{settings.SITE_URL}{practice.get_absolute_url()}",
    }


# --- the head ---


def dates_of(practice, revision):
    """Since when, checked when, confirmed when, in one line."""
    if revision.original_title:
        yield_name = f"{capfirst(language_in_words(revision.original_language))}: {revision.original_title}."
    else:
        yield_name = ""
    lasted = ""
    if revision.start and revision.end:
        lasted = _("From %(start)s to %(end)s.") % {"start": month(revision.start), "end": month(revision.end)}
    elif revision.start:
        lasted = _("Since %(start)s.") % {"start": month(revision.start)}
    checked = _("Checked by the secretariat on %(date)s.") % {"date": day(revision.approved_at)}
    confirmed = _("Confirmed by the city on %(date)s.") % {"date": day(practice.confirmed_on)}
    parts = [yield_name, lasted, checked if revision.approved_at else "", confirmed if practice.confirmed_on else ""]
    return " ".join(filter(None, parts))


def notices(practice, is_current):
    """What a reader must know before believing: (title, text)."""
    place, found = practice.member.name, []
    if practice.is_retold:
        text = _("%(place)s has not confirmed this text.") % {"place": place}
        found.append([_("Retold by the editors from public sources"), text])
    elif practice.member.is_fictional:
        text = _("%(place)s does not exist. This text and its figures are invented.") % {"place": place}
        found.append([_("Invented for the demonstration"), text])
    if not is_current:
        text = _("The city has published a newer one since.")
        found.append([_("An earlier text of this practice"), text])
    return found


def day(date):
    return date_format(date, "j F Y") if date else ""


# --- the figures ---


def outcome_words(outcome):
    counted = [value for value in (outcome.before, outcome.after) if value is not None]
    whole = all(value == int(value) and 0 <= value <= MOST_STONES for value in counted)
    longest = max(map(abs, counted)) or 1
    return {
        "indicator": outcome.indicator,
        "before": "" if outcome.before is None else figure(outcome.before, outcome.unit),
        "after": figure(outcome.after, outcome.unit),
        "change": "" if outcome.change is None else change(outcome),
        "source": period_and_source(outcome),
        "years": [month(outcome.begin), month(outcome.end)],
        "stones": [int(value) for value in counted] if whole and not outcome.unit else [],
        "shares": [float(abs(value) / longest) for value in counted] if outcome.before is not None else [],
    }


def ladder(revision):
    """The steps of the ladder of evidence, and what is said about them."""
    steps = [
        {
            "label": step["label"],
            "note": str(step["note"]),
            "is_current": step["is_current"],
            "position": step["position"],
            "total": step["total"],
        }
        for step in evidence_ladder(revision.evidence_checked)
    ]
    lines = [
        labelled(_("Stated by the author:"), revision.get_evidence_stated_display()),
        labelled(_("Checked by the secretariat:"), revision.get_evidence_checked_display()),
        revision.evidence_reason,
        labelled(_("Evaluation:"), ", ".join(filter(None, evaluation_of(revision)))),
        revision.evaluation_link if web_address(revision.evaluation_link) else "",
    ]
    return {"steps": steps, "here": _("Checked: this practice is here."), "lines": list(filter(None, lines))}


def evaluation_of(revision):
    return [str(revision.get_evaluation_display()), revision.evaluation_author]


def labelled(label, text):
    return f"{label} {text}" if text else ""


# --- the sections ---


def sections(practice, revision, pictures):
    """Every section of the page in its order; those without blocks are not printed."""
    own, ours = revision.language, get_language()
    place = practice.member.name
    yield section(_("What changed"), own, results(revision))
    yield section(_("The problem"), own, paragraphs(revision.context))
    yield section(_("What they wanted"), own, lines_as_list(revision.objectives))
    yield section(_("What they did"), own, markdown_blocks(revision.what_was_done) + picture_blocks(pictures))
    yield section(_("Building blocks"), own, building_blocks(revision))
    yield section(_("Who took part"), own, paragraphs(revision.participation))
    yield section(_("Rights and ethics"), own, paragraphs(revision.safeguards))
    yield section(_("Legal basis and powers used"), own, paragraphs(revision.legal_basis))
    yield section(_("What it takes"), own, facts(what_it_takes(revision)))
    yield section(_("Conditions for success"), own, paragraphs(revision.conditions))
    yield section(_("First steps elsewhere"), own, lines_as_list(revision.first_steps, ordered=True))
    yield section(_("Where it came from, where it went"), own, lineage(practice, revision))
    yield section(_("In short"), ours, facts(in_short(revision)))
    if not practice.is_retold and revision.public_contact:
        yield section(_("Talk to %(place)s") % {"place": place}, ours, contact(revision))
    yield section(_("Sources"), ours, sources(revision))
    yield section(_("Documents and links"), ours, documents_and_links(revision))
    yield section(_("Cite this practice"), ours, quotation(practice, revision))


def section(title, language, blocks):
    return {"title": str(title), "language": language, "blocks": blocks}


def results(revision):
    found = paragraph(f"{_('What the evaluation found:')} {revision.get_finding_display()}")
    return paragraphs(revision.results) + ([found] if revision.finding else [])


def building_blocks(revision):
    verdicts = {"keep": _("Keep it as it is"), "adapt": _("Adapt it to your place")}
    items = []
    for block in revision.building_blocks:
        texts = [
            [run(f"{block.get('title', '')}. ", "strong"), run(block.get("what", ""))],
            [run(f"{_('It needs:')} ", "strong"), run(block["conditions"])] if block.get("conditions") else [],
            [run(f"{_('Learned:')} ", "strong"), run(block["lessons"])] if block.get("lessons") else [],
            [run(verdicts[block["verdict"]])] if block.get("verdict") in verdicts else [],
        ]
        items.append([{"kind": "paragraph", "runs": runs} for runs in texts if runs])
    return [{"kind": "list", "ordered": True, "items": items}] if items else []


def what_it_takes(revision):
    yearly = revision.get_cost_yearly_display()
    if revision.cost_amount:
        year = f", {revision.cost_year}" if revision.cost_year else ""
        yearly = f"{yearly} ({figure(revision.cost_amount)} {revision.cost_currency}{year})".strip()
    return [
        (_("Team"), revision.staff),
        (_("Cost to set up"), revision.get_cost_setup_display()),
        (_("Cost a year"), yearly),
        (_("Paid by"), ", ".join(filter(None, [*revision.get_funding_display(), revision.funding_other]))),
        (_("First results"), revision.get_time_to_results_display()),
        (_("Partners"), "\n".join(map(partner_words, revision.partners))),
    ]


def partner_words(partner):
    kind = term(partner["type"], "partner_types") if partner.get("type") else ""
    more = ", ".join(filter(None, [kind, partner.get("role", "")]))
    return f"{partner.get('name', '')} ({more})" if more else partner.get("name", "")


def in_short(revision):
    language = capfirst(language_in_words(revision.language))
    return [
        (_("Level"), revision.get_level_display()),
        (_("Kind of action"), ", ".join(revision.get_kinds_display())),
        (_("For"), ", ".join(filter(None, [*revision.get_target_groups_display(), ages(revision)]))),
        (_("Where"), ", ".join(revision.get_settings_display())),
        (_("Prevention"), ", ".join(revision.get_prevention_levels_display())),
        (_("Written in"), language),
        (_("Commitments"), ", ".join(revision.commitments)),
        (_("Themes"), ", ".join(use.tag.name for use in revision.theme_uses.all())),
        (_("Keywords"), ", ".join(keyword.name for keyword in revision.keywords.all())),
    ]


def ages(revision):
    youngest, oldest = revision.age_from, revision.age_to
    if youngest is not None and oldest is not None:
        return _("aged %(from)s to %(to)s") % {"from": youngest, "to": oldest}
    if youngest is not None:
        return _("aged %(from)s and over") % {"from": youngest}
    return _("aged up to %(to)s") % {"to": oldest} if oldest is not None else ""


def lineage(practice, revision):
    """The family of the practice as its page draws it: who came from whom, and what each kept and changed."""
    family = Lineage(practice, revision)
    return [] if family.is_alone else stops_as_list(family.trees)


def stops_as_list(stops):
    items = [
        [paragraph(stop_words(stop)), *facts(adaptation_facts(stop.claim)), *stops_as_list(stop.stops)]
        for stop in stops
    ]
    return [{"kind": "list", "ordered": False, "items": items}] if items else []


def stop_words(stop):
    name = f"{stop.name} ({stop.year})" if stop.year else stop.name
    return f"{name}: {stop.standing or stop.revision.title}"


def adaptation_facts(claim):
    if claim is None:
        return []
    return [(_("Kept"), claim.kept), (_("Changed"), claim.changed), (_("Dropped"), claim.dropped)]


def contact(revision):
    people = [person for person in revision.contacts if person.get("public")]
    lines = [", ".join(filter(None, [person.get(key, "") for key in ("name", "role", "email")])) for person in people]
    offered = ", ".join(revision.get_offers_display())
    if offered and revision.offers_until:
        offered += " (" + _("until %(date)s") % {"date": day(revision.offers_until)} + ")"
    texts = [*lines, revision.public_contact, labelled(_("They offer:"), offered)]
    return [paragraph(text) for text in texts if text]


def sources(revision):
    if not revision.sources:
        return []
    unread = _("not read by the editors themselves")
    said = _("The editors retold this practice from these pages.")
    certainty = labelled(_("Certainty of the text:"), revision.get_certainty_display())
    items = [
        f"{titled(source)} ({unread})" if source.get("source_seen") is False else titled(source)
        for source in revision.sources
    ]
    return [paragraph(f"{said} {certainty}".strip()), *lines_as_list(items)]


def documents_and_links(revision):
    documents = [
        ", ".join([document.title, document.get_kind_display(), document.extension.upper()])
        for document in revision.documents.all()
    ]
    links = [titled(link) for link in revision.links if web_address(link.get("url", ""))]
    return lines_as_list(documents + links)


def titled(link):
    title, address = link.get("title", ""), link.get("url", "")
    return f"{title}: {address}" if title and title != address else address


def quotation(practice, revision):
    """How to cite this very text, and what may be done with it."""
    cited = citation.cite(practice, revision)
    note = f" ({cited.note})" if cited.note else ""
    words = f"{cited.author} ({cited.year}). {cited.title}{note}. {cited.origin} "
    return [{"kind": "paragraph", "runs": [run(words), run(cited.url, address=cited.url)]}]


# --- blocks ---


def run(text, style="", address=""):
    return {"text": str(text), "style": style, "address": address if address.startswith(EXTERNAL) else ""}


def paragraph(text):
    return {"kind": "paragraph", "runs": [run(text)]}


def paragraphs(text):
    """A text with empty lines between its paragraphs."""
    return [paragraph(part.strip()) for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


def lines_as_list(lines, ordered=False):
    items = [[paragraph(line)] for line in lines]
    return [{"kind": "list", "ordered": ordered, "items": items}] if items else []


def facts(rows):
    rows = [[str(label), str(text).split("\n")] for label, text in rows if text]
    return [{"kind": "facts", "rows": rows}] if rows else []


def markdown_blocks(text):
    """What a city wrote in Markdown as blocks: the same safe subset as on the page."""
    root = SyntaxTreeNode(MARKDOWN.parse(text or ""))
    return [block for node in root.children for block in block_of(node)]


def block_of(node):
    """The blocks that a node of Markdown stands for; a rule stands for none."""
    match node.type:
        case "paragraph" | "heading":
            return [{"kind": node.type, "runs": runs_of(node)}]
        case "bullet_list" | "ordered_list":
            items = [[block for child in item.children for block in block_of(child)] for item in node.children]
            return [{"kind": "list", "ordered": node.type == "ordered_list", "items": items}]
        case "blockquote":
            return [{"kind": "quote", "blocks": [block for child in node.children for block in block_of(child)]}]
        case "fence" | "code_block":
            return [{"kind": "paragraph", "runs": [run(node.content.rstrip("\n"), "code")]}]
    return []


def runs_of(node, style="", address=""):
    """The words of a node, each with how it is set and where it leads."""
    match node.type:
        case "text":
            return [run(node.content, style, address)]
        case "code_inline":
            return [run(node.content, "code", address)]
        case "softbreak":
            return [run(" ", style, address)]
        case "hardbreak":
            return [run("\n", style, address)]
        case "strong" | "em":
            style = "strong"
        case "link":
            address = str(node.attrs.get("href", ""))
    return [found for child in node.children for found in runs_of(child, style, address)]


# --- pictures ---


def pictures_of(revision):
    """(where it lies, the Image) of those that are there."""
    found = []
    for image in revision.images.all():
        widths = [width for width in map(int, image.variants) if width <= PICTURE_WIDTH]
        path = files.image_path(image.key, max(widths, default=PICTURE_WIDTH), "webp")
        if default_storage.exists(path):
            found.append((path, image))
    return found


def picture_blocks(pictures):
    return [
        {
            "kind": "picture",
            "number": number,
            "alternative": image.alternative_text,
            "caption": _("Picture: %(credit)s") % {"credit": image.credit},
        }
        for number, (_path, image) in enumerate(pictures)
    ]


def picture_as_jpeg(path):
    file = io.BytesIO()
    with default_storage.open(path) as stored, Image.open(stored, formats=["WEBP"]) as picture:
        picture.convert("RGB").save(file, "JPEG", quality=80)
    return file.getvalue()
