"""A printed page's stories as proposals: what a person sees, corrects, cuts, joins and drops.

Nothing is made here; `drafting` makes drafts of what is left.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from articles.intake.reading import PageReading, ReadStory
from articles.text import byline_lines, bylines, reflow, words

# A line of its own in a proposal's text: what follows is another story.
CUT = re.compile(r"^[ \t\u3000]*[-－]{3,}[ \t\u3000]*$", re.MULTILINE)
PARAGRAPH_END = re.compile(r"\n(?:[ \t\u3000]*\n)+")
# After a cut, a first line wider than this is text and no headline.
WIDEST_HEADLINE = 60

# What a reading doubts, in words. The first three are settled by whoever fills in the field.
DOUBTS: dict[str, str | Promise] = {
    "byline-name-missing": gettext_lazy("The byline on the page has lost its name."),
    "headline-missing": gettext_lazy("No headline was found; the first words stand for one."),
    "text-missing": gettext_lazy("Only a headline or captions were found, and no text."),
    "jump-line": gettext_lazy("The story goes on, or began, on another page."),
    "not-read": gettext_lazy("The page could not be taken apart; everything is in one story."),
    "not-a-page": gettext_lazy("This does not look like a newspaper page; it is in one story."),
    "characters-unplaced": gettext_lazy(
        "Some characters found no place in a story. They are among the leftovers."
    ),
}


@dataclass(frozen=True)
class Proposal:
    """A proposed story as a person sees and corrects it: every field plain text.

    `text` has its paragraphs apart by blank lines, `captions` one a line. `package` is the number
    of the parent among the proposals, from 0. `lines` are the source lines it came from, from 1.
    `residue` is what was printed with it and no field holds: marks, hyphens, jump lines.
    """

    headline: str = ""
    kicker: str = ""
    deck: str = ""
    lead: str = ""
    byline: str = ""
    text: str = ""
    captions: str = ""
    package: int | None = None
    lines: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
    residue: tuple[str, ...] = ()
    drop: bool = False
    join: bool = False  # to the story above

    def words(self) -> str:
        """Everything in it, a field a paragraph."""
        head = (self.kicker, self.headline, self.deck, self.lead, self.byline)
        parts = (*head, self.text, self.captions)
        return "\n\n".join(part.strip() for part in parts if part.strip())

    def set_aside(self) -> list[str]:
        """The part of its residue that says something."""
        return [text for text in self.residue if any(map(str.isalnum, text))]

    def doubts(self) -> list[str]:
        """What is doubtful of it, in words, as its fields are now."""
        settled, codes = set(), list(self.warnings)
        if self.headline.strip():
            settled.add("headline-missing")
        elif "headline-missing" not in codes:
            codes.append("headline-missing")
        if people_in(self.byline):
            settled.add("byline-name-missing")
        if self.text.strip():
            settled.add("text-missing")
        return in_words(code for code in codes if code not in settled)


@dataclass(frozen=True)
class Loose:
    """Words of the page that no proposal holds: a leftover, or a story that a person dropped."""

    text: str
    lines: tuple[int, ...] = ()
    residue: tuple[str, ...] = ()  # of a dropped story
    dropped: bool = False


class Revised(NamedTuple):
    """What a person's corrections come to."""

    proposals: list[Proposal]
    loose: list[Loose]


def propose(reading: PageReading) -> Revised:
    """A reading's stories as proposals, in the order of the page, and what it left over."""
    return Revised(
        [_proposal(story) for story in reading.stories],
        [Loose(left.text, left.lines) for left in reading.leftovers],
    )


def take_up(
    proposals: Sequence[Proposal], loose: Sequence[Loose], choices: Sequence[str]
) -> Revised:
    """Carry out what a person chose for each loose piece, before anything else is revised.

    A choice is `text-N` or `captions-N` (it goes to that story), `story` (it becomes one), or
    empty: it stays where it is.
    """
    kept, stays = list(proposals), []
    for piece, choice in zip(loose, choices, strict=True):
        where, _dash, number = choice.partition("-")
        if where == "story":
            headline, text = _headline_and_text(piece.text)
            kept.append(_with_lines(Proposal(headline=headline, text=text), piece))
        elif where == "text":
            story = _with_lines(kept[int(number)], piece)
            kept[int(number)] = replace(story, text=f"{story.text}\n\n{piece.text}".strip())
        elif where == "captions":
            story = _with_lines(kept[int(number)], piece)
            caption = " ".join(paragraphs_of(piece.text))
            kept[int(number)] = replace(story, captions=f"{story.captions}\n{caption}".strip())
        else:
            stays.append(piece)
    return Revised(kept, stays)


def _with_lines(story: Proposal, piece: Loose) -> Proposal:
    return replace(
        story,
        lines=tuple(sorted({*story.lines, *piece.lines})),
        residue=story.residue + piece.residue,
    )


def revise(proposals: Sequence[Proposal], source: str = "") -> Revised:
    """Carry out what a person asked for: drop, join to the story above, cut at `---` lines.

    Dropped stories come back as loose pieces. Packages follow their parents to their new numbers,
    and source lines follow their words.
    """
    dropped: list[Loose] = []
    whole: list[Proposal] = []
    number_of: dict[int, int] = {}  # old number -> number in `whole`
    for old, proposal in enumerate(proposals):
        if proposal.drop:
            dropped.append(Loose(proposal.words(), proposal.lines, proposal.residue, dropped=True))
            continue
        if proposal.join and whole:
            whole[-1] = _joined(whole[-1], proposal)
        else:
            whole.append(replace(proposal, join=False))
        number_of[old] = len(whole) - 1
    source_lines = source.splitlines()
    pieces = [_cut(proposal, source_lines) for proposal in whole]
    first = [sum(len(earlier) for earlier in pieces[:at]) for at in range(len(pieces))]
    revised = []
    for at, parts in enumerate(pieces):
        old_parent = whole[at].package
        parent = None if old_parent is None else number_of.get(old_parent)
        package = None if parent is None or parent == at else first[parent]
        revised += [replace(part, package=package) for part in parts]
    return Revised(
        _without_circles(revised), [piece for piece in dropped if piece.text or piece.residue]
    )


def in_words(doubts: Iterable[str]) -> list[str]:
    """Doubts in the words that a person reads."""
    return [str(DOUBTS.get(code, code)) for code in doubts]


def _proposal(story: ReadStory) -> Proposal:
    agency = byline_lines.agency_in(f"{story.lead} {story.byline_text}")
    unnamed = () if story.bylines or not story.byline_text else (story.byline_text,)
    return Proposal(
        headline=story.headline,
        kicker=story.kicker,
        deck=story.deck,
        lead=story.lead,
        byline=byline_lines.as_line(story.bylines, agency),
        text="\n\n".join(story.paragraphs),
        captions="\n".join(story.captions),
        package=story.package,
        lines=tuple(sorted(set(story.lines))),
        warnings=story.warnings,
        # A source such as （据新华社电） names nobody.
        residue=story.residue + unnamed,
    )


def _joined(first: Proposal, second: Proposal) -> Proposal:
    """Two proposals as one: what the second adds beside its text comes before it, none is lost."""
    heads = [second.kicker, second.headline, second.deck, second.lead]
    return replace(
        first,
        byline=_together(first.byline, second.byline),
        text="\n\n".join(part for part in (first.text, *heads, second.text) if part.strip()),
        captions="\n".join(part for part in (first.captions, second.captions) if part),
        lines=tuple(sorted({*first.lines, *second.lines})),
        warnings=tuple(dict.fromkeys(first.warnings + second.warnings)),
        residue=first.residue + second.residue,
    )


def _together(first: str, second: str) -> str:
    """Two desk lines as one."""
    people = people_in(first) + people_in(second)
    if not (people_in(first) and people_in(second)):
        return " ".join(part for part in (first, second) if part)
    return byline_lines.as_line(people, byline_lines.agency_in(first + second))


def _cut(proposal: Proposal, source_lines: list[str]) -> list[Proposal]:
    text, *others = CUT.split(plain(proposal.text))
    parts = [replace(proposal, text=text.strip())]
    for other in filter(None, map(str.strip, others)):
        headline, rest = _headline_and_text(other)
        parts.append(Proposal(headline=headline, text=rest))
    if len(parts) == 1:
        return parts
    holds = [words.compact(part.words()) for part in parts]
    lines: list[list[int]] = [[] for _part in parts]
    for number in proposal.lines:
        line = source_lines[number - 1] if number <= len(source_lines) else ""
        sought = words.compact(line).rstrip("".join(reflow.SOFT_HYPHENS))
        owner = next((at for at, held in enumerate(holds) if sought and sought in held), 0)
        lines[owner].append(number)
    return [replace(part, lines=tuple(own)) for part, own in zip(parts, lines, strict=True)]


def _headline_and_text(text: str) -> tuple[str, str]:
    first, _newline, rest = text.strip().partition("\n")
    if words.width(first) > WIDEST_HEADLINE or (not rest.strip() and reflow.ends_sentence(first)):
        return "", text.strip()
    return first.strip(), rest.strip()


def _without_circles(proposals: list[Proposal]) -> list[Proposal]:
    """A package is one floor high: a parent that is itself a part is a part no longer."""
    parents = {proposal.package for proposal in proposals}
    return [
        replace(proposal, package=None) if at in parents else proposal
        for at, proposal in enumerate(proposals)
    ]


# -- bylines -------------------------------------------------------------------------------------


def people_in(line: str) -> list[bylines.Person]:
    """The people that a desk line names, each once a role."""
    # English parts stand on their own, and together are often longer than a printed byline.
    parts = [line] if words.cjk_count(line) else line.split(";")
    people = [person for part in parts for person in bylines.parse_byline(part)]
    once = {(person.name[:80], person.role): person for person in people}
    return list(once.values())


# -- plain text ----------------------------------------------------------------------------------


def paragraphs_of(text: str) -> list[str]:
    """A text's paragraphs; lines pasted from the original are set as running text again."""
    paragraphs = []
    for block in PARAGRAPH_END.split(plain(text)):
        lines = [line for line in block.strip().split("\n") if line.strip()]
        if len(lines) > 1:
            paragraphs.append(reflow.join_lines(lines, words.language_of(block))[0])
        elif lines:
            paragraphs.append(lines[0].strip())
    return paragraphs


def plain(text: str) -> str:
    """Text with one kind of line end, and without what no database takes."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def one_line(text: str) -> str:
    """Text for a field of one line. A wide space stays: it parts a headline's clauses."""
    return re.sub(r"[\r\n\t]+", " ", text.replace("\x00", "")).strip()
