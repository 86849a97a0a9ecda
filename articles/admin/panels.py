"""What stands beside a text while it is written: length and space, people, proofing aids."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.template.loader import render_to_string

from articles.admin import story_form
from articles.models import ListedWord, LogEntry, Placement, Story
from articles.models.people import Kind, Role
from articles.text import markup, proof, words
from articles.text.bylines import Person, parse_byline

TEXTS = ("kicker", "headline", "deck", "body")
LONGEST_PROOFED = 60_000  # characters: far beyond any story


@dataclass(frozen=True)
class Signed:
    """A person of a typed byline, as the desk understands it."""

    name: str
    role: str
    kind: str
    page: str  # the contributor's page at the desk; empty where there is none
    several: bool  # more than one contributor bears the name


def of_story(story: Story) -> dict[str, Any]:
    """The panels of a story as it is saved."""
    texts = {name: getattr(story, name) for name in TEXTS}
    return of_texts(story, texts, story_form.line_of(story), story.language)


def of_texts(
    story: Story | None, texts: Mapping[str, str], byline: str, language: str
) -> dict[str, Any]:
    """The panels of a text as it is typed. `texts`: kicker, headline, deck, and the body's HTML."""
    plain = {name: texts.get(name, "") for name in TEXTS}
    plain["body"] = markup.plain_text(markup.clean(plain["body"]))
    people = parse_byline(byline) if byline.strip() else []
    space = planned(story)
    length = words.word_count(plain["body"])
    return {
        "length": length,
        "space": space,
        "over": space is not None and length > space,
        "language": language,
        "people": signed(people),
        "findings": findings(story, plain, language, [person.name for person in people]),
    }


def as_html(found: Mapping[str, Any]) -> dict[str, str]:
    """The panels as HTML, to put in the place of those on the screen."""
    return {
        name: render_to_string(f"admin/articles/story/panel_{name}.html", {"panels": found})
        for name in ("length", "people", "proof")
    }


def planned(story: Story | None) -> int | None:
    """The space planned for a story, in characters or words, on the page with the most."""
    if story is None:
        return None
    spaces = story.placements.exclude(planned_length=None).values_list("planned_length", flat=True)
    return max((space for space in spaces if space is not None), default=None)


def signed(people: Sequence[Person]) -> list[Signed]:
    """People with their roles in the desk's words, and whether the paper knows them."""
    known = story_form.named(person.name for person in people) if people else {}
    return [
        Signed(
            person.name,
            str(Role(person.role).label),
            str(Kind(person.kind).label),
            str(known[person.name][0].pk) if person.name in known else "",
            len(known.get(person.name, [])) > 1,
        )
        for person in people
    ]


def findings(
    story: Story | None, plain: Mapping[str, str], language: str, names: Sequence[str]
) -> list[proof.Finding]:
    """What a proofreader would ask about."""
    if sum(map(len, plain.values())) > LONGEST_PROOFED:
        return []
    rows = ListedWord.objects.filter(
        Q(edition=None) | Q(edition=story.edition_id if story else None)
    )
    listed = [proof.ListedWord(row.wrong, row.right, row.kind) for row in rows]
    today = story_form.local_today(story)
    return proof.proofread(plain, language=language, today=today, words=listed, names=names)


def sent_back(story: Story) -> LogEntry | None:
    """Who sent a draft back, when and why; None where it was not, or was submitted since."""
    if story.status != Story.Status.DRAFT:
        return None
    last = (
        LogEntry.objects.filter(
            subject_type="story", subject_id=story.pk, verb__in=("send_back", "submit")
        )
        .select_related("actor")
        .order_by("-at", "-pk")
        .first()
    )
    return last if last is not None and last.verb == "send_back" else None


def places(stories: Iterable[int]) -> dict[int, list[tuple[dt.date, str]]]:
    """Date and page of each placement of these stories, in one query."""
    found: dict[int, list[tuple[dt.date, str]]] = {}
    rows = Placement.objects.filter(story__in=list(stories)).order_by("page__issue__date")
    for story, date, number in rows.values_list("story", "page__issue__date", "page__number"):
        found.setdefault(story, []).append((date, number))
    return found
