"""What the desk waits for: a story saved, an issue signed off, a picture's copies, pages read."""

import time

from articles.bench import prose
from articles.darkroom import measuring
from articles.intake import page_text
from articles.models import Byline, Edition, Section, Story, User
from articles.rules import snapshot, workflow


def measure(an_issue: int) -> dict[str, float]:
    """Milliseconds of each, and stories a second of the reading of a printed page's text."""
    stories = _submitted(an_issue)
    publisher = User.objects.get(username="bench-publisher")
    seen = {story.pk: snapshot.content_digest(story) for story in stories}
    found = {"save (ms)": _save(stories[0])}
    began = time.perf_counter()
    workflow.sign_off_all(seen, publisher)
    found[f"sign-off of {an_issue} stories (ms)"] = _since(began)
    found |= _renditions()
    found["stories read from page text (a second)"] = _reading()
    return found


def _submitted(count: int) -> list[Story]:
    """Drafts that lack nothing, submitted for reading."""
    edition, writer = Edition.objects.get(slug="daily"), User.objects.get(username="bench-writer")
    publisher = User.objects.get(username="bench-publisher")
    section = Section.objects.filter(edition=edition).first()
    texts = prose.texts(edition.language)
    made = []
    for number in range(count):
        text = texts[number % len(texts)]
        story = Story.objects.create(
            edition=edition, section=section, language=edition.language, author=writer,
            headline=f"{text.headline} {number}", body=text.body,
        )  # fmt: skip
        Byline.objects.create(story=story, name="林晚潮")
        made.append(workflow.submit(story, publisher))
    return made


def _save(story: Story) -> float:
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
