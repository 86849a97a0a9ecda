"""Sitemaps (sitemaps.org 0.9, and the news extension), a file a month, and robots.txt."""

import datetime as dt
from typing import Any

from django.db.models import Count, Max, Q
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.freshness import notes
from articles.models import PublishedIssue, PublishedStory, Syndication
from articles.models.record import Act
from articles.web import clock
from articles.web.chrome import ASK_AGAIN, Masthead
from articles.web.reading import Reading

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
    at = clock.now()
    started = PublishedStory.objects.filter(live_from__lte=at).order_by()
    by_month = TruncMonth("published_at", tzinfo=dt.UTC)
    months = (
        started.annotate(month=by_month)
        .values("month")
        .annotate(
            last=Max("live_from"),
            taken=Count("pk", filter=~Q(act=Act.PUBLISH) | Q(redaction__isnull=False)),
        )
        .order_by("-month")
    )
    told = [one for one in months if one["month"]]
    # A month may have lost all its stories: its file is not there, so it is not named.
    doubtful = [one["month"] for one in told if one["taken"]]
    live = PublishedStory.objects.live(at).order_by().annotate(month=by_month)
    months_left = live.filter(month__in=doubtful).values_list("month", flat=True).distinct()
    left = set(months_left) if doubtful else ()
    found = [
        (one["month"], one["last"]) for one in told if not one["taken"] or one["month"] in left
    ]
    base = request.build_absolute_uri("/").rstrip("/")
    return _xml(request, "web/sitemap-index.xml", {"base": base, "months": found})


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
    """Fronts and sections, with the time of their newest story, and what the paper says of itself."""
    at, masthead = clock.now(), Masthead()
    started = PublishedStory.objects.filter(live_from__lte=at).order_by()
    newest = started.values_list("section").annotate(last=Max("live_from"))
    by_section = dict(newest.values_list("section", "last"))
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
