"""The declaration and its signatures, to look at: they change on their own desks only."""

from django.contrib import admin

from members.models import Act, DeclarationVersion, Signature


class ForReading(admin.ModelAdmin):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(DeclarationVersion)
class DeclarationVersionAdmin(ForReading):
    list_display = ["__str__", "is_substantive", "authentic_language", "published_at", "fingerprint"]


@admin.register(Signature)
class SignatureAdmin(ForReading):
    list_display = ["code", "authority", "state", "started_at", "verified_at", "is_fictional"]
    list_filter = ["state", "is_fictional"]
    list_select_related = ["authority"]
    search_fields = ["code", "authority__name"]
    exclude = ["token_hash", "token_expires_at"]


@admin.register(Act)
class ActAdmin(ForReading):
    list_display = ["kind", "at", "version", "signature"]
    list_filter = ["kind"]
    list_select_related = ["version__declaration", "signature__authority"]
