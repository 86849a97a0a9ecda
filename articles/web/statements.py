"""Queries whose SQL is written once: for readers' pages, which ask the same things all day.

A query set is still where a query is told; but making SQL of one takes Django several times as
long as the engine takes to answer it. So it is built once with stand-ins for what differs, and its
SQL is run from then on with what is asked (docs/decisions/025).
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson
from django.db import connections, models, router
from django.db.models.base import ModelState
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)
Given = int | str | dt.datetime | dt.date | Sequence[int]
# Stand-ins: values that nobody asks for. Each is another, so that it is found in the SQL's list.
INSTANT = dt.datetime(1789, 7, 14, tzinfo=dt.UTC)
DAY = dt.date(1789, 7, 14)
NUMBER = 7_000_000_000_000_000_000
TEXT = "\ue000stand-in "
NOBODY = -1  # fills a list of numbers up: no row has it
# Lists are of these lengths: each length is a statement of its own.
LENGTHS = (1, 2, 4, 16, 64, 256)


@dataclass(slots=True)
class Made:
    """A statement in one database: its SQL, its list, and how rows become objects."""

    sql: str
    own_style: str  # the same for SQLite's driver itself
    params: list[Any]
    slots: list[tuple[int, int]]  # where in `params` which of the given values goes
    model: type[models.Model]
    columns: list[str]
    start: int
    end: int
    plain: list[tuple[int, Callable[[Any], Any]]]  # what is read by column, without Django's own
    converters: list[tuple[int, list[Any], Any]]
    related: list[Any]
    named: list[tuple[str, int]]  # annotations by column


class Statement(Generic[M]):
    """A query that `build` tells, asked by `rows`.

    `build` takes as many arguments as `rows` does, and may use them only as values that columns
    are compared with: it is called once for each shape of arguments, with stand-ins. A sequence of
    numbers is used with `__in`. Raises ValueError where a value did not come out in the SQL.

    `by_values`: PostgreSQL plans it for what is asked, each time. For searches, where the best way
    depends on how common a word is.
    """

    def __init__(
        self,
        model: type[M],
        build: Callable[..., "models.QuerySet[M, Any]"],
        *,
        by_values: bool = False,
    ) -> None:
        self._model, self._build, self._by_values = model, build, by_values
        self._made: dict[tuple[Any, ...], Made] = {}

    def rows(self, *given: Given) -> list[M]:
        """The rows for what is asked, in the order that the query tells. One query."""
        made, using, found = self._found(given)
        return [_object(made, using, row) for row in found]

    def first(self, *given: Given) -> M | None:
        """The first of the rows, or None."""
        return next(iter(self.rows(*given)), None)

    def tuples(self, *given: Given) -> list[tuple[Any, ...]]:
        """The same of a query that asks for `values_list`: columns, and no objects."""
        return [tuple(row) for row in self._found(given)[2]]

    def _found(self, given: Sequence[Given]) -> tuple[Made, str, list[list[Any]]]:
        flat: list[Any] = []
        shape: list[Any] = []
        for value in given:
            if isinstance(value, (int, str, dt.date)):
                shape.append(type(value))
                flat.append(value)
            else:
                length = _room(len(value))
                shape.append(length)
                flat.extend(value)
                flat.extend([NOBODY] * (length - len(value)))
        using = router.db_for_read(self._model)
        key = (using, *shape)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(using, shape)
        return made, using, self._ask(made, using, flat)

    def _make(self, using: str, shape: list[Any]) -> Made:
        """Build the query with stand-ins, and find them in its SQL."""
        stand_ins: list[Any] = []
        arguments: list[Any] = []
        for kind in shape:
            if isinstance(kind, int):
                numbers = [NUMBER + len(stand_ins) + more for more in range(kind)]
                stand_ins += numbers
                arguments.append(numbers)
            else:
                stand_ins.append(_stand_in(kind, len(stand_ins)))
                arguments.append(stand_ins[-1])
        rows = self._build(*arguments).using(using)
        compiler: Any = rows.query.get_compiler(using)
        sql, params = compiler.as_sql()
        ops = connections[using].ops
        place = {_as_stored(value, ops): number for number, value in enumerate(stand_ins)}
        slots = [
            (at, place[param])
            for at, param in enumerate(params)
            if isinstance(param, (int, str, dt.date)) and param in place
        ]
        if len({number for _, number in slots}) != len(stand_ins):
            raise ValueError("A value that the statement is asked with is not in its SQL.")
        converters = compiler.get_converters([one[0] for one in compiler.select])
        plain = {
            at: read
            for at, (convert, expression) in converters.items()
            if (read := _plainly(expression, convert, connections[using]))
        }
        # A query of `values_list` makes no objects.
        info = compiler.klass_info if rows.query.default_cols else None
        own_style = ""
        if connections[using].vendor == "sqlite":
            # Where columns are asked for alone, the order names them by their place: it would be
            # that of what stands there instead, which no index has.
            own_style = _in_own_style(sql, compiler.select, plain if info else {})
        elif not self._by_values:
            sql, params, slots = _with_constants(sql, params, slots, connections[using])
        fields = info["select_fields"] if info else []
        start, end = (fields[0], fields[-1] + 1) if fields else (0, 0)
        return Made(
            sql,
            own_style,
            list(params),
            slots,
            self._model,
            [one[0].target.attname for one in compiler.select[start:end]],
            start,
            end,
            list(plain.items()),
            [(at, *converters[at]) for at in converters.keys() - plain.keys()],
            get_related_populators(info, compiler.select, using) if info else [],  # type: ignore[call-arg]
            list(compiler.annotation_col_map.items()),
        )

    def _ask(self, made: Made, using: str, flat: list[Any]) -> list[list[Any]]:
        connection = connections[using]
        params = made.params.copy()
        stored = [_as_stored(value, connection.ops) for value in flat]
        for at, number in made.slots:
            was, value = params[at], stored[number]
            # psycopg's own kinds of numbers tell the engine how wide the column is.
            params[at] = type(was)(value) if isinstance(was, int) else value
        found = self._of_the_engine(connection, made, params)
        for at, read in made.plain:
            for row in found:
                if row[at] is not None:
                    row[at] = read(row[at])
        for at, converters, expression in made.converters:
            for convert in converters:
                for row in found:
                    row[at] = convert(row[at], expression, connection)
        return found

    def _of_the_engine(self, connection: Any, made: Made, params: list[Any]) -> list[list[Any]]:
        is_looked_on = connection.queries_logged or connection.execute_wrappers
        if connection.vendor == "sqlite" and not is_looked_on:
            # The driver itself: Django's cursor writes the marks of its style anew in each SQL.
            connection.ensure_connection()
            with connection.wrap_database_errors:
                return list(map(list, connection.connection.execute(made.own_style, params)))
        with connection.cursor() if self._by_values else _cursor(connection) as cursor:
            cursor.execute(made.sql, params)
            return list(map(list, cursor.fetchall()))


def _object(made: Made, using: str, row: list[Any]) -> Any:
    one = _read_already(made.model, using)
    one.__dict__.update(zip(made.columns, row[made.start : made.end], strict=True))
    for populator in made.related:
        populator.populate(row, one)
    for name, at in made.named:
        setattr(one, name, row[at])
    return one


def _cursor(connection: Any) -> AbstractContextManager[Any]:
    """A cursor that sends PostgreSQL the values apart from the SQL, which it then plans once.

    To plan what is live takes it longer than to find it; and Django's own cursor writes each value
    into the SQL. Whether a plan is kept is the settings' (PREPARED_STATEMENTS).
    """
    cursor: AbstractContextManager[Any]
    if connection.vendor != "postgresql":
        cursor = connection.cursor()
        return cursor
    from django.db.backends.postgresql import base

    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        apart: Any = base.ServerBindingCursor
        cursor = connection._prepare_cursor(apart(connection.connection))
    return cursor


def _with_constants(
    sql: str, params: Sequence[Any], slots: list[tuple[int, int]], connection: Any
) -> tuple[str, list[Any], list[tuple[int, int]]]:
    """The SQL with everything written into it but what is asked: a plan may count on the rest."""
    from psycopg import sql as writing

    asked = dict(slots)
    connection.ensure_connection()
    left: list[Any] = []
    found: list[tuple[int, int]] = []
    numbers = iter(range(len(params)))

    def written(sign: re.Match[str]) -> str:
        if sign[0] == "%%":
            return sign[0]
        at = next(numbers)
        if at not in asked:
            return writing.Literal(params[at]).as_string(connection.connection).replace("%", "%%")
        found.append((len(left), asked[at]))
        left.append(params[at])
        return sign[0]

    return re.sub("%[s%]", written, sql), left, found


def _in_own_style(sql: str, select: Iterable[Any], plain: dict[int, Callable[[Any], Any]]) -> str:
    """The SQL for SQLite's driver itself: with its marks, and asking for what `plain` reads as it
    is kept. Else the driver would make text of JSON, and Django's converter instants of text."""
    at = 0
    for number, (_, (column, _), _) in enumerate(select):
        asked = AS_KEPT.get(plain.get(number), "{}").format(column)
        at = sql.index(column, at)
        sql = sql[:at] + asked + sql[at + len(column) :]
        at += len(asked)
    return re.sub("%[s%]", lambda mark: "?" if mark[0] == "%s" else "%", sql)


def _plainly(
    expression: Any, converters: Sequence[Any], connection: Any
) -> Callable[[Any], Any] | None:
    """How a column's values are read, where it needs nothing of Django's: several times as quick."""
    kind = type(expression.output_field)
    if len(converters) != 1:
        return None
    if kind is models.JSONField and expression.output_field.decoder is None:
        return _json
    if kind is models.DateTimeField and connection.vendor == "sqlite":
        return _instant
    return None


def _json(kept: str | bytes) -> Any:
    try:
        return orjson.loads(kept)
    except orjson.JSONDecodeError:  # it takes no half of a surrogate pair, which SQLite may hold
        return json.loads(kept)


def _instant(kept: dt.datetime | str) -> dt.datetime:
    """An instant as SQLite keeps it: UTC, without saying so."""
    if isinstance(kept, str):
        return dt.datetime.fromisoformat(kept + "+00:00")
    return kept.replace(tzinfo=dt.UTC)


# How SQLite is asked for what is read plainly.
AS_KEPT: dict[Callable[[Any], Any] | None, str] = {_json: "CAST({} AS BLOB)", _instant: "+{}"}


def _read_already(model: type[M], using: str) -> M:
    """An object of a model whose columns are put in next, all at once.

    What `from_db` does, which sets them one by one and asks for defaults of those not read.
    """
    one = model.__new__(model)
    state = one._state = ModelState()
    state.adding, state.db = False, using
    return one


def _room(length: int) -> int:
    """The length of the list that so many numbers are put into."""
    return next((room for room in LENGTHS if length <= room), length)


def _stand_in(kind: type, number: int) -> Any:
    if issubclass(kind, dt.datetime):
        return INSTANT + dt.timedelta(seconds=number)
    if issubclass(kind, dt.date):
        return DAY + dt.timedelta(days=number)
    return NUMBER + number if issubclass(kind, int) else f"{TEXT}{number}"


def _as_stored(value: Any, ops: Any) -> Any:
    """A value as the engine's driver takes it."""
    if isinstance(value, dt.datetime):
        return ops.adapt_datetimefield_value(value)
    if isinstance(value, dt.date):
        return ops.adapt_datefield_value(value)
    return value
