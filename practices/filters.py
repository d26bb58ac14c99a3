"""What a reader may ask of the catalogue, read from the address, for the page and its feed."""

from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from django_filters import CharFilter, ChoiceFilter, FilterSet, MultipleChoiceFilter

from coalition.text import language_name
from members.models import Member
from practices import search
from practices.models import Practice, Theme
from practices.vocabularies import Vocabulary

MOST_MEMBERS = 15  # of the many members, those with the most practices are offered

SORTS = [
    ("relevance", _("Best match")),
    ("newest", _("Newest")),
    ("confirmed", _("Recently confirmed")),
    ("adapted", _("Most adapted")),
]
VIEWS = [("list", _("List")), ("map", _("Map")), ("table", _("Table"))]


class LenientField(forms.MultipleChoiceField):
    """Keeps the values that it knows; the others are told by `CatalogueFilter.ignored`, not refused."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *args, known, **kwargs):
        self.known = known
        super().__init__(*args, **{"required": False} | kwargs)

    def clean(self, value):
        values = list(dict.fromkeys(self.to_python(value)))
        labels = self.known(values) if values else {}
        return [value for value in values if value in labels]


class FacetFilter(MultipleChoiceFilter):
    """A facet of the catalogue. `known` gives the labels of those among some values that exist."""

    field_class = LenientField

    def __init__(self, label, known, **kwargs):
        super().__init__(label=label, known=known, **kwargs)
        self.known = known


class LenientChoiceField(forms.ChoiceField):
    def clean(self, value):
        return value if self.valid_value(value) else ""


class OrderFilter(ChoiceFilter):
    field_class = LenientChoiceField


def terms(name):
    """The labels of a vocabulary, in its order."""
    labels = dict(Vocabulary(name).choices)
    return lambda values: labels


def storable(values):
    """Those that PostgreSQL can be asked about: it knows no NUL."""
    return [value for value in values if "\x00" not in value]


def country_names(values):
    return {code: countries.name(code) for code in values if code in countries}


def member_names(values):
    """Only of these members: there may be thousands."""
    return dict(Member.objects.filter(slug__in=storable(values)).values_list("slug", "name"))


def theme_names(values):
    return {theme.slug: theme.name for theme in Theme.objects.filter(slug__in=storable(values))}


def language_names(values):
    names = {value: language_name(value) for value in values}
    return {code: name for code, name in names.items() if name != code}


def years(values):
    return {value: value for value in values if value.isdecimal() and value.isascii() and len(value) == 4}


def offers(values):
    return {"yes": _("Offers help to other cities")}


@dataclass
class Choice:
    """One box of a facet, and what a click on it would give."""

    value: str
    label: str
    count: int
    is_chosen: bool
    is_narrower: bool = False  # it stands under a broader theme


@dataclass
class Facet:
    name: str
    label: str
    choices: list
    is_open: bool


@dataclass
class Chip:
    """A choice that the reader made, and the address without it."""

    label: str
    address: str


class CatalogueFilter(FilterSet):
    q = CharFilter(label=_("Search by word, city or problem"))
    theme = FacetFilter(_("Theme"), theme_names)
    evidence = FacetFilter(_("Evidence, as checked"), terms("evidence"))
    country = FacetFilter(_("Country"), country_names)
    member = FacetFilter(_("City or region"), member_names)
    target = FacetFilter(_("Target group"), terms("target_groups"))
    setting = FacetFilter(_("Place"), terms("settings"))
    action = FacetFilter(_("Kind of action"), terms("kind_of_action"))
    stage = FacetFilter(_("Stage"), terms("implementation_stage"))
    cost = FacetFilter(_("Yearly cost"), terms("cost_ranges"))
    funding = FacetFilter(_("Funding"), terms("funding_sources"))
    year = FacetFilter(_("Year of start"), years)
    language = FacetFilter(_("Language of the text"), language_names)
    offers = FacetFilter(_("Help for other cities"), offers)
    sort = OrderFilter(label=_("Sort by"), choices=SORTS)
    view = OrderFilter(label=_("View"), choices=VIEWS)

    class Meta:
        model = Practice
        fields = []

    def __init__(self, data, queryset=None, **kwargs):
        """`data` is the query of the address, a QueryDict."""
        super().__init__(data, queryset, **kwargs)
        self.form.is_valid()

    def filter_queryset(self, queryset):
        query = search.understand(self.text, get_language())
        return queryset.filter(search_row__in=search.rows(query, self.chosen))

    @property
    def text(self):
        return self.form.cleaned_data.get("q") or ""

    @property
    def order(self):
        """The order that was asked for; the best match first where words were."""
        default = "relevance" if self.text.strip() else "newest"
        return self.form.cleaned_data["sort"] or default

    @property
    def layout(self):
        return self.form.cleaned_data["view"] or "list"

    @cached_property
    def chosen(self):
        """Facet → the values that the reader chose and that we know."""
        values = {name: self.form.cleaned_data[name] for name in search.FACETS}
        if values["theme"]:
            values["theme"] = self.narrowest(values["theme"])
        return {name: chosen for name, chosen in values.items() if chosen}

    def narrowest(self, slugs):
        """Without those broader themes of which a narrower one was chosen, too."""
        broader = {theme.parent_id for theme in self.themes if theme.slug in slugs}
        return [theme.slug for theme in self.themes if theme.slug in slugs and theme.pk not in broader]

    @cached_property
    def ignored(self):
        """What was asked and does not exist, to be told kindly."""
        asked = {name: self.data.getlist(name) for name in search.FACETS}
        unknown = [
            value for name, values in asked.items() for value in values if value not in self.form.cleaned_data[name]
        ]
        unknown += [
            self.data[name]
            for name in ["sort", "view"]
            if self.data.get(name) not in (None, "", self.form.cleaned_data[name])
        ]
        return [value[:40] for value in unknown if value.strip()]

    def find(self, page):
        """The page of results; remembers them for the facets."""
        self.results = search.find(self.text, self.chosen, self.order, page, get_language())
        return self.results

    def everything(self):
        """All that the results count, not only a page of them; the newest first."""
        query = self.find(1).query
        return Practice.objects.published().filter(search_row__in=search.rows(query, self.chosen))

    # --- what is followed ---

    @property
    def question(self):
        """The query of the address without order, view and page, always written the same way."""
        query = QueryDict(mutable=True)
        if text := search.printable(self.text):
            query["q"] = text
        for name, values in self.chosen.items():
            query.setlist(name, sorted(values))
        return query.urlencode()

    @property
    def in_words(self):
        """The question as a person would say it: the words, then what was chosen."""
        chosen = [
            str(self.filters[name].known(values)[value]) for name, values in self.chosen.items() for value in values
        ]
        return ", ".join([f"“{self.text}”"] * bool(self.text.strip()) + chosen)[:300]

    # --- addresses ---

    def address(self, **changes):
        """The query of the address with other values; a page number does not survive a change."""
        query = self.data.copy()
        query.pop("page", None)
        for name, value in changes.items():
            if value:
                query.setlist(name, value if isinstance(value, list) else [value])
            else:
                query.pop(name, None)
        return f"?{query.urlencode()}"

    @cached_property
    def cleared(self):
        """The address without any facet."""
        return self.address(**dict.fromkeys(search.FACETS))

    @cached_property
    def chips(self):
        chips = []
        for name, values in self.chosen.items():
            labels = self.labels(name)
            for value in values:
                others = [other for other in values if other != value]
                chips.append(Chip(labels.get(value, value), self.address(**{name: others})))
        return chips

    @cached_property
    def sorts(self):
        """Ways to sort: (label, address, whether it is the present one). A best match needs words."""
        return [
            (label, self.address(sort=value), value == self.order)
            for value, label in SORTS
            if value != "relevance" or self.text.strip()
        ]

    @cached_property
    def views(self):
        """Ways to show: (icon, label, address, whether it is the present one)."""
        return [
            (value, label, self.address(view=value, place=None, near=None), value == self.layout)
            for value, label in VIEWS
        ]

    @cached_property
    def kept(self):
        """(name, value) of what the form must carry along unseen."""
        return [(name, self.data[name]) for name in ["sort", "view"] if self.form.cleaned_data[name]]

    # --- facets ---

    @cached_property
    def facets(self):
        """The facets with something to choose, in the order of the page."""
        facets = [self.facet(name) for name in self.filters if name in search.FACETS]
        return [facet for facet in facets if facet.choices]

    def facet(self, name):
        choices = self.theme_choices() if name == "theme" else self.choices(name)
        is_open = name in ("theme", "evidence") or name in self.chosen
        return Facet(name, self.filters[name].label, choices, is_open)

    def choices(self, name):
        counts, chosen = self.results.counts[name], self.chosen.get(name, [])
        labels = self.labels(name)
        choices = [
            Choice(value, label, counts.get(value, 0), value in chosen)
            for value, label in labels.items()
            if value in counts or value in chosen
        ]
        if name in ("country", "language", "member"):
            choices.sort(key=lambda choice: str(choice.label))
        return choices

    def theme_choices(self):
        """Top themes; the narrower ones follow a theme that was chosen, or of which one was."""
        counts, chosen = self.results.counts["theme"], self.chosen.get("theme", [])
        opened = {theme.parent_id or theme.pk for theme in self.themes if theme.slug in chosen}
        tops = [theme for theme in self.themes if theme.parent_id is None]
        themes = [theme for top in tops for theme in [top, *self.narrower_themes(top, opened)]]
        return [
            Choice(theme.slug, theme.name, counts.get(theme.slug, 0), theme.slug in chosen, theme.parent_id is not None)
            for theme in themes
            if theme.slug in counts or theme.slug in chosen
        ]

    def narrower_themes(self, top, opened):
        return [theme for theme in self.themes if theme.parent_id == top.pk] if top.pk in opened else []

    @cached_property
    def themes(self):
        """All of them, as rows: what a theme can do more is not needed for a label."""
        return list(Theme.objects.order_by("position").values_list("pk", "slug", "name", "parent_id", named=True))

    def labels(self, name):
        """The labels of a facet's values: all of a vocabulary, or those that were counted or chosen."""
        if name == "theme":
            return {theme.slug: theme.name for theme in self.themes}
        if name == "member":
            return self.member_labels
        counted = sorted(self.results.counts[name], reverse=True)
        return self.filters[name].known([*counted, *self.chosen.get(name, [])])

    @cached_property
    def member_labels(self):
        counts = self.results.counts["member"]
        most = sorted(counts, key=lambda slug: -counts[slug])[:MOST_MEMBERS]
        return member_names([*most, *self.chosen.get("member", [])])

    # --- when nothing is found ---

    @cached_property
    def ways_on(self):
        """[(label, address, how many)] for what would give something: without one facet, without all of them."""
        attempts = [
            (
                self.filters[name].label,
                self.address(**{name: None}),
                {n: v for n, v in self.chosen.items() if n != name},
            )
            for name in self.chosen
        ]
        if len(self.chosen) > 1:
            attempts.append((None, self.cleared, {}))
        totals = search.totals(self.results.query, [facets for _label, _address, facets in attempts])
        return [
            (label, address, total) for (label, address, _facets), total in zip(attempts, totals, strict=True) if total
        ]

    @cached_property
    def nearest_themes(self):
        """[(theme, address)]: those named most like the words."""
        return [(theme, f"?theme={theme.slug}") for theme in search.themes_like(self.text)]
