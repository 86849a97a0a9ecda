"""The index that searches use: which rows of the record hold which grams (`articles.text.grams`).

The database keeps it by itself, in the transaction that writes a row: on PostgreSQL as a GIN index
over the row's words, on SQLite as an FTS5 table without text of its own, kept by triggers. So a
story is found at the very second it is live, with no worker; a row that is taken out before its
hour or redacted leaves the index with the same statement; and whatever writes a row, a bulk import
too, has it indexed.

The index only says which rows hold all of the grams. That they stand side by side is looked up in
the row's own line of grams, so what is found is exact in both databases.
"""

import datetime as dt
import enum
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BooleanField,
    Case,
    F,
    Func,
    IntegerField,
    JSONField,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from articles.models.record import PublishedStory, PublishedStoryQuerySet
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
_HELD = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s"
_GRAMS = "array_to_tsvector(array_remove(string_to_array({column}, ' '), ''))"
_POSTGRESQL = (
    f"CREATE INDEX IF NOT EXISTS {INDEX} ON {TABLE} "
    f"USING gin ({_GRAMS.format(column='search_text')})"
)


# So many rows of a word, or fewer, may be looked up one by one; for more, rows are walked until
# there are enough.
FEW = 500
# For so many rows a walk is prepared first: enough for the first page of a word in every hundredth.
# All that the index holds of a rarer one is soon listed.
STRETCH = 2_000
# So many rows of a stretch are looked at on PostgreSQL, to see how common words are.
SAMPLE = 100
# What it costs there to look up a row by the index, in rows that are walked through: it may lie
# anywhere, and those that only hold the same grams are looked up, too.
LOOKED_UP = 3


class Way(enum.Enum):
    """How the rows that answer are found. What is found is the same.

    SQLite does not know how common a word is, and PostgreSQL only of each gram: it takes two of
    them to be found together no more often than by chance. That has LINES or FEW.
    """

    WALK = "all rows, newest first, looked up in what the index holds, until there are enough"
    STRETCH = "the same, but of the index only what it holds of a stretch of rows, while it lasts"
    FEW = "what the index holds, row by row"
    NONE = "not at all, as the index holds none"
    LINES = "all rows, newest first, their own lines read, until there are enough"


class Holds(Func):
    """Whether a row of the record holds what `words` has written; in a filter.

    `stretch`: the lowest and the highest number of the rows that are likely to be looked at.
    """

    output_field = BooleanField()

    def __init__(self, written: str, way: Way = Way.WALK, stretch: Sequence[int] = ()) -> None:
        super().__init__(F("pk"), F("search_text"))
        self.written, self.way, self.stretch = written, way, tuple(stretch)

    def as_sqlite(
        self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        pk, _none = compiler.compile(self.get_source_expressions()[0])
        if self.way is Way.STRETCH:
            # Each list is made when it is first looked into: that of all rows only where the walk
            # comes to a row outside of the stretch.
            return (
                f"CASE WHEN {pk} BETWEEN %s AND %s "
                f"THEN {pk} IN ({_HELD} AND rowid BETWEEN %s AND %s) ELSE {pk} IN ({_HELD}) END",
                (*self.stretch, self.written, *self.stretch, self.written),
            )
        # The plus keeps SQLite from going by the index, and reading each of a common word's rows.
        plus = "" if self.way is Way.FEW else "+"
        return f"{plus}{pk} IN ({_HELD})", (self.written,)

    def as_postgresql(
        self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        text, parameters = compiler.compile(self.get_source_expressions()[1])
        # By SELECT it does not see the words, and takes any for rare. What it thought common it would
        # look for in row after row, each made a vector of; and the pieces of a long word, none of
        # them known, together seemed common.
        return f"{_GRAMS.format(column=text)} @@ (SELECT %s::tsquery)", (*parameters, self.written)


class Like(Func):
    """Whether a row's words are like a pattern; in a filter."""

    template = r"%(expressions)s ESCAPE '\'"
    arg_joiner = " LIKE "
    output_field = BooleanField()

    def __init__(self, pattern: str) -> None:
        super().__init__(F("search_text"), Value(pattern))


@dataclass(frozen=True)
class Survey:
    """What `surveying` found on SQLite: the stretch of rows that a walk begins with, and of each of
    the words that it was asked for in how many rows they are, up to one more than `FEW`.

    Numbers and stretch are hints: what is found and its order do not hang on them. Where the index
    held none at that moment, none is found.
    """

    stretch: tuple[int, ...] = ()
    held: Mapping[str, int] = field(default_factory=dict)
    oldest: dt.datetime | None = None  # of a `Sample`: where a stretch ends

    def way(self, words: str) -> Way:
        """How rows that hold these words are best found."""
        held = self.held.get(words, FEW + 1)
        if not held:
            return Way.NONE
        # The rarer a word, the longer the walk to the next row of it: in a small archive it is
        # never long.
        if held <= FEW and held**2 <= max(self.stretch, default=0):
            return Way.FEW
        return Way.STRETCH if self.stretch and is_streamed(words) else Way.WALK

    def is_guess(self, words: str) -> bool:
        """Whether words are taken for rare that may be nowhere."""
        return False


@dataclass(frozen=True)
class Sample(Survey):
    """What `sampling` found on PostgreSQL: of some rows of the stretch that a walk begins with, how
    many hold the words that were asked for. Its numbers are hints, too.
    """

    to_find: int = 0  # rows
    looked_at: int = 0
    of: int = 0  # rows that a stretch has, where there are as many
    record: int = 0  # rows of the record, about

    def way(self, words: str) -> Way:
        """How rows that hold these words are best found."""
        held = self.held.get(words, 0)
        if self.looked_at < SAMPLE:  # these are all rows of the walk
            return Way.LINES if held else Way.NONE
        looked_through = self.to_find * self.looked_at  # times `held`: until there are enough
        looked_up = LOOKED_UP * self.record * held // self.looked_at
        is_common = looked_through <= held * min(self.of, looked_up)
        return Way.LINES if is_common else Way.FEW

    def is_guess(self, words: str) -> bool:
        return self.way(words) is Way.FEW


def is_streamed(words: str) -> bool:
    """Whether SQLite reads row after row of what holds these words, and may stop.

    Of words that begin so it first makes a list of all rows, as its index has the beginnings of
    one character only.
    """
    return re.search(r'"[^"]{2,}" \*', words) is None


def to_count(words: str) -> list[str]:
    """What a survey is asked for about `words`. Where these are dear to count, whole words first:
    if there are many of them, it is known already."""
    return [words] if is_streamed(words) else [words.replace(" *", ""), words]


class _Surveyed(Subquery):
    """Of a walk cut short and some words: what a `Survey` is made of, as JSON; on SQLite.

    `counts`: what `to_count` says of each. The last are counted only where those before them are
    nowhere, and any others only where the first do not fill `length`.
    """

    output_field = JSONField()

    def __init__(
        self, walk: "QuerySet[Any, Any]", counts: Sequence[Sequence[str]], length: int
    ) -> None:
        super().__init__(walk)
        self.counts, self.length = counts, length

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        walk, parameters = super().as_sql(compiler, connection, template="%(subquery)s")
        counted = f"(SELECT COUNT(*) FROM ({_HELD} LIMIT {FEW + 1}))"
        steps = [f"walked AS (SELECT MIN(pk) AS lowest, MAX(pk) AS highest FROM ({walk}))"]
        names = ["walked"]
        for at, count in enumerate(self.counts):
            number = counted
            if len(count) > 1:
                number = f"CASE WHEN {counted} > {FEW} THEN {FEW + 1} ELSE {counted} END"
            if at:
                most = 0 if at == len(self.counts) - 1 else min(FEW, self.length)
                number = f"CASE WHEN (SELECT n FROM {names[-1]}) <= {most} THEN {number} END"
            names.append(f"held{at}")
            # By WITH: SQLite counts once what is named twice there.
            steps.append(f"{names[-1]} AS (SELECT {number} AS n)")
            parameters = (*parameters, *count)
        found = ["lowest", "highest", *(f"{name}.n" for name in names[1:])]
        return (
            f"(WITH {', '.join(steps)} SELECT json_array({', '.join(found)}) "
            f"FROM {', '.join(names)})",
            parameters,
        )


# How each engine is asked: the quotes around a gram, what one that a word begins with has after it,
# and what stands between two that both must be there, or one of them.
_WRITTEN = {"sqlite": ('"', " *", " AND ", " OR "), "postgresql": ("'", ":*", " & ", " | ")}


def words(phrases: Iterable[Phrase], vendor: str, *, one_is_enough: bool = False) -> str:
    """What the engine's index is asked for rows with all grams of these phrases, or with one."""
    tokens = dict.fromkeys(token for one in phrases for token in _tokens(one))
    quote, begins, both, either = _WRITTEN[vendor]
    each = [f"{quote}{gram}{quote}{begins if is_open else ''}" for gram, is_open in tokens]
    return (either if one_is_enough else both).join(each)


def question(phrases: Iterable[Phrase], vendor: str, *, one_is_enough: bool = False) -> list[str]:
    """What `answering` is asked with for every phrase: words, and then patterns of lines.

    On SQLite a phrase of one gram is found by the index alone; of the others' grams it is looked up
    that they stand side by side. On PostgreSQL the patterns have to be enough (`Way.LINES`).
    """
    phrases = list(phrases)
    lines = [
        re.sub(r"([\\%_])", r"\\\1", one.line)
        for one in phrases
        if len(one.grams) > 1 or vendor == "postgresql"
    ]
    either_or_all = words(phrases, vendor, one_is_enough=one_is_enough)
    return [either_or_all, *(f"%{line}%" for line in lines)]


def answering(
    rows: PublishedStoryQuerySet,
    *question: str,
    way: Way = Way.WALK,
    stretch: Sequence[int] = (),
    one_is_enough: bool = False,
) -> PublishedStoryQuerySet:
    """The rows that answer a `question`; `Way.LINES` is asked with its patterns only."""
    if way is Way.LINES:
        # By CASE: PostgreSQL takes a pattern for something rare, and would collect each row that is
        # like it instead of walking to the first few.
        found = When(_alike(question, one_is_enough), then=True)
        return rows.filter(Case(found, default=False, output_field=BooleanField()))
    words, *patterns = question
    return rows.filter(Holds(words, way, stretch), _alike(patterns, one_is_enough))


def _alike(patterns: Iterable[str], one_is_enough: bool) -> Q:
    return Q(*map(Like, patterns), _connector=Q.OR if one_is_enough else Q.AND)


def surveying(
    walk: PublishedStoryQuerySet, counts: Sequence[Sequence[str]], length: int
) -> "QuerySet[PublishedStory, Any]":
    """A question for SQLite: what a `Survey` of words is made of, of two or more, each as `to_count`
    says. `walk`: the rows that will be looked up first, to find `length`."""
    told = _Surveyed(walk.values("pk"), counts, length)
    return PublishedStory.objects.order_by().values_list(told)[:1]


def surveyed(found: Sequence[int | None], words: Sequence[str]) -> Survey:
    """The survey, of what `surveying` has found."""
    lowest, highest, *counts = found
    stretch = () if lowest is None or highest is None else (lowest, highest)
    held = zip(words, counts, strict=True)
    return Survey(stretch, {one: count for one, count in held if count is not None})


class _Spread(Subquery):
    """Of a walk cut short the numbers of `SAMPLE` rows or a few more, as far from each other as they
    can be; of a shorter one, all. On PostgreSQL.

    Not every twentieth row of two thousand: an issue of forty stories would show the same two places
    each day.
    """

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        numbered = "SELECT pk, ROW_NUMBER() OVER () AS at, COUNT(*) OVER () AS n"
        step = f"GREATEST(n / {SAMPLE} - 1, 1)"
        template = (
            f"(SELECT pk FROM ({numbered} FROM (%(subquery)s) AS walked (pk)) AS numbered "
            f"WHERE MOD(at, {step}) = 0)"
        )
        return super().as_sql(compiler, connection, template=template)


def sampling(
    walk: PublishedStoryQuerySet,
    steps: Sequence[Sequence[str]],
    stretch: int,
    *,
    one_is_enough: bool = False,
) -> "QuerySet[PublishedStory, Any]":
    """A question for PostgreSQL: of some of the first rows of a walk the number, how many of the
    `steps` they have come up, and where the walk is after a `stretch` of rows.

    A step: patterns that a row's line is like, or one of them. Who is not on it is not looked at
    for the next one.
    """
    held: Case | Value = Value(len(steps))
    for at, patterns in reversed(list(enumerate(steps))):
        on_it = When(_alike(patterns, one_is_enough), then=held)
        held = Case(on_it, default=at, output_field=IntegerField())
    spread = _Spread(walk.values("pk")[:stretch])
    oldest = Subquery(walk.values("published_at")[stretch : stretch + 1])
    rows = PublishedStory.objects.filter(pk__in=spread).order_by()
    return rows.values_list("pk", held, oldest)


def sampled(
    found: Sequence[Sequence[Any]], words: Sequence[str], to_find: int, stretch: int
) -> Sample:
    """The sample, of what `sampling` has found; `words`: of each step."""
    held = {one: sum(row[1] > at for row in found) for at, one in enumerate(words)}
    record = max((row[0] for row in found), default=0)
    oldest = found[0][2] if found else None
    return Sample((), held, oldest, to_find, len(found), stretch, record)


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
