"""Settings, read from the environment (and `.env`); `docs/running.md` lists them all."""

from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env

from newsroom.storage import storage_of

# Lets `ModelAdmin[Story]` and its like be written in code that runs, too.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Newsroom signs sign-ins with it, so it does not start without "
            "one. Put a long random SECRET_KEY in the environment or in .env, "
            "or set DEBUG=true on your own machine."
        )
    SECRET_KEY = "only-for-debugging-on-your-own-machine"

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "newsroom.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_prose_editor",
    "js_asset",
    "taggit",
    "articles",
]

MIDDLEWARE = [
    "articles.web.keeping.KeepingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "newsroom.middleware.PolicyMiddleware",
    "newsroom.middleware.NoNulMiddleware",
    "newsroom.middleware.DeskConditionalMiddleware",
    "newsroom.middleware.DeskSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "newsroom.middleware.DeskAuthenticationMiddleware",
    "newsroom.middleware.ChromeLanguageMiddleware",
    "newsroom.middleware.DeskMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"

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
            ],
        },
    },
    {
        # What readers get is Jinja2's, which is several times as quick: docs/decisions/026.
        "NAME": "readers",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"environment": "articles.web.templates.environment"},
    },
]

# -- the database: SQLite in WAL mode unless DATABASE_URL names another --------------------------

DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: two writers wait for each other instead of failing halfway through.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
        # 16 MB of pages for each connection: the upper parts of a large archive's indexes.
        "PRAGMA cache_size=-16000;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# To open a file anew, and read its tables' forms, takes longer than to make a page from it.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if replica_url := env.str("DATABASE_REPLICA_URL", ""):
    # Read for readers' pages only, and only while it has every change they may have seen.
    DATABASES["replica"] = {
        **env.dj_db_url("DATABASE_REPLICA_URL"),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"MIRROR": "default"},
    }
    if not all(one["ENGINE"].endswith("postgresql") for one in DATABASES.values()):
        raise ImproperlyConfigured(
            "DATABASE_REPLICA_URL names a replica, but only PostgreSQL has one: DATABASE_URL and "
            "DATABASE_REPLICA_URL must both be postgresql://…"
        )
PREPARED_STATEMENTS = env.bool("PREPARED_STATEMENTS", True)
for one in DATABASES.values():
    if one["ENGINE"].endswith("postgresql"):
        # Django's own, with readers' pages that do not wait without end for one that stands still.
        one["ENGINE"] = "articles.freshness.postgresql"
        # A server that is gone without a word is given up after seconds, not after minutes.
        given = {"connect_timeout": 5, "tcp_user_timeout": 10_000, **one.get("OPTIONS", {})}
        if PREPARED_STATEMENTS:
            # What readers' pages ask all day is planned once for each connection. Django prepares
            # nothing else, so that the mode is not that of its other queries.
            given["prepare_threshold"] = 0
            given["options"] = f"{given.get('options', '')} -c plan_cache_mode=force_generic_plan"
        one["OPTIONS"] = given
DATABASE_ROUTERS = ["articles.freshness.replica.ReadersRouter"]

CACHES = {"default": env.dj_cache_url("CACHE_URL", "locmem://")}

# -- readers' pages, kept whole (articles/freshness) -----------------------------------------------

CACHE_ADDRESS = env.str("CACHE_URL", "locmem://")
# What one process may keep of them in its memory, in MiB; 0 keeps none. Redis has its own limit.
PAGE_CACHE_MB = env.int("PAGE_CACHE_MB", 64)
# Where a CDN is told what to drop: `{keys}` stands for the names. Unset: it asks each time.
PURGE_URL = env.str("PURGE_URL", "")
PURGE_HEADER = env.str("PURGE_HEADER", "")

# -- people --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "articles.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
# Ten wrong passwords lock that name from that address for a quarter of an hour.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_VERBOSE = False

# The reads a story has before it is signed off: 3 (三审), 2 or 1.
EDITORIAL_READS = env.int("EDITORIAL_READS", 3)
if EDITORIAL_READS not in (1, 2, 3):
    raise ImproperlyConfigured("EDITORIAL_READS is the number of reads a story has: 1, 2 or 3.")

# Mail about what concerns somebody at the desk. Unset: none is sent.
globals().update(env.dj_email_url("EMAIL_URL", "dummy://"))

# -- words and time ------------------------------------------------------------------------------

LANGUAGE_CODE = env.str("LANGUAGE_CODE", "zh-hans")
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
TIME_ZONE = env.str("TIME_ZONE", "Asia/Shanghai")
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "newsroom" / "locale"]
USE_TZ = True

# -- files ---------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
# MEDIA_ROOT holds `originals/` (private) and `public/` (copies made at publication). No web server
# is pointed at it: the reader's pictures go through a view that asks the record first.
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(BASE_DIR / "media")))
MEDIA_URL = env.str("MEDIA_URL", "media/")
STORAGES = {
    "default": storage_of(env.str("STORAGE_URL", "")),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024  # a whole page's text, pasted, with room to spare
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# -- guards --------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "frame-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 0 if DEBUG else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEBUG
SECURE_HSTS_PRELOAD = not DEBUG
SECURE_SSL_REDIRECT = not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_PATH = "/admin/"
CSRF_COOKIE_PATH = "/admin/"
SESSION_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_PATH = "/admin/"

# -- log lines, one JSON object each -------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"newsroom": {"level": "INFO"}},
}
