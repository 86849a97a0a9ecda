"""From a reading of a printed page to drafts: what a person corrects, and what is made of it.

Intake makes drafts only. Nothing here can submit, schedule or publish. And nothing of the page is
dropped silently: what goes into no draft is kept in the log.
"""

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.intake.reading import PageReading, ReadStory
from articles.models import (
    Byline,
    Contributor,
    Edition,
    Issue,
    LogEntry,
    Note,
    Page,
    Section,
    Story,
    User,
)
from articles.rules import logbook, placing
from articles.rules.refusal import Refused
from articles.text import byline_lines, bylines, markup, reflow, words

# A line of its own in a proposal's text: what follows is another story.
CUT = re.compile(r"^[ \t\u3000]*[-－]{3,}[ \t\u3000]*$", re.MULTILINE)
PARAGRAPH_END = re.compile(r"\n(?:[ \t\u3000]*\n)+")
# After a cut, a first line longer than this is text and no headline.
LONGEST_HEADLINE = 60
VERB = "import_page"
# How long the desk is asked before the same words are drafted again.
RECENT = dt.timedelta(days=7)

DOUBTS: dict[str, str | Promise] = {
    "byline-name-missing": gettext_lazy("The page names nobody where a byline should name someone."),
}


@dataclass(frozen=True)
class Proposal:
    """A proposed story as a person sees and corrects it: every field plain text.

    `text` has its paragraphs apart by blank lines, `captions` one a line. `package` is the number
    of the parent among the proposals, from 0. `lines` are the source lines it came from, from 1.
    `residue` are marks and hyphens of the type that no field holds.
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


@dataclass(frozen=True)
class Loose:
    """Words of the page that no proposal holds: a leftover, or a story that a person dropped."""

    text: str
    lines: tuple[int, ...] = ()
    dropped: bool = False


class Revised(NamedTuple):
    """What a person's corrections come to."""

    proposals: list[Proposal]
    loose: list[Loose]


@dataclass
class Drafted:
    """What an import made."""

    entry: LogEntry
    stories: list[Story] = field(default_factory=list)
    unlinked: list[str] = field(default_factory=list)  # names that no contributor bears


# -- proposals -----------------------------------------------------------------------------------


def propose(reading: PageReading) -> Revised:
    """A reading's stories as proposals, in the order of the page, and what it left over."""
    return Revised(
        [_proposal(story) for story in reading.stories],
        [Loose(left.text, left.lines) for left in reading.leftovers],
    )


def take_up(proposals: Sequence[Proposal], loose: Sequence[Loose], choices: Sequence[str]) -> Revised:
    """Carry out what a person chose for each loose piece, before anything else is revised.

    A choice is `text-N` or `captions-N` (it goes to that story), `story` (it becomes one), or
    empty: it stays where it is.
    """
    kept, stays = list(proposals), []
    for piece, choice in zip(loose, choices, strict=True):
        where, _dash, number = choice.partition("-")
        if where == "story":
            headline, text = _headline_and_text(piece.text)
            kept.append(Proposal(headline=headline, text=text, lines=piece.lines))
        elif where in ("text", "captions"):
            story = kept[int(number)]
            between = "\n\n" if where == "text" else "\n"
            added = between.join(part for part in (getattr(story, where), piece.text) if part)
            lines = tuple(sorted({*story.lines, *piece.lines}))
            kept[int(number)] = replace(story, **{where: added, "lines": lines})
        else:
            stays.append(piece)
    return Revised(kept, stays)


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
            dropped.append(Loose(proposal.words(), proposal.lines, dropped=True))
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
        _without_circles(revised), [piece for piece in dropped if piece.text]
    )


def _proposal(story: ReadStory) -> Proposal:
    agency = byline_lines.agency_in(f"{story.lead} {story.byline_text}")
    return Proposal(
        headline=story.headline,
        kicker=story.kicker,
        deck=story.deck,
        lead=story.lead,
        # A source such as （据新华社电） names nobody and is kept as printed.
        byline=byline_lines.as_line(story.bylines, agency) or _one_line(story.byline_text),
        text="\n\n".join(story.paragraphs),
        captions="\n".join(story.captions),
        package=story.package,
        lines=tuple(sorted(set(story.lines))),
        warnings=story.warnings,
        residue=story.residue,
    )


def _joined(first: Proposal, second: Proposal) -> Proposal:
    """Two proposals as one: what the second adds beside its text comes before it, none is lost."""
    heads = [second.kicker, second.headline, second.deck, second.lead]
    return replace(
        first,
        byline=" ".join(part for part in (first.byline, second.byline) if part),
        text="\n\n".join(part for part in (first.text, *heads, second.text) if part.strip()),
        captions="\n".join(part for part in (first.captions, second.captions) if part),
        lines=tuple(sorted({*first.lines, *second.lines})),
        warnings=tuple(dict.fromkeys(first.warnings + second.warnings)),
        residue=first.residue + second.residue,
    )


def _cut(proposal: Proposal, source_lines: list[str]) -> list[Proposal]:
    text, *others = CUT.split(_plain(proposal.text))
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
    if words.width(first) > LONGEST_HEADLINE or not rest.strip() and reflow.ends_sentence(first):
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


# -- drafts --------------------------------------------------------------------------------------


def page_number(typed: str) -> str:
    """A page number as typed (A06, 第3版), as the paper writes it: A6, 3. Raises ValidationError."""
    number = unicodedata.normalize("NFKC", typed).strip().upper()
    number = number.removeprefix("第").removesuffix("版").strip()
    number = re.sub(r"^([A-Z]?)0+(?=[0-9])", r"\1", number)
    Page._meta.get_field("number").run_validators(number)
    return number


def open_page(edition: Edition, date: dt.date, typed_number: str, by: User) -> Page:
    """The page of that date's issue, made where missing. Raises Refused without the right."""
    try:
        number = page_number(typed_number)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    issue = Issue.objects.filter(edition=edition, date=date).first()
    if issue is None and not by.has_perm("articles.add_issue"):
        raise Refused(
            _("There is no issue of %(date)s yet. Ask an issue editor to open it.") % {"date": date}
        )
    issue = issue or placing.open_issue(edition, date)
    page = Page.objects.filter(issue=issue, number=number).first()
    if page is None and not by.has_perm("articles.add_page"):
        raise Refused(
            _("The issue of %(date)s has no page %(number)s yet. Ask an issue editor to add it.")
            % {"date": date, "number": number}
        )
    return page or Page.objects.create(issue=issue, number=number)


def drafted_before(source: str, edition: Edition) -> LogEntry | None:
    """The last time, of late, that the same words were drafted for the edition."""
    return (
        LogEntry.objects.filter(
            verb=VERB,
            subject_type__in=("page", "edition"),
            at__gte=timezone.now() - RECENT,
            details__source_sha256=_digest(source),
            details__edition=edition.slug,
        )
        .select_related("actor")
        .first()
    )


@transaction.atomic
def draft(
    proposals: Sequence[Proposal],
    *,
    edition: Edition,
    by: User,
    author: User | None = None,
    page: Page | None = None,
    section: Section | None = None,
    language: str = "",
    loose: Iterable[Loose] = (),
    source: str = "",
) -> Drafted:
    """Make a draft of every proposal, on `page` if one is given, all or nothing.

    Names become bylines, linked where exactly one contributor bears the name. Captions wait in a
    note for their photos, as do doubts and what fits into no field. The log of the page (of the
    edition, where no page is given) keeps the loose pieces. Raises Refused without the right.
    """
    _check(by, edition, author, page, section)
    at = timezone.now()
    language = {"zh-Hans": "zh-hans"}.get(language, language) or edition.language
    pieces = list(loose)
    entry_subject: models.Model = page or edition
    stories: list[Story] = []
    unlinked: dict[str, None] = {}
    for proposal in proposals:
        story = Story.objects.create(
            edition=edition,
            section=section,
            language=language,
            author=author or by,
            **_fields(proposal),
        )
        unlinked |= dict.fromkeys(_sign(story, proposal))
        notes = _notes(proposal)
        Note.objects.bulk_create(Note(story=story, author=by, text=text) for text in notes)
        stories.append(story)
    for proposal, story in zip(proposals, stories, strict=True):
        if proposal.package is not None:
            story.package = stories[proposal.package]
            story.save(update_fields=["package"])
        details: dict[str, Any] = {"lines": line_ranges(proposal.lines)}
        if page is not None:
            placing.place(story, page)
            details["page"] = f"{page.issue}, {page}"
        if proposal.residue:
            details["residue"] = list(proposal.residue)
        logbook.write(by, VERB, story, at=at, went_to=story.status, **details)
    entry = logbook.write(
        by,
        VERB,
        entry_subject,
        at=at,
        source_sha256=_digest(source),
        edition=edition.slug,
        stories=[story.pk for story in stories],
        leftovers=[_plain(piece.text) for piece in pieces if not piece.dropped],
        dropped=[_plain(piece.text) for piece in pieces if piece.dropped],
    )
    return Drafted(entry, stories, list(unlinked))


def line_ranges(lines: Iterable[int]) -> list[list[int]]:
    """Line numbers as runs: [[12, 18], [20, 20]]."""
    runs: list[list[int]] = []
    for number in sorted(set(lines)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def _check(
    by: User, edition: Edition, author: User | None, page: Page | None, section: Section | None
) -> None:
    if not by.has_perm("articles.add_story"):
        raise Refused(_("Your role does not draft stories."))
    if page is not None and not by.has_perm("articles.add_placement"):
        raise Refused(_("Your role does not place stories on pages."))
    if author is not None and author != by and not by.has_perm("articles.edit_any_story"):
        raise Refused(_("Your role does not draft stories for others."))
    if page is not None and page.issue.edition_id != edition.pk:
        raise Refused(_("This page belongs to another edition."))
    if section is not None and section.edition_id != edition.pk:
        raise Refused(_("This section belongs to another edition."))


def _fields(proposal: Proposal) -> dict[str, str]:
    """A story's fields, as long as they may be. What is cut off stands in a note."""
    paragraphs = _paragraphs(proposal.text)
    headline = _one_line(proposal.headline) or (paragraphs[0][:40] if paragraphs else "")
    return {
        "kicker": _one_line(proposal.kicker)[:200],
        "headline": headline[:200] or _("Untitled"),
        "deck": _one_line(proposal.deck)[:300],
        "lead_in": _one_line(proposal.lead)[:80],
        "body": markup.paragraphs_to_html(paragraphs),
    }


def _sign(story: Story, proposal: Proposal) -> list[str]:
    """Put the bylines on a story; the names that no contributor, or more than one, bears."""
    unlinked = []
    for position, person in enumerate(people_in(proposal.byline), start=1):
        bearers = list(Contributor.objects.filter(name=person.name)[:2])
        if len(bearers) != 1:
            unlinked.append(person.name)
        Byline.objects.create(
            story=story,
            name=person.name[:80],
            role=person.role,
            kind=person.kind,
            contributor=bearers[0] if len(bearers) == 1 else None,
            position=position,
        )
    return unlinked


def _notes(proposal: Proposal) -> list[str]:
    """What the desk should know of a draft, and what found no field."""
    notes = [
        _("Caption waiting for its photo: %(caption)s") % {"caption": caption.strip()}
        for caption in _plain(proposal.captions).splitlines()
        if caption.strip()
    ]
    limits = [
        (proposal.kicker, 200),
        (proposal.headline, 200),
        (proposal.deck, 300),
        (proposal.lead, 80),
    ]
    notes += [
        _("Too long for its field, here in full: %(words)s") % {"words": text}
        for text, most in ((_one_line(text), most) for text, most in limits)
        if len(text) > most
    ]
    byline = _one_line(proposal.byline)
    if byline and not _read_whole(byline):
        notes.append(_("Byline on the page, not all of it read as names: %(line)s") % {"line": byline})
    if not _one_line(proposal.headline):
        notes.append(_("The page gave no headline: its first words stand there."))
    notes += [str(DOUBTS.get(code, code)) for code in proposal.warnings]
    return notes


def _read_whole(byline: str) -> bool:
    """Whether every name in a desk line became a byline."""
    if not people_in(byline):
        return False
    if not words.cjk_count(byline):
        return all(len(part.strip()) <= bylines.LONGEST for part in byline.split(";"))
    pieces = bylines.tokens(byline[: bylines.LONGEST])
    return len(byline) <= bylines.LONGEST and all(piece.what != "odd" for piece in pieces)


def _paragraphs(text: str) -> list[str]:
    """A text's paragraphs; lines pasted from the original are set as running text again."""
    paragraphs = []
    for block in PARAGRAPH_END.split(_plain(text)):
        lines = [line for line in block.strip().split("\n") if line.strip()]
        if len(lines) > 1:
            paragraphs.append(reflow.join_lines(lines, words.language_of(block))[0])
        elif lines:
            paragraphs.append(lines[0].strip())
    return paragraphs


def _plain(text: str) -> str:
    """Text with one kind of line end, and without what no database takes."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _one_line(text: str) -> str:
    return re.sub(r"[\r\n\t]+", " ", text.replace("\x00", "")).strip()


def _digest(source: str) -> str:
    return hashlib.sha256(_plain(source).strip().encode(errors="replace")).hexdigest()
