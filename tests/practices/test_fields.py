"""Months as people type them, and as they are kept."""

import pytest
from django.core.exceptions import ValidationError

from practices.models import Revision

MONTH = Revision._meta.get_field("start")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2024-05", "2024-05"),
        ("2024-5", "2024-05"),
        ("05/2024", "2024-05"),
        ("5.2024", "2024-05"),
        ("5. 2024", "2024-05"),
        ("12 2024", "2024-12"),
        ("2024/12", "2024-12"),
        (" 2024 ", "2024"),
        ("", ""),
    ],
)
def test_a_month_is_understood_however_it_is_typed(typed, kept):
    assert MONTH.formfield().clean(typed) == kept


@pytest.mark.parametrize("typed", ["May 2024", "2024-13", "00/2024", "24", "1850", "2024-05-03", "05/24", "a" * 300])
def test_what_is_no_month_is_answered_with_an_example_and_with_nothing_else(typed):
    with pytest.raises(ValidationError) as refusal:
        MONTH.formfield().clean(typed)

    assert refusal.value.messages == ["Enter a month as year and month, for example 2024-05."]


@pytest.mark.parametrize("kept", ["2024-05", "2024"])
def test_a_form_shows_a_month_as_it_is_kept(kept):
    assert MONTH.formfield().prepare_value(kept) == kept


def test_a_month_that_is_typed_in_another_way_has_not_changed():
    assert not MONTH.formfield().has_changed("2024-05", "05/2024")
    assert MONTH.formfield().has_changed("2024-05", "06/2024")
