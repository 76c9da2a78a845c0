"""Settings, all from the environment (README has the table).

ADMINDUK_MODE says where we are: `production` (the default, and strict), `local` (`make run`), `test`.
Each secret NAME may come from a file named by NAME_FILE.
"""

import hmac
import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("ADMINDUK_DATA", BASE_DIR / ".data")).resolve()


def _load_local_environment() -> None:
    """What `make run` wrote down, so that `manage.py sweep` in another terminal finds the same engines and keys."""
    if "DATABASE_URL" in os.environ or "ADMINDUK_MODE" in os.environ:
        return
    for name in ("local.env", "run.env"):
        path = DATA_DIR / name
        for line in path.read_text().splitlines() if path.exists() else []:
            key, _, value = line.partition("=")
            if key and not key.startswith("#"):
                os.environ.setdefault(key.strip(), value.strip())


_load_local_environment()


def text(name: str, default: str = "") -> str:
    """The variable NAME, or the content of the file that NAME_FILE names."""
    path = os.environ.get(f"{name}_FILE")
    return Path(path).read_text().strip() if path else os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    """A variable that is 1/true/yes or 0/false/no."""
    return text(name, str(int(default))).lower() in {"1", "true", "yes", "on"}


MODE = text("ADMINDUK_MODE", "production")
LOCAL = MODE in {"local", "test"}
DEBUG = flag("DEBUG")
SECRET_KEY = text("SECRET_KEY") or "insecure-for-checks-only"
FIELD_KEYS = text("FIELD_KEYS") or "none:" + "A" * 43 + "="
INDEX_KEY = text("INDEX_KEY") or "A" * 43 + "="
PUBLIC_URL = text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = [h for h in text("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if h]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL.startswith("https://") else []
TRUSTED_PROXIES = int(text("TRUSTED_PROXIES", "0"))

INSTALLED_APPS = [
    "requests_app",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "crispy_forms",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "requests_app.citizen.language.ChosenLanguage",
    "requests_app.maintenance.Maintenance",
    "requests_app.compression.CompressPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
    "requests_app.staff.middleware.AdminGuard",
]

ROOT_URLCONF = "adminduk.urls"
WSGI_APPLICATION = "adminduk.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("adminduk",)
CRISPY_TEMPLATE_PACK = "adminduk"
CRISPY_FAIL_SILENTLY = False

# Two roles: the owner migrates and grants (manage.py prepare_database), the processes use one that owns nothing.
# Development and tests may name one URL only: then it is the owner's, and the process role is made beside it.
AS_OWNER = os.environ.get("ADMINDUK_DB_ROLE") == "owner"
_given = dj_database_url.parse(text("DATABASE_URL", "postgres://adminduk_app@127.0.0.1:5432/adminduk"))
_owner_url = text("DATABASE_OWNER_URL")
_process = _given if _owner_url or not LOCAL else {}
PROCESS_ROLE = _process.get("USER") or "adminduk_app"
PROCESS_PASSWORD = _process.get("PASSWORD") or hmac.new(SECRET_KEY.encode(), b"process role", "sha256").hexdigest()
DATABASE_OWNER = dj_database_url.parse(_owner_url) if _owner_url else _given if LOCAL else None
if AS_OWNER and DATABASE_OWNER:
    _database = dict(DATABASE_OWNER)
elif LOCAL and not _owner_url:
    _database = {**_given, "USER": PROCESS_ROLE, "PASSWORD": PROCESS_PASSWORD}
else:
    _database = dict(_given)
DATABASES = {
    "default": {
        **_database,
        "CONN_MAX_AGE": int(text("CONN_MAX_AGE", "60")),
        "CONN_HEALTH_CHECKS": True,
        # Statements that we have planned (requests_app/statements.py) are planned alike for all values.
        "OPTIONS": {"options": "-c timezone=UTC -c lock_timeout=10s -c jit=off -c plan_cache_mode=force_generic_plan"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = text("REDIS_URL", "redis://127.0.0.1:6379/0")
BROKER_PREFIX = text("BROKER_PREFIX", "adminduk:")

AUTH_USER_MODEL = "requests_app.Officer"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "staff_login"
LOGIN_REDIRECT_URL = "officer_home"
LOGOUT_REDIRECT_URL = "staff_login"
OTP_TOTP_ISSUER = "Adminduk Online"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "requests_app.staff.lockout.hidden_name"
AXES_LOCKOUT_CALLABLE = "requests_app.staff.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_IPWARE_PROXY_COUNT = TRUSTED_PROXIES or None

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(text("STATIC_ROOT", str(DATA_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test" or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

MAINTENANCE_FILE = Path(text("MAINTENANCE_FILE", str(DATA_DIR / "maintenance")))
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}

DOCUMENTS_ROOT = Path(text("DOCUMENTS_ROOT", str(DATA_DIR / "documents")))
FILE_UPLOAD_HANDLERS = ["requests_app.files.upload_handler.MemoryOnlyUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_NUMBER_FILES = 64  # eight for each of the documents that one page may ask for
SUBMITS_PER_10_MINUTES = int(text("SUBMITS_PER_10_MINUTES", "1500"))  # from all addresses together

SESSION_ENGINE = "requests_app.sessions"
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "requests_app.citizen.apply.expired.token_refused"
HTTPS = PUBLIC_URL.startswith("https://") or not LOCAL
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS and flag("SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],  # blob: a photo of the visitor's own, before it is sent
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}

WHATSAPP_API_URL = text("WHATSAPP_API_URL", "https://graph.facebook.com")
WHATSAPP_API_VERSION = text("WHATSAPP_API_VERSION", "v23.0")
WHATSAPP_ACCESS_TOKEN = text("WHATSAPP_ACCESS_TOKEN")
WHATSAPP_APP_SECRET = text("WHATSAPP_APP_SECRET")
WHATSAPP_VERIFY_TOKEN = text("WHATSAPP_VERIFY_TOKEN")
SIMULATOR_URL = text("SIMULATOR_URL") if LOCAL else ""
WA_ME_URL = text("WA_ME_URL", f"{SIMULATOR_URL}/wa.me" if SIMULATOR_URL else "https://wa.me")

SMS_API_URL = text("SMS_API_URL")
SMS_API_TOKEN = text("SMS_API_TOKEN")
SMS_SENDER = text("SMS_SENDER", "DUKCAPIL")
SMS_REPORT_SECRET = text("SMS_REPORT_SECRET")

EMAIL_HOST = text("EMAIL_HOST")
EMAIL_PORT = int(text("EMAIL_PORT", "587"))
EMAIL_HOST_USER = text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = text("DEFAULT_FROM_EMAIL", "")

# Words of the suket that the office's own law and signatures decide.
SUKET_NOTE = text(
    "SUKET_NOTE",
    "Surat keterangan ini dipakai sebagai pengganti sementara KTP-el selama blangko belum tersedia. "
    "Surat ini tidak berlaku lagi sejak KTP-el diserahkan.",
)
SUKET_SIGNED_BY = text("SUKET_SIGNED_BY", "Kepala Dinas Kependudukan dan Pencatatan Sipil Kota Palembang")
METRICS_TOKEN = text("METRICS_TOKEN")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"personal": {"()": "requests_app.vault.redact.PersonalDataFilter"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "filters": ["personal"], "formatter": "line"}},
    "root": {"handlers": ["out"], "level": text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["out"], "propagate": False},
        "django": {"handlers": [], "level": "INFO"},
        "httpx": {"level": "WARNING"},
        "axes": {"level": "ERROR"},
    },
}
