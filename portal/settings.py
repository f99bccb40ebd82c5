"""The one settings file. Everything that differs between places comes from the environment."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from portal import environment as env
from portal.logs import logging_for

BASE_DIR = Path(__file__).resolve().parent.parent

PORTAL_MODE = env.choice("PORTAL_MODE", ("production", "demo", "test"), "production")
PRODUCTION = PORTAL_MODE == "production"
DEMO = PORTAL_MODE == "demo"
DEBUG = False

PORTAL_VAR = Path(env.text("PORTAL_VAR", str(BASE_DIR / "var"))).expanduser().resolve()
PORT = env.integer("PORT", 8000, low=1, high=65535)
HTTPS = env.boolean("PORTAL_HTTPS", default=PRODUCTION)
TRUSTED_PROXIES = env.integer("PORTAL_TRUSTED_PROXIES", 0, low=0, high=9)

SECRET_KEY = env.text("PORTAL_SECRET_KEY")
SALT_KEY = [env.text("PORTAL_FIELD_KEY")]
ALLOWED_HOSTS = env.items("PORTAL_ALLOWED_HOSTS", None if PRODUCTION else "127.0.0.1,localhost,[::1]")
BASE_URL = env.url("PORTAL_BASE_URL", ("http", "https"), None if PRODUCTION else f"http://127.0.0.1:{PORT}").rstrip("/")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
    "portal.apps.PortalConfig",
    "units",
    "accounts",
    "records",
    "pilots",
    "indicators",
    "plans",
    "reporting",
    "dashboards",
    "staff",
    "django.forms",  # its widgets, where templates/ has none of its own
]

MIDDLEWARE = [
    "portal.middleware.ClientAddressMiddleware",
    "portal.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.CalendarMiddleware",
    "portal.middleware.HatMiddleware",
    "portal.middleware.ErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
SILENCED_SYSTEM_CHECKS = [
    # HSTS for other hosts of the domain, and its preloading in browsers, bind more than the portal;
    # PORTAL_HSTS_SUBDOMAINS is for those who decide about the whole domain.
    "security.W005",
    "security.W021",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    },
]

# --- database, cache, jobs -------------------------------------------------------------------------------
_database_url = env.url("DATABASE_URL", ("postgres", "postgresql"))
DATABASES = {"default": dj_database_url.parse(_database_url, conn_max_age=60, conn_health_checks=True)}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
# For workers: the threads pool does not end what takes too long, the database does (docs/operations.md). 0: never.
STATEMENT_SECONDS = env.integer("PORTAL_STATEMENT_SECONDS", 0, low=0, high=3600)
if STATEMENT_SECONDS:
    _options = DATABASES["default"].setdefault("OPTIONS", {})
    _options["options"] = f"{_options.get('options', '')} -c statement_timeout={STATEMENT_SECONDS}s".strip()

REDIS_URL = env.url("REDIS_URL", ("redis", "rediss", "redis+socket", "unix"))


def _redis_for_celery(address: str) -> str:
    """Celery names a unix socket `redis+socket://`, redis-py names it `unix://`."""
    return address.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)


def _redis_for_cache(address: str) -> str:
    return address.replace("redis+socket://", "unix://", 1).replace("?virtual_host=", "?db=", 1)


REDIS_FOR_CACHE = _redis_for_cache(REDIS_URL)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_FOR_CACHE,
        "KEY_PREFIX": "portal",
    }
}
CELERY_BROKER_URL = _redis_for_celery(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
# Workers may be spread over machines by queue (docs/operations.md); one worker that serves all four is enough.
CELERY_TASK_DEFAULT_QUEUE = "portal"
CELERY_TASK_QUEUES = [Queue(name) for name in ("portal", "mail", "heavy", "housekeeping")]
CELERY_TASK_ROUTES = {
    "records.send_mail": {"queue": "mail"},
    "records.send_digests": {"queue": "mail"},
    "records.send_webhooks": {"queue": "mail"},
    "records.send_failing_webhooks": {"queue": "mail"},
    "records.run_jobs": {"queue": "heavy"},
    "records.clear_*": {"queue": "housekeeping"},
    "records.forget_*": {"queue": "housekeeping"},
    "staff.*": {"queue": "housekeeping"},
    "portal.*": {"queue": "housekeeping"},
    "indicators.audit_*": {"queue": "housekeeping"},
    "indicators.keep_*": {"queue": "housekeeping"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A killed worker's tasks come back within seconds: the defaults took minutes (STACK.md).
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "visibility_timeout": 1800,
    "socket_connect_timeout": 2,
    # Whoever sends a nudge while the broker is away waits for one try only; beat comes round anyway.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "socket_timeout": 5,
}
CELERY_TIMEZONE = "UTC"
# Long jobs at work at the same time, on all machines together: the rest of the workers stays free for what is short.
JOBS_AT_ONCE = env.integer("PORTAL_JOBS_AT_ONCE", 2, low=1, high=50)

# --- people and sign-in ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if PORTAL_MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.NoDemoPassword"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "staff.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "staff.forms.SignInForm", "reset_password": "staff.forms.ForgottenPasswordForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "reset_password": "20/h/ip,5/h/key", "login_failed": False}
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1 / 12  # hours: five minutes, the practice named in the MLPS list
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_ENABLED = PORTAL_MODE != "test"

# --- language, time --------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FILTERS_EMPTY_CHOICE_LABEL = _("all")
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- static files and mail -------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = PORTAL_VAR / "static"
STATICFILES_DIRS = [
    ("build", BASE_DIR / "static" / "build"),
    ("img", BASE_DIR / "static" / "img"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if PORTAL_MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = PORTAL_MODE == "test"
"""Tests have no collected files: each is looked up when asked for, not all of them by every client of a test."""
MEDIA_ROOT = PORTAL_VAR / "media"

_mail = env.mail("PORTAL_MAIL_URL", None if PRODUCTION else f"file://{quote(str(PORTAL_VAR / 'mail'))}")
EMAIL_BACKEND = str(_mail["EMAIL_BACKEND"])
EMAIL_FILE_PATH = str(_mail.get("EMAIL_FILE_PATH", ""))
EMAIL_HOST = str(_mail.get("EMAIL_HOST", ""))
EMAIL_PORT = int(str(_mail.get("EMAIL_PORT", 25)))
EMAIL_HOST_USER = str(_mail.get("EMAIL_HOST_USER", ""))
EMAIL_HOST_PASSWORD = str(_mail.get("EMAIL_HOST_PASSWORD", ""))
EMAIL_USE_TLS = bool(_mail.get("EMAIL_USE_TLS", False))
EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_SSL", False))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("PORTAL_MAIL_FROM", None if PRODUCTION else "portal@localhost")
EMAIL_SUBJECT_PREFIX = ""

# --- requests and security -------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and env.boolean("PORTAL_HSTS_SUBDOMAINS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = f"portal_session_{PORT}" if not PRODUCTION else "portal_session"
SESSION_ENGINE = "portal.sessions"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "style-src": [SELF],
        "script-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
HTMX_CONFIG = {"includeIndicatorStyles": False, "allowEval": False}

# --- webhooks --------------------------------------------------------------------------------------------
# Hosts messages may go to although their addresses are internal, or by http; everything else must be public.
WEBHOOK_HOSTS = frozenset(name.lower() for name in env.items("PORTAL_WEBHOOK_HOSTS", ""))

# --- API -------------------------------------------------------------------------------------------------
_UNLIMITED = 1_000_000
API_READS_A_MINUTE = env.integer(
    "PORTAL_API_READS", _UNLIMITED if PORTAL_MODE == "test" else 600, low=1, high=_UNLIMITED
)
API_WRITES_A_MINUTE = env.integer(
    "PORTAL_API_WRITES", _UNLIMITED if PORTAL_MODE == "test" else 120, low=1, high=_UNLIMITED
)
REST_FRAMEWORK = {
    "DEFAULT_THROTTLE_CLASSES": ["portal.api.PerHat"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.api_tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portal.api.HatRequired"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "portal.api.Pages",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "portal.api_schema.PortalSchema",
    "EXCEPTION_HANDLER": "portal.api.problem",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    # Accept says which form is wanted; a parameter `format` would be one more that no room knows.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Pilot Portal API",
    "DESCRIPTION": "Reports of pilot programmes: plan, report, review, compile.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "WebhookStateEnum": "records.models.webhooks.WebhookState",
        "DeliveryStateEnum": "records.models.webhooks.DeliveryState",
        "TokenStateEnum": "accounts.models.TokenState",
        "ScopeEnum": "accounts.models.Scope",
        "RoleEnum": "accounts.models.Role",
        "ReportStateEnum": "reporting.serializers.reports.STATES_SHOWN",
        "CycleKindEnum": "reporting.models.CycleKind",
        "ContactKindEnum": "pilots.models.ContactKind",
        "ContactFieldKindEnum": "pilots.models.ContactField.Kind",
        "MilestoneKindEnum": "pilots.models.MilestoneKind",
        "SearchKindEnum": "dashboards.finding.Kind",
        "PositionVerdictEnum": "dashboards.serializers.targets.VERDICTS",
        "PlanMatterKindEnum": "plans.waiting.Matter",
        "PlanStatusEnum": "plans.models.PlanStatus",
        "PlanChangeStatusEnum": "plans.models.ChangeStatus",
        "PlanChangeKindEnum": "plans.models.ChangeItem.Kind",
        "PlanDifferenceKindEnum": "plans.plan_content.KINDS",
        "GuidedPlanStatusEnum": "plans.models.GuidedStatus",
        "GuidedPlanKindEnum": "plans.models.GuidedKind",
        "StoredFileKindEnum": "records.models.FileKind",
        "AnnualStatusEnum": "plans.models.AnnualStatus",
        "TaskLevelEnum": "plans.models.Level",
        "TaskStateEnum": "plans.models.TaskState",
        "JobStateEnum": "records.models.jobs.JobState",
        "ImportStatusEnum": "records.models.ImportStatus",
        "ReportKindEnum": "reporting.models.REPORT_KINDS",
        "VersionOutcomeEnum": "reporting.models.versions.ReportVersion.Outcome",
        "ExtensionStatusEnum": "reporting.models.ExtensionStatus",
        "DueScopeEnum": "reporting.models.DueScope",
        "DueStateEnum": "reporting.filters.dues.STATES",
        "FeedStateEnum": "reporting.models.FeedState",
        "TimelinessOutcomeEnum": "reporting.timeliness.OUTCOMES",
        "CommitmentOutcomeEnum": "reporting.models.CommitmentOutcome",
        "UnitKindEnum": "units.models.Unit.Kind",
        "SupplementStatusEnum": "indicators.models.SupplementStatus",
        "SupplementPurposeEnum": "indicators.models.Supplement.Purpose",
        "FigureStatusEnum": "indicators.models.FigureStatus",
        "DivisionLevelEnum": "units.models.Division.Level",
        "MeasureEnum": "indicators.measures.Measure",
        "PeriodPartEnum": "indicators.models.Part",
        "OfferKindEnum": "indicators.offers.OfferKind",
        "ConfidenceEnum": "units.models.Sourced.Confidence",
        "ProjectStateEnum": "plans.models.ProjectState",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "portal.api_schema.document_refusals",
    ],
}

# --- logs ------------------------------------------------------------------------------------------------
LOG_FORMAT = env.choice("PORTAL_LOG_FORMAT", ("json", "text"), "json" if PRODUCTION else "text")
LOG_LEVEL = env.choice("PORTAL_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")
LOGGING = logging_for(LOG_FORMAT, LOG_LEVEL)

if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("PORTAL_SECRET_KEY must have at least 50 characters in production.")
