from modeltranslation.translator import TranslationOptions, register

from practices.models import Theme


@register(Theme)
class ThemeTranslation(TranslationOptions):
    fields = ["name"]
