"""Mails about who acts for a member."""

from coalition.mail import Person, send


def invitation_sent(invitation, token):
    """To the person invited, in the language that was chosen for them."""
    to = Person(invitation.email, "", invitation.language)
    send("invitation", to, {"invitation": invitation, "token": token, "place": invitation.member})


def membership_role_changed(membership):
    """To the person whose role it is."""
    send("membership_role_changed", membership.user, {"membership": membership, "place": membership.member})


def membership_ended(membership):
    """To the person who no longer acts for the member."""
    send("membership_ended", membership.user, {"membership": membership, "place": membership.member})


def join_declined(request):
    """To whoever asked to join: no, and why."""
    send("join_declined", Person(request.email, request.name, request.language), {"join_request": request})
