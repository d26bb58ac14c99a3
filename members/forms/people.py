"""Forms with which people sign in, are invited and introduce themselves."""

from datetime import timedelta

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition import mail
from coalition.models import Kind, Rhythm
from members.models import Invitation, Membership, User

PASSWORD_HELP = _("At least 12 characters. A sentence that you remember is better than a short, odd word.")


def start_session_clock(request):
    """Sessions end 12 hours after signing in, however busy they are."""
    request.session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))


class WithoutPlaceholders:
    """allauth repeats its labels as placeholders; ours are labels and help texts only."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignInForm(WithoutPlaceholders, account.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["password"].help_text = ""  # the page itself links to the reset

    def login(self, request, redirect_url=None):
        response = super().login(request, redirect_url)
        start_session_clock(request)
        return response


class ResetPasswordForm(WithoutPlaceholders, account.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")


class TwiceTheNewPassword(WithoutPlaceholders):
    """A new password and its repetition, in our words."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = PASSWORD_HELP
        self.fields["password2"].label = _("New password, once more")


class NewPasswordForm(TwiceTheNewPassword, account.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(TwiceTheNewPassword, account.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")


class PasswordAgainForm(WithoutPlaceholders, account.ReauthenticateForm):
    pass


class ChangeEmailForm(WithoutPlaceholders, account.AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")


class CodeForm(WithoutPlaceholders, mfa.AuthenticateForm):
    pass


class CodeAgainForm(WithoutPlaceholders, mfa.ReauthenticateForm):
    pass


class FirstCodeForm(WithoutPlaceholders, ActivateTOTPForm):
    pass


class InvitationForm(forms.ModelForm):
    class Meta:
        model = Invitation
        fields = ["email", "role", "language"]
        help_texts = {
            "email": _("Their work address. The invitation can be used from this mailbox only."),
            "role": _("A lead also invites and removes colleagues."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = Membership.Role.choices  # no empty choice: a coordinator unless said otherwise
        self.fields["role"].initial = Membership.Role.COORDINATOR


class RoleForm(forms.ModelForm):
    class Meta:
        model = Membership
        fields = ["role"]


class NewAccountForm(forms.ModelForm):
    """What somebody who was invited adds to their address."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=128,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": _("Your name")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def _post_clean(self):
        """Once the name is on the account, since a password must not resemble it (as Django's own forms do)."""
        super()._post_clean()
        if password := self.cleaned_data.get("password"):
            try:
                validate_password(password, self.instance)
            except ValidationError as error:
                self.add_error("password", error)


class ProfileForm(forms.ModelForm):
    """Name and language, and how often mails come that are about nobody's own texts."""

    class Meta:
        model = User
        fields = ["name", "language"]
        labels = {"name": _("Your name")}
        help_texts = {"language": _("For the site after you sign in, and for the mails that you receive.")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for kind in mail.kinds_for(self.instance):
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                choices=Rhythm.choices,
                initial=mail.rhythm_of(self.instance, kind),
                required=False,
            )

    def account_fields(self):
        return [self[name] for name in self.Meta.fields]

    def mail_fields(self):
        return [self[name] for name in self.fields if name not in self.Meta.fields]

    def save(self, commit=True):
        user = super().save(commit)
        for name in self.fields:
            if name in Kind and self.cleaned_data[name]:
                mail.choose(user, name, self.cleaned_data[name])
        return user
