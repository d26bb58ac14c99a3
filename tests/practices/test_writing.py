import pytest
from django.core.exceptions import PermissionDenied

from practices import search, writing
from practices.forms.writing import ContactForm, MeansForm
from practices.models import Image, Keyword, Revision
from tests.factories import OutcomeFactory, RevisionFactory, ThemeFactory, published_practice

pytestmark = pytest.mark.django_db


def test_a_new_revision_begins_as_a_copy_of_the_public_text(coordinator):
    themes = [ThemeFactory(), ThemeFactory()]
    practice = published_practice(themes=themes, partners=[{"name": "Police"}])
    public = practice.public_revision
    public.keywords.add("harbour")
    OutcomeFactory(revision=public)
    Image.objects.create(revision=public, alternative_text="A harbour", credit="City", consent=True, focus="nw")

    draft = writing.revise(practice, by=coordinator)

    assert (draft.number, draft.state, draft.author) == (2, "draft", coordinator)
    assert (draft.title, draft.partners) == (public.title, public.partners)
    assert [use.tag for use in draft.theme_uses.all()] == themes
    assert [keyword.name for keyword in draft.keywords.all()] == ["harbour"]
    assert draft.outcomes.get().indicator == public.outcomes.get().indicator
    assert (draft.images.get().key, draft.images.get().focus) == (public.images.get().key, "nw")
    assert public.outcomes.count() == public.images.count() == 1
    assert (draft.approved_at, draft.evidence_checked, draft.published_at) == (None, "", None)


def test_revising_twice_leads_to_the_same_draft(coordinator):
    practice = published_practice()

    first, second = (writing.revise(practice, by=coordinator) for _ in range(2))

    assert first == second


def test_there_is_nothing_to_revise_before_a_first_publication(coordinator):
    refused = RevisionFactory(state="refused")

    with pytest.raises(PermissionDenied):
        writing.revise(refused.practice, by=coordinator)


def means(revision, **fields):
    """The step on means as one writer has it, filled in."""
    form = MeansForm({"cost_currency": "EUR"} | fields, instance=Revision.objects.get(pk=revision.pk))
    assert form.is_valid()
    return form


def test_the_second_of_two_writers_overwrites_nothing(coordinator):
    draft = RevisionFactory(staff="One person", funding_other="")
    opened = writing.traces(draft, ["staff", "funding_other"])
    first, second = means(draft, staff="Two people"), means(draft, staff="Three people", funding_other="Shops")
    writing.save([first], revision=first.instance, by=coordinator, opened=opened)

    with pytest.raises(writing.Overtaken) as overtaken:
        writing.save([second], revision=second.instance, by=draft.author, opened=opened)

    draft.refresh_from_db()
    assert (draft.staff, draft.funding_other, draft.saved_by, draft.version) == ("Two people", "", coordinator, 1)
    assert overtaken.value.clashes == [writing.Clash("staff", "Two people", "Three people", True)]


def test_words_that_one_only_held_are_told_from_words_that_one_wrote(coordinator):
    draft = RevisionFactory(staff="One person")
    opened = writing.traces(draft, ["staff", "funding_other"])
    first, second = means(draft, staff="Two people"), means(draft, staff="One person", funding_other="Shops")
    writing.save([first], revision=first.instance, by=coordinator, opened=opened)

    with pytest.raises(writing.Overtaken) as overtaken:
        writing.save([second], revision=second.instance, by=draft.author, opened=opened)

    assert overtaken.value.clashes == [writing.Clash("staff", "Two people", "One person", False)]


def test_what_was_decided_is_saved_whatever_others_wrote(coordinator):
    draft = RevisionFactory(staff="One person")
    opened = writing.traces(draft, ["staff"])
    first, second = means(draft, staff="Two people"), means(draft, staff="Three people")
    writing.save([first], revision=first.instance, by=coordinator, opened=opened)

    writing.save([second], revision=second.instance, by=draft.author, opened=opened, decided=["staff"])

    draft.refresh_from_db()
    assert (draft.staff, draft.version) == ("Three people", 2)


def test_two_people_write_two_steps_without_noticing_each_other(coordinator):
    draft = RevisionFactory(staff="One person", note="")
    opened = writing.traces(draft, ["staff"])
    late = means(draft, staff="Two people")
    note = ContactForm({"note": "Please hurry"}, instance=Revision.objects.get(pk=draft.pk))
    assert note.is_valid()
    writing.save([note], revision=note.instance, by=draft.author, opened=writing.traces(draft, ["note"]))

    writing.save([late], revision=late.instance, by=coordinator, opened=opened)

    draft.refresh_from_db()
    assert (draft.staff, draft.note) == ("Two people", "Please hurry")


def test_the_same_words_sent_twice_are_no_clash(coordinator):
    draft = RevisionFactory(staff="One person")
    opened = writing.traces(draft, ["staff"])
    for _ in range(2):
        form = means(draft, staff="Two people")
        writing.save([form], revision=form.instance, by=coordinator, opened=opened)

    draft.refresh_from_db()
    assert draft.staff == "Two people"


def test_a_text_that_left_the_writers_hands_is_not_saved(coordinator):
    sent = RevisionFactory(state="submitted")
    form = ContactForm({"note": "One more thing"}, instance=sent)
    assert form.is_valid()

    with pytest.raises(PermissionDenied):
        writing.save([form], revision=sent, by=coordinator)


def test_keywords_are_shared_words():
    first, second = RevisionFactory(), RevisionFactory()

    first.keywords.add("Harbour")
    second.keywords.add("harbour")

    assert Keyword.objects.count() == 1


def test_pictures_are_put_in_another_order():
    revision = RevisionFactory()
    for name in "abc":
        image = Image(alternative_text=name, credit="City", consent=True, sha256=name * 64)
        writing.attach(image, revision=revision, most=3)
    first, _second, third = revision.images.all()

    writing.move(third, by=-1)
    assert [str(image) for image in revision.images.all()] == ["a", "c", "b"]

    writing.move(first, by=-1)
    assert [str(image) for image in revision.images.all()] == ["a", "c", "b"]

    writing.move(first, by=1)
    assert [str(image) for image in revision.images.all()] == ["c", "a", "b"]


def test_a_new_picture_comes_last_also_after_one_was_removed():
    revision = RevisionFactory()
    for name in "abc":
        image = Image(alternative_text=name, credit="City", consent=True, sha256=name * 64)
        writing.attach(image, revision=revision, most=3)
    revision.images.get(alternative_text="a").delete()

    writing.attach(Image(alternative_text="d", credit="City", consent=True, sha256="d" * 64), revision=revision, most=3)

    assert [str(image) for image in revision.images.all()] == ["b", "c", "d"]


def test_public_practices_near_to_a_draft_are_found_by_its_title_and_its_themes(coordinator):
    theme = ThemeFactory()
    by_title = published_practice(title="Harbour workers against bribery", themes=[ThemeFactory()])
    by_theme = published_practice(title="Cranes and containers", themes=[theme])
    published_practice(title="Parents on evening walks", themes=[ThemeFactory()])
    list(search.reindex())
    draft = RevisionFactory(title="Bribery of harbour workers", themes=[theme])

    assert writing.similar(draft)[:2] == [by_title, by_theme]

    draft.adaptations.create(origin=by_title)
    assert by_title not in writing.similar(draft)
