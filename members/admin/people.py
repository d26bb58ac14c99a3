"""The administrators' desk for accounts, members and who acts for them."""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from coalition.admin import NeverDeletedAdmin, ReadOnlyAdmin
from members.models import Authority, Invitation, Member, Membership, User

for secret in (EmailAddress, EmailConfirmation, Authenticator):  # allauth's own desks would show secrets and keys
    if admin.site.is_registered(secret):
        admin.site.unregister(secret)


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "language", "is_active", "is_staff", "groups", "is_superuser"]

    def clean(self):
        """Whoever has a role of the secretariat is staff, so that nobody wonders who needs a second factor."""
        cleaned_data = super().clean()
        if cleaned_data.get("groups") and not cleaned_data.get("is_staff"):
            self.add_error("is_staff", _("Who has a role of the secretariat works for the secretariat: tick this."))
        return cleaned_data


class NewUserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["email", "name", "language"]


@admin.register(User)
class UserAdmin(NeverDeletedAdmin):
    """Accounts are closed (“may sign in”), never deleted, and their passwords are their owners' alone.

    A new account has no password: its owner sets one through “Set a new password”.
    """

    list_display = ["email", "name", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "groups", "language"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    filter_horizontal = ["groups"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, form=UserForm if change else NewUserForm, **kwargs)

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [(None, {"fields": NewUserForm.Meta.fields})]
        return [
            (None, {"fields": ["email", "name", "language", "is_active"]}),
            (_("Secretariat"), {"fields": ["is_staff", "groups", "is_superuser"]}),
            (_("History"), {"fields": ["is_demo", "date_joined", "last_login"]}),
        ]

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        fields = ["email", "is_demo", "date_joined", "last_login"]
        return fields if request.user.is_superuser else [*fields, "is_superuser"]

    def has_change_permission(self, request, obj=None):
        """Only a superuser changes the account of one."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    @transaction.atomic
    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            EmailAddress.objects.create(user=obj, email=obj.email, verified=True, primary=True)


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Who has a second factor. A superuser takes off one that was lost; its secret is shown to nobody."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    search_fields = ["user__email"]
    list_select_related = ["user"]
    exclude = ["data"]

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser


class MembershipInline(admin.TabularInline):
    """Who acts for the member; it is changed on the member's own page of people, which also writes to them."""

    model = Membership
    fields = readonly_fields = ["user", "role", "started_at", "ended_at"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user", "member")


@admin.register(Member)
class MemberAdmin(NeverDeletedAdmin):
    list_display = ["name", "kind", "country", "joined_on", "is_fictional"]
    list_filter = ["kind", "is_fictional", ("joined_on", admin.EmptyFieldListFilter), "country"]
    search_fields = ["name", "local_name", "other_names", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["authority"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = [MembershipInline]

    def view_on_site(self, obj):
        return obj.get_absolute_url()


@admin.register(Authority)
class AuthorityAdmin(NeverDeletedAdmin):
    list_display = ["name", "kind", "country", "population", "code"]
    list_filter = ["kind", "country"]
    search_fields = ["name", "other_names", "=code"]
    exclude = ["folded_names"]


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ["user", "member", "role", "started_at", "ended_at"]
    list_filter = ["role", ("ended_at", admin.EmptyFieldListFilter)]
    search_fields = ["user__email", "user__name", "member__name"]
    list_select_related = ["user", "member"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Sent and taken back on the member's own page of people."""

    list_display = ["email", "member", "role", "invited_by", "created_at", "expires_at", "accepted_at", "withdrawn_at"]
    list_filter = [("accepted_at", admin.EmptyFieldListFilter), "role"]
    search_fields = ["email", "member__name"]
    list_select_related = ["member", "invited_by"]
    exclude = ["token_hash"]
