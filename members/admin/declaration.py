"""The declaration and its signatures, to look at: they change on their own desks only."""

from django.contrib import admin

from coalition.admin import ReadOnlyAdmin
from members.models import Act, DeclarationVersion, Signature


@admin.register(DeclarationVersion)
class DeclarationVersionAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "is_substantive", "authentic_language", "published_at", "fingerprint"]


@admin.register(Signature)
class SignatureAdmin(ReadOnlyAdmin):
    list_display = ["code", "authority", "state", "started_at", "verified_at", "is_fictional"]
    list_filter = ["state", "is_fictional"]
    list_select_related = ["authority"]
    search_fields = ["code", "authority__name"]
    exclude = ["token_hash", "token_expires_at"]


@admin.register(Act)
class ActAdmin(ReadOnlyAdmin):
    list_display = ["kind", "at", "version", "signature"]
    list_filter = ["kind"]
    list_select_related = ["version__declaration", "signature__authority"]
