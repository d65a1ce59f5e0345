"""One settings file. What differs between installations comes from the environment (see docs/deployment.md)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.contrib.messages import constants as messages

BASE_DIR = Path(__file__).resolve().parent.parent
DONNEES_DIR = Path(os.environ.get("AIPI_DONNEES", BASE_DIR))
"""Where the embedded database, the secret key and the uploaded photographs live."""


def _oui(nom: str, defaut: str = "non") -> bool:
    return os.environ.get(nom, defaut).lower() in {"oui", "true", "1", "yes"}


def _cle_secrete() -> str:
    """The key of the environment, else one made once and kept in a file that only its owner reads."""
    if cle := os.environ.get("SECRET_KEY"):
        return cle
    DONNEES_DIR.mkdir(parents=True, exist_ok=True)
    fichier = DONNEES_DIR / ".cle-secrete"
    try:
        descripteur = os.open(fichier, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return fichier.read_text(encoding="ascii").strip()
    with os.fdopen(descripteur, "w", encoding="ascii") as sortie:
        sortie.write(cle := secrets.token_urlsafe(64))
    return cle


SECRET_KEY = _cle_secrete()
DEBUG = _oui("DEBUG")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]
DEMONSTRATION = _oui("AIPI_DEMONSTRATION")
"""Shows the demonstration accounts on the sign-in page; never on an installation with real files."""

INSTALLED_APPS = [
    # Before ours, which takes its page out of the administration.
    "auditlog",
    "django_tasks_db",
    "rapports.apps.RapportsConfig",
    "insertion_pro.apps.InsertionProConfig",
    "insertion_sociale.apps.InsertionSocialeConfig",
    "aipi.apps.AipiConfig",
    "aipi.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "js_lib_bootstrap5",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "aipi.brouillons.ConnexionRequise",
    "auditlog.middleware.AuditlogMiddleware",
    "aipi.consultations.JournalDesConsultations",
    "django.contrib.messages.middleware.MessageMiddleware",
    "aipi.garde.Garde",
    "aipi.brouillons.SortDesBrouillons",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "aipi.urls"
WSGI_APPLICATION = "aipi.wsgi.application"
AUTH_USER_MODEL = "aipi.Compte"
LOGIN_URL = "connexion"
LOGIN_REDIRECT_URL = "accueil"
LOGOUT_REDIRECT_URL = "connexion"

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
            "builtins": ["aipi.templatetags.adresses"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
MESSAGE_TAGS = {messages.ERROR: "danger"}

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DONNEES_DIR / 'aipi.sqlite3'}",
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL lets pages be read while one writes; IMMEDIATE takes the write lock at once instead of failing half way;
    # FULL keeps what was acknowledged through a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-65536;PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;"
        ),
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# CNIL 2022-100; see docs/comptes.md.
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("courriel", "nom")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "aipi.mots_de_passe.MotsDeLaMaison"},
    {"NAME": "aipi.mots_de_passe.Devinabilite"},
]

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DONNEES_DIR / "medias"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# The hours of a team of 100 persons are 1,200 cells of one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
"""A session lasts a day of work at most, however busy."""
VERROU_APRES = 60 * int(os.environ.get("AIPI_VERROU", "30"))
"""Seconds without anybody after which a page asks the password again."""
SECOND_FACTEUR_POUR_TOUS = _oui("AIPI_SECOND_FACTEUR_POUR_TOUS")
"""Whether every account must hold a second factor, not only those of directors and administrators."""
CODES_EXACTS = _oui("AIPI_CODES_EXACTS")
"""Whether the code of an application is good for its own thirty seconds alone: clocks must then agree."""
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
if _oui("AIPI_HTTPS"):
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    # A browser takes such a name from this very host alone, over HTTPS.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"

# Messages of the server go to standard error; none of them carries what a form or an import file held.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "ligne": {
            "format": "{asctime} {levelname} {name}: {message}",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "ligne"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Who signs in, what is refused, what an administrator changes: accounts by their number, never a name.
    "loggers": {"aipi.securite": {"level": "INFO"}},
}

# Links of accounts are sent where a mail server is named; everywhere they are shown to who makes them.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = not EMAIL_USE_SSL and _oui("EMAIL_TLS", "oui")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_DE", "AIPi <aipi@localhost>")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
"""Long work waits in the database for the background service (`manage.py db_worker`)."""

AUDITLOG_DISABLE_REMOTE_ADDR = True
"""The history says who changed what and when; from which machine is nobody's business."""

FEUILLES = ["aipi.feuilles", "insertion_pro.feuilles", "insertion_sociale.feuilles", "rapports.feuilles"]
"""Modules that declare the sheets of the exchange format, in the order in which they are imported."""
