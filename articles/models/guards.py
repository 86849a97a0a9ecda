"""Triggers, in both engines: what has started in the record, the reads and the log stay as they are.

Installed after every `migrate` (SQLite drops a table's triggers whenever a migration rebuilds the
table), each time anew. The database's own clock decides what has started.
"""

from typing import Any

from django.db import connections

NEVER = ("articles_logentry", "articles_read", "articles_redaction")
# Side tables go with their row: table -> (its column, the row's table, a redacted row lets go).
SIDES = {
    "articles_publishedtag": ("row_id", "articles_publishedstory", True),
    "articles_publishedbyline": ("row_id", "articles_publishedstory", True),
    "articles_publishedpicture": ("row_id", "articles_publishedstory", True),
    "articles_publishedslot": ("row_id", "articles_publishedissue", False),
    "articles_publishedsheet": ("row_id", "articles_publishedissue", False),
}
# The one change that a started row may suffer: an audited redaction, which empties it.
# That it is empty then is a check constraint, `record_redacted_is_empty`.
KEPT_BY_REDACTION = [
    "id",
    "story_id",
    "version",
    "act",
    "change",
    "live_from",
    "not_before",
    "issue_id",
    "edition_id",
    "section_id",
    "language",
    "package",
    "published_at",
    "schema",
    "signed_by_id",
    "created_at",
]

MESSAGE = "This has started or was signed: the record is only added to."

_NOW = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now')",
    "postgresql": "clock_timestamp()",
}


def _rules(vendor: str) -> list[tuple[str, str, str, str]]:
    """Every guard as (table, operation, suffix, the condition under which it refuses)."""
    now = _NOW[vendor]
    same = " AND ".join(
        f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}"
        if vendor == "postgresql"
        else f"NEW.{column} IS OLD.{column}"
        for column in KEPT_BY_REDACTION
    )
    redacting = f"OLD.redaction_id IS NULL AND NEW.redaction_id IS NOT NULL AND {same}"
    started = f"OLD.live_from <= {now}"
    rules = [
        ("articles_publishedstory", "UPDATE", "started", f"{started} AND NOT ({redacting})"),
        ("articles_publishedstory", "DELETE", "started", started),
        ("articles_publishedissue", "UPDATE", "started", started),
        ("articles_publishedissue", "DELETE", "started", started),
    ]
    for table in NEVER:
        rules += [(table, operation, "never", "1 = 1") for operation in ("UPDATE", "DELETE")]
    for table, (column, parent, lets_go) in SIDES.items():
        redacted = "AND parent.redaction_id IS NULL" if lets_go else ""
        condition = (
            f"EXISTS (SELECT 1 FROM {parent} parent WHERE parent.id = OLD.{column} "
            f"AND parent.live_from <= {now} {redacted})"
        )
        rules += [(table, operation, "started", condition) for operation in ("UPDATE", "DELETE")]
    return rules


def statements(vendor: str) -> list[str]:
    """The SQL that installs the guards anew on an engine: 'sqlite' or 'postgresql'."""
    made: list[str] = []
    for table, operation, suffix, condition in _rules(vendor):
        name = f"{table}_{operation.lower()}_{suffix}"
        if vendor == "sqlite":
            made += [
                f"DROP TRIGGER IF EXISTS {name}",
                f"CREATE TRIGGER {name} BEFORE {operation} ON {table} WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
            ]
        else:
            give_back = "NEW" if operation == "UPDATE" else "OLD"
            made += [
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN IF {condition} THEN RAISE EXCEPTION '{MESSAGE}' "
                f"USING ERRCODE = 'integrity_constraint_violation'; END IF; "
                f"RETURN {give_back}; END $$",
                f"CREATE OR REPLACE TRIGGER {name} BEFORE {operation} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {name}()",
            ]
    return made


def lift(using: str = "default", **kwargs: Any) -> None:
    """Take SQLite's guards away before a migration. For pre_migrate; `install` puts them back.

    SQLite rebuilds a table that is altered, and refuses to while triggers of others name it.
    """
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for table, operation, suffix, _condition in _rules(connection.vendor):
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{operation.lower()}_{suffix}")


def install(using: str = "default", **kwargs: Any) -> None:
    """Install the guards on the database `using`, if its tables are there. For post_migrate."""
    connection = connections[using]
    if "articles_publishedsheet" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in statements(connection.vendor):
            cursor.execute(statement)
