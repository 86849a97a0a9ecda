"""Nothing unpublished reaches a reader: a secret word in every draft field, and every address.

The addresses come from the resolver, so that a new one is fetched without being listed here; a
converter that this test has no values for fails it.
"""

import datetime as dt
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from articles.models import Byline, Contributor, Correction, Issue, Note, Photo, Story
from articles.rules import publishing, workflow
from tests import cast as people
from tests.cast import EVENING_BEFORE, MONDAY, SECOND, SIX, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db
CANARY = "金丝雀密语"
LATIN_CANARY = "zxcanary"
HOUR = dt.timedelta(hours=1)


def patterns(
    resolver: URLResolver | None = None, before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every public pattern that the resolver knows, with its whole route."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if route.startswith("admin/"):
            continue
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry


def addresses(values: dict[str, list[Any]]) -> list[str]:
    """Every public address with every value that a part of it can have here."""
    made = []
    for route, _pattern in patterns():
        parts = re.findall(r"<(?:[^:>]+:)?([^>]+)>", route)
        unknown = [part for part in parts if part not in values]
        assert not unknown, f"{route}: give this test values for {unknown}"
        for chosen in product(*(values[part] for part in parts)):
            address = route
            for part, value in zip(parts, chosen, strict=True):
                address = re.sub(rf"<(?:[^:>]+:)?{part}>", str(value), address, count=1)
            made.append("/" + address)
    return made


def secret(paper: Paper, cast: Cast, **kwargs: Any) -> Story:
    """A story with the secret in every field."""
    story = people.draft(
        paper,
        cast.wen,
        f"{CANARY}标题",
        kicker=f"{CANARY}引题",
        deck=f"{CANARY}副题",
        lead_in=f"{CANARY}讯",
        column=f"{CANARY}专栏",
        short_title=f"{CANARY}短题",
        body=f"<p>{CANARY}正文</p>",
        slug=f"{LATIN_CANARY}-slug",
        **kwargs,
    )
    story.tags.add(f"{CANARY}标签")
    person, _ = Contributor.objects.get_or_create(slug="known-name", defaults={"name": "欧阳静"})
    Byline.objects.create(story=story, name=f"{CANARY}作者", contributor=person)
    people.illustrate(story, cast.lan, caption=f"{CANARY}图说")
    Note.objects.create(story=story, author=cast.qiu, text=f"{CANARY}备注")
    return story


def states(paper: Paper, cast: Cast) -> dict[str, Story]:
    """A secret story in each state that readers must not see, as of the evening before."""
    at = EVENING_BEFORE
    made = {"draft": secret(paper, cast)}
    made["first read"] = workflow.submit(secret(paper, cast), cast.wen, at)
    made["second read"] = workflow.pass_read(
        workflow.submit(secret(paper, cast), cast.wen, at), cast.qiu, at
    )
    made["final read"] = workflow.pass_read(
        workflow.pass_read(workflow.submit(secret(paper, cast), cast.wen, at), cast.qiu, at),
        cast.hai,
        at,
    )
    made["signed off, no issue yet"] = people.read_through(secret(paper, cast), cast, at)
    made["embargoed"] = people.read_through(
        secret(paper, cast, release="embargo", embargo_until=SIX + 3 * HOUR), cast, at
    )
    made["scheduled"] = secret(paper, cast)
    made["on a scheduled page, unsigned"] = secret(paper, cast)
    people.read_through(made["scheduled"], cast, at)
    issue = people.plan(
        paper,
        made["scheduled"],
        made["on a scheduled page, unsigned"],
        date=MONDAY,
    )
    publishing.schedule(issue, cast.hai, at=at)
    made["killed draft"] = workflow.kill(secret(paper, cast), cast.shen, "失实", at)
    made["killed"] = people.read_through(secret(paper, cast, release="now"), cast, at - 2 * HOUR)
    workflow.kill(made["killed"], cast.shen, "失实", at - HOUR, notice="已撤回。")
    changing = people.draft(paper, cast.wen, "公开的标题", release="now")
    people.read_through(changing, cast, at - 2 * HOUR)
    workflow.take_back(changing, cast.shen, at - HOUR)
    changing.refresh_from_db()
    changing.headline, changing.body = f"{CANARY}新标题", f"<p>{CANARY}新正文</p>"
    changing.save()
    Correction.objects.create(story=changing, text=f"{CANARY}更正", at=at, signed_by=cast.shen)
    people.illustrate(changing, cast.lan, caption=f"{CANARY}新图说")
    made["live, with an unfinished change"] = changing
    return made


def values(paper: Paper) -> dict[str, list[Any]]:
    """What each part of an address can be, drafts included."""
    stories = list(Story.objects.all())
    dates = [issue.date for issue in Issue.objects.all()]
    return {
        "pk": [story.pk for story in stories],
        "story_id": [story.pk for story in stories],
        "id": [story.pk for story in stories],
        "slug": [
            paper.edition.slug,
            paper.section.slug,
            f"{LATIN_CANARY}-slug",
            "lin-wanchao",
            "known-name",
            f"{CANARY}标签",
        ],
        "edition": [paper.edition.slug],
        "edition_slug": [paper.edition.slug],
        "date": dates,
        "number": ["1"],
        "page_number": ["1"],
        "year": [MONDAY.year],
        "month": [f"{MONDAY.month:02d}"],
        "name": [
            *Photo.objects.values_list("public_name", flat=True),
            *(name for story in stories for name in people.copy_names(story)),
        ],
        "version": [1, 2],
        "width": [480],
        "extension": ["avif", "jpg", "webp"],
        "format": ["jpg", "webp"],
    }


def status_of(client: Client, address: str) -> int:
    response: Any = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)  # read to its end, which closes the file
    return int(response.status_code)


def leaks(response: Any) -> bool:
    body = b"".join(response) if response.streaming else response.content
    text = body.decode("utf-8", "replace") + str(response.headers)
    escaped = CANARY.encode("unicode_escape").decode().replace("\\", "\\\\")
    return CANARY in text or LATIN_CANARY in text or escaped in text


def test_no_public_address_shows_anything_unpublished(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    states(paper, cast)
    asked = [
        *addresses(values(paper)),
        f"/search/?q={CANARY}",
        f"/search/?q={LATIN_CANARY}",
        "/search/?q=公开",
        f"/?at={SIX.isoformat()}",
        f"/?now={SIX.isoformat()}&date={MONDAY}&preview=1",
    ]
    clock.move_to(EVENING_BEFORE + HOUR)
    client = Client()
    found = [address for address in asked if _shows(client, address)]
    assert found == []
    assert len(asked) > 100


def _shows(client: Client, address: str) -> bool:
    response = client.get(address)
    assert response.status_code < 500, address
    assert not response.cookies, f"{address} sets a cookie"
    echo = "/search/" in address or CANARY in address or LATIN_CANARY in address
    if echo and response.status_code in (200, 404):
        # A search page repeats the question; anything more than that is a leak.
        body = b"".join(response) if response.streaming else response.content
        shown = re.sub(r'value="[^"]*"|“[^”]*”|<title>.*?</title>|href="[^"]*"', "", body.decode())
        return CANARY in shown or LATIN_CANARY in shown
    return leaks(response)


def test_pictures_of_unpublished_stories_cannot_be_fetched(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    made = states(paper, cast)
    client = Client()
    pictures = {copy: name for name, story in made.items() for copy in people.copy_names(story)[:1]}
    clock.move_to(SIX - SECOND)
    got = [
        state
        for name, state in pictures.items()
        if status_of(client, f"/media/{name}-480.jpg") != 404
    ]
    assert got == []
    clock.move_to(SIX)
    open_now = [
        state
        for name, state in pictures.items()
        if status_of(client, f"/media/{name}-480.jpg") == 200
    ]
    assert open_now == ["scheduled"]


def test_what_is_not_there_yet_looks_like_what_never_was(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    made = states(paper, cast)
    clock.move_to(SIX - SECOND)
    client = Client()
    never = client.get("/stories/999999/nothing/")
    for name in ("draft", "scheduled", "embargoed", "killed draft"):
        hidden = client.get(f"/stories/{made[name].pk}/nothing/")
        assert (hidden.status_code, hidden.content) == (404, never.content), name
    assert client.get(f"/stories/{made['killed'].pk}/x/").status_code == 410


def test_at_the_hour_the_issue_is_there(paper: Paper, cast: Cast, clock: Clock) -> None:
    made = states(paper, cast)
    clock.move_to(SIX)
    client = Client()
    story = made["scheduled"]
    assert leaks(client.get(f"/stories/{story.pk}/{story.slug}/"))
    assert leaks(client.get(f"/{paper.edition.slug}/{MONDAY}/1/"))
    hidden = made["on a scheduled page, unsigned"]
    assert client.get(f"/stories/{hidden.pk}/{hidden.slug}/").status_code == 404
