"""What the administrators' desks share, and the desk for mail."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from coalition.models import Message


class NeverDeletedAdmin(admin.ModelAdmin):
    """What has a history is closed or ended, never deleted."""

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyAdmin(NeverDeletedAdmin):
    """What came to be through the site's own pages can be looked at, nothing more."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class FateFilter(admin.SimpleListFilter):
    title = _("what became of it")
    parameter_name = "fate"

    def lookups(self, request, model_admin):
        return [("sent", _("Sent")), ("waiting", _("Waiting")), ("dead", _("Given up"))]

    def queryset(self, request, messages):
        match self.value():
            case "sent":
                return messages.filter(sent_at__isnull=False)
            case "waiting":
                return messages.waiting()
            case "dead":
                return messages.filter(dead_at__isnull=False)
        return messages


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Which mails left and why others did not. Never their text: it holds links that sign people in."""

    list_display = ["created_at", "template", "case", "to_email", "rhythm", "sent_at", "attempts", "dead_at", "error"]
    list_filter = [FateFilter, "rhythm", "template", "language"]
    search_fields = ["=to_email", "=case"]
    date_hierarchy = "created_at"
    exclude = ["text", "html", "subject", "stop_address"]
