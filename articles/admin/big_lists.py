"""Lists that stay quick at a hundred thousand rows: pages without a count, searches, filters.

Django's own list counts the whole table for its first page, joins and sorts out duplicates for a
search by byline, and counts once more for each facet. None of that is needed to show fifty rows.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import EmptyPage, InvalidPage, Page, PageNotAnInteger, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from articles.models import Byline, Section, User
from articles.rules import access

LARGEST_OFFSET = 2**62  # the engines keep offsets in 64 bits
LONGEST_SEARCH = 100
MOST_WORDS = 10
# A phrase in straight, Chinese or corner quotation marks, or a word.
WORD = re.compile(r'"([^"]+)"|“([^”]+)”|「([^」]+)」|(\S+)')
QUOTES = '"“”「」'


class AtLeast(int):
    """A number of rows that is known to be surpassed: it is printed as “1,000+”."""

    def __str__(self) -> str:
        return f"{int(self):,}+"


class UncountedPage(Page[Any]):
    """A page that knows from one row more than it shows whether another page follows."""

    def __init__(
        self, rows: list[Any], number: int, paginator: "UncountedPaginator", more: bool
    ) -> None:
        super().__init__(rows, number, paginator)
        self.more = more

    def has_next(self) -> bool:
        return self.more

    def next_page_number(self) -> int:
        if not self.more:
            raise EmptyPage(self.paginator.error_messages["no_results"])
        return self.number + 1

    def start_index(self) -> int:
        return self.paginator.per_page * (self.number - 1) + 1 if len(self) else 0

    def end_index(self) -> int:
        return self.paginator.per_page * (self.number - 1) + len(self)


class UncountedPaginator(Paginator[Any]):
    """Pages of a queryset that is never counted as a whole.

    A page costs one query. `count` looks at `cap` rows and one more at most, and is the number of
    rows known to be there: pages beyond are there as far as rows go, and as many are linked as are
    known. Orphans are not heeded.
    """

    cap = 1000
    # No index tells who has a word: each story up to the last that is counted is read for it.
    cap_of_a_search = 200

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = 0  # so many rows are there
        self.ended = False  # and no more

    @property
    def count(self) -> int:
        """How many rows are known to be there: of a long list more than `cap`."""
        if not self.ended and self._known <= self.cap:
            # Without an order the engine stops at the first rows that it finds.
            rows = cast("QuerySet[Any]", self.object_list).order_by()
            found = rows[: self.cap + 1].count()
            self._note(found, ended=found <= self.cap)
        return self._known

    @property
    def count_shown(self) -> str:
        """“2,037”, or “1,000+” where nobody has counted further; of a search, “200+”."""
        number = self.number_of_rows
        return f"{number:,}" if self.ended else str(number)

    @property
    def number_of_rows(self) -> int:
        """The count as it may be printed: exact, or `AtLeast`."""
        count = self.count
        return count if self.ended else AtLeast(count - 1)

    @property
    def num_pages(self) -> int:
        if self.count == 0 and not self.allow_empty_first_page:
            return 0
        return max(1, -(-self.count // self.per_page))

    def validate_number(self, number: Any) -> int:
        """A page number that can be asked for; whether it has rows only the rows can tell."""
        try:
            if isinstance(number, float) and not number.is_integer():
                raise ValueError
            number = int(number)
        except (TypeError, ValueError) as error:
            raise PageNotAnInteger(self.error_messages["invalid_page"]) from error
        if number < 1:
            raise EmptyPage(self.error_messages["min_page"])
        if number * self.per_page > LARGEST_OFFSET:
            raise EmptyPage(self.error_messages["no_results"])
        return int(number)

    def page(self, number: int | str) -> UncountedPage:
        """The page, in one query. Raises EmptyPage beyond the last one."""
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        rows = list(self.object_list[bottom : bottom + self.per_page + 1])
        if not rows and (number > 1 or not self.allow_empty_first_page):
            raise EmptyPage(self.error_messages["no_results"])
        more = len(rows) > self.per_page
        self._note(bottom + len(rows), ended=not more)
        return UncountedPage(rows[: self.per_page], number, self, more)

    def get_page(self, number: Any) -> UncountedPage:
        try:
            return self.page(number)
        except PageNotAnInteger:
            return self.page(1)
        except EmptyPage:
            return self.page(max(1, self.num_pages))

    def _note(self, rows: int, *, ended: bool) -> None:
        # Rows may come and go between two queries: what was seen to end has ended.
        if not self.ended:
            self._known, self.ended = max(self._known, rows), ended


class UncountedChangeList(ChangeList):
    """Django's list over an `UncountedPaginator`: a page first, then a count as far as it goes."""

    count_shown: str

    def get_results(self, request: HttpRequest) -> None:
        paginator = cast(
            UncountedPaginator,
            self.model_admin.get_paginator(request, self.queryset, self.list_per_page),
        )
        if self.query:
            paginator.cap = paginator.cap_of_a_search
        try:
            page = paginator.page(self.page_num)
        except InvalidPage as error:
            raise IncorrectLookupParameters from error
        self.paginator = paginator
        self.multi_page = page.has_other_pages()
        self.result_list = page.object_list
        # Asked after the page: a list that ends on it is counted by it.
        self.result_count = paginator.number_of_rows
        self.count_shown = paginator.count_shown
        self.can_show_all = paginator.ended and self.result_count <= self.list_max_show_all
        if self.show_all and self.can_show_all and self.multi_page:
            self.result_list = list(self.queryset[: self.list_max_show_all])
        self.show_full_result_count = False
        self.full_result_count = None
        self.show_admin_actions = True


class BigListMixin:
    """A ModelAdmin whose list and autocomplete never count the whole table."""

    paginator: type[Any] = UncountedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each facet is a count of everything
    list_per_page = 50

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return UncountedChangeList


# -- searching ---------------------------------------------------------------------------------


def words_of(search: str) -> list[str]:
    """The words and “phrases” of a search, each once; as many as are worth looking for."""
    # PostgreSQL takes no NUL.
    cut = search.replace("\0", " ")[:LONGEST_SEARCH]
    found = ("".join(match.groups(default="")) for match in WORD.finditer(cut))
    stripped = (" ".join(word.strip(QUOTES).split()) for word in found)
    return list(dict.fromkeys(filter(None, stripped)))[:MOST_WORDS]


def lookup_for(word: str) -> str:
    """How a word is looked for. Han characters have no case: folding it takes most of the time."""
    return "contains" if word.lower() == word.upper() else "icontains"


class WordSearchMixin:
    """A ModelAdmin that finds rows with every word, each in any column; it only ever narrows.

    The columns are of the row itself, or of rows that it has one of: no row comes twice.
    """

    def search_columns(self, request: HttpRequest) -> Sequence[str]:
        return cast(Sequence[str], cast(Any, self).get_search_fields(request))

    def found_elsewhere(self, word: str, lookup: str) -> Q:
        """Where else than in the columns a word may stand."""
        return Q()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        columns = self.search_columns(request)
        for word in words_of(search_term):
            lookup = lookup_for(word)
            anywhere = self.found_elsewhere(word, lookup)
            for column in columns:
                anywhere |= Q((f"{column}__{lookup}", word))
            queryset = queryset.filter(anywhere)
        return queryset, False


class DeskSearchMixin(WordSearchMixin):
    """Stories by the words of their headlines, by their slug, and by the names over them."""

    search_fields: list[str] | tuple[str, ...] = ("headline", "kicker", "deck", "slug")

    def search_columns(self, request: HttpRequest) -> Sequence[str]:
        return DeskSearchMixin.search_fields

    def found_elsewhere(self, word: str, lookup: str) -> Q:
        # Not a join: a story with three names comes once, without a DISTINCT over all columns.
        signed = Byline.objects.filter(Q((f"name__{lookup}", word)), story=OuterRef("pk"))
        return Q(Exists(signed))


# -- filters -----------------------------------------------------------------------------------


class SectionFilter(admin.RelatedFieldListFilter):
    """Stories by section. Two editions may both have 要闻, so the edition's name goes before."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        sections = list(Section.objects.select_related("edition"))
        several = len({section.edition_id for section in sections}) > 1
        return [
            (row.pk, f"{row.edition} · {row.name}" if several else row.name) for row in sections
        ]


class AuthorFilter(admin.RelatedFieldListFilter):
    """Stories by who drafted them: those people of whom this person sees a story.

    A reporter has no such filter: there the names would be all that it tells.
    """

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        return list(self._people(cast(User, request.user)))

    def _people(self, user: User) -> Iterator[tuple[int, str]]:
        if not user.has_perm("articles.view_any_story"):
            return
        drafted = access.visible_stories(user).filter(author=OuterRef("pk")).order_by()
        people = User.objects.filter(Exists(drafted))
        for person in people.order_by("last_name", "first_name", "username"):
            yield person.pk, str(person)
