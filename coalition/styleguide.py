"""The page of components: each in its states, drawn by its own template from examples that are nowhere stored."""

from functools import wraps

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.models import Member
from practices.models import Outcome, Practice, Revision, Theme
from practices.models.revision import State
from practices.vocabularies import Vocabulary

PLACES = [
    Member(name="Łódź", country="PL"),
    Member(name="Θεσσαλονίκη", country="GR"),
    Member(name="Велико Търново", country="BG"),
    Member(name="Castrop-Rauxel und Ennepe-Ruhr-Kreis", country="DE"),
]
PERIOD = {"begin": "2017", "end": "2020"}
OUTCOMES = [
    Outcome(indicator="Falls: shootings a year", before=65, after=20, source="Police", better="down", **PERIOD),
    Outcome(indicator="Rises: organisations", before=524, after=947, source="A census", better="up", **PERIOD),
    Outcome(indicator="Points: young people", before=23, after=42, unit="%", source="A survey", better="up", **PERIOD),
    Outcome(indicator="A single figure: visits", after=1380, source="Own count", better="up", begin="2024"),
    None,  # no figure yet
]


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
        "form": ExampleForm(initial={"limited": "Counted while it is written."}),
        "form_with_errors": ExampleForm({"text": "", "limited": "x" * 90}),
        "kinds_of_notice": ["", "warn", "good", "bad"],
        "page_obj": Paginator(range(120), 10).get_page(5),
        "cards": Practice.objects.published().for_cards()[:2],
        "origin": Practice.objects.published().most_adapted().first(),
    }
    return render(request, "styleguide.html", context)
