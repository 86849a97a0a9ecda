"""A list of thousands of stories: quick, never counted as a whole, and nobody else's."""

import json
from typing import Any, cast

import pytest
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.paginator import EmptyPage
from django.db import connection
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from articles.admin import big_lists
from articles.models import Byline, Section, Story, User
from articles.rules import access
from tests import cast as people
from tests.cast import Cast, Paper

pytestmark = pytest.mark.django_db

STORIES = 3000
WENS = 10
QUERIES = 12
# Every other count of stories is one of them all.
COUNTED = big_lists.UncountedPaginator
AS_FAR_AS_NEEDED = tuple(f"LIMIT {n + 1}) subquery" for n in (COUNTED.cap, COUNTED.cap_of_a_search))


class StoryList(big_lists.BigListMixin, big_lists.DeskSearchMixin, ModelAdmin[Story]):
    """The story list, as the desk would have it."""

    list_display = ("headline", "status", "section", "edition", "author", "updated_at")
    list_filter = (
        "status",
        "edition",
        ("section", big_lists.SectionFilter),
        ("author", big_lists.AuthorFilter),
    )
    list_select_related = ("section", "edition", "author")

    def get_queryset(self, request: HttpRequest) -> Any:
        return access.visible_stories(cast(User, request.user)).order_by("-updated_at", "-pk")


SITE = AdminSite(name="throw-away")
SITE.register(Story, StoryList)
DESK = SITE.get_model_admin(Story)


@pytest.fixture
def cast_of_five() -> Cast:
    return people.hire()


@pytest.fixture
def archive(paper: Paper, cast_of_five: Cast) -> list[Story]:
    """Three thousand stories by Qiu, of which the ten newest are Wen's."""
    return fill(paper, cast_of_five, STORIES)


@pytest.fixture
def shelf(paper: Paper, cast_of_five: Cast) -> list[Story]:
    """A hundred and twenty, with Wen's ten: enough for who sees what."""
    return fill(paper, cast_of_five, 120)


def fill(paper: Paper, cast: Cast, stories: int) -> list[Story]:
    rows: list[Story] = Story.objects.bulk_create(
        Story(
            edition=paper.edition,
            section=paper.section,
            language="zh-hans",
            author=cast.wen if number >= stories - WENS else cast.qiu,
            headline=f"第{number}条 渔港",
            slug=f"harbour-{number}",
        )
        for number in range(stories)
    )
    Byline.objects.bulk_create(
        Byline(story=row, name=name) for row in rows[:100] for name in ("林晚潮", "庄海生")
    )
    return rows


def asked(user: User, address: str = "") -> HttpRequest:
    request = RequestFactory().get(f"/admin/articles/story/{address}")
    request.user = User.objects.get(pk=user.pk)  # with no permission remembered
    return request


def listed(user: User, address: str = "") -> Any:
    """The list as it is shown, after looking at what it asked the database."""
    request = asked(user, address)
    with CaptureQueriesContext(connection) as told:
        response = DESK.changelist_view(request)
        if isinstance(response, TemplateResponse):
            response.render()
    assert len(told) <= QUERIES, "\n".join(query["sql"] for query in told)
    counts = [query["sql"] for query in told if "COUNT(" in query["sql"]]
    assert all(sql.endswith(AS_FAR_AS_NEEDED) for sql in counts)
    return response


def found(user: User, address: str = "") -> list[Story]:
    return list(listed(user, address).context_data["cl"].result_list)


def test_the_first_page_says_that_there_are_more_than_a_thousand(
    archive: list[Story], cast_of_five: Cast
) -> None:
    page = listed(cast_of_five.shen)
    shown = page.context_data["cl"]
    assert [row.pk for row in shown.result_list] == [row.pk for row in archive[:-51:-1]]
    assert shown.count_shown == "1,000+"
    assert "1,000+ " in page.content.decode()
    assert "1001" not in page.content.decode()
    assert 'href="?p=2"' in page.content.decode()


@pytest.mark.parametrize(
    ("address", "rows", "count_shown", "pages"),
    [
        ("?p=2", 50, "1,000+", 21),
        ("?p=21", 50, "1,050+", 22),  # the last that was known, and the next
        ("?p=40", 50, "2,000+", 41),
        ("?p=60", 50, "3,000", 60),
    ],
)
def test_pages_are_there_as_far_as_rows_go(
    archive: list[Story],
    cast_of_five: Cast,
    address: str,
    rows: int,
    count_shown: str,
    pages: int,
) -> None:
    shown = listed(cast_of_five.shen, address).context_data["cl"]
    assert len(shown.result_list) == rows
    assert shown.count_shown == count_shown
    assert shown.paginator.num_pages == pages


def test_a_page_that_is_not_there_leads_back_to_the_list(
    archive: list[Story], cast_of_five: Cast
) -> None:
    for number in ("61", "0", "-1", "99999999999999999999999999"):
        response = listed(cast_of_five.shen, f"?p={number}")
        assert response.status_code == 302
        assert response["Location"].endswith("?e=1")


# Filters, orders and searches, and what must cost nothing although it can be asked for.
ADDRESSES = (
    "?status__exact=draft",
    "?status__exact=killed",
    "?edition__id__exact={edition}",
    "?section__id__exact={section}",
    "?section__isnull=True",
    "?author__id__exact={qiu}",
    "?o=1",
    "?o=-1",
    "?o=3",
    "?all=",
    "?_facets=True",
    "?q=渔港",
    "?q=林晚潮&section__id__exact={section}",
    "?bylines__isnull=False",
)


def test_every_filter_and_search_keeps_to_the_budget(
    archive: list[Story], paper: Paper, cast_of_five: Cast
) -> None:
    people.found("evening", name="望潮晚报")
    for address in ADDRESSES:
        page = listed(
            cast_of_five.shen,
            address.format(
                edition=paper.edition.pk, section=paper.section.pk, qiu=cast_of_five.qiu.pk
            ),
        )
        assert page.status_code == 200, address
        assert len(page.context_data["cl"].filter_specs) == 4


def test_a_sorted_list_has_each_story_once(archive: list[Story], cast_of_five: Cast) -> None:
    # They all have the same status: without an order among equals rows would come twice.
    pages = [found(cast_of_five.shen, f"?o=2&p={number}") for number in range(1, 7)]
    assert len({row.pk for page in pages for row in page}) == 6 * 50


def test_a_list_of_one_page_is_counted_by_it(paper: Paper, cast_of_five: Cast) -> None:
    fill(paper, cast_of_five, 37)
    request = asked(cast_of_five.shen)
    with CaptureQueriesContext(connection) as told:
        shown: Any = DESK.get_changelist_instance(request)
    assert (shown.count_shown, shown.multi_page, shown.can_show_all) == ("37", False, True)
    assert not [query["sql"] for query in told if "COUNT" in query["sql"]]


def test_a_short_list_is_shown_whole_where_that_is_asked(
    shelf: list[Story], cast_of_five: Cast
) -> None:
    assert len(found(cast_of_five.shen)) == 50
    assert len(found(cast_of_five.shen, "?all=")) == 120


def test_an_empty_list_is_a_page(cast_of_five: Cast) -> None:
    page = listed(cast_of_five.shen)
    assert page.context_data["cl"].count_shown == "0"


# -- searching ---------------------------------------------------------------------------------


@pytest.fixture
def few(paper: Paper, cast_of_five: Cast) -> dict[str, Story]:
    """Four stories that differ in where their words stand."""
    written = {
        "pier": people.draft(paper, cast_of_five.wen, "渔港修好了防波堤", kicker="民生"),
        "English": people.draft(paper, cast_of_five.qiu, "Storm Wall Holds", deck="A night at sea"),
        "signs": people.draft(paper, cast_of_five.qiu, "潮位涨了100%_左右", slug="tide-up"),
        "other": people.draft(paper, cast_of_five.qiu, "图书馆夜里也开门"),
    }
    Byline.objects.create(story=written["English"], name="Hannah Lowe")
    Byline.objects.create(story=written["English"], name="Joanna Lowe")
    return written


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("渔港", ["pier"]),
        ("防波堤 渔港", ["pier"]),
        ("渔港\N{IDEOGRAPHIC SPACE}民生", ["pier"]),
        ("民生 图书馆", []),
        ("storm", ["English"]),
        ("NIGHT holds", ["English"]),
        ('"storm wall"', ["English"]),
        ('"wall storm"', []),
        ("“修好了”", ["pier"]),
        ("「修好了」", ["pier"]),
        ('"storm', ["English"]),
        ("lowe", ["English"]),  # two of that name, and the story once
        ("林晚潮", ["English", "other", "pier", "signs"]),
        ("tide-up", ["signs"]),
        ("100%", ["signs"]),
        ("%_左", ["signs"]),
        ("100_", []),
        ("\\", []),
        ("'", []),
        ("渔\0防", ["pier"]),
        ("\0", ["English", "other", "pier", "signs"]),
        ('""', ["English", "other", "pier", "signs"]),
        ("渔港" + " " * 98 + "图书馆", ["pier"]),  # what comes after a hundred is not read
        ("x" * 5000, []),
        ("a b c d e f g h i j k l m n o p q r s t u v w x y z" * 9, []),
    ],
)
def test_stories_are_found_by_words_and_phrases(
    few: dict[str, Story], cast_of_five: Cast, search: str, names: list[str]
) -> None:
    request = asked(cast_of_five.shen)
    stories, duplicates = DESK.get_search_results(request, Story.objects.all(), search)
    places = {story.pk: name for name, story in few.items()}
    assert sorted(places[story.pk] for story in stories) == names
    assert duplicates is False


def test_a_search_only_narrows_what_it_is_given(few: dict[str, Story], cast_of_five: Cast) -> None:
    given = Story.objects.filter(pk=few["other"].pk)
    for search in ("渔港", "lowe", "", "林晚潮"):
        stories, _ = DESK.get_search_results(asked(cast_of_five.shen), given, search)
        assert set(stories) <= {few["other"]}


def test_a_search_is_shown_with_its_number(archive: list[Story], cast_of_five: Cast) -> None:
    """As far as two hundred: behind them are further pages, as far as rows go."""
    page = listed(cast_of_five.shen, "?q=渔港")
    assert "200+ " in page.content.decode()
    assert page.context_data["cl"].paginator.num_pages == 5
    far = listed(cast_of_five.shen, "?q=渔港&p=40").context_data["cl"]
    assert (len(far.result_list), far.count_shown, far.paginator.num_pages) == (50, "2,000+", 41)
    assert len(found(cast_of_five.shen, "?q=harbour-2999")) == 1


# -- who sees what -----------------------------------------------------------------------------


def test_a_reporter_sees_their_own_in_list_and_search(
    shelf: list[Story], cast_of_five: Cast
) -> None:
    own = [row.pk for row in shelf[: -WENS - 1 : -1]]
    wen = cast_of_five.wen
    for address in ("", "?q=渔港", "?status__exact=draft", "?o=1", "?all="):
        assert sorted(row.pk for row in found(wen, address)) == sorted(own), address
    assert found(wen, "?q=庄海生") == []
    assert found(wen, "?p=1&q=harbour-5") == []


def test_a_reporter_is_offered_no_authors(shelf: list[Story], cast_of_five: Cast) -> None:
    shelf[0].shared_with.add(cast_of_five.wen)
    shown = listed(cast_of_five.wen).context_data["cl"]
    assert {row.author for row in shown.result_list} == {cast_of_five.wen, cast_of_five.qiu}
    assert not [spec for spec in shown.filter_specs if isinstance(spec, big_lists.AuthorFilter)]
    # Nor does asking for one by number show more than the list does.
    stories = found(cast_of_five.wen, f"?author__id__exact={cast_of_five.qiu.pk}")
    assert set(stories) <= set(shown.result_list)


def test_the_desk_is_offered_those_who_have_drafted_something(
    shelf: list[Story], cast_of_five: Cast
) -> None:
    page = listed(cast_of_five.shen)
    authors = page.context_data["cl"].filter_specs[-1].lookup_choices
    assert authors == [(cast_of_five.qiu.pk, "qiu"), (cast_of_five.wen.pk, "wen")]
    stories = found(cast_of_five.shen, f"?author__id__exact={cast_of_five.wen.pk}")
    assert len(stories) == WENS


def test_sections_of_one_name_are_told_apart_by_their_edition(
    paper: Paper, cast_of_five: Cast
) -> None:
    others = people.found("evening", name="望潮晚报")
    Section.objects.filter(pk=others.section.pk).update(name=paper.section.name)
    chosen = listed(cast_of_five.shen).context_data["cl"].filter_specs
    names = {name for spec in chosen for _, name in getattr(spec, "lookup_choices", [])}
    assert {"望潮日报 · 要闻", "望潮晚报 · 要闻"} <= names


def test_a_filter_of_nonsense_finds_nothing(
    shelf: list[Story], paper: Paper, cast_of_five: Cast
) -> None:
    for number in ("abc", "%00", "99999999999999999999999"):
        response = listed(cast_of_five.shen, f"?section__id__exact={number}")
        assert response.status_code == 302 or not response.context_data["cl"].result_list


# -- other lists -------------------------------------------------------------------------------


def suggested(user: User, page: int, term: str = "渔港") -> tuple[Any, list[str]]:
    """What the field for a story's package suggests, and the queries for it."""
    field = "app_label=articles&model_name=story&field_name=package"
    request = asked(user, f"?{field}&term={term}&page={page}")
    view = AutocompleteJsonView.as_view(admin_site=SITE)
    with CaptureQueriesContext(connection) as told:
        response = view(request)
    return response, [query["sql"] for query in told if "articles_story" in query["sql"]]


def test_suggestions_come_in_one_query_a_page(archive: list[Story], cast_of_five: Cast) -> None:
    for page in (1, 2, 100):
        response, queries = suggested(cast_of_five.shen, page)
        told = json.loads(response.content)
        assert (len(told["results"]), told["pagination"]["more"]) == (20, True)
        assert len(queries) == 1
    last = json.loads(suggested(cast_of_five.shen, 150)[0].content)
    assert (len(last["results"]), last["pagination"]["more"]) == (20, False)
    own = json.loads(suggested(cast_of_five.wen, 1)[0].content)
    assert (len(own["results"]), own["pagination"]["more"]) == (WENS, False)


def test_a_nul_typed_for_suggestions_is_no_error(shelf: list[Story], cast_of_five: Cast) -> None:
    assert suggested(cast_of_five.shen, 1, "%00")[0].status_code == 200
    assert json.loads(suggested(cast_of_five.shen, 1, "\0鱼港%00")[0].content)["results"] == []


def test_pages_can_be_leafed_through(archive: list[Story]) -> None:
    pages = big_lists.UncountedPaginator(Story.objects.all(), 50)
    first = pages.page(1)
    assert (first.start_index(), first.end_index(), first.next_page_number()) == (1, 50, 2)
    assert first.has_previous() is False
    last = pages.get_page("60")
    assert (last.start_index(), last.end_index(), last.has_next()) == (2951, 3000, False)
    assert pages.get_page("no number").number == 1
    assert pages.get_page(10_000).number == 60
    with pytest.raises(EmptyPage):
        last.next_page_number()
    with pytest.raises(EmptyPage):
        pages.page(61)
    assert list(pages.get_elided_page_range(60))[-1] == 60
