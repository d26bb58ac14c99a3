"""What is asked of a city, and what it says to that."""

from django import forms
from django.utils.translation import gettext_lazy as _

from practices.models import Question
from practices.models.question import cities_of


class QuestionForm(forms.ModelForm):
    """A question; who acts for several members says for which."""

    class Meta:
        model = Question
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}
        help_texts = {"text": _("They see your name and your city, not your address. You get a mail when they answer.")}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        cities = cities_of(user)
        if cities.count() > 1:
            self.fields["member"] = forms.ModelChoiceField(cities, label=_("You ask for"), empty_label=None)
        self.only_city = cities.first()

    @property
    def member(self):
        return self.cleaned_data.get("member") or self.only_city


class WordsForm(forms.Form):
    """The words of a step: an answer, or why there is none."""

    LABELS = {"answer": _("Your answer"), "close": _("Why it is closed"), "report": _("What is wrong with it")}

    def __init__(self, *args, name, **kwargs):
        super().__init__(*args, auto_id=f"{name}_%s", **kwargs)
        most, rows = (3000, 6) if name == "answer" else (500, 2)
        widget = forms.Textarea(attrs={"rows": rows})
        self.fields["words"] = forms.CharField(
            label=self.LABELS.get(name, ""), max_length=most, required=False, widget=widget
        )
