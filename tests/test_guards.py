"""The record's guards: lifted where a migration would stumble over them, and always put back."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate

from articles.models import guards

pytestmark = pytest.mark.django_db


def standing() -> set[str]:
    asked = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return {name for (name,) in cursor.fetchall()}


def test_guards_do_not_stop_a_migration_and_stand_again_after_it() -> None:
    names = {f"{table}_{what.lower()}_{kind}" for table, what, kind, _ in guards._rules("sqlite")}
    said: dict[str, Any] = {
        "app_config": apps.get_app_config("articles"),
        "verbosity": 0,
        "interactive": False,
    }
    said |= {"using": "default", "plan": [], "apps": apps, "stdout": None}
    assert names <= standing()
    pre_migrate.send(sender=said["app_config"], **said)
    # SQLite cannot rebuild a table that another table's trigger names; PostgreSQL can.
    assert bool(names & standing()) == (connection.vendor == "postgresql")
    post_migrate.send(sender=said["app_config"], **said)
    assert names <= standing()
