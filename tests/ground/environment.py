"""The project set up for tests: as in production, but for what a test cannot have.

Imported first of all by `tests/conftest.py`. Nothing comes from the developer's shell or `.env`
but DATABASE_URL, which names the engine to test on (SQLite, if it is not set).
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import django
import environs

SETTINGS = {
    "DEBUG": "false",
    "SECRET_KEY": "a-secret-for-the-tests-alone-" + "0123456789" * 4,
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "TIME_ZONE": "Asia/Shanghai",
    "LANGUAGE_CODE": "zh-hans",
    "EDITORIAL_READS": "3",
}
UNSET = (
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_REPLICA_URL",
    "CACHE_URL",
    "MEDIA_URL",
    "MEDIA_ROOT",
    "STORAGE_URL",
    "SEARCH_URL",
    "EMAIL_URL",
    "PAGE_CACHE_MB",
    "PURGE_URL",
    "PURGE_HEADER",
)


def _read_no_file(*args: object, **kwargs: object) -> bool:
    return False


def prepare() -> None:
    """Set the environment, start Django, and mend the settings."""
    os.environ.update(SETTINGS, DJANGO_SETTINGS_MODULE="newsroom.settings")
    for name in UNSET:
        os.environ.pop(name, None)
    environs.Env.read_env = staticmethod(_read_no_file)  # type: ignore[method-assign]

    django.setup()
    from django.conf import settings
    from django.db import connections
    from django.test import override_settings

    # No test writes into the work tree. Each gets a folder of its own inside (see conftest.py).
    folder = Path(tempfile.mkdtemp(prefix="newsroom-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # For the whole run and not in a fixture: the live server's middleware reads them once, at its
    # start. By override_settings, which tells those who have read them already.
    override_settings(
        SECURE_SSL_REDIRECT=False,  # the tests' clients and servers speak plain HTTP
        SESSION_COOKIE_SECURE=False,
        CSRF_COOKIE_SECURE=False,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        MEDIA_ROOT=folder / "media",
        STORAGES={
            **settings.STORAGES,
            # Without a manifest: the tests collect no static files.
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    ).enable()
    database: dict[str, Any] = connections.settings["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        # In a file, with WAL as in production: the live server's threads and the test share it.
        database["TEST"]["NAME"] = str(folder / "test.sqlite3")
