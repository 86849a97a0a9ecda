"""Atom feeds of an edition and of a section (RFC 4287)."""

import datetime as dt
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed, SyndicationFeed
from django.utils.html import escape

from articles.freshness import keys, notes
from articles.models import Edition, PublishedStory, Section
from articles.models.record import PublishedStoryQuerySet
from articles.web import lists
from articles.web.chrome import ASK_AGAIN
from articles.web.reading import Reading

LENGTH = 30


class Atom(Atom1Feed):
    """An Atom feed that is the same bytes until something in it changes."""

    def latest_post_date(self) -> dt.datetime:
        """When the newest of its stories changed. Without a story: never, and not just now."""
        return super().latest_post_date() if self.items else dt.datetime.fromtimestamp(0, dt.UTC)


class StoryFeed(Feed[Reading, Any]):
    """What the feeds share: the newest live stories, with summaries."""

    feed_type = Atom

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().__call__(request, *args, **kwargs)
        # The newest story's time says nothing of one that was taken out: the ETag does.
        del response.headers["Last-Modified"]
        response.headers["Content-Language"] = request.LANGUAGE_CODE
        response.headers["Cache-Control"] = ASK_AGAIN
        return response

    def get_feed(self, obj: Any, request: HttpRequest) -> SyndicationFeed:
        """The feed in its edition's language, whatever is asked for."""
        request.LANGUAGE_CODE = self.edition(obj).language
        with translation.override(request.LANGUAGE_CODE):
            return super().get_feed(obj, request)

    def edition(self, obj: Any) -> Edition:
        raise NotImplementedError

    def rows(self, obj: Any, at: dt.datetime) -> PublishedStoryQuerySet:
        raise NotImplementedError

    def items(self, obj: Any) -> list[Reading]:
        return lists.newest(self.rows(obj, timezone.now()), length=LENGTH).stories

    def item_title(self, item: Reading) -> str:
        return item.full_title

    def item_description(self, item: Reading) -> str:
        return escape(item.summary)  # a feed's summary is HTML

    def item_link(self, item: Reading) -> str:
        return item.get_absolute_url()

    def item_guid(self, item: Reading) -> str:
        return f"urn:newsroom:story:{item.pk}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: Reading) -> dt.datetime:
        return item.published_at

    def item_updateddate(self, item: Reading) -> dt.datetime:
        return item.modified_at

    def item_author_name(self, item: Reading) -> str:
        return item.names

    def item_categories(self, item: Reading) -> list[str]:
        return [tag["name"] for tag in item.tags]


class EditionFeed(StoryFeed):
    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Edition:
        return Edition.objects.get(slug=kwargs["slug"])

    def edition(self, obj: Edition) -> Edition:
        return obj

    def title(self, obj: Edition) -> str:
        return obj.name

    def subtitle(self, obj: Edition) -> str:
        return obj.motto

    def link(self, obj: Edition) -> str:
        return obj.get_absolute_url()

    def rows(self, obj: Edition, at: dt.datetime) -> PublishedStoryQuerySet:
        notes.shows(keys.edition(obj.pk), keys.CHROME)
        return PublishedStory.objects.live(at).filter(edition=obj)


class SectionFeed(StoryFeed):
    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Section:
        return Section.objects.select_related("edition").get(slug=kwargs["slug"])

    def edition(self, obj: Section) -> Edition:
        return obj.edition

    def title(self, obj: Section) -> str:
        return f"{obj.edition.name} · {obj.name}"

    def link(self, obj: Section) -> str:
        return reverse("web:section", args=[obj.slug])

    def rows(self, obj: Section, at: dt.datetime) -> PublishedStoryQuerySet:
        notes.shows(keys.section(obj.pk), keys.CHROME)
        return PublishedStory.objects.live(at).filter(section=obj)
