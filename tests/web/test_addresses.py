"""Addresses written without the resolver are those that the resolver would write."""

import datetime as dt

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from articles.models import address

DAY, NEXT = dt.date(2026, 11, 23), dt.date(2027, 1, 2)


@pytest.mark.parametrize(
    ("name", "one", "another"),
    [
        ("issue", ("daily", DAY), ("daily", NEXT)),
        ("page", ("daily", DAY, "1"), ("weekly", NEXT, "A12")),
        ("share", (7, 1), (4_000_000, 23)),
        ("archive-month", (2026, 1), (1999, 12)),
        ("sitemap-month", (2026, 11), (2026, 2)),
        ("tag", ("图书馆",), ("a/b",)),
        ("contributor", ("zhuang-haisheng",), ("name {0}",)),
        ("issue", ("on-1789-07-14", DAY), ("{}", NEXT)),
    ],
)
def test_an_address_is_the_resolvers(
    name: str, one: tuple[object, ...], another: tuple[object, ...]
) -> None:
    for arguments in (one, another, one):
        try:
            expected = reverse(f"web:{name}", args=arguments)
        except NoReverseMatch:
            with pytest.raises(NoReverseMatch):
                address.of(name, *arguments)
        else:
            assert address.of(name, *arguments) == expected


def test_a_month_that_is_none_has_no_address() -> None:
    with pytest.raises(NoReverseMatch):
        address.of("archive-month", 2026, 13)


def test_a_page_made_under_a_servers_prefix_leads_there() -> None:
    """All of a page's addresses begin alike; the next page's may begin elsewhere."""
    try:
        set_script_prefix("/paper/")
        with address.of_a_page():
            assert address.of("issue", "daily", DAY) == "/paper/daily/2026-11-23/"
            assert address.story(7, "a-harbour") == "/paper/stories/7/a-harbour/"
    finally:
        set_script_prefix("/")
    assert address.of("issue", "daily", DAY) == "/daily/2026-11-23/"
    assert address.story(7, "a-harbour") == "/stories/7/a-harbour/"
