"""The index that searches use: which rows of the record hold which grams (`articles.text.grams`).

The database keeps it by itself, in the transaction that writes a row: on PostgreSQL as a GIN index
over the row's words, on SQLite as an FTS5 table without text of its own, kept by triggers. So a
story is found at the very second it is live, with no worker; a row that is taken out before its
hour or redacted leaves the index with the same statement; and whatever writes a row, a bulk import
too, has it indexed.

The index only says which rows hold all of the grams. That they stand side by side is looked up in
the row's own line of grams, so what is found is exact in both databases.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, Value

from articles.models.record import PublishedStoryQuerySet
from articles.text.grams import Phrase

TABLE = "articles_publishedstory"
INDEX = "articles_storysearch"

# The external-content triggers of the FTS5 documentation; `detail=none` keeps no positions;
# `prefix` makes a single character, which begins many grams, as quick as a gram.
_SQLITE = [
    f"CREATE VIRTUAL TABLE {INDEX} USING fts5(search_text, content='{TABLE}', content_rowid='id', "
    "tokenize='ascii', detail=none, columnsize=0, prefix='1')",
    f"INSERT INTO {INDEX}({INDEX}) VALUES ('rebuild')",
]
_OUT = (
    f"INSERT INTO {INDEX}({INDEX}, rowid, search_text) VALUES ('delete', OLD.id, OLD.search_text)"
)
_IN = f"INSERT INTO {INDEX}(rowid, search_text) VALUES (NEW.id, NEW.search_text)"
_TRIGGERS = [
    f"CREATE TRIGGER {INDEX}_added AFTER INSERT ON {TABLE} BEGIN {_IN}; END",
    f"CREATE TRIGGER {INDEX}_taken_out AFTER DELETE ON {TABLE} BEGIN {_OUT}; END",
    f"CREATE TRIGGER {INDEX}_changed AFTER UPDATE OF search_text ON {TABLE} "
    f"BEGIN {_OUT}; {_IN}; END",
]
_GRAMS = "array_to_tsvector(array_remove(string_to_array({column}, ' '), ''))"
_POSTGRESQL = (
    f"CREATE INDEX IF NOT EXISTS {INDEX} ON {TABLE} "
    f"USING gin ({_GRAMS.format(column='search_text')})"
)


class Holds(Func):
    """Whether a row of the record holds what `words` has written; in a filter."""

    output_field = BooleanField()

    def __init__(self, written: str) -> None:
        super().__init__(F("pk"), F("search_text"))
        self.written = written

    def as_sqlite(
        self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        pk, parameters = compiler.compile(self.get_source_expressions()[0])
        return (
            # The plus: rows are walked newest first and looked up in what the index holds, until
            # there are enough. The other way round, each of a common word's rows would be read.
            f"+{pk} IN (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s)",
            (*parameters, self.written),
        )

    def as_postgresql(
        self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        text, parameters = compiler.compile(self.get_source_expressions()[1])
        return f"{_GRAMS.format(column=text)} @@ %s::tsquery", (*parameters, self.written)


class Like(Func):
    """Whether a row's words are like a pattern; in a filter."""

    template = r"%(expressions)s ESCAPE '\'"
    arg_joiner = " LIKE "
    output_field = BooleanField()

    def __init__(self, pattern: str) -> None:
        super().__init__(F("search_text"), Value(pattern))


# How each engine is asked: the quotes around a gram, what one that a word begins with has after it,
# and what stands between two that both must be there, or one of them.
_WRITTEN = {"sqlite": ('"', " *", " AND ", " OR "), "postgresql": ("'", ":*", " & ", " | ")}


def words(phrases: Iterable[Phrase], vendor: str, *, one_is_enough: bool = False) -> str:
    """What the engine's index is asked for rows with all grams of these phrases, or with one."""
    tokens = dict.fromkeys(token for one in phrases for token in _tokens(one))
    quote, begins, both, either = _WRITTEN[vendor]
    each = [f"{quote}{gram}{quote}{begins if is_open else ''}" for gram, is_open in tokens]
    return (either if one_is_enough else both).join(each)


def question(phrases: Iterable[Phrase], vendor: str) -> list[str]:
    """What `answering` is asked with for every phrase: words, and then patterns of lines.

    A phrase of one gram is found by the index alone; of the others' grams it is looked up that
    they stand side by side.
    """
    phrases = list(phrases)
    lines = [re.sub(r"([\\%_])", r"\\\1", one.line) for one in phrases if len(one.grams) > 1]
    return [words(phrases, vendor), *(f"%{line}%" for line in lines)]


def answering(rows: PublishedStoryQuerySet, words: str, *patterns: str) -> PublishedStoryQuerySet:
    """The rows that answer a `question`."""
    return rows.filter(Holds(words), *map(Like, patterns))


def near(rows: PublishedStoryQuerySet, phrases: Iterable[Phrase]) -> PublishedStoryQuerySet:
    """The rows that hold any of the phrases."""
    return rows.filter(Holds(words(phrases, connections[rows.db].vendor, one_is_enough=True)))


def install(using: str = "default", **kwargs: Any) -> None:
    """Make the index on the database `using` where it is not there. For post_migrate.

    SQLite drops a table's triggers whenever a migration rebuilds it, so they are made anew.
    """
    connection = connections[using]
    tables = connection.introspection.table_names()
    if TABLE not in tables:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL)
            return
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [INDEX])
        made = cursor.fetchone()
        if made and made[0] != _SQLITE[0]:  # by an earlier version of the paper
            cursor.execute(f"DROP TABLE {INDEX}")
            made = None
        for statement in [] if made else _SQLITE:
            cursor.execute(statement)
        for statement in _TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {statement.split()[2]}")
            cursor.execute(statement)


def _tokens(phrase: Phrase) -> Iterable[tuple[str, bool]]:
    last = len(phrase.grams) - 1
    return ((gram, phrase.is_open and at == last) for at, gram in enumerate(phrase.grams))
