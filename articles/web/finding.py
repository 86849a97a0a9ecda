"""Which rows answer a search, in their order: what the search screen shows, before it is read."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain
from typing import Any, cast

from django.db import connections, router
from django.db.models import Q, QuerySet

from articles import search
from articles.models import PublishedByline, PublishedStory
from articles.models.record import PublishedStoryQuerySet
from articles.search import Survey, Way
from articles.text import grams
from articles.text.grams import Phrase
from articles.web import lists
from articles.web.statements import Given, Statement

Ends = list[tuple[int, dt.datetime]]
Narrowed = dict[str, Given]  # columns, as filter() names them, and what they have to be
# Rows that a walk is first prepared for, for each that it is to find (`search.STRETCH` at least).
LOOKED_AT = 20


@dataclass
class Sought:
    """What is looked for: live rows of some columns, by a part of a name, with all phrases."""

    at: dt.datetime
    narrowed: Narrowed
    by: str
    phrases: list[Phrase]
    survey: Survey = field(default_factory=Survey)  # of the words last looked for

    @property
    def in_heads(self) -> list[Phrase]:
        return [phrase.in_head for phrase in self.phrases]

    @property
    def pieces(self) -> str:
        """Words of which one is enough to be near."""
        return search.words(grams.pieces(self.phrases), _vendor(), one_is_enough=True)


def newest(sought: Sought, length: int, ended: lists.Ended = ()) -> Ends:
    """Number and time of the newest rows. Two queries, or fewer."""
    sought.survey = _survey(sought, [sought.phrases], length, ended)
    return _ends(sought, sought.phrases, length, ended)


def best(sought: Sought, length: int) -> Ends:
    """Those with all words in the headline or tags, the newest first, and then all others.

    Three queries, or fewer.
    """
    sought.survey = _survey(sought, [sought.in_heads, sought.phrases], length)
    heads = _ends(sought, sought.in_heads, length)
    if len(heads) >= length:
        return heads
    # As many as may be heads again are read over.
    rest = _ends(sought, sought.phrases, length)
    return list(dict.fromkeys([*heads, *rest]))[:length]


def near(sought: Sought, length: int) -> list[PublishedStory]:
    """The newest live rows that hold any piece of what was sought and not found, for lists."""
    words = sought.pieces
    way = sought.survey.way(words)
    if way is Way.NONE:
        return []
    holds = search.Holds(words, way, sought.survey.stretch)
    rows: PublishedStoryQuerySet = PublishedStory.objects.live(sought.at).filter(holds)
    return list(rows.for_lists().order_by(*lists.NEWEST)[:length])


def forget() -> None:
    """Write the queries anew, whatever was written before. For tests that set other numbers."""
    _written.cache_clear()
    _surveying.cache_clear()


def _ends(sought: Sought, phrases: list[Phrase], length: int, ended: lists.Ended = ()) -> Ends:
    question = search.question(phrases, _vendor()) if phrases else []
    way = sought.survey.way(question[0]) if question else Way.WALK
    if way is Way.NONE:
        return []
    stretch = sought.survey.stretch if way is Way.STRETCH else ()
    given = (sought.at, *sought.narrowed.values(), *ended, *stretch, *question)
    shape = (tuple(sought.narrowed), len(ended), way, length)
    if sought.by:  # by a part of a name: what is compared is not what was given
        return list(_newest(*shape, sought.by, *given))
    return cast(Ends, _written(*shape).tuples(*given))


def _newest(
    columns: tuple[str, ...], ended: int, way: Way, length: int, by: str, at: dt.datetime,
    *given: Any,
) -> "QuerySet[PublishedStory, tuple[int, dt.datetime]]":  # fmt: skip
    """`given`: what each of `columns` has to be, where the list ended (`ended` values), the two
    ends of a stretch, and the question of a search."""
    walk, values = _walk(columns, ended, given)
    rows = walk.live(at)
    if by:
        rows = rows.filter(pk__in=PublishedByline.objects.filter(_named(by)).values("row"))
    stretch = [values.pop(0) for _ in range(2 if way is Way.STRETCH else 0)]
    if values:
        rows = search.answering(rows, *values, way=way, stretch=stretch)
    return rows.values_list("pk", "published_at")[:length]


@lru_cache(maxsize=256)
def _written(
    columns: tuple[str, ...], ended: int, way: Way, length: int
) -> Statement[PublishedStory]:
    build = partial(_newest, columns, ended, way, length, "")
    return Statement(PublishedStory, build, by_values=True)


def _walk(
    columns: tuple[str, ...], ended: int, given: Sequence[Any]
) -> tuple[PublishedStoryQuerySet, list[Any]]:
    """The rows that are looked through, newest first, and what of `given` is not used up."""
    values = list(given)
    narrowed = {column: values.pop(0) for column in columns}
    past = lists.past(*(values.pop(0) for _ in range(ended)))
    rows: PublishedStoryQuerySet = PublishedStory.objects.filter(past, **narrowed)
    return rows.order_by(*lists.NEWEST), values


def _survey(
    sought: Sought, questions: list[list[Phrase]], length: int, ended: lists.Ended = ()
) -> Survey:
    """What SQLite has to be told, which cannot know how common a word is; PostgreSQL counts."""
    if not sought.phrases or _vendor() != "sqlite":
        return Survey()
    words = [*(search.words(phrases, "sqlite") for phrases in questions), sought.pieces]
    counts = [search.to_count(one) for one in words]
    asking = _surveying(tuple(sought.narrowed), len(ended), length, tuple(map(len, counts)))
    found = asking.tuples(*sought.narrowed.values(), *ended, *chain.from_iterable(counts))
    return search.surveyed(found[0][0], words) if found else Survey()


@lru_cache(maxsize=256)
def _surveying(
    columns: tuple[str, ...], ended: int, length: int, counts: tuple[int, ...]
) -> Statement[PublishedStory]:
    stretch = max(search.STRETCH, LOOKED_AT * length)

    def build(*given: Any) -> "QuerySet[PublishedStory, Any]":
        walk, words = _walk(columns, ended, given)
        each = [[words.pop(0) for _ in range(count)] for count in counts]
        return search.surveying(walk[:stretch], each, length)

    return Statement(PublishedStory, build)


def _named(name: str) -> Q:
    """Whose name, or any word of it, begins so, in any case, in traditional or simplified
    characters; or whose page has this address."""
    found = Q(contributor__slug=name)
    for form in {name, grams.folded(name)}:
        found |= Q(contributor__name__istartswith=form) | Q(contributor__name__icontains=f" {form}")
    return found


def _vendor() -> str:
    return connections[router.db_for_read(PublishedStory)].vendor
