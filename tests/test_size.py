"""At a hundred thousand stories: no readers' page reads them all, in either database.

The engines are asked how they would do it (EXPLAIN), which is the same on a slow and on a fast
machine. A plan that reads a whole big table, or sorts what it has read of one, fails.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from articles import search
from articles.bench import archive
from articles.web import lists

pytestmark = pytest.mark.django_db

STORIES = 100_000
# What grows with the archive. Editions, sections, tags and names are few.
BIG = (
    "articles_publishedstory",
    "articles_publishedtag",
    "articles_publishedbyline",
    "articles_publishedpicture",
    "articles_publishedslot",
    "articles_publishedissue",
)
# A plan may look at so many rows of a big table for one page: an issue's, or a month's; and for a
# search at the stretch that it walks through.
MOST_ROWS = 1_500
MOST_SEARCHED = search.STRETCH + 100
# Searches: of what is common, and on one day only, of one story, and of what is nowhere.
SEARCHED = ("图书馆", "图书馆&sort=newest&section=daily-2", "图书馆&from={day}&to={day}", "77777",
            "开放&to={day}&paper=weekly", "量子", "量子计算机大楼")  # fmt: skip


def test_no_public_page_reads_the_whole_archive() -> None:
    """Every kind of page, and the last pages of the long lists, which cost what the first do."""
    last = dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(hours=6)
    made = archive.fill(STORIES, last, brief=True)
    client = Client()
    asked = {kind: addresses[len(addresses) // 2] for kind, addresses in made.addresses.items()}
    asked |= {
        "corrections": "/corrections/",
        "section feed": "/feeds/sections/daily-1.xml",
        "tag feed": "/feeds/tags/tag-0.json",
        "contributor feed": "/feeds/contributors/name-0.xml",
        "about": "/about/",
        "archive": "/archive/",
        "month of old": f"/archive/{last.year - 3}/05/",
        "sitemaps": "/sitemap.xml",
        "sitemap of pages": "/sitemaps/pages.xml",
        "sitemap of a month": f"/sitemaps/{last.year - 3}-05.xml",
        "news sitemap": "/news-sitemap.xml",
        "issue for machines": asked["issue"].replace("/daily", "/api/issues/daily")[:-1] + ".json",
        "issue as a book": f"{asked['issue']}issue.epub",
        "issue off line": f"{asked['issue']}offline.json",
        "picture": f"/media/{3:020x}{3:012x}-480.webp",
        "story for machines": asked["story"].rsplit("/", 2)[0].replace("/stories", "/api/stories")
        + ".json",
    }
    if connection.vendor == "sqlite":
        del asked["search"]  # it has its own index, and tests of its own
    else:
        day = last.date() - dt.timedelta(days=1_500)
        asked |= {f"search {of}": f"/search/?q={of.format(day=day)}" for of in SEARCHED}
    for kind in ("section", "tag", "contributor"):
        asked[f"{kind}, far down"] = far_down(client, asked[kind], last)
    complaints, prepared = [], 0
    for kind, address in asked.items():
        with queries_told() as queries:
            response = client.get(address)
        # The archive's pictures have no files: that is found out after the record was asked.
        assert response.status_code == 200 or kind == "picture", address
        for sql, values, is_prepared in queries:
            ask = costly_prepared if is_prepared else costly
            most = MOST_SEARCHED if kind.startswith("search") else MOST_ROWS
            complaints += [f"{kind}: {line}" for line in ask(sql, values, most)]
        prepared += sum(is_prepared for *_, is_prepared in queries)
    assert complaints == []
    assert prepared > 10 or connection.vendor == "sqlite"


@contextmanager
def queries_told() -> Iterator[list[tuple[str, Any, bool]]]:
    """Each query's SQL, its values, and whether PostgreSQL gets them apart: then its plan is made
    without knowing them."""
    found: list[tuple[str, Any, bool]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        apart = type(context["cursor"].cursor).__name__ == "ServerBindingCursor"
        found.append((sql, params, apart))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def costly_prepared(sql: str, values: Any, most: int) -> Iterator[str]:
    """The steps of a prepared statement's plan that read too much of a big table."""
    numbers = iter(range(1, len(values) + 1))
    numbered = re.sub("%[s%]", lambda sign: f"${next(numbers)}" if sign[0] == "%s" else "%", sql)
    signs = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone()[0] == "force_generic_plan"
        cursor.execute(f"PREPARE told AS {numbered}")
        how = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)"
        cursor.execute(f"{how} EXECUTE told{f'({signs})' if values else ''}", values)
        plan = cursor.fetchone()[0]
        cursor.execute("DEALLOCATE told")
    yield from (f"{step} — prepared: {sql[:300]}" for step in steps_of(plan, most))


def far_down(client: Client, address: str, last: dt.datetime) -> str:
    """A list's page of some years ago, by the cursor that a reader would have come to it with."""
    return f"{address}?before={lists.cursor(last - dt.timedelta(days=1500), 10**9)}"


def costly(sql: str, values: Any, most: int) -> Iterator[str]:
    """The steps of a query's plan that read too much of a big table."""
    if not sql.startswith("SELECT"):
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # The numbers of the plan are of no use here: what is read whole is called a scan.
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
            names = aliases(sql)
            for *_, step in cursor.fetchall():
                words = step.split()
                table = names.get(words[1], words[1]) if len(words) > 1 else ""
                if table in BIG and (words[0] == "SCAN" or "(live_from<?)" in step):
                    yield f"{step} — {sql[:300]}"
        else:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", values)
            yield from (f"{step} — {sql[:300]}" for step in steps_of(cursor.fetchone()[0], most))


def steps_of(plan: Any, most: int) -> Iterator[str]:
    """What a plan of PostgreSQL's, as it was carried out, reads of big tables: all rows, or more
    than `most`."""
    for found in (json.loads(plan) if isinstance(plan, str) else plan)[0].values():
        if isinstance(found, dict):
            yield from too_many(found, most)


def aliases(sql: str) -> dict[str, str]:
    """A query's short names of tables: U0 is articles_publishedstory."""
    words = sql.replace('"', "").replace("(", " ").replace(")", " ").split()
    return {
        words[at + 1]: word
        for at, word in enumerate(words[:-1])
        if word in BIG and words[at + 1].upper() not in ("WHERE", "ON", "INNER", "ORDER")
    }


def too_many(node: dict[str, Any], most: int) -> Iterator[str]:
    """The steps from a plan's `node` down that read a big table's rows by heaps."""
    if node.get("Relation Name") in BIG:
        loops = node.get("Actual Loops", 1)
        read = loops * (node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0))
        if read > most or node["Node Type"] == "Seq Scan":
            yield f"{node['Node Type']} of {node['Relation Name']}: {read:.0f} rows"
    for below in node.get("Plans", []):
        yield from too_many(below, most)
