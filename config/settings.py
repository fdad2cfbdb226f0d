"""Every setting, in one file. Values come from the environment or from `.env`; a bad value stops the start.

Two modes, told apart by one address. While PUBLIC_URL is plain http on this machine (the default), nothing need be
configured and only this machine is answered. Once PUBLIC_URL is `https://…`, SECRET_KEY is required and every
protection that needs TLS is on. Bad combinations are system checks (config/checks.py).
What does not belong here: domain constants, which live beside the rule they serve.
"""

import json
import os
import re
import tempfile
from base64 import b64decode
from collections.abc import Mapping, MutableMapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from config import secret, single_sign_on

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")
env.ENVIRON = {**os.environ, **secret.from_files(os.environ)}


def place_of_files(name: str, *, default: Path) -> Path | str:
    """A folder, or a bucket as `s3://bucket` or `s3://bucket/folder`."""
    text: str = env.str(name, default=str(default)).strip()
    if "://" not in text:
        return Path(text)
    if not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9][A-Za-z0-9._-]*)*/?", text):
        raise ImproperlyConfigured(f"{name} must be a folder, or look like s3://bucket/folder")
    return text


def flag(name: str, *, default: bool = False) -> bool:
    """Whether the setting is on; a word that is neither yes nor no stops the start instead of meaning no."""
    word: str = env.str(name, default="true" if default else "false").strip().lower()
    if word not in {"true", "yes", "on", "1", "false", "no", "off", "0"}:
        raise ImproperlyConfigured(f"{name} must be true or false")
    return word in {"true", "yes", "on", "1"}


def hours(name: str, *, default: str) -> tuple[int, int]:
    """The first and the last hour of a span such as `8-22`."""
    first, dash, last = env.str(name, default=default).partition("-")
    if not (dash and first.strip().isdecimal() and last.strip().isdecimal() and int(first) < int(last) <= 24):
        raise ImproperlyConfigured(f"{name} must look like 8-22")
    return int(first), int(last)


def web_address(name: str) -> str:
    """The address without its last slash, or empty; what is no plain http(s) address stops the start."""
    address: str = env.str(name, default="").rstrip("/")
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        is_plain = parts.port != 0 and not (parts.username or parts.query or parts.fragment)
    except ValueError:
        is_plain = False
    if not (is_plain and parts.scheme in {"http", "https"} and parts.hostname and address.isascii()):
        raise ImproperlyConfigured(f"{name} must look like https://trade.example.com/records")
    return address


def port(text: str, name: str) -> int:
    """A TCP port."""
    if not (text.strip().isascii() and text.strip().isdecimal() and 0 < int(text) < 65536):
        raise ImproperlyConfigured(f"{name} must be TCP ports such as 443")
    return int(text)


def token(name: str) -> str:
    """A word that machines hand to each other, or empty; what an `Authorization` header cannot carry is refused."""
    word: str = env.str(name, default="")
    if not word.isascii() or (word and not word.isprintable()) or " " in word:
        raise ImproperlyConfigured(f"{name} must be visible ASCII characters")
    return word


def signing_secret(name: str) -> str:
    """A secret after Standard Webhooks, `whsec_` and 24 to 64 bytes in base64, or empty."""
    word = token(name)
    try:
        length = len(b64decode(word.removeprefix("whsec_"), validate=True))
    except ValueError:
        length = 0
    if word and not (word.startswith("whsec_") and 24 <= length <= 64):
        raise ImproperlyConfigured(f"{name} must be whsec_ and 24 to 64 bytes in base64")
    return word


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks such as 10.20.0.0/16. None may hold the machine itself or what clouds tell machines about themselves."""
    try:
        found = [ip_network(text.strip()) for text in env.list(name, default=[])]
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be networks such as 10.20.0.0/16") from None
    if any(network.is_loopback or network.is_link_local or network.prefixlen < 8 for network in found):
        raise ImproperlyConfigured(f"{name} may hold no loopback or link-local network, and nothing wider than a /8")
    return found


def traces_asked_for(environment: Mapping[str, str]) -> bool:
    """Whether OpenTelemetry's own variables name a collector for traces, and do not switch them off."""
    return (
        any(environment.get(f"OTEL_EXPORTER_OTLP_{name}") for name in ("ENDPOINT", "TRACES_ENDPOINT"))
        and environment.get("OTEL_SDK_DISABLED", "").lower() != "true"
        and environment.get("OTEL_TRACES_EXPORTER", "otlp") == "otlp"
    )


def host_and_port(name: str) -> tuple[str, int] | None:
    """Where a proxy is, from http://host:port; None without one."""
    address = web_address(name)
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme != "http" or not parts.hostname or not parts.port or parts.path:
        raise ImproperlyConfigured(f"{name} must look like http://proxy.internal:3128")
    return parts.hostname, parts.port


# A second installation whose clock can be moved, for those who try the API out (docs/operations.md, "A sandbox").
SANDBOX: bool = flag("SANDBOX")
VAR_DIR = BASE_DIR / "var" / "sandbox" if SANDBOX else BASE_DIR / "var"

# --- where we are -----------------------------------------------------------------------------------------------------

LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]

PUBLIC_URL: str = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname:
    raise ImproperlyConfigured("PUBLIC_URL must look like https://appeals.example.com")
IS_DEPLOYED = _public.scheme == "https"
if not IS_DEPLOYED and _public.hostname not in {"localhost", "127.0.0.1", "::1"}:
    raise ImproperlyConfigured("PUBLIC_URL may be plain http only on this machine; elsewhere it must be https://…")

DEBUG: bool = flag("DEBUG")
if DEBUG and IS_DEPLOYED:
    raise ImproperlyConfigured("DEBUG shows internals to strangers and cannot be combined with an https PUBLIC_URL")

ALLOWED_HOSTS: list[str] = [*([_public.hostname] if IS_DEPLOYED else LOOPBACK), *env.list("ALLOWED_HOSTS", default=[])]
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name hosts: '*' would also admit sockets from every origin")

SECRET_KEY: str = env.str("SECRET_KEY") if IS_DEPLOYED else env.str("SECRET_KEY", default="") or secret.own_key(VAR_DIR)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
if SANDBOX:  # so that no signature or cursor of the one holds in the other, even where both were given the same key
    SECRET_KEY, *SECRET_KEY_FALLBACKS = (f"sandbox:{key}" for key in (SECRET_KEY, *SECRET_KEY_FALLBACKS))
CASEWORK_CLOCK_AHEAD = "accounts.queries.clock_ahead" if SANDBOX else ""

# --- apps -------------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config",
    "sample",
    "webhooks",
    "console",
    "authorities",
    "transparency",
    "retention",
    "triage",
    "appeals",
    "disputes",
    "infringements",
    "tips",
    "notices",
    "executors",
    "rules",
    "helpline",
    "accounts",
    "surfaces",
    "archive",
    "operations",
    "files",
    "casework",
    "unfold",  # before django.contrib.admin, whose templates it replaces
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # allauth's pages of second factors use it
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "axes",
    "django_htmx",
    "django_tasks_db",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "config.middleware.observed",  # first, so that the whole time counts
    "config.middleware.compressed",
    "servestatic.middleware.ServeStaticMiddleware",  # what follows is carried out in one thread; see config.asgi
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "config.middleware.response_guard",  # inside CSP, whose policy it relaxes for the admin
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.user_language",
    "config.middleware.disk_guard",  # once the language is known
    "accounts.web.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.middleware.explained",  # its page shows who is signed in
    "accounts.web.middleware.StaffSecondFactor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.Refusals",
    "axes.middleware.AxesMiddleware",  # last, so that it sees what every sign-in view answered
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = None

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "executors.web.context.works_for_executor",
            ],
        },
    },
]

# --- data -------------------------------------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'appeals.sqlite3'}"),
}
_database = DATABASES["default"]
_database["ATOMIC_REQUESTS"] = False  # a command is the transaction; nothing slow happens inside one
_database["CONN_MAX_AGE"] = 0
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["CONN_MAX_AGE"] = None  # whoever opens the file reads all tables and triggers first: 20 ms of CPU
    # IMMEDIATE: a writer waits its turn instead of failing half-way; FULL: an acknowledged write survives a power cut.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    if _database["NAME"] != ":memory:":
        Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    # A file, because threads cannot share an in-memory database as they share a real one; per process, so that
    # two test runs on one machine do not take each other's.
    _database["TEST"] = {"NAME": str(Path(tempfile.gettempdir()) / f"appeals-test-{os.getpid()}.sqlite3")}
elif _database["ENGINE"] == "django.db.backends.postgresql":
    _database["OPTIONS"] = {
        "options": "-c jit=off",  # compiling a statement of milliseconds takes seconds; config.W002 asks for it
        # A statement that comes again is planned once in a connection, not each time (docs/decisions/0043).
        "server_side_binding": True,
        "prepare_threshold": 5,
        **_database.get("OPTIONS", {}),
        "application_name": "appeals",
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=20), "timeout": 20},
    }
else:
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:// or postgres://")

if DATABASE_REPLICA_URL := env.str("DATABASE_REPLICA_URL", default=""):  # lists and exports are read from it
    _replica = env.db_url("DATABASE_REPLICA_URL")
    DATABASES["replica"] = _database | _replica
    DATABASES["replica"]["OPTIONS"] = {
        **_database["OPTIONS"],
        **_replica.get("OPTIONS", {}),
        "connect_timeout": 2,  # seconds; the primary is there when it is not
        "pool": {**_database["OPTIONS"].get("pool", {}), "min_size": 0, "timeout": 2},
    }
    if {each["ENGINE"] for each in DATABASES.values()} != {"django.db.backends.postgresql"}:
        raise ImproperlyConfigured("DATABASE_REPLICA_URL needs PostgreSQL on both sides")
    DATABASE_ROUTERS = ["operations.replica.Router"]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL: str = env.str("REDIS_URL", default="")  # Redis or Valkey; needed as soon as there are two processes
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

# The queue is a table of the same database, so that enqueueing commits or rolls back with the event that caused it.
TASKS = {"default": {"BACKEND": env.str("TASKS_BACKEND", default="django_tasks_db.DatabaseBackend")}}

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"
        if IS_DEPLOYED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # a batch of 500 notices

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
SERVESTATIC_USE_FINDERS = not IS_DEPLOYED  # no collectstatic on one's own machine
SERVESTATIC_USE_MANIFEST = IS_DEPLOYED
SERVESTATIC_AUTOREFRESH = DEBUG
SERVESTATIC_ALLOW_ALL_ORIGINS = False


def SERVESTATIC_ADD_HEADERS_FUNCTION(headers: MutableMapping[str, str], _path: str, _url: str) -> None:  # noqa: N802
    """Says of a file what `SecurityMiddleware`, behind which it does not come, says of a page."""
    headers["X-Content-Type-Options"] = "nosniff"


# --- people -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first, so that a locked-out attempt is never tried
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "accounts.web.permissions.RolePermissions",
]
PASSWORD_HASHERS = ["accounts.passwords.BoundedHasher", *global_settings.PASSWORD_HASHERS[1:]]
PASSWORDS_AT_ONCE: int = env.int("PASSWORDS_AT_ONCE", default=min(4, max(1, (os.cpu_count() or 2) // 2)))  # cores
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "config.signin.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# Axes counts wrong passwords, in the database, and is first to lock; this one limits the codes of a second factor.
# Sign-ins are counted by axes: allauth's own limit would shut a whole network for whoever signs in often.
ACCOUNT_RATE_LIMITS: dict[str, Any] = {"login_failed": "10/15m/key", "login": None}
STAFF_SECOND_FACTOR_REQUIRED = True  # no variable: only a database that `manage.py demo` made is exempt
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = env.str("SITE_NAME", default="Appeals")
HEADLESS_CLIENTS = ("app",)
SSO = single_sign_on.from_environment(env)  # of staff, off without SSO_ISSUER (docs/operations.md)

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "accounts.api.lockout.LockoutHandler"
AXES_CLIENT_IP_CALLABLE = "accounts.api.lockout.address_of"
SIGN_IN_FAILURES_PER_ADDRESS: int = env.int("SIGN_IN_FAILURES_PER_ADDRESS", default=50)  # in the cool-off, of all names
AXES_USERNAME_CALLABLE = "accounts.api.lockout.username_of"
AXES_LOCKOUT_CALLABLE = "accounts.api.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # who signed in when is in the ledger and the session, not in a second list
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.failures.csrf_refused"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- transport and browser --------------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_DEPLOYED
if IS_DEPLOYED:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_SSL_REDIRECT = IS_DEPLOYED
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # a probe speaks plain http to the process itself
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if IS_DEPLOYED else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = flag("HSTS_INCLUDE_SUBDOMAINS")
SECURE_HSTS_PRELOAD = flag("HSTS_PRELOAD")
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # whether the host's subdomains speak TLS too,
    "security.W021",  # and whether browsers should be told for good, is the operator's to decide
]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SECURE_CSP: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
# unfold evaluates expressions (Alpine) and styles inline; without this its sign-in button cannot be pressed.
SECURE_CSP_ADMIN: dict[str, Any] = {
    **SECURE_CSP,
    "script-src": [CSP.SELF, CSP.UNSAFE_EVAL],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
}
ADMIN_PATH = "/admin/"

# --- words, time, mail ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"  # shown; stored in UTC
USE_TZ = True

_mail = env.email_url("EMAIL_URL", default="consolemail://")
MAILERS: dict[str, dict[str, Any]] = {"default": {"BACKEND": _mail["EMAIL_BACKEND"]}}
if _mail["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
    MAILERS["default"]["OPTIONS"] = {
        "host": _mail["EMAIL_HOST"],
        "port": _mail["EMAIL_PORT"] or 25,
        "username": _mail["EMAIL_HOST_USER"] or "",
        "password": _mail["EMAIL_HOST_PASSWORD"] or "",
        "use_tls": _mail.get("EMAIL_USE_TLS", False),
        "use_ssl": _mail.get("EMAIL_USE_SSL", False),
        "timeout": 20,
    }
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="appeals@localhost")
SMS_URL: str = web_address("SMS_URL")  # the operator's gateway for text messages, off without (docs/operations.md)
SMS_SECRET: str = signing_secret("SMS_SECRET")
if SANDBOX and (SMS_URL or not _mail["EMAIL_BACKEND"].endswith("console.EmailBackend")):
    raise ImproperlyConfigured("A SANDBOX writes to nobody: leave EMAIL_URL and SMS_URL out, what it says is logged")
if SMS_URL and not SMS_SECRET:
    raise ImproperlyConfigured("SMS_URL needs SMS_SECRET to sign its messages with")

# --- how the platform works inside; what is promised to parties is a value of a clause (rules/choices.py) -------------

# 办法 10 and 12, before a rule takes effect; a system check refuses what is below the floors.
RULE_CONSULTATION_DAYS: int = env.int("RULE_CONSULTATION_DAYS", default=7)
RULE_CONSULTATION_DAYS_MAJOR: int = env.int("RULE_CONSULTATION_DAYS_MAJOR", default=15)
RULE_PUBLICITY_DAYS: int = env.int("RULE_PUBLICITY_DAYS", default=7)
RULE_PUBLICITY_DAYS_MAJOR: int = env.int("RULE_PUBLICITY_DAYS_MAJOR", default=15)
OPINIONS_AN_HOUR: int = env.int("OPINIONS_AN_HOUR", default=20)  # on one draft, from one account or one address
AUDIT_DAYS: int = env.int("AUDIT_DAYS", default=14)  # a drawn second look that waits longer stops the system's closings
MAX_INFORMATION_DAYS = 30
REVIEW_LEASE_MINUTES: int = env.int("REVIEW_LEASE_MINUTES", default=15)
RETURNED_LEASE_HOURS: int = env.int("RETURNED_LEASE_HOURS", default=24)
PRIORITY_BOOST_HOURS: int = env.int("PRIORITY_BOOST_HOURS", default=24)
SOCKETS_PER_PERSON: int = env.int("SOCKETS_PER_PERSON", default=30)  # in one process; the oldest gives way
SOCKETS_PER_ADDRESS: int = env.int("SOCKETS_PER_ADDRESS", default=500)  # the newest is refused: many share an address
ROOM_MESSAGES_A_SECOND: float = env.float("ROOM_MESSAGES_A_SECOND", default=5)  # of one person in one room,
ROOM_MESSAGES_AT_ONCE: int = env.int("ROOM_MESSAGES_AT_ONCE", default=10)  # and how many of them may come together
RECALL_MINUTES = 10
EXECUTOR_ATTEMPTS_A_DAY: int = env.int("EXECUTOR_ATTEMPTS_A_DAY", default=3)  # at one test, by one person
EXECUTOR_ACCEPTED_ERROR: float = env.float("EXECUTOR_ACCEPTED_ERROR", default=0.10)  # of decided appeals, overturned
EXECUTOR_FALSE_ALARM: float = env.float("EXECUTOR_FALSE_ALARM", default=0.01)  # of those at it, ever suspended
EXECUTOR_EXPLAIN_DAYS: int = env.int("EXECUTOR_EXPLAIN_DAYS", default=5)
EXECUTOR_CONTEST_DAYS: int = env.int("EXECUTOR_CONTEST_DAYS", default=5)
EXECUTOR_FIND_DAYS: int = env.int("EXECUTOR_FIND_DAYS", default=5)  # after the explanation, or a contest
EXECUTOR_COMPENSATE_DAYS: int = env.int("EXECUTOR_COMPENSATE_DAYS", default=5)  # after the first finding
EXECUTOR_REVERSAL_HOURS: int = env.int("EXECUTOR_REVERSAL_HOURS", default=24)  # as the remedies of a notice
EXECUTOR_HANDOVER_HOURS: int = env.int("EXECUTOR_HANDOVER_HOURS", default=24)  # at least, for who takes work over
EXECUTOR_DOUBLE_REVIEW_PERMILLE: int = env.int("EXECUTOR_DOUBLE_REVIEW_PERMILLE", default=20)
RECORDS_HOURS: int = env.int("RECORDS_HOURS", default=24)  # until records that cannot be had count as unreachable
# Else no dispute rests on a ground of the burden table that counsel did not sign.
UNSIGNED_GROUNDS_ALLOWED: bool = env.bool("UNSIGNED_GROUNDS_ALLOWED", default=True)
TABLE_PROPOSALS: bool = flag("TABLE_PROPOSALS", default=True)  # the system may propose what the table derives
CONFIRM_ABOVE_MINOR: int = env.int("CONFIRM_ABOVE_MINOR", default=500_000)  # from ¥5,000 on: confirmed separately
NOTICE_BATCH_LIMIT = 500
CASEWORK_DEADLINE_GRACE: int = env.int("CASEWORK_DEADLINE_GRACE", default=30)  # seconds; the longest a request may take
CASEWORK_QUEUE_DELIVERIES: bool = env.bool("CASEWORK_QUEUE_DELIVERIES", default=True)
TRIAGE_MODEL_DIR = Path(env.str("TRIAGE_MODEL_DIR", default=str(VAR_DIR / "triage")))
TRIAGE_TIMEOUT: float = env.float("TRIAGE_TIMEOUT", default=2.0)
DISK_RESERVE_MB: int = env.int("DISK_RESERVE_MB", default=500)  # below it nothing new is taken in: 507
# Every file that people send, by its SHA-256. Private: served by views that ask who may see it.
ATTACHMENT_ROOT = place_of_files("ATTACHMENT_ROOT", default=VAR_DIR / "sealed")
S3_ENDPOINT_URL: str = web_address("S3_ENDPOINT_URL")  # of an object store that is not Amazon's
S3_REGION: str = env.str("S3_REGION", default="")
S3_ACCESS_KEY_ID: str = env.str("S3_ACCESS_KEY_ID", default="")  # without the two: a role of this machine
S3_SECRET_ACCESS_KEY: str = env.str("S3_SECRET_ACCESS_KEY", default="")
if bool(S3_ACCESS_KEY_ID) != bool(S3_SECRET_ACCESS_KEY):
    raise ImproperlyConfigured("S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY go together")
if isinstance(ATTACHMENT_ROOT, Path) and (S3_ENDPOINT_URL or S3_REGION or S3_ACCESS_KEY_ID):
    raise ImproperlyConfigured("S3_… is set, but ATTACHMENT_ROOT names no bucket: files would stay on this host")
CHECKPOINT_WITNESS_FILE: str = env.str("CHECKPOINT_WITNESS_FILE", default="")  # on storage that this host only adds to
CHECKPOINT_WITNESS_MAIL: list[str] = env.list("CHECKPOINT_WITNESS_MAIL", default=[])  # addresses outside this platform
CHECKPOINT_TSA_URL: str = web_address("CHECKPOINT_TSA_URL")  # a time-stamp service (RFC 3161); none: no stamps
CHECKPOINT_TSA_CERTIFICATES: str = env.str("CHECKPOINT_TSA_CERTIFICATES", default="")  # PEM: its root, those between
if SANDBOX and (CHECKPOINT_WITNESS_FILE or CHECKPOINT_WITNESS_MAIL or CHECKPOINT_TSA_URL):
    raise ImproperlyConfigured("Nobody witnesses the checkpoints of a SANDBOX: leave CHECKPOINT_… out")
if CHECKPOINT_TSA_URL and not CHECKPOINT_TSA_CERTIFICATES:
    raise ImproperlyConfigured("CHECKPOINT_TSA_URL needs CHECKPOINT_TSA_CERTIFICATES to check its stamps with")
SITE_NAME: str = env.str("SITE_NAME", default="")  # shown on every page and letter; empty: "Appeals centre"
if SANDBOX:
    SITE_NAME = f"{SITE_NAME} 沙箱 sandbox".strip()
APP_LINKS = {  # what the systems of phones read at /.well-known/, so that an app opens links to cases
    "assetlinks.json": json.loads(env.str("ANDROID_APP_LINKS", default="") or "null"),
    "apple-app-site-association": json.loads(env.str("IOS_APP_LINKS", default="") or "null"),
}
HELP_LINE: str = env.str("HELP_LINE", default="400-000-0000")  # where a person answers
HELP_LINE_HOURS: tuple[int, int] = hours("HELP_LINE_HOURS", default="8-22")  # Beijing time, every day

# --- the marketplace's own systems: orders and records for disputes (docs/platform-records.md) ------------------------

PLATFORM_RECORDS_URL: str = web_address("PLATFORM_RECORDS_URL")
PLATFORM_RECORDS_TOKEN: str = token("PLATFORM_RECORDS_TOKEN")
PLATFORM_RECORDS_TIMEOUT: float = env.float("PLATFORM_RECORDS_TIMEOUT", default=5.0)  # seconds, for a whole call
if PLATFORM_RECORDS_URL and not PLATFORM_RECORDS_TOKEN:
    raise ImproperlyConfigured("PLATFORM_RECORDS_URL needs PLATFORM_RECORDS_TOKEN")
INVENTED_MARKETPLACE = "sample.sandbox.orders.marketplace" if SANDBOX else ""  # asked where there is no address
if not 0 < PLATFORM_RECORDS_TIMEOUT <= 20:
    raise ImproperlyConfigured("PLATFORM_RECORDS_TIMEOUT must be above 0 and at most 20 seconds")

# --- drafts of translations (docs/operations.md): what is translated goes to this address, off without it -------------

TRANSLATION_URL: str = web_address("TRANSLATION_URL")  # of LibreTranslate, or what speaks as it does: …/translate
TRANSLATION_KEY: str = token("TRANSLATION_KEY")

# --- what the marketplace's systems are told (docs/api.md, docs/operations.md) ----------------------------------------

WEBHOOK_LOOPBACK: bool = flag("WEBHOOK_LOOPBACK", default=not IS_DEPLOYED)  # plain http to this very machine
WEBHOOK_PORTS: list[int] = [port(name, "WEBHOOK_PORTS") for name in env.list("WEBHOOK_PORTS", default=["443", "8443"])]
WEBHOOK_NETWORKS = networks("WEBHOOK_NETWORKS")  # private ones in which receivers of our own may be
WEBHOOK_PROXY = host_and_port("WEBHOOK_PROXY")  # everything goes through it; it then looks names up
if WEBHOOK_LOOPBACK and IS_DEPLOYED:
    raise ImproperlyConfigured("WEBHOOK_LOOPBACK would let API clients call this host's own services")

# --- admin ------------------------------------------------------------------------------------------------------------

UNFOLD: dict[str, Any] = {
    **dict.fromkeys(("SITE_TITLE", "SITE_HEADER"), SITE_NAME if SANDBOX else _("Appeals centre")),
    "DASHBOARD_CALLBACK": "config.dashboard.add_system",
    "SIDEBAR": {
        **dict.fromkeys(("show_search", "show_all_applications"), True),
        "navigation": [
            {
                "title": _("Casework"),
                "items": [
                    {"title": _("Workbench"), "icon": "gavel", "link": reverse_lazy("workbench:queue")},
                    {"title": _("Disputes"), "icon": "balance", "link": reverse_lazy("mediation:queue")},
                ],
            },
        ],
    },
}

# --- API --------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.BearerToken",
        "accounts.api.authentication.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["surfaces.api.parsers.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["surfaces.api.throttles.ActorThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "surfaces.api.problems.handle",
    "NUM_PROXIES": env.int("TRUSTED_PROXIES", default=0),  # how many of our own stand in front, for limits by address
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
API_RATES: dict[str, int] = {  # requests a minute and caller; of an address, when nobody is signed in
    "person_reads": env.int("API_RATE_PERSON_READS", default=1200),
    "person_writes": env.int("API_RATE_PERSON_WRITES", default=600),
    "client_reads": env.int("API_RATE_CLIENT_READS", default=6000),
    "client_writes": env.int("API_RATE_CLIENT_WRITES", default=6000),
    "anonymous": env.int("API_RATE_ANONYMOUS", default=300),
    "sign_in": env.int("API_RATE_SIGN_IN", default=600),  # many people stand behind one address of a carrier
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Appeals",
    "DESCRIPTION": "Notices, appeals against them, decisions by a person, and measures undone. See docs/api.md.",
    "VERSION": "1",
    "CONTACT": {"name": "Whoever runs this platform: quote the X-Request-ID of the answer"},
    "LICENSE": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVERS": [{"url": "/"}],  # where the document was read
    "PATH_CONVERTER_OVERRIDES": {"name": str},
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "/static/img/mark.svg",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {
        "BearerEnum": "disputes.choices.Side",
        "BindsEnum": "rules.models.Binds",
        "FindingEnum": "appeals.models.Finding",
        "GroundEnum": "appeals.models.Ground",
        "LanguageEnum": "accounts.models.Language",
        "OutcomeEnum": "appeals.models.Outcome",
        "PayerEnum": "disputes.choices.Payer",
        "ProvokedKindEnum": "sample.sandbox.cases.CHOICES",
        "RefundKindEnum": "rules.arithmetic.KINDS",
        "SourceEnum": "notices.models.DetectionSource",
        "StatusEnum": "accounts.models.PartyStatus",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "surfaces.api.schema.add_problems",
        "surfaces.api.schema.add_tags",
        "webhooks.api.document.add_webhooks",
        "config.api.actions.close_actions",
        "surfaces.api.schema.describe_fields",
        "config.api.examples.add_examples",
        *("config.api.links.add_links", "config.api.refusals.add_refusals"),
    ],
}

# --- seen from outside ------------------------------------------------------------------------------------------------

METRICS_TOKEN: str = token("METRICS_TOKEN")  # whoever shows it reads /metrics; without one there is none
if METRICS_TOKEN and len(METRICS_TOKEN) < 16:
    raise ImproperlyConfigured("METRICS_TOKEN must have at least 16 characters")

# Traces, for whoever names a collector. The variables are OpenTelemetry's, whose packages read the others themselves.
TRACING: bool = traces_asked_for(os.environ)

# --- logs -------------------------------------------------------------------------------------------------------------

LOG_LEVEL: str = env.str("LOG_LEVEL", default="INFO")
LOG_FORMAT: str = env.str("LOG_FORMAT", default="text")
if LOG_FORMAT not in {"text", "json"}:
    raise ImproperlyConfigured("LOG_FORMAT must be text or json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_personal_data": {"()": "config.logs.NoPersonalData"}},
    "formatters": {
        "text": {
            "()": "config.logs.Line",
            "format": "{asctime} {levelname} {name} {request_id} {message}",
            "style": "{",
        },
        "json": {"()": "config.logs.Json"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["no_personal_data"]},
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # One line for each request, message of the outbox and webhook; nobody who tries the program out reads them.
        "trail": {"level": LOG_LEVEL if IS_DEPLOYED else "WARNING"},
        "django_tasks_db": {"level": "WARNING"},  # tells every idle look, four times a second
        "fontTools": {"level": "WARNING"},  # tells every step of subsetting a font
        # These two would print rows and sign-in names; never below these levels, whatever LOG_LEVEL says.
        "django.db.backends": {"level": "WARNING"},
        "axes": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # anybody can cause it, and it is answered with 400
    },
}
