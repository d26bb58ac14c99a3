"""The desk for themes and keywords. Practices are moderated on the site's own pages and only looked at here."""

from django.contrib import admin
from modeltranslation.admin import TranslationAdmin
from taggit.models import Tag

from coalition.admin import NeverDeletedAdmin, ReadOnlyAdmin
from practices import search
from practices.models import Keyword, MissedQuestion, Practice, Revision, Step, Theme

if admin.site.is_registered(Tag):  # taggit's own table of tags is not used
    admin.site.unregister(Tag)


@admin.register(Theme)
class ThemeAdmin(NeverDeletedAdmin, TranslationAdmin):
    """Themes are renamed and moved, never deleted: practices lean on them."""

    list_display = ["name", "parent", "position", "paving"]
    list_filter = [("parent", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["name_en", "name_fr", "slug", "synonyms"]
    list_select_related = ["parent"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}

    def save_model(self, request, obj, form, change):
        """A theme is found by its new names at once."""
        super().save_model(request, obj, form, change)
        search.name_again()


@admin.register(Keyword)
class KeywordAdmin(ReadOnlyAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]


@admin.register(Practice)
class PracticeAdmin(ReadOnlyAdmin):
    list_display = ["code", "member", "slug", "origin", "first_published_at", "confirmed_on", "removed_at"]
    list_filter = ["origin", ("removed_at", admin.EmptyFieldListFilter)]
    search_fields = ["slug", "member__name", "public_revision__title"]
    list_select_related = ["member"]


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    list_display = ["title", "practice", "number", "state", "author", "submitted_at", "published_at"]
    list_filter = ["state", "language"]
    search_fields = ["title", "practice__slug", "practice__member__name"]
    list_select_related = ["practice", "author"]


@admin.register(Step)
class StepAdmin(ReadOnlyAdmin):
    list_display = ["at", "revision", "name", "by", "source", "target", "reason_code"]
    list_filter = ["name", "target"]
    search_fields = ["revision__practice__slug", "by__email"]
    list_select_related = ["revision__practice", "by"]
    date_hierarchy = "at"


@admin.register(MissedQuestion)
class MissedQuestionAdmin(ReadOnlyAdmin):
    """What people looked for in vain: where the library should grow. Rare questions are not shown to anybody."""

    list_display = ["text", "language", "day", "times"]
    list_filter = ["language"]
    search_fields = ["text"]
    date_hierarchy = "day"

    def get_queryset(self, request):
        return super().get_queryset(request).asked_often()
