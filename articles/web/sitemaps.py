"""Sitemaps (sitemaps.org 0.9, and the news extension), a file a month, and robots.txt."""

import datetime as dt
from typing import Any

from django.db import router
from django.db.models import IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.freshness import notes
from articles.models import PublishedIssue, PublishedStory, Section, Syndication
from articles.models.record import PublishedStoryQuerySet
from articles.web import clock, lists
from articles.web.chrome import ASK_AGAIN, Masthead
from articles.web.reading import Reading
from articles.web.statements import Statement

MOST = 50_000  # the protocol's limit for one file
NEWS_DAYS = 2
# Those that collect texts to train on, or to answer from, by the names that their makers publish.
AI_CRAWLERS = (
    "AI2Bot",
    "Amazonbot",
    "anthropic-ai",
    "Applebot-Extended",
    "Bytespider",
    "CCBot",
    "ClaudeBot",
    "cohere-ai",
    "cohere-training-data-crawler",
    "Diffbot",
    "FacebookBot",
    "Google-CloudVertexBot",
    "Google-Extended",
    "GPTBot",
    "ImagesiftBot",
    "meta-externalagent",
    "omgili",
    "PanguBot",
    "PerplexityBot",
    "PetalBot",
    "Timpibot",
    "YouBot",
)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every sitemap: the paper's own pages, and the stories and issues of each month."""
    rows = sorted(_months.rows(clock.now()), key=lambda row: row.published_at, reverse=True)
    found = [(row.published_at, row.live_from) for row in rows]
    base = request.build_absolute_uri("/").rstrip("/")
    return _xml(request, "web/sitemap-index.xml", {"base": base, "months": found})


def _last_of_each_month(at: dt.datetime) -> PublishedStoryQuerySet:
    """The row that started last of each month's (UTC) stories, where one of them is live.

    From month to month by the index, from the year 10,000 back: so it costs what the number of
    months does.
    """
    rows = PublishedStory.objects.with_month().order_by("-month")
    here = RawSQL("months.number", (), IntegerField())
    before = rows.filter(month__lt=here).values("month")[:1]
    started = rows.filter(month=here, live_from__lte=at)
    last = started.order_by("-live_from").values("pk")[:1]
    live = PublishedStory.objects.live(at).with_month().filter(month=here)
    one = live.order_by().values("pk")[:1]
    using = router.db_for_read(PublishedStory)
    told = [part.query.get_compiler(using).as_sql() for part in (before, last, one)]
    sql = """
        WITH RECURSIVE months(number) AS (
            SELECT 120000 UNION ALL SELECT ({}) FROM months WHERE months.number IS NOT NULL
        )
        SELECT ({}) FROM months WHERE ({}) IS NOT NULL
    """
    params = [param for _, params in told for param in params]
    numbers = RawSQL(sql.format(*(part for part, _ in told)), params)
    found: PublishedStoryQuerySet = PublishedStory.objects.filter(pk__in=numbers).order_by()
    return found.only("published_at", "live_from")


_months = Statement(PublishedStory, _last_of_each_month)


@require_safe
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The stories first published in a month (UTC), with the issues of its days.

    A story's `lastmod` is the instant since which readers have it as it is.
    """
    if not 1600 <= year <= 9998:
        raise Http404
    at = clock.now()
    first = dt.datetime(year, month, 1, tzinfo=dt.UTC)
    after = (first + dt.timedelta(days=32)).replace(day=1)
    rows = PublishedStory.objects.live(at).filter(published_at__gte=first, published_at__lt=after)
    issues = PublishedIssue.objects.live(at).filter(date__gte=first, date__lt=after)
    stories = list(
        rows.order_by("-published_at", "-pk").only("story_id", "slug", "live_from")[: MOST - 5_000]
    )
    published = list(
        issues.select_related("edition").defer("payload").order_by("-date")[: 5_000 - 1]
    )
    if not stories and not published:
        raise Http404
    base = request.build_absolute_uri("/").rstrip("/")
    return _xml(request, "web/sitemap.xml", {"base": base, "stories": stories, "issues": published})


@require_safe
def own_pages(request: HttpRequest) -> HttpResponse:
    """Fronts and sections, with the time of their last news, and what the paper says of itself."""
    at, masthead = clock.now(), Masthead()
    by_section = dict(_last_changes.tuples(at))
    pages: list[tuple[str, dt.datetime | None]] = []
    for edition in masthead.editions.values():
        own = [one for one in masthead.sections if one.edition_id == edition.pk]
        times = [by_section[one.pk] for one in own if by_section.get(one.pk)]
        pages.append((edition.get_absolute_url(), max(times, default=None)))
        pages += [(one.get_absolute_url(), by_section.get(one.pk)) for one in own]
        for name in ("about", "corrections", "archive"):
            pages.append((f"{reverse(f'web:{name}')}?edition={edition.slug}", None))
    if not pages:
        raise Http404
    base = request.build_absolute_uri("/").rstrip("/")
    return _xml(request, "web/sitemap-pages.xml", {"base": base, "pages": pages})


def _last_changes_of_sections(at: dt.datetime) -> "QuerySet[Section, Any]":
    """Of each section, when something among its newest last started.

    What is further down does not show on its page.
    """
    own = PublishedStory.objects.filter(section=OuterRef(OuterRef("pk")), live_from__lte=at)
    newest = own.order_by(*lists.NEWEST).values("pk")[: 2 * lists.PAGE]
    last = PublishedStory.objects.filter(pk__in=newest).order_by("-live_from").values("live_from")
    return Section.objects.order_by().values_list("pk", Subquery(last[:1]))


_last_changes = Statement(Section, _last_changes_of_sections)


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """Stories of the last two days, at most 1,000, as the news extension asks.

    On a quiet day it names the fronts: a sitemap without an address is not valid.
    """
    at = clock.now()
    rows = (
        PublishedStory.objects.live(at)
        .filter(published_at__gte=at - dt.timedelta(days=NEWS_DAYS))
        .select_related("edition")
        .for_lists()
        .order_by("-published_at", "-pk")
    )
    context: dict[str, Any] = {
        "base": request.build_absolute_uri("/").rstrip("/"),
        "stories": [Reading(row) for row in rows[:1_000]],
    }
    if not context["stories"]:
        context["fronts"] = list(Masthead().editions.values())
    for story in context["stories"]:  # each leaves by itself, a microsecond past its two days
        notes.until(story.published_at + dt.timedelta(days=NEWS_DAYS, microseconds=1))
    return _xml(request, "web/news-sitemap.xml", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read: the paper's own rules, then what the publisher adds (RFC 9309)."""
    decided = Syndication.current()
    base = request.build_absolute_uri("/").rstrip("/")
    closed = ["Disallow: /admin/", "Disallow: /search/"]
    lines: list[str] = []
    if decided.ai_crawlers == Syndication.Crawlers.REFUSED:
        lines += [f"User-agent: {name}" for name in AI_CRAWLERS]
        lines += ["Disallow: /", ""]
    lines += ["User-agent: *", *closed, ""]
    if decided.robots.strip():
        lines += [*decided.robots.strip().splitlines(), ""]
    lines += [f"Sitemap: {base}/sitemap.xml", f"Sitemap: {base}/news-sitemap.xml"]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = ASK_AGAIN
    return response


def _xml(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    response = render(request, template, context, content_type="application/xml", using="readers")
    response.headers["Cache-Control"] = ASK_AGAIN
    return response
