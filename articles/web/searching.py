"""The search screen: what is asked, filtered, sorted, and what to do where nothing is found."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from articles.models import Edition, PublishedStory, Section
from articles.text import grams, markup
from articles.text.grams import Phrase
from articles.web import clock, finding, lists, setting, snippets
from articles.web.chrome import Masthead, asked_edition, render, speaking
from articles.web.finding import Narrowed, Sought
from articles.web.reading import Reading
from articles.web.statements import Statement

LONGEST_QUERY = 100
PAGE = 20
# The best come by number of page; who wants more than these sorts by time, which has no end.
LAST_PAGE = 25
# Stories looked through for something near, where nothing was found.
NEAR = 60
SUGGESTED = 6


@dataclass
class Asked:
    """What a reader asks for, as typed, and what is understood of it."""

    text: str
    phrases: list[Phrase]
    sort: str
    by: str = ""
    since: str = ""
    until: str = ""
    edition: Edition | None = None
    section: Section | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    errors: list[str] = field(default_factory=list)

    @property
    def is_filtered(self) -> bool:
        return bool(self.by or self.edition or self.section or self.first_day or self.last_day)

    @property
    def query(self) -> dict[str, str]:
        """What was asked, as parameters, without the page."""
        given = {
            "q": self.text,
            "paper": self.edition.slug if self.edition else "",
            "section": self.section.slug if self.section else "",
            "by": self.by,
            "from": self.since,
            "to": self.until,
            "sort": "newest" if self.sort == "newest" and self.phrases else "",
        }
        return {name: value for name, value in given.items() if value}


@dataclass
class Found:
    """A page of what was found, and the parameters of the next one, empty at the end."""

    stories: list[Reading]
    next: str = ""


@dataclass
class Suggestion:
    """Something near to what was asked: a tag, a contributor or a section with a page."""

    kind: str
    slug: str
    name: str


# Short words that other screens use for other things.
LABELS = {
    "by": pgettext_lazy("filter of a search", "By"),
    "since": pgettext_lazy("first day", "From"),
    "until": pgettext_lazy("last day", "To"),
}


@require_safe
def screen(request: HttpRequest) -> HttpResponse:
    """Stories that hold every word asked for; words in quotes are looked for as one."""
    masthead, at = Masthead(), clock.now()
    chrome = asked_edition(request, masthead)
    with speaking(request, chrome.edition):
        asked = _understand(request, masthead)
    context: dict[str, Any] = {
        "asked": asked,
        "all_sections": masthead.sections,
        "all_editions": chrome.editions,
        "labels": LABELS,
    }
    if asked.phrases or asked.is_filtered:
        narrowed = _narrowed(asked, asked.edition or chrome.edition)
        sought = Sought(at, narrowed, asked.by, asked.phrases)
        found = context["found"] = _found(request, asked, sought)
        if not found.stories and asked.phrases:
            context["near"] = _near(sought, masthead.sections)
    elif asked.text:
        context["found"] = Found([])  # signs only: they stand in no story's words
    return render(request, "web/search.html", chrome, at, context)


def _understand(request: HttpRequest, masthead: Masthead) -> Asked:
    given = {
        name: value.replace("\0", "")[:LONGEST_QUERY].strip()
        for name, value in request.GET.dict().items()
    }
    text = given.get("q", "")
    phrases = grams.asked(text)
    newest = given.get("sort") == "newest" or not phrases
    asked = Asked(text, phrases, "newest" if newest else "best")
    asked.by, asked.since, asked.until = (given.get(name, "") for name in ("by", "from", "to"))
    editions = {edition.slug: edition for edition in masthead.editions.values()}
    asked.edition = editions.get(given.get("paper", ""))
    sections = {section.slug: section for section in masthead.sections}
    asked.section = sections.get(given.get("section", ""))
    asked.first_day = _day(asked.since, asked.errors)
    asked.last_day = _day(asked.until, asked.errors)
    if asked.first_day and asked.last_day and asked.first_day > asked.last_day:
        asked.errors.append(_("The first day comes after the last. Change one of them."))
    return asked


def _day(written: str, errors: list[str]) -> dt.date | None:
    """A day written as 2026-11-25. What is none is told of, and filters nothing."""
    if not written:
        return None
    try:
        day = dt.date.fromisoformat(written)
        if not 1600 <= day.year <= 9998:
            raise ValueError
    except ValueError:
        errors.append(
            _("“%(written)s” is no date. Write it as year-month-day, such as 2026-11-25.")
            % {"written": written}
        )
        return None
    return day


def _found(request: HttpRequest, asked: Asked, sought: Sought) -> Found:
    if asked.sort == "newest":
        page = 1
        ended = lists.ended(request.GET.get("before", ""))
        ends = finding.newest(sought, PAGE + 1, ended)
    else:
        page = _page(request.GET.get("page", ""))
        ends = finding.best(sought, page * PAGE + 1)[(page - 1) * PAGE :]
    # The long columns are read for one page only.
    numbers = [pk for pk, _published in ends[:PAGE]]
    by_number = {row.pk: row for row in _with_texts.rows(numbers)} if numbers else {}
    stories = [_marked(by_number[pk], asked.phrases) for pk in numbers if pk in by_number]
    following = ""
    if len(ends) > PAGE:
        if asked.sort == "newest":
            last, published_at = ends[PAGE - 1]
            following = urlencode(asked.query | {"before": lists.cursor(published_at, last)})
        elif page < LAST_PAGE:
            following = urlencode(asked.query | {"page": str(page + 1)})
        else:
            following = urlencode(asked.query | {"sort": "newest"})
    return Found(stories, following)


_with_texts = Statement(
    PublishedStory,
    lambda numbers: PublishedStory.objects.filter(pk__in=numbers).order_by().defer("search_text"),
)


def _narrowed(asked: Asked, zone_of: Edition) -> Narrowed:
    narrowed: Narrowed = {}
    if asked.edition:
        narrowed["edition_id"] = asked.edition.pk
    if asked.section:
        narrowed["section_id"] = asked.section.pk
    if asked.first_day:
        narrowed["published_at__gte"] = _midnight(asked.first_day, zone_of)
    if asked.last_day:
        narrowed["published_at__lt"] = _midnight(asked.last_day + dt.timedelta(1), zone_of)
    return narrowed


def _midnight(day: dt.date, edition: Edition) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=edition.zone).astimezone(dt.UTC)


def _page(written: str) -> int:
    return min(max(int(written), 1), LAST_PAGE) if written.isdecimal() and len(written) < 4 else 1


def _marked(row: PublishedStory, phrases: list[Phrase]) -> Reading:
    story = Reading(row)
    texts = [*markup.plain_text(row.body).splitlines(), story.deck]
    texts += [picture.caption for picture in story.pictures]
    story.marked_headline = setting.clauses_shown(
        story.headline, lambda part: snippets.marked(part, phrases)
    )
    story.snippet = snippets.snippet(texts, phrases) or story.summary
    return story


def _near(sought: Sought, sections: list[Section]) -> list[Suggestion]:
    """Tags, contributors and sections that share characters with what was asked.

    They are taken from live stories only: what no reader can see yet is not suggested.
    """
    letters = {
        letter for phrase in sought.phrases for run in grams.runs(phrase.text) for letter in run
    }
    weights: defaultdict[tuple[str, str, str], float] = defaultdict(float)

    def weigh(kind: str, slug: str | None, name: str, least: float = 0.0) -> None:
        own = set(grams.folded(name))
        shared = len(own & letters) / max(len(own), 1)
        if slug and max(shared, least):
            weights[kind, slug, name] += max(shared, least) * 10 + 1

    for section in sections:
        weigh("section", section.slug, section.name)
    for row in finding.near(sought, NEAR):
        for tag in row.payload.get("tags", []):
            weigh("tag", tag.get("slug"), tag.get("name", ""), least=0.05)
        for byline in row.payload.get("bylines", []):
            weigh("contributor", byline.get("contributor"), byline.get("name", ""))
    nearest = sorted(weights, key=lambda what: weights[what], reverse=True)
    return [Suggestion(*what) for what in nearest[:SUGGESTED]]
