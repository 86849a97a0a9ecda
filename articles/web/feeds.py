"""Feeds of an edition, a section, a tag and a contributor: Atom (RFC 4287) and JSON Feed 1.1.

Each holds the newest live stories with their summaries and corrections. Where the paper has a
WebSub hub, the feed names it, in its head and in the answer's `Link`.
"""

import datetime as dt
from dataclasses import dataclass
from io import StringIO
from typing import Any, Literal
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from articles.freshness import keys, notes
from articles.models import (
    Contributor,
    Edition,
    Syndication,
    address,
)
from articles.web import by_side, clock, lists
from articles.web.chrome import ASK_AGAIN, Masthead
from articles.web.reading import HTML_LANGUAGES, Reading
from articles.web.statements import Statement

Form = Literal["xml", "json"]


@dataclass
class Channel:
    """What a feed is of: its title, its page, and its stories, the newest first."""

    edition: Edition
    title: str
    home: str
    stories: list[Reading]
    about: str = ""
    authority: str = (
        ""  # the host by which its stories are named: the paper's own, where it is told
    )


@require_safe
def of_edition(request: HttpRequest, slug: str, form: Form) -> HttpResponse:
    at, edition = clock.now(), Masthead().by_slug(slug).edition
    notes.shows(keys.edition(edition.pk), keys.CHROME)
    stories = lists.of_edition(edition.pk, at).stories
    home = edition.get_absolute_url()
    return _answer(request, Channel(edition, edition.name, home, stories, edition.motto), form)


@require_safe
def of_section(request: HttpRequest, slug: str, form: Form) -> HttpResponse:
    at = clock.now()
    section = next((one for one in Masthead().sections if one.slug == slug), None)
    if section is None:
        raise Http404
    notes.shows(keys.section(section.pk), keys.CHROME)
    stories = lists.of_section(section.pk, at).stories
    title = f"{section.edition.name} · {section.name}"
    channel = Channel(section.edition, title, section.get_absolute_url(), stories)
    return _answer(request, channel, form)


@require_safe
def of_tag(request: HttpRequest, slug: str, form: Form) -> HttpResponse:
    """A tag has a feed while a live story bears it."""
    at = clock.now()
    notes.shows(keys.tag(slug), keys.CHROME)
    stories = by_side.of_tag(slug, at).stories
    if not stories:
        raise Http404
    names = [tag["name"] for tag in stories[0].tags if tag["slug"] == slug]
    edition = Masthead().by_pk(stories[0].row.edition_id).edition
    title = f"{edition.name} · {(names or [slug])[0]}"
    channel = Channel(edition, title, address.of("tag", slug), stories)
    return _answer(request, channel, form)


@require_safe
def of_contributor(request: HttpRequest, slug: str, form: Form) -> HttpResponse:
    """A contributor has a feed once something of theirs is live."""
    at = clock.now()
    person = _person.first(slug)
    if person is None:
        raise Http404
    notes.shows(keys.person(person.pk), keys.CHROME)
    stories = by_side.of_contributor(person.pk, at).stories
    if not stories:
        raise Http404
    edition = Masthead().by_pk(stories[0].row.edition_id).edition
    title = f"{edition.name} · {person.name}"
    channel = Channel(edition, title, person.get_absolute_url(), stories, person.bio)
    return _answer(request, channel, form)


_person = Statement(Contributor, lambda slug: Contributor.objects.filter(slug=slug))
_decided = Statement(Syndication, lambda one: Syndication.objects.filter(pk=one))


def _answer(request: HttpRequest, channel: Channel, form: Form) -> HttpResponse:
    """The feed in its edition's language, whatever is asked for."""
    decided = _decided.first(1) or Syndication()
    hub = decided.hub
    channel.authority = urlsplit(decided.address).hostname or request.get_host().partition(":")[0]
    own = request.build_absolute_uri(request.path)
    with translation.override(channel.edition.language):
        made = (_atom if form == "xml" else _json)(request, channel, hub, own)
    made.headers["Content-Language"] = channel.edition.language
    made.headers["Cache-Control"] = ASK_AGAIN
    links = [f'<{own}>; rel="self"'] + ([f'<{hub}>; rel="hub"'] if hub else [])
    made.headers["Link"] = ", ".join(links)
    return made


class _Atom(Atom1Feed):
    """Django's Atom, with the hub, and a time that stands still where nothing is published."""

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        if self.feed["hub"]:
            handler.addQuickElement("link", "", {"rel": "hub", "href": self.feed["hub"]})

    def latest_post_date(self) -> dt.datetime:
        return super().latest_post_date() if self.items else dt.datetime.fromtimestamp(0, dt.UTC)


def _atom(
    request: HttpRequest,
    channel: Channel,
    hub: str,
    own: str,
) -> HttpResponse:
    feed = _Atom(
        title=channel.title,
        link=request.build_absolute_uri(channel.home),
        description="",
        subtitle=channel.about or None,
        language=HTML_LANGUAGES.get(channel.edition.language, channel.edition.language),
        author_name=channel.edition.name,
        author_link=request.build_absolute_uri(channel.edition.get_absolute_url()),
        feed_url=own,
        hub=hub,
    )
    for story in channel.stories:
        feed.add_item(
            title=story.full_title,
            link=request.build_absolute_uri(story.get_absolute_url()),
            description=_content(story),
            unique_id=_id(channel.authority, story),
            unique_id_is_permalink=False,
            pubdate=story.published_at,
            updateddate=story.modified_at,
            author_name=story.names or None,
            categories=[tag["name"] for tag in story.tags],
        )
    written = StringIO()  # a response encodes each of a thousand pieces by itself
    feed.write(written, "utf-8")
    return HttpResponse(written.getvalue(), content_type="application/atom+xml; charset=utf-8")


def _json(
    request: HttpRequest,
    channel: Channel,
    hub: str,
    own: str,
) -> HttpResponse:
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": request.build_absolute_uri(channel.home),
        "feed_url": own,
        "language": HTML_LANGUAGES.get(channel.edition.language, channel.edition.language),
        "authors": [
            {
                "name": channel.edition.name,
                "url": request.build_absolute_uri(channel.edition.get_absolute_url()),
            }
        ],
        "items": [_item(request, channel.authority, story) for story in channel.stories],
    }
    if channel.about:
        feed["description"] = channel.about
    if hub:
        feed["hubs"] = [{"type": "WebSub", "url": hub}]
    return JsonResponse(
        feed, json_dumps_params={"ensure_ascii": False}, content_type="application/feed+json"
    )


def _item(request: HttpRequest, authority: str, story: Reading) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": _id(authority, story),
        "url": request.build_absolute_uri(story.get_absolute_url()),
        "title": story.full_title,
        "content_html": _content(story),
        "summary": story.summary,
        "date_published": story.published_at.isoformat(),
        "date_modified": story.modified_at.isoformat(),
        "language": story.html_language,
        "tags": [tag["name"] for tag in story.tags],
        "authors": [{"name": name} for name in dict.fromkeys(one.name for one in story.bylines)],
    }
    if story.lead_picture:
        made["image"] = request.build_absolute_uri(story.lead_picture.plain)
    return {key: value for key, value in made.items() if value}


def _id(authority: str, story: Reading) -> str:
    """A story's id, which no other paper's story has and no change of its address changes: a tag
    (RFC 4151) of the paper's host, on the day the story was first published."""
    return f"tag:{authority},{story.published_at:%Y-%m-%d}:story:{story.pk}"


def _content(story: Reading) -> str:
    """A story's summary as HTML, and what was put right in it."""
    lines = [("", story.summary)] if story.summary else []
    lines += [(_("Correction: "), correction["text"]) for correction in story.corrections]
    return format_html_join("", "<p>{}{}</p>", lines) or format_html("<p>{}</p>", story.full_title)
