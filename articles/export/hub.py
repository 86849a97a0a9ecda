"""Tells a WebSub hub which feeds have changed (https://www.w3.org/TR/websub/), from the record.

There is no queue beside the record: what went live since the hub was last told *is* what to tell
it. So nothing is written when a story is published or scheduled, a story that waits for its hour
is not told of, and whoever runs this a minute after the hour tells of it then.
"""

import datetime as dt
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from django.urls import reverse

from articles.models import PublishedByline, PublishedStory, PublishedTag, Syndication

PATIENCE = 10.0  # seconds
AT_ONCE = 50


class NotTold(Exception):  # noqa: N818 - an answer to a person, not a fault
    """The hub was not told; the message says why."""


def tell(at: dt.datetime, post: Callable[[str, bytes], None] | None = None) -> list[str]:
    """Tell the hub what went live since it was last told, up to `at`. Returns the feeds.

    `post` sends a form's bytes to an address. Raises NotTold where the hub does not take it: the
    same is told again the next time.
    """
    decided = Syndication.current()
    if not decided.hub:
        return []
    if not decided.address:
        raise NotTold("The paper's address is not set: write it under “crawlers and hub”.")
    base = decided.address.rstrip("/")
    feeds = [base + address for address in changed_feeds(decided.told_until, at)]
    for start in range(0, len(feeds), AT_ONCE):
        told = [("hub.mode", "publish")]
        for feed in feeds[start : start + AT_ONCE]:
            told += [("hub.url", feed), ("hub.topic", feed)]
        (post or _post)(decided.hub, urlencode(told).encode())
    # Whoever told it at the same time told the same.
    Syndication.objects.filter(pk=1, told_until=decided.told_until).update(told_until=at)
    return feeds


def changed_feeds(since: dt.datetime, until: dt.datetime) -> list[str]:
    """The addresses of the feeds in which something started after `since`, up to `until`."""
    rows = PublishedStory.objects.filter(live_from__gt=since, live_from__lte=until)
    slugs = [
        ("feed", rows.values_list("edition__slug", flat=True)),
        ("section-feed", rows.values_list("section__slug", flat=True)),
        ("tag-feed", PublishedTag.objects.filter(row__in=rows).values_list("slug", flat=True)),
        (
            "person-feed",
            PublishedByline.objects.filter(row__in=rows).values_list(
                "contributor__slug", flat=True
            ),
        ),
    ]
    return [
        address
        for name, found in slugs
        for slug in sorted({one for one in found.order_by() if one})
        for address in _both(name, slug)
    ]


def _both(name: str, slug: str) -> Iterator[str]:
    yield reverse(f"web:{name}", args=[slug])
    yield reverse(f"web:{name}-json", args=[slug])


def _post(hub: str, form: bytes) -> None:
    if not hub.startswith(("https://", "http://")):
        raise NotTold(f"{hub} is no web address.")
    request = urllib.request.Request(
        hub, data=form, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE):
            pass
    except (urllib.error.URLError, TimeoutError, ValueError) as error:
        raise NotTold(f"The hub {hub} did not take it: {error}") from error
