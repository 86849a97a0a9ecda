"""Which rows answer a search, in their order: what the search screen shows, before it is read."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain
from typing import Any, TypeVar, cast

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
Row = TypeVar("Row")
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
    def pieces(self) -> list[Phrase]:
        """Phrases of which one is enough to be near."""
        return grams.pieces(self.phrases)


def newest(sought: Sought, length: int, ended: lists.Ended = ()) -> Ends:
    """Number and time of the newest rows. Two queries, or fewer; rarely three."""
    sought.survey = _survey(sought, [sought.phrases], length, ended)
    return _ends(sought, sought.phrases, length, ended)


def best(sought: Sought, length: int) -> Ends:
    """Those with all words in the headline or tags, the newest first, and then all others.

    Three queries, or fewer; rarely one or two more.
    """
    sought.survey = _survey(sought, [sought.in_heads, sought.phrases], length)
    rest: Ends | None = None
    if sought.survey.is_guess(search.words(sought.phrases, _vendor())):
        rest = _ends(sought, sought.phrases, length)
        if not rest:  # and so in no headline
            return []
    heads = _ends(sought, sought.in_heads, length)
    if len(heads) >= length:
        return heads
    # As many as may be heads again are read over.
    if rest is None:
        rest = _ends(sought, sought.phrases, length)
    return list(dict.fromkeys([*heads, *rest]))[:length]


def near(sought: Sought, length: int) -> list[PublishedStory]:
    """The newest live rows that hold any piece of what was sought and not found, for lists."""
    question = search.question(sought.pieces, _vendor(), one_is_enough=True)
    survey = sought.survey
    if _vendor() == "postgresql":  # no more than the words themselves was looked for in its sample
        survey = _sample({}, (), [sought.pieces], length, one_is_enough=True)

    def ask(way: Way, asked: list[str], late: Narrowed) -> list[PublishedStory]:
        rows: PublishedStoryQuerySet = PublishedStory.objects.live(sought.at).filter(**late)
        rows = search.answering(rows, *asked, way=way, stretch=survey.stretch, one_is_enough=True)
        return list(rows.for_lists().order_by(*lists.NEWEST)[:length])

    return _in_that_way(survey, question, length, ask)


def forget() -> None:
    """Write the queries anew, whatever was written before. For tests that set other numbers."""
    _written.cache_clear()
    _surveying.cache_clear()
    _sampling.cache_clear()


def _ends(sought: Sought, phrases: list[Phrase], length: int, ended: lists.Ended = ()) -> Ends:
    question = search.question(phrases, _vendor()) if phrases else []

    def ask(way: Way, asked: list[str], late: Narrowed) -> Ends:
        narrowed = sought.narrowed | late
        stretch = sought.survey.stretch if way is Way.STRETCH else ()
        given = (sought.at, *narrowed.values(), *ended, *stretch, *asked)
        shape = (tuple(narrowed), len(ended), way, length)
        if sought.by:  # by a part of a name: what is compared is not what was given
            return list(_newest(*shape, sought.by, *given))
        return cast(Ends, _written(*shape).tuples(*given))

    if not question:
        return ask(Way.WALK, [], {})
    return _in_that_way(sought.survey, question, length, ask, is_by=bool(sought.by))


def _in_that_way(
    survey: Survey, question: list[str], length: int,
    ask: Callable[[Way, list[str], Narrowed], list[Row]], *, is_by: bool = False,
) -> list[Row]:  # fmt: skip
    """What `ask` finds of a `search.question` in the way that the survey thinks best.

    What was in the news a short while ago is common in the newest rows, and nowhere else. So not
    all rows are walked through, but a stretch of them; if it has not enough, the index is asked.
    Of one name there is little in a stretch: then all of its rows are walked through.
    """
    words, *patterns = question
    way = survey.way(words)
    if way is Way.NONE:
        return []
    if way is not Way.LINES:
        return ask(way, question, {})
    if survey.oldest is None or is_by:
        return ask(way, patterns, {})
    found = ask(way, patterns, {"published_at__gte": survey.oldest})
    return found if len(found) >= length else ask(Way.FEW, question, {})


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
    """How common the words are, which no engine knows. `questions`: of which fewer rows answer the
    first than the next."""
    if not sought.phrases:
        return Survey()
    if _vendor() == "postgresql":
        return _sample(sought.narrowed, ended, questions[::-1], length)
    words = [search.words(phrases, "sqlite") for phrases in questions]
    words.append(search.words(sought.pieces, "sqlite", one_is_enough=True))
    counts = [search.to_count(one) for one in words]
    asking = _surveying(tuple(sought.narrowed), len(ended), length, tuple(map(len, counts)))
    found = asking.tuples(*sought.narrowed.values(), *ended, *chain.from_iterable(counts))
    return search.surveyed(found[0][0], words) if found else Survey()


@lru_cache(maxsize=256)
def _surveying(
    columns: tuple[str, ...], ended: int, length: int, counts: tuple[int, ...]
) -> Statement[PublishedStory]:
    def build(*given: Any) -> "QuerySet[PublishedStory, Any]":
        walk, words = _walk(columns, ended, given)
        each = [[words.pop(0) for _ in range(count)] for count in counts]
        return search.surveying(walk[: _stretch(length)], each, length)

    return Statement(PublishedStory, build)


def _sample(
    narrowed: Narrowed, ended: lists.Ended, questions: list[list[Phrase]], length: int, *,
    one_is_enough: bool = False,
) -> Survey:  # fmt: skip
    """For PostgreSQL. `questions`: of which fewer rows answer each than that before it."""
    each = [search.question(one, "postgresql", one_is_enough=one_is_enough) for one in questions]
    counts = tuple(len(question) - 1 for question in each)
    asking = _sampling(tuple(narrowed), len(ended), length, counts, one_is_enough)
    patterns = chain.from_iterable(question[1:] for question in each)
    found = asking.tuples(*narrowed.values(), *ended, *patterns)
    return search.sampled(found, [question[0] for question in each], length, _stretch(length))


@lru_cache(maxsize=256)
def _sampling(
    columns: tuple[str, ...], ended: int, length: int, counts: tuple[int, ...], one_is_enough: bool
) -> Statement[PublishedStory]:
    def build(*given: Any) -> "QuerySet[PublishedStory, Any]":
        walk, patterns = _walk(columns, ended, given)
        each = [[patterns.pop(0) for _ in range(count)] for count in counts]
        return search.sampling(walk, each, _stretch(length), one_is_enough=one_is_enough)

    # A few days may be all that there is, or a small part: what is narrowed is planned each time.
    return Statement(PublishedStory, build, by_values=bool(columns))


def _stretch(length: int) -> int:
    """How many rows are looked through first, to find `length`."""
    return max(search.STRETCH, LOOKED_AT * length)


def _named(name: str) -> Q:
    """Whose name, or any word of it, begins so, in any case, in traditional or simplified
    characters; or whose page has this address."""
    found = Q(contributor__slug=name)
    for form in {name, grams.folded(name)}:
        found |= Q(contributor__name__istartswith=form) | Q(contributor__name__icontains=f" {form}")
    return found


def _vendor() -> str:
    return connections[router.db_for_read(PublishedStory)].vendor
