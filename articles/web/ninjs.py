"""Stories and issues as IPTC ninjs 3.0 items: https://www.iptc.org/std/ninjs/.

Only properties that its schema knows, spelled as it spells them: it allows no others.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from articles.models import PublishedIssue, PublishedStory
from articles.web.pictures import Picture
from articles.web.reading import HTML_LANGUAGES, Reading

STANDARD = {
    "name": "ninjs",
    "version": "3.0",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json#",
}


def story_item(request: HttpRequest, reading: Reading) -> dict[str, Any]:
    """A story without its body. Its `uri` holds no slug, so that it stays when the slug changes."""
    row = reading.row
    page = request.build_absolute_uri(reading.get_absolute_url())
    return {
        **_head(_story_uri(request, row), "text", "usable", reading.html_language),
        "version": str(row.version),
        "firstCreated": reading.published_at.isoformat(),
        "versionCreated": row.live_from.isoformat(),
        "altIds": [{"role": "page", "value": page}],
        "title": reading.short_title,
        "headlines": [
            {"role": role, "value": value}
            for role, value in (
                ("kicker", reading.kicker),
                ("main", reading.headline),
                ("deck", reading.deck),
            )
            if value
        ],
        "slugline": row.slug,
        "descriptions": [{"role": "summary", "value": reading.summary}],
        "by": reading.names,
        "subjects": [{"name": tag["name"], "rel": "about"} for tag in reading.tags],
        "associations": [_picture_item(request, picture) for picture in reading.pictures],
    }


def whole_story(request: HttpRequest, reading: Reading) -> dict[str, Any]:
    """A story with its body."""
    body = {
        "role": "main",
        "contentType": "text/html",
        "wordCount": reading.length,
        "value": reading.row.body,
    }
    return {**story_item(request, reading), "bodies": [body]}


def gone_story(request: HttpRequest, row: PublishedStory) -> dict[str, Any]:
    """A story that was withdrawn: canceled, with the paper's notice."""
    language = HTML_LANGUAGES.get(row.language, row.language)
    return {
        **_head(_story_uri(request, row), "text", "canceled", language),
        "versionCreated": row.live_from.isoformat(),
        "descriptions": [{"role": "notice", "value": row.notice}],
    }


def issue_item(
    request: HttpRequest, issue: PublishedIssue, name: str, language: str, stories: list[Reading]
) -> dict[str, Any]:
    """An issue as a package: its stories in page order, without their bodies."""
    return {
        **_head(
            request.build_absolute_uri(issue.get_absolute_url()), "composite", "usable", language
        ),
        "version": str(issue.version),
        "versionCreated": issue.live_from.isoformat(),
        "headlines": [{"role": "main", "value": f"{name} {issue.date}"}],
        "associations": [
            {"name": story.short_title, **story_item(request, story)} for story in stories
        ],
    }


def _head(uri: str, kind: str, status: str, language: str) -> dict[str, Any]:
    return {
        "standard": STANDARD,
        "uri": uri,
        "type": kind,
        "pubStatus": status,
        "language": language,
    }


def _story_uri(request: HttpRequest, row: PublishedStory) -> str:
    return request.build_absolute_uri(reverse("web:story-api", args=[row.story_id]))


def _picture_item(request: HttpRequest, picture: Picture) -> dict[str, Any]:
    return {
        "name": picture.caption or picture.alt or picture.name,
        "uri": request.build_absolute_uri(picture.plain),
        "type": "picture",
        "descriptions": [
            {"role": role, "value": value}
            for role, value in (("caption", picture.caption), ("alternative", picture.alt))
            if value
        ],
        "by": picture.credit,
        "renditions": [
            {
                "name": str(width),
                "href": request.build_absolute_uri(picture.source(width, "jpg")),
                "contentType": "image/jpeg",
                "width": width,
            }
            for width in picture.widths
        ],
    }
