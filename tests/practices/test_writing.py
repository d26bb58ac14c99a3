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
    Image.objects.create(revision=public, alternative_text="A harbour", credit="City", consent=True)

    draft = writing.revise(practice, by=coordinator)

    assert (draft.number, draft.state, draft.author) == (2, "draft", coordinator)
    assert (draft.title, draft.partners) == (public.title, public.partners)
    assert [use.tag for use in draft.theme_uses.all()] == themes
    assert [keyword.name for keyword in draft.keywords.all()] == ["harbour"]
    assert draft.outcomes.get().indicator == public.outcomes.get().indicator
    assert draft.images.get().key == public.images.get().key
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
