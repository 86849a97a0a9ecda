"""How many queries each public page takes, at ten stories and at a thousand."""

from typing import Any

import pytest
from django.test import Client

from tests import cast as people
from tests.cast import MONDAY, SIX
from tests.conftest import Clock
from tests.web import archive

pytestmark = pytest.mark.django_db

# address -> the most queries it may take
BUDGET = {
    "/": 5,
    "/daily/": 5,
    f"/daily/{MONDAY}/": 5,
    f"/daily/{MONDAY}/1/": 5,
    "{story}": 3,
    "/sections/daily-news/": 3,
    "/tags/渔港/": 3,
    "/contributors/writer/": 4,
    "/archive/": 6,
    f"/archive/{MONDAY:%Y/%m}/": 5,
    "/search/?q=渔港": 5,
    "/corrections/": 3,
    "/feeds/daily.xml": 3,
    "/feeds/sections/daily-news.xml": 3,
    "{api}": 2,
    f"/api/issues/daily/{MONDAY}.json": 4,
    "/sitemap.xml": 2,
    "/sitemaps/pages.xml": 2,
    f"/sitemaps/{MONDAY:%Y-%m}.xml": 2,
    "/robots.txt": 1,
    "/about/": 2,
    "/search/?q=没有的词": 5,
    "/search/?q=渔港&sort=newest&section=daily-news&by=writer&from=2031-01-01": 4,
    "/feeds/daily.json": 3,
    "/feeds/tags/渔港.xml": 3,
    "/feeds/contributors/writer.json": 4,
    f"/daily/{MONDAY}/issue.epub": 3,
    f"/daily/{MONDAY}/offline.json": 3,
    "/daily/manifest.webmanifest": 2,
    "/offline/": 1,
    "/sw.js": 0,
    "/news-sitemap.xml": 2,
}


@pytest.mark.parametrize("stories", [10, 1000])
def test_every_public_page_keeps_to_its_budget(
    stories: int, clock: Clock, django_assert_max_num_queries: Any
) -> None:
    paper, cast = people.found(), people.hire()
    rows = archive.fill(paper, cast, stories, SIX)
    clock.move_to(SIX)
    client = Client()
    for address, budget in BUDGET.items():
        asked = address.format(
            story=rows[0].get_absolute_url(), api=f"/api/stories/{rows[0].story_id}.json"
        )
        with django_assert_max_num_queries(budget, info=asked):
            assert client.get(asked).status_code == 200, asked
