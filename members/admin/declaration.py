"""The declaration and its signatures, to look at: they change on their own desks only."""

from django.contrib import admin

from coalition.admin import ReadOnlyAdmin
from members.models import DeclarationVersion, Head, Leaf, Signature


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


@admin.register(Leaf)
class LeafAdmin(ReadOnlyAdmin):
    list_display = ["idx", "kind", "at", "signature"]
    list_select_related = ["signature__authority"]
    fields = ["idx", "says", "signature", "created"]
    readonly_fields = ["says"]


@admin.register(Head)
class HeadAdmin(ReadOnlyAdmin):
    list_display = ["size", "created"]
