"""What a reading of a printed page hands on: proposed stories, leftovers, and doubts as codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from articles.text.bylines import Person
from articles.text.words import Language


@dataclass(frozen=True)
class ReadStory:
    """One proposed story; `lines` are the source lines (from 1) to show beside it."""

    kicker: str = ""
    headline: str = ""
    deck: str = ""
    lead: str = ""
    bylines: tuple[Person, ...] = ()
    paragraphs: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    package: int | None = None
    byline_text: str = ""
    residue: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()

    def texts(self) -> tuple[str, ...]:
        """Everything printed that the story holds, each character once."""
        head = (self.kicker, self.headline, self.deck, self.lead, self.byline_text)
        return (*head, *self.paragraphs, *self.captions, *self.residue)


@dataclass(frozen=True)
class Leftover:
    """Something on the page that belongs to no story: a folio, a credit line, a jump."""

    text: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class PageReading:
    """All of a page: its stories in print order, and what was left over."""

    stories: tuple[ReadStory, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    language: Language = "zh-Hans"
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The reading in the form that `import_page --json` prints."""
        return {
            "language": self.language,
            "stories": [self._story_json(story) for story in self.stories],
            "leftovers": [
                {"text": left.text, "lines": list(left.lines)} for left in self.leftovers
            ],
            "warnings": list(self.warnings),
        }

    def _story_json(self, story: ReadStory) -> dict[str, Any]:
        parent = None if story.package is None else self.stories[story.package].headline
        return {
            "headline": story.headline,
            "kicker": story.kicker,
            "deck": story.deck,
            "lead": story.lead,
            "bylines": [
                {"name": person.name, "role": person.role, "kind": person.kind}
                for person in story.bylines
            ],
            "paragraphs": list(story.paragraphs),
            "captions": list(story.captions),
            "package": parent,
            "byline_text": story.byline_text,
            "residue": list(story.residue),
            "lines": list(story.lines),
            "warnings": list(story.warnings),
        }


def accounted(reading: PageReading) -> str:
    """Every character of the page that the reading holds, without white space.

    As a bag of characters it equals the source: nothing is dropped and nothing invented.
    """
    texts = [text for story in reading.stories for text in story.texts()]
    texts += [leftover.text for leftover in reading.leftovers]
    return "".join("".join(texts).split())
