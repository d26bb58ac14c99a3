from django.urls import path, register_converter
from django.views.decorators.http import require_safe

from practices.converters import CodeConverter
from practices.views import (
    adapting,
    alerts,
    asking,
    catalogue,
    dashboard,
    directory,
    downloads,
    files,
    moderation,
    opinions,
    public,
    running,
    threads,
    workspace,
    writing,
)

register_converter(CodeConverter, "code")

app_name = "practices"
urlpatterns = [
    # the library
    path("practices/", catalogue.PracticeListView.as_view(), name="list"),
    path("practices/feed.atom", require_safe(catalogue.PracticeFeed()), name="feed"),
    path("practices/results.csv", downloads.results, name="results"),
    path("practices/like-mine/", alerts.like_mine, name="like_mine"),
    path("alerts/new/", alerts.AlertCreateView.as_view(), name="alert_create"),
    path("alerts/<str:token>/", alerts.AlertView.as_view(), name="alert"),
    path("suggestions/", catalogue.suggestions, name="suggestions"),
    path("practices/<slug:slug>/", public.PracticeDetailView.as_view(), name="detail"),
    path("practices/<slug:slug>/ask/", asking.AskView.as_view(), name="ask"),
    path("practices/<slug:slug>/revisions/<int:number>/", public.RevisionDetailView.as_view(), name="revision"),
    path("practices/<slug:slug>/revisions/<int:number>/changes/", public.RevisionChangesView.as_view(), name="changes"),
    path("practices/<slug:slug>/cite.<str:ending>", downloads.PracticeCitation.as_view(), name="cite"),
    path("practices/<slug:slug>/print.pdf", downloads.PracticePdf.as_view(), name="pdf"),
    path(
        "practices/<slug:slug>/revisions/<int:number>/print.pdf", downloads.RevisionPdf.as_view(), name="revision_pdf"
    ),
    path("practices/<slug:slug>/share.png", downloads.PracticeShareImage.as_view(), name="share_image"),
    path("members/<slug:slug>/share.png", downloads.member_share_image, name="member_share_image"),
    path("share.png", downloads.site_share_image, name="site_share_image"),
    path("themes/", public.ThemeListView.as_view(), name="themes"),
    path("themes/<slug:slug>/", public.ThemeDetailView.as_view(), name="theme"),
    path("members/", directory.MemberListView.as_view(), name="member_list"),
    path("members/<slug:slug>/", directory.MemberDetailView.as_view(), name="member"),
    path("files/images/<uuid:key>/<int:width>.<str:extension>", files.image, name="image"),
    path("files/documents/<uuid:key>/", files.document, name="document"),
    # those who write
    path("workspace/", dashboard.DashboardView.as_view(), name="workspace"),
    path("workspace/practices/new/", workspace.PracticeCreateView.as_view(), name="create"),
    path("workspace/practices/import/", workspace.SheetImportView.as_view(), name="import"),
    path("workspace/practices/<code:pk>/", workspace.PracticeStatusView.as_view(), name="status"),
    path("workspace/practices/<code:pk>/edit/", writing.RevisionUpdateView.as_view(), name="update"),
    path("workspace/practices/<code:pk>/preview/", workspace.PreviewView.as_view(), name="preview"),
    path("workspace/practices/<code:pk>/revise/", workspace.revise, name="revise"),
    path("workspace/practices/<code:pk>/step/<slug:name>/", workspace.take_step, name="step"),
    path("workspace/practices/<code:pk>/images/add/", workspace.ImageCreateView.as_view(), name="image_add"),
    path("workspace/practices/<code:pk>/images/<int:image>/", workspace.ImageUpdateView.as_view(), name="image_edit"),
    path("workspace/practices/<code:pk>/images/<int:image>/move/", workspace.move_image, name="image_move"),
    path("workspace/practices/<code:pk>/images/<int:image>/remove/", workspace.remove_image, name="image_remove"),
    path("workspace/practices/<code:pk>/documents/add/", workspace.DocumentCreateView.as_view(), name="document_add"),
    path(
        "workspace/practices/<code:pk>/documents/<int:document>/remove/",
        workspace.remove_document,
        name="document_remove",
    ),
    path("workspace/remarks/<int:pk>/done/", workspace.mark_remark_done, name="remark_done"),
    path("workspace/adaptations/", adapting.AdaptationListView.as_view(), name="adaptations"),
    path("workspace/adaptations/<int:pk>/<slug:name>/", adapting.answer, name="adaptation_answer"),
    path("workspace/questions/", asking.QuestionListView.as_view(), name="questions"),
    path("workspace/questions/<int:pk>/", asking.QuestionView.as_view(), name="question"),
    path("workspace/questions/<int:pk>/<slug:name>/", asking.take_step, name="question_step"),
    path("workspace/remarks/<int:pk>/reply/", threads.reply, name="remark_reply"),
    path("workspace/practices/<code:pk>/confirm/", threads.confirm, name="confirm"),
    path("running/<str:token>/", running.StillRunningView.as_view(), name="still_running"),
    # those who read it first
    path("moderation/questions/", asking.ReportedListView.as_view(), name="reported_questions"),
    path("moderation/", moderation.QueueView.as_view(), name="queue"),
    path("moderation/practices/<code:pk>/", moderation.ReviewView.as_view(), name="review"),
    path("moderation/next/", moderation.take_next, name="take_next"),
    path("moderation/spam/", moderation.mark_spam, name="spam"),
    path("moderation/practices/<code:pk>/remarks/", moderation.add_remark, name="remark_add"),
    path("moderation/practices/<code:pk>/assign/", moderation.assign, name="assign"),
    path("moderation/practices/<code:pk>/notes/", moderation.add_note, name="note_add"),
    path("moderation/practices/<code:pk>/checks/", moderation.keep_checks, name="checks"),
    path("moderation/practices/<code:pk>/edit/<slug:field>/", moderation.EditView.as_view(), name="edit"),
    path("moderation/practices/<code:pk>/opinions/", moderation.ask_expert, name="opinion_ask"),
    path("moderation/opinions/<int:pk>/", opinions.OpinionView.as_view(), name="opinion"),
]
