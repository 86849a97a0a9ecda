"""What the desk waits for: a story saved, an issue signed off, a picture's copies, pages read."""

import datetime as dt
import statistics
import time

from articles.bench import full_issue, prose
from articles.darkroom import measuring
from articles.intake import page_text
from articles.models import Edition, Issue, Story, User
from articles.rules import placing, workflow

PAGES = 40
TURNS = 3


def measure(an_issue: int) -> dict[str, float]:
    """Milliseconds of each, and stories a second of the reading of a printed page's text."""
    return {
        "save (ms)": _save(),
        f"an issue of {an_issue} stories on {PAGES} pages signed off and scheduled (ms)": sign_off(
            an_issue
        ),
        **_renditions(),
        "stories read from page text (a second)": _reading(),
    }


def sign_off(stories: int) -> float:
    """A whole issue signed off and scheduled in one transaction, as from the checklist."""
    writer = User.objects.get(username="bench-writer")
    publisher = User.objects.get(username="bench-publisher")
    took = []
    for turn in range(TURNS):
        issue = _coming(turn)
        full_issue.lay_out(issue, writer, [publisher], pages=PAGES, stories=stories)
        took.append(full_issue.sign_off(issue, publisher) * 1e3)
    return round(statistics.median(took), 1)


def _coming(turn: int) -> Issue:
    """An issue of the coming week, not planned yet."""
    edition = Edition.objects.get(slug="daily")
    date = dt.datetime.now(edition.zone).date() + dt.timedelta(days=2 + turn)
    return Issue.objects.create(edition=edition, date=date, number=placing.next_number(edition))


def _save() -> float:
    story = Story.objects.select_related("author").latest("pk")
    began = time.perf_counter()
    for _ in range(10):
        story.save()
        workflow.settle(story, story.author)
    return round(_since(began) / 10, 1)


def _renditions() -> dict[str, float]:
    """Four widths in three formats of one photo, beside Pillow's plain way of making the same."""
    found = measuring.measure()
    return {
        "copies of a photo of 24 megapixels (ms)": round(found.seconds * 1e3, 1),
        "memory at most for them (MB)": round(found.peak / 1024**2, 1),
        "the same by plain Pillow (ms)": round(found.plain_seconds * 1e3, 1),
        "memory at most by plain Pillow (MB)": round(found.plain_peak / 1024**2, 1),
        "times as long by plain Pillow": round(found.ratio, 2),
    }


def _reading() -> float:
    """How fast a page's text becomes proposals: twelve stories on a page."""
    texts = prose.texts("zh-hans")[:12]
    lines: list[str] = []
    for text in texts:
        lines += [text.headline, *_paragraphs(text.body), ""]
    page, began, count = "\n".join(lines), time.perf_counter(), 0
    while time.perf_counter() - began < 1:
        page_text.read_page(page)
        count += len(texts)
    return round(count / (time.perf_counter() - began), 1)


def _paragraphs(body: str) -> list[str]:
    return [part.removesuffix("</p>") for part in body.split("<p>") if part]


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1e3, 1)
