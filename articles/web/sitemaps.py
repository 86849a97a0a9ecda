"""Sitemaps (sitemaps.org 0.9, and the news extension) and robots.txt."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.freshness import notes
from articles.models import PublishedIssue, PublishedStory
from articles.web.chrome import ASK_AGAIN
from articles.web.reading import Reading

MOST = 50_000  # the protocol's limit for one file
NEWS_DAYS = 2


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The newest stories and issues; older ones are found through the archive's calendar."""
    at = timezone.now()
    rows = PublishedStory.objects.live(at).order_by("-published_at", "-pk")
    issues = PublishedIssue.objects.live(at).select_related("edition").defer("payload")
    context: dict[str, Any] = {
        "base": request.build_absolute_uri("/").rstrip("/"),
        "stories": rows.only("story_id", "slug", "live_from")[: MOST - 5_000],
        "issues": issues.order_by("-date")[:5_000],
    }
    return _xml(request, "web/sitemap.xml", context)


@require_safe
def news_sitemap(request: HttpRequest) -> HttpResponse:
    """Stories of the last two days, at most 1,000, as the news extension asks."""
    at = timezone.now()
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
    for story in context["stories"]:  # each leaves by itself, a microsecond past its two days
        notes.until(story.published_at + dt.timedelta(days=NEWS_DAYS, microseconds=1))
    return _xml(request, "web/news-sitemap.xml", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    base = request.build_absolute_uri("/").rstrip("/")
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /search/",
        f"Sitemap: {base}/sitemap.xml",
        f"Sitemap: {base}/news-sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _xml(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    response = render(request, template, context, content_type="application/xml")
    response.headers["Cache-Control"] = ASK_AGAIN
    return response
