"""Every setting of the site, read from the environment; the README has them in one table.

With nothing set this is production: no debug, HTTPS only, and no start without a secret.
"""

from pathlib import Path

from csp.constants import NONE, SELF
from environs import Env

from coalition.embedded_postgres import EmbeddedPostgres

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

# --- what kind of site this is ---

DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)  # demo accounts may sign in; mail is shown in the browser instead of sent
LOCAL = DEBUG or DEMO  # served over plain HTTP on this machine

SECRET_KEY = env.str("SECRET_KEY", "for development only, never served to anyone") if LOCAL else env.str("SECRET_KEY")
PORT = env.int("PORT", 8000)  # of `make demo`, on 127.0.0.1
SITE_URL = env.str("SITE_URL", f"http://127.0.0.1:{PORT}" if LOCAL else "https://localhost").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost"] if LOCAL else [])
SECRETARIAT_EMAIL = env.str("SECRETARIAT_EMAIL", "secretariat@example.org")
SIGNATORY_GOAL = 50  # cities and regions: the aim in Efus' resolution of 5 December 2024

# --- the register of signatures (docs/register.md) ---

REGISTER_VKEY = env.str("REGISTER_VKEY", "")  # its public key, origin+keyid+base64; nothing is shown as signed without
REGISTER_WITNESSES = env.list("REGISTER_WITNESSES", [])  # public keys of those who sign its heads too
REGISTER_WITNESS_SILENCE_HOURS = env.int("REGISTER_WITNESS_SILENCE_HOURS", 48)  # then the staff are told
REGISTER_KEY_FILE = env.str("REGISTER_KEY_FILE", "")  # the private key: for `manage.py seal_register` alone
SEAL_FILE = env.str("SEAL_FILE", "")  # PKCS #12 with the organisation's seal for certificates; none are made without
SEAL_CERTIFICATE_FILE = env.str("SEAL_CERTIFICATE_FILE", "")  # PEM: all that a web process needs, to check certificates
SEAL_PASSWORD = env.str("SEAL_PASSWORD", "")

# --- what it is made of ---

INSTALLED_APPS = [
    "modeltranslation",  # before the admin, as its documentation asks
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_countries",
    "django_filters",
    "procrastinate.contrib.django",
    "taggit",
    "coalition",
    "members",
    "practices",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "coalition.page_cache.keep_public_pages",
    "django.middleware.gzip.GZipMiddleware",  # its random padding hides the lengths that BREACH reads
    "django.middleware.http.ConditionalGetMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "coalition.middleware.response_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "coalition.errors.explain_refused_method",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "coalition.unsent.keep_words",
    "allauth.account.middleware.AccountMiddleware",
    "members.middleware.staff_need_two_factors",
]

ROOT_URLCONF = "coalition.urls"
WSGI_APPLICATION = "coalition.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "coalition.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "coalition.templatetags.site"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
FORMS_URLFIELD_ASSUME_HTTPS = True  # what Django 6 does by itself

# --- where it keeps things ---

if env.str("DATABASE_URL", ""):
    DATABASES = {"default": env.dj_db_url("DATABASE_URL")}
else:
    EMBEDDED_POSTGRES = EmbeddedPostgres(BASE_DIR)
    DATABASES = {"default": EMBEDDED_POSTGRES.settings()}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "coalition_cache"},
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 5,  # seconds: what the clock alone changes, a day that begins, shows by then
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

VAR_DIR = Path(env.str("VAR_DIR", "") or BASE_DIR / "var")
MEDIA_ROOT = VAR_DIR / "media"
STATIC_ROOT = VAR_DIR / "static"
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "coalition.stylesheets.BundlingStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024  # a form's text; files are counted by their own limits
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- mail ---

if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
else:
    email = env.dj_email_url("EMAIL_URL", "smtp://localhost:25")
    EMAIL_BACKEND = email["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = email["EMAIL_HOST"], email["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = email["EMAIL_HOST_USER"], email["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = email.get("EMAIL_USE_TLS", False), email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("FROM_EMAIL", "Practice Library <library@example.org>")

# --- languages ---

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]  # interface; each must be complete (tests/coalition/test_locale.py)
CONTENT_LANGUAGES = ["en", "fr", "de", "es", "it", "nl", "pt"]  # themes and vocabularies
MODELTRANSLATION_LANGUAGES = CONTENT_LANGUAGES
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en",)
LOCALE_PATHS = [BASE_DIR / "coalition" / "locale"]
FORMAT_MODULE_PATH = ["coalition.formats"]
USE_I18N = USE_TZ = USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Europe/Brussels"

# --- people and how they sign in (https://docs.allauth.org) ---

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["members.authentication.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "practices:workspace"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "members.authentication.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False  # scanners open links: a button confirms
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = True  # one address for each account; a new one replaces it once it is confirmed
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "login": "members.forms.people.SignInForm",
    "reset_password": "members.forms.people.ResetPasswordForm",
    "reset_password_from_key": "members.forms.people.NewPasswordForm",
    "change_password": "members.forms.people.ChangePasswordForm",
    "add_email": "members.forms.people.ChangeEmailForm",
    "reauthenticate": "members.forms.people.PasswordAgainForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.bool("BEHIND_PROXY", False))  # sign-in limits count visitors, not the proxy
PASSWORD_RESET_TIMEOUT = 4 * 3600
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "members.forms.people.CodeForm",
    "reauthenticate": "members.forms.people.CodeAgainForm",
    "activate_totp": "members.forms.people.FirstCodeForm",
}
MFA_TOTP_ISSUER = "Practice Library"
MFA_TOTP_TOLERANCE = 1  # RFC 6238, 5.2: one step more, for slow typing and slow clocks

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
# Browsers share cookies between ports: two demos side by side must not sign each other out.
SESSION_COOKIE_NAME = f"sessionid-{PORT}" if LOCAL else "__Host-sessionid"
CSRF_COOKIE_NAME = f"csrftoken-{PORT}" if LOCAL else "__Host-csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "coalition.errors.csrf_failure"

# --- what a browser may do with our pages ---

SECURE_SSL_REDIRECT = not LOCAL and env.bool("SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = 0 if LOCAL else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# --- jobs and words ---

PROCRASTINATE_IMPORT_PATHS = [
    "coalition.tasks",
    "coalition.digests",
    "members.tasks",
    "members.emails.signing",
    "practices.tasks",
]
PROCRASTINATE_ON_APP_READY = None
TAGGIT_CASE_INSENSITIVE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {"procrastinate": {"level": "WARNING"}},
}
