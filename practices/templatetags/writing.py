"""Words for the writing form's template."""

from django import template

from practices.models import Revision

register = template.Library()


@register.filter
def repeat_label(formset):
    """What the repeats of a formset are called."""
    return str(Revision.label_of(formset.prefix)).capitalize()
