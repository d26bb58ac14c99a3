from django.urls import path
from django.views.decorators.http import require_safe

from members.views import declaration, joining, people, register, sharing, signatures

app_name = "members"
urlpatterns = [
    # the declaration
    path("declaration/", declaration.DeclarationView.as_view(), name="declaration"),
    path("declaration/versions/<int:number>/", declaration.VersionView.as_view(), name="version"),
    path("declaration/sign/", declaration.SignView.as_view(), name="sign"),
    path("declaration/sign/thanks/", declaration.ThanksView.as_view(), name="sign_thanks"),
    path("declaration/authorities/", declaration.AuthorityListView.as_view(), name="authorities"),
    path("declaration/authorities/suggestions/", declaration.authority_suggestions, name="authority_suggestions"),
    path("declaration/confirm/<str:token>/", declaration.ConfirmView.as_view(), name="confirm"),
    path("declaration/register/", declaration.RegisterView.as_view(), name="register"),
    path("declaration/register/feed.atom", require_safe(sharing.SignatureFeed()), name="register_feed"),
    path("declaration/register/signatures.csv", sharing.table, name="register_table"),
    path("declaration/register/verify/", register.VerifyView.as_view(), name="register_verify"),
    path("declaration/signatures/<slug:code>/", declaration.SignatureDetailView.as_view(), name="signature"),
    path("declaration/signatures/<slug:code>/certificate.pdf", register.certificate_pdf, name="certificate"),
    path("declaration/signatures/<slug:code>/badge.svg", sharing.badge, name="badge"),
    path("declaration/signatures/<slug:code>/withdraw/", declaration.WithdrawView.as_view(), name="withdraw"),
    path("embed/signatories/", sharing.embed, name="embed"),
    # those who check signatures
    path("moderation/signatures/", signatures.QueueView.as_view(), name="signature_queue"),
    path("moderation/signatures/<slug:code>/", signatures.CaseView.as_view(), name="signature_case"),
    path("moderation/signatures/<slug:code>/mandate/", signatures.mandate, name="signature_mandate"),
    path("moderation/signatures/<slug:code>/step/<slug:name>/", signatures.take_step, name="signature_step"),
    # those who join
    path("join/", joining.JoinView.as_view(), name="join"),
    path("moderation/members/", joining.DeskView.as_view(), name="desk"),
    path("moderation/members/requests/<int:pk>/", joining.JoinAnswerView.as_view(), name="join_request"),
    # colleagues
    path("workspace/members/<slug:slug>/people/", people.PeopleView.as_view(), name="people"),
    path("workspace/members/<slug:slug>/people/<int:pk>/role/", people.change_role, name="change_role"),
    path("workspace/members/<slug:slug>/people/<int:pk>/remove/", people.remove, name="remove_person"),
    path("workspace/members/<slug:slug>/invitations/<int:pk>/withdraw/", people.withdraw_invitation, name="uninvite"),
    path("accounts/invitations/<str:token>/", people.InvitationView.as_view(), name="invitation"),
    path("accounts/profile/", people.ProfileView.as_view(), name="profile"),
]
