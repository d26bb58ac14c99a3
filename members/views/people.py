"""Colleagues and invitations of a member, and one's own profile."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic import FormView, UpdateView, View

from members import people
from members.forms.people import InvitationForm, NewAccountForm, ProfileForm, RoleForm, start_session_clock
from members.models import Invitation, Member, Membership, User


class PeopleView(LoginRequiredMixin, FormView):
    """Who acts for a member and who is invited; leads invite here."""

    template_name = "members/people.html"
    form_class = InvitationForm

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.member = _member(request, self.kwargs["slug"])
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"language": translation.get_language()}

    def form_valid(self, form):
        try:
            invitation = people.invite(self.member, **form.cleaned_data, by=self.request.user)
        except ValidationError as error:
            form.add_error("email", error)
            return self.form_invalid(form)
        messages.success(self.request, _("The invitation is on its way to %(email)s.") % {"email": invitation.email})
        return redirect("members:people", self.member.slug)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            member=self.member,
            memberships=self.member.memberships.current().select_related("user"),
            invitations=self.member.invitations.open(),
            may_manage=people.may_manage(self.request.user, self.member),
            **kwargs,
        )


@require_POST
@login_required
def change_role(request, slug, pk):
    """Make a colleague lead or coordinator."""
    membership = _membership(request, slug, pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        _try(request, _("The role is changed."), people.change_role, membership, form.cleaned_data["role"])
    return redirect("members:people", slug)


@require_POST
@login_required
def remove(request, slug, pk):
    """End a colleague's membership."""
    membership = _membership(request, slug, pk)
    done = _("%(name)s no longer acts for %(member)s.") % {"name": membership.user, "member": membership.member}
    _try(request, done, people.remove, membership)
    if Member.objects.with_people_for(request.user).filter(slug=slug).exists():
        return redirect("members:people", slug)
    return redirect("practices:workspace")


@require_POST
@login_required
def withdraw_invitation(request, slug, pk):
    """Take back an invitation that was not used yet."""
    invitation = get_object_or_404(Invitation, member=_member(request, slug), pk=pk)
    _try(request, _("The invitation no longer works."), people.withdraw_invitation, invitation)
    return redirect("members:people", slug)


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class InvitationView(View):
    """The link of an invitation: looking changes nothing, a button accepts."""

    def dispatch(self, request, token):
        self.invitation = people.find_invitation(token)
        if self.invitation is None:
            return self.closed(status=404)
        if self.invitation.accepted_by_id and self.invitation.accepted_by == request.user:
            return redirect("practices:workspace")  # the button was pressed twice
        if not self.invitation.is_open:
            return self.closed(status=410)
        self.has_account = User.objects.filter(email__iexact=self.invitation.email).exists()
        self.is_theirs = request.user.is_authenticated and request.user.email.lower() == self.invitation.email.lower()
        return super().dispatch(request, token=token)

    def get(self, request, token):
        return self.page(self.new_account_form())

    def post(self, request, token):
        form = self.new_account_form(request.POST)
        try:
            if self.is_theirs:
                people.accept(self.invitation, by=request.user)
                return self.welcome()
            if form and form.is_valid():
                user = people.accept_with_new_account(self.invitation, **form.cleaned_data)
                return self.sign_in(user)
        except people.InvitationClosedError:
            return self.closed(status=410)
        except IntegrityError:  # an account was opened for this address meanwhile
            return redirect(request.path)
        return self.page(form)

    def new_account_form(self, data=None):
        """Only for visitors whose address has no account yet."""
        if self.has_account or self.request.user.is_authenticated:
            return None
        return NewAccountForm(data, instance=User(email=self.invitation.email))

    def page(self, form):
        sign_in = f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: self.request.path})}"
        context = {
            "invitation": self.invitation,
            "form": form,
            "is_theirs": self.is_theirs,
            "sign_in_address": sign_in,
        }
        return render(self.request, "members/invitation.html", context)

    def closed(self, status):
        return render(self.request, "members/invitation_closed.html", status=status)

    def sign_in(self, user):
        """A new account is signed in at once: its mailbox was proved by the link."""
        perform_login(self.request, user, email_verification="none")
        start_session_clock(self.request)
        return self.welcome()

    def welcome(self):
        messages.success(self.request, _("You now act for %(member)s.") % {"member": self.invitation.member})
        return redirect("practices:workspace")


class ProfileView(LoginRequiredMixin, UpdateView):
    """One's own name and language."""

    template_name = "members/profile.html"
    form_class = ProfileForm

    def get_object(self):
        return self.request.user

    def form_valid(self, form):
        with translation.override(form.cleaned_data["language"]):
            messages.success(self.request, _("Your profile is saved."))
        return super().form_valid(form)

    def get_success_url(self):
        with translation.override(self.object.language):
            return reverse("members:profile")


def _member(request, slug):
    return get_object_or_404(Member.objects.with_people_for(request.user), slug=slug)


def _membership(request, slug, pk):
    current = Membership.objects.current().select_related("user", "member")
    return get_object_or_404(current, member=_member(request, slug), pk=pk)


def _try(request, done, verb, *args):
    """Do what was asked and say so, or say kindly why not."""
    try:
        verb(*args, by=request.user)
    except ValidationError as error:
        messages.error(request, error.message)
    except Membership.DoesNotExist:
        messages.info(request, _("Somebody else has changed this meanwhile. This is how it stands now."))
    else:
        messages.success(request, done)
