"""The map of the site, one line for each section. Its addresses are a contract: docs/architecture.md."""

from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.decorators.http import require_safe

from coalition import appearance, demo, health, sitemaps, styleguide, unsent, views
from members.views import register, sharing

admin.site.login = secure_admin_login(admin.site.login)

handler400 = "coalition.errors.bad_request"
handler500 = "coalition.errors.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", require_safe(sitemap), {"sitemaps": sitemaps.SITEMAPS}, name="sitemap"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("appearance/", appearance.choose, name="appearance"),
    path("admin/", admin.site.urls),
    path("api/v1/signatures", sharing.data, name="signatures"),
    path("api/v1/register/checkpoint", register.checkpoint, name="register_checkpoint"),
    path("api/v1/register/bundle.json", register.whole_bundle, name="register_bundle"),
    path("api/v1/register/verify_register.py", register.verifier, name="register_verifier"),
    path("api/v1/register/cosignatures", register.cosign, name="register_cosign"),
    *i18n_patterns(
        path("", views.HomeView.as_view(), name="home"),
        path("about/", views.PageView.as_view(template_name="pages/about.html"), name="about"),
        path("accessibility/", views.PageView.as_view(template_name="pages/accessibility.html"), name="accessibility"),
        path("privacy/", views.PageView.as_view(template_name="pages/privacy.html"), name="privacy"),
        path("terms/", views.PageView.as_view(template_name="pages/terms.html"), name="terms"),
        path("mail/stop/<str:token>/", views.StopMailView.as_view(), name="stop_mail"),
        path("accounts/unsent/", unsent.UnsentView.as_view(), name="unsent"),
        path("styleguide/", styleguide.styleguide, name="styleguide"),
        path("demo/", demo.accounts, name="demo"),
        path("demo/mail/", demo.mails, name="demo_mail"),
        path("demo/mail/<int:pk>/", demo.mail, name="demo_mail_message"),
        path("demo/mail/<int:pk>/html/", demo.mail_html, name="demo_mail_html"),
        path("", include("practices.urls")),
        path("", include("members.urls")),
        path("accounts/", include("allauth.urls")),
    ),
]
