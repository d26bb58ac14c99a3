"""The directory: members of the coalition, and places that the library tells about, as a list and on a map."""

import datetime

from django import forms
from django.db.models import Count, Exists, OuterRef, Q, TextField, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, ListView

from coalition.maps import Map, Pin, View, near_address, project
from coalition.text import Fold
from members.models import DeclarationVersion, Member, Signature
from practices.models import Adaptation, Practice, Revision
from practices.places import practices_in
from practices.vocabularies import Vocabulary

LATELY = datetime.timedelta(days=365)
MOST_NEWCOMERS = 5
LOCATOR_ZOOM = 2


def members_in_library():
    """Members and places, each with its practices counted and whether it signed."""
    public = Count("practices", filter=Q(practices__public_revision__state="public"))
    signed = Signature.objects.active().filter(authority=OuterRef("authority"))
    return Member.objects.annotate(practice_count=public, has_signed=Exists(signed)).order_by("name")


def offering(kind):
    """Practices whose public text offers this to other cities, today."""
    return Practice.objects.published().filter(
        Q(public_revision__offers_until=None) | Q(public_revision__offers_until__gte=timezone.localdate()),
        public_revision__offers__contains=[kind],
    )


class DirectoryForm(forms.Form):
    """How the directory is narrowed: by words of a name, by country, by what is offered to others."""

    q = forms.CharField(label=_("Name of a city or region"), max_length=100, required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    offers = forms.ChoiceField(label=_("What they offer"), required=False)

    def __init__(self, *args, countries, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", _("Every country")), *countries]
        self.fields["offers"].choices = [("", _("Anything")), *Vocabulary("offers").choices]

    def narrow(self, members):
        """Apply what is valid and leave out the rest."""
        self.full_clean()
        if text := self.cleaned_data.get("q"):
            names = Fold(
                Concat("name", Value("\n"), "local_name", Value("\n"), "other_names", output_field=TextField())
            )
            members = members.annotate(names=names).filter(names__contains=Fold(Value(text)))
        if country := self.cleaned_data.get("country"):
            members = members.filter(country=country)
        if offer := self.cleaned_data.get("offers"):
            members = members.filter(Exists(offering(offer).filter(member=OuterRef("pk"))))
        return members


class MemberListView(ListView):
    """Members, and apart from them the places: those whose practices were retold, and those still to be told of."""

    template_name = "practices/member_list.html"

    def get_queryset(self):
        everyone = members_in_library()
        self.form = DirectoryForm(self.request.GET, countries=countries_of(everyone))
        members = by_country(self.form.narrow(everyone))
        for member in members:
            member.pin = pin_of(member)
        return members

    def get_context_data(self, **kwargs):
        places = [member for member in self.object_list if not member.is_member]
        return super().get_context_data(
            form=self.form,
            members=[member for member in self.object_list if member.is_member],
            places=[place for place in places if place.practice_count],
            untold_places=[place for place in places if not place.practice_count],
            country_count=len({member.country.code for member in self.object_list}),
            newcomers=Member.objects.joined_since(timezone.localdate() - LATELY)[:MOST_NEWCOMERS],
            map=self.map(),
            **kwargs,
        )

    def map(self):
        pins = [member.pin for member in self.object_list]
        return Map(
            pins=pins,
            view=View.read(self.request.GET.get("near")),
            address=lambda view: near_address(self.request.GET, view),
            title=gettext("Map of members and places"),
            caption=practices_in(pins),
        )


def pin_of(member):
    """How a member or place stands on the map; its words say what its stone looks like."""
    count = member.practice_count
    practices = ngettext("%(count)s practice", "%(count)s practices", count) % {"count": count}
    kind, status = standing(member)
    return Pin(
        name=member.name,
        words=", ".join([member.name, practices, str(status)]),
        address=member.get_absolute_url(),
        point=project(member.latitude, member.longitude),
        size=count,
        kind=kind,
    )


def standing(member):
    if member.has_signed:
        return "signed", _("signed the declaration")
    if member.is_member:
        return "member", _("member of the coalition")
    return "place", _("place in the library, not a member")


def countries_of(members):
    countries = {member.country.code: member.country.name for member in members.only("country")}
    return sorted(countries.items(), key=lambda country: slugify(country[1]))


def by_country(members):
    """Sorted as a reader looks: by the country's name in their language, then by the place's."""
    return sorted(members, key=lambda member: (slugify(member.country.name), slugify(member.name)))


def commitments_of(texts):
    """Each commitment of today's declaration, with those of these texts that serve it: (article, texts)."""
    version = DeclarationVersion.objects.current()
    articles = version.text_in().articles.all() if version else []
    return [(article, [text for text in texts if article.code in text.commitments]) for article in articles]


class MemberDetailView(DetailView):
    """A member or a place: who it is, what it does and offers, what travelled, whether it signed."""

    template_name = "practices/member_detail.html"

    def get_queryset(self):
        return members_in_library().select_related("authority")

    def get_context_data(self, **kwargs):
        member = self.object
        texts = list(Revision.objects.of(member))
        own = [text for text in texts if not text.practice.is_retold]
        adaptations = Adaptation.objects.public().with_practices()
        return super().get_context_data(
            offers=[text for text in own if text.offers_help],
            commitments=commitments_of(own) if member.is_member else [],
            contact=next((text.public_contact for text in own if text.public_contact), ""),
            given=adaptations.filter(origin__member=member).exclude(revision__practice__member=member),
            received=adaptations.filter(revision__practice__member=member).exclude(origin__member=member),
            practices=Practice.objects.published().filter(member=member).for_cards(),
            signature=Signature.objects.active().filter(authority=member.authority_id).first(),
            locator=locator(pin_of(member)),
            **kwargs,
        )


def locator(pin):
    """A small map of the surroundings, or None where we do not know where it is."""
    if pin.point is None:
        return None
    return Map([pin], View.around(*pin.point, LOCATOR_ZOOM))
