"""Rows into empty tables, as fast as an engine takes them: COPY, or one long INSERT."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction


class Loader:
    """Writes rows of one model past the model: plain values of some columns, the rest as default."""

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        self.model, self.columns = model, tuple(columns)
        self._rows: list[tuple[Any, ...]] = []

    @cached_property
    def _fields(self) -> list[models.Field[Any, Any]]:
        """All columns of the table: the given ones first."""
        fields = {
            field.attname: field
            for field in self.model._meta.concrete_fields
            if not isinstance(field, models.GeneratedField)
        }
        named = [fields.pop(name) for name in self.columns]
        # The identity column is the database's own where no numbers are given.
        rest = [field for field in fields.values() if not field.primary_key]
        return named + rest

    @cached_property
    def _defaults(self) -> tuple[Any, ...]:
        """What stands in the columns that are not given."""
        return tuple(
            field.get_db_prep_save(field.get_default(), connection)
            for field in self._fields[len(self.columns) :]
        )

    def add(self, *values: Any) -> None:
        """Keep a row for the next `write`: values as the database takes them, in `columns`' order."""
        self._rows.append(values + self._defaults)

    def write(self) -> int:
        """Write the rows that were kept. Returns how many they were."""
        rows, self._rows = self._rows, []
        if rows:
            _insert(self.model._meta.db_table, [str(field.column) for field in self._fields], rows)
        return len(rows)


def _insert(table: str, columns: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(
                f"COPY {connection.ops.quote_name(table)} ({quoted}) FROM STDIN"
            ) as to:
                for row in rows:
                    to.write_row(row)
        else:
            marks = ", ".join("?" for _ in columns)
            cursor.connection.executemany(
                f"INSERT INTO {connection.ops.quote_name(table)} ({quoted}) VALUES ({marks})", rows
            )


@contextmanager
def in_haste() -> Iterator[None]:
    """What is written in the block is not checked row by row: the rows come from this house.

    PostgreSQL allows it to a superuser only; anybody else's rows are checked, and take longer.
    """
    if connection.vendor != "postgresql":
        yield
        return
    allowed = True
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
    except Exception:  # not a superuser: slower, no worse
        allowed = False
    try:
        yield
    finally:
        if allowed:
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = DEFAULT")


def finish(loaders: Iterable[Loader]) -> None:
    """Let the numbers go on after those that were given, and tell the engine what it holds."""
    tables = [loader.model for loader in loaders]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
