"""What every test stands on: settings as in production, files of its own, a clock to move."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper
from hypothesis import HealthCheck, settings

settings.register_profile(
    "paper",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("paper")


def pytest_configure() -> None:
    """What the live server reads once, when it starts; and where its database is.

    There is no TLS on this machine. SQLite is in a file, which the server's threads share.
    """
    django_settings.SECURE_SSL_REDIRECT = False
    django_settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        folder = Path(".cache/tests")
        folder.mkdir(parents=True, exist_ok=True)
        database.setdefault("TEST", {})["NAME"] = str(folder / f"{worker}.sqlite3")


def pytest_terminal_summary(terminalreporter: Any, config: Any) -> None:
    """In CI a skipped test is a failure: skips hide faults."""
    skipped = len(terminalreporter.stats.get("skipped", []))
    if os.environ.get("CI") and skipped:
        terminalreporter.section("skipped tests are failures in CI", red=True)
        terminalreporter._session.exitstatus = 1


@pytest.fixture(autouse=True)
def production_like(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Settings as in production, but for secure cookies and slow hashing; files of its own."""
    settings.SESSION_COOKIE_SECURE = False
    settings.CSRF_COOKIE_SECURE = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    yield
    cache.clear()


class Clock:
    """The clock of the paper's process. It ticks on from wherever it is put."""

    def __init__(self) -> None:
        self._travel: time_machine.travel | None = None

    def move_to(self, instant: dt.datetime, *, tick: bool = False) -> None:
        """Put the clock to `instant`. Unless `tick`, it stands still there."""
        self.back()
        self._travel = time_machine.travel(instant, tick=tick)
        self._travel.start()

    def back(self) -> None:
        """Put the clock right again."""
        if self._travel is not None:
            self._travel.stop()
            self._travel = None


@pytest.fixture
def clock() -> Iterator[Clock]:
    moved = Clock()
    yield moved
    moved.back()


def _flush_past_the_guards() -> None:
    """Emptying the tables after a test is the one deletion that the triggers must not refuse.

    Django empties SQLite's tables with DELETE, which fires them (PostgreSQL's TRUNCATE does not).
    """
    plain = DatabaseWrapper.ops_class.sql_flush

    def flush(self: Any, *args: Any, **kwargs: Any) -> list[str]:
        statements: list[str] = plain(self, *args, **kwargs)
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        drops = [f"DROP TRIGGER {name}" for name, _ in triggers]
        return [*drops, *statements, *(sql for _, sql in triggers)] if statements else []

    DatabaseWrapper.ops_class.sql_flush = flush  # type: ignore[method-assign]


_flush_past_the_guards()
