import pytest
from django.core.exceptions import PermissionDenied

from practices import writing
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


def test_the_second_of_two_writers_overwrites_nothing(coordinator):
    draft = RevisionFactory(staff="One person")
    opened_twice = [Revision.objects.get(pk=draft.pk) for _ in range(2)]
    forms = [
        MeansForm({"staff": words, "cost_currency": "EUR"}, instance=revision)
        for words, revision in zip(["Two people", "Three people"], opened_twice, strict=True)
    ]
    assert all(form.is_valid() for form in forms)
    writing.save([forms[0]], revision=opened_twice[0], version=0, by=coordinator)

    with pytest.raises(writing.Overtaken) as overtaken:
        writing.save([forms[1]], revision=opened_twice[1], version=0, by=draft.author)

    draft.refresh_from_db()
    assert (draft.staff, draft.saved_by, draft.version) == ("Two people", coordinator, 1)
    theirs = writing.differences(opened_twice[1], overtaken.value.current, ["staff", "cost_currency"])
    assert theirs == [("staff", "Two people")]


def test_a_text_that_left_the_writers_hands_is_not_saved(coordinator):
    sent = RevisionFactory(state="submitted")
    form = ContactForm({"note": "One more thing"}, instance=sent)
    assert form.is_valid()

    with pytest.raises(PermissionDenied):
        writing.save([form], revision=sent, version=0, by=coordinator)


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
