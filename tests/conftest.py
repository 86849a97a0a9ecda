"""What every test stands on: the project as in production, files of its own, a clock to move."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.template.backends import jinja2
from django.test.signals import template_rendered
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from articles.freshness import stores
from tests.ground import environment

if TYPE_CHECKING:
    from tests.cast import Cast, Paper

# Before any test, and any other conftest, imports a model.
environment.prepare()

# Where Django looks for it: `serialized_rollback` in its documentation.
KEPT = "_test_serialized_contents"

pytest_plugins = ["tests.ground.no_skips"]

hypothesis_settings.register_profile(
    "desk",
    deadline=None,  # slow machines are no fault
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
# In CI the same examples every time: a change is judged by what it changed.
hypothesis_settings.register_profile(
    "ci", hypothesis_settings.get_profile("desk"), derandomize=True
)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the migrations made (the roles) is put back for each test that commits.

    Such a test ends with emptied tables, and the next one would find no roles.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        options = dict(marker.kwargs) if marker else {}
        fixtures = getattr(item, "fixturenames", ())
        if options.get("transaction") or {"transactional_db", "live_server"} & set(fixtures):
            options |= {"transaction": True, "serialized_rollback": True}
            item.add_marker(pytest.mark.django_db(**options), append=False)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Django keeps what the migrations made on its connection; let every connection have it.

    Once Playwright has an event loop in this thread, Django talks by another connection object.
    """
    with django_db_blocker.unblock():
        made_by_migrations = getattr(connections["default"], KEPT, None)
        if made_by_migrations is not None:
            setattr(type(connections["default"]), KEPT, made_by_migrations)


@pytest.fixture(autouse=True, scope="session")
def readers_pages_tell_what_they_were_made_of() -> Iterator[None]:
    """`response.context`, which Django's test client has of Django's own templates only."""
    plain = jinja2.Template.render

    def telling(self: jinja2.Template, context: dict[str, Any], request: Any = None) -> str:
        template_rendered.send(sender=self, template=self, context=context)
        return plain(self, context, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja2.Template, "render", telling)
        yield


@pytest.fixture(autouse=True)
def nothing_left_over(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Each test has an empty cache and a media folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    yield
    cache.clear()
    stores.forget()


class Clock:
    """The clock of this process, live server included. The databases keep their own."""

    def __init__(self) -> None:
        self._travel: time_machine.travel | None = None

    def move_to(self, instant: dt.datetime, *, tick: bool = False) -> None:
        """Put the clock to `instant`. It stands still there, unless told to `tick` on."""
        self.back()
        self._travel = time_machine.travel(instant, tick=tick)
        self._travel.start()

    def back(self) -> None:
        """Put the clock right again."""
        if self._travel is not None:
            self._travel.stop()
            self._travel = None


@pytest.fixture
def cast() -> "Cast":
    """The desk's five people."""
    from tests import cast as people  # models, which are there only once Django is set up

    return people.hire()


@pytest.fixture
def paper() -> "Paper":
    """An edition with its one section."""
    from tests import cast as people

    return people.found()


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A clock that a test may move: `clock.move_to(datetime)`. Untouched, it goes right."""
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
