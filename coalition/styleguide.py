"""The page of components: each in its states, drawn by its own template from examples that are nowhere stored."""

import datetime
from decimal import Decimal
from functools import wraps

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from coalition import maps
from members.models import Member
from practices import diff
from practices.lineage import Stop
from practices.models import Adaptation, Outcome, Practice, Revision, Theme
from practices.models.state import State
from practices.vocabularies import Vocabulary

PLACES = [
    Member(name="Łódź", country="PL"),
    Member(name="Θεσσαλονίκη", country="GR"),
    Member(name="Велико Търново", country="BG"),
    Member(name="Castrop-Rauxel und Ennepe-Ruhr-Kreis", country="DE"),
]


def figure(indicator, before, after, better="up", unit=""):
    """An outcome of three years, or of one where nothing was counted before."""
    counted = {"before": Decimal(before), "begin": "2017", "end": "2020"} if before else {"begin": "2024"}
    return Outcome(indicator=indicator, after=Decimal(after), unit=unit, source="A count", better=better, **counted)


OUTCOMES = [
    figure("Falls: shootings a year", 65, 20, better="down"),
    figure("Rises: organisations", 524, 947),
    figure("Points: young people", 23, 42, unit="%"),
    figure("A single figure: visits", None, 1380),
    None,  # no figure yet
]
CHARTED = [
    figure("One stone, one event: shootings", 65, 20, better="down"),
    figure("One stone, ten events: calls", 524, 947),
    figure("One in a hundred", 23, 42, unit="%"),
    figure("Money has no stones", 900, 700, better="down", unit="€"),
]
PINS = [
    maps.Pin("Oslo", "Oslo, signed the declaration", "#main", maps.project(59.9, 10.8), 3, "signed"),
    maps.Pin("Lyon", "Lyon, member of the coalition", "#main", maps.project(45.8, 4.8), 2, "member"),
    maps.Pin("Athens", "Athens, place in the library", "#main", maps.project(38.0, 23.7), 1, "place"),
    maps.Pin("Kyiv", "Kyiv, signature withdrawn", "#main", maps.project(50.5, 30.5), 1, "withdrawn"),
    maps.Pin("Lisbon", "Lisbon, chosen", "#main", maps.project(38.7, -9.1), 1, "member", is_chosen=True),
    maps.Pin("Milan", "Milan, in a cluster", "#main", maps.project(45.5, 9.2), 2, "member"),
    maps.Pin("Turin", "Turin, in a cluster", "#main", maps.project(45.1, 7.7), 1, "member"),
    maps.Pin("A network", "A network, which lies nowhere", "#main", None),
]
TIMELINE = [  # as practices/timeline.py gives it
    {"kind": "done", "label": "Submitted", "at": datetime.datetime(2026, 3, 2, 9, 30, tzinfo=datetime.UTC)},
    {"kind": "cur", "label": "In review", "note": "Number 3 of those that wait."},
    {"kind": "", "label": "Public"},
]
CHANGED = diff.words(
    "Police counted 65 shootings in 2017 and 20 three years later.",
    "Police counted 65 shootings in 2017 and 20 in 2020, in the city alone.",
)


def stops():
    """A family of each kind of stop."""
    place = [Practice(slug=f"example-{n}", member=member) for n, member in enumerate(PLACES)]
    text = Revision(title="What another city did", language="en", start="2014-01")
    claim = Adaptation(kept="The call to each young man by name.", changed="Social workers lead it, not the police.")
    follower = Stop(place[2], text, claim=claim)
    here = Stop(place[1], Revision(start="2018-10"), is_here=True, stops=[follower, Stop(place[2], is_repeated=True)])
    return [Stop(outside="Boston, Operation Ceasefire", stops=[Stop(place[3], None), here])]


class ExampleForm(forms.Form):
    """One field of each kind."""

    text = forms.CharField(label="A line of text", help_text="Help comes before the field.")
    limited = forms.CharField(
        label="A text with a limit", widget=forms.Textarea(attrs={"rows": 3, "data-max": 80, "class": "input"})
    )
    choice = forms.ChoiceField(label="One of many", choices=[("", "—"), ("a", "A city"), ("b", "A region")])
    some = forms.MultipleChoiceField(
        label="Some of a few", choices=[("a", "Schools"), ("b", "Streets")], widget=forms.CheckboxSelectMultiple
    )
    one = forms.ChoiceField(
        label="One of a few", choices=[("a", "Now"), ("b", "Within 60 days")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="A tick")
    file = forms.FileField(label="A file", help_text="PDF, at most 20 MB.")
    closed = forms.CharField(
        label="Disabled", disabled=True, initial="Brașov", help_text="Filled in from your account."
    )


def while_building(view):
    """The page is for those who build or try the site, and exists nowhere else."""

    @wraps(view)
    def wrapped(request):
        if not (settings.DEMO or settings.DEBUG):
            raise Http404
        return view(request)

    return wrapped


@require_safe
@while_building
def styleguide(request):
    context = {
        "places": PLACES,
        "themes": [Theme(name=paving.label, slug=paving, paving=paving) for paving in Theme.Paving],
        "evidence": list(Vocabulary("evidence")),
        "states": [Revision(state=state) for state in State],
        "outcomes": OUTCOMES,
        "charted": CHARTED,
        "map": maps.Map(PINS, maps.View(), title="Example of a map", caption=maps.counted("9 practices", 8)),
        "stops": stops(),
        "timeline": TIMELINE,
        "changed": CHANGED,
        "form": ExampleForm(initial={"limited": "Counted while it is written."}),
        "form_with_errors": ExampleForm({"text": "", "limited": "x" * 90}),
        "kinds_of_notice": ["", "warn", "good", "bad"],
        "page_obj": Paginator(range(120), 10).get_page(5),
        "cards": Practice.objects.published().for_cards()[:2],
        "origin": Practice.objects.published().most_adapted().first(),
    }
    return render(request, "styleguide.html", context)
