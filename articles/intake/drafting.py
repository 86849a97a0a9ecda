"""From a printed page's proposals to drafts on the desk, and on a page of an issue.

Intake makes drafts only. Nothing here can submit, schedule or publish. And nothing of the page is
dropped silently: what goes into no draft is kept in the log.
"""

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.intake.proposals import (
    Loose,
    Proposal,
    one_line,
    paragraphs_of,
    people_in,
    plain,
)
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
    Version,
)
from articles.rules import history, logbook, placing
from articles.rules.refusal import Refused
from articles.text import bylines, markup, words

VERB = "import_page"
# How long the desk is asked before the same words are drafted again.
RECENT = dt.timedelta(days=7)


@dataclass
class Drafted:
    """What an import made."""

    entry: LogEntry
    stories: list[Story] = field(default_factory=list)
    unlinked: list[str] = field(default_factory=list)  # names that no contributor bears


def page_number(typed: str) -> str:
    """A page number as typed (A06, 第3版), as the paper writes it: A6, 3. Raises ValidationError."""
    number = unicodedata.normalize("NFKC", typed).strip().upper()
    number = number.removeprefix("第").removesuffix("版").strip()
    number = re.sub(r"^([A-Z]?)0+(?=[0-9])", r"\1", number)
    Page._meta.get_field("number").clean(number, None)
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
        history.keep(story, by, at, cause=Version.Cause.IMPORTED)
    entry = logbook.write(
        by,
        VERB,
        entry_subject,
        at=at,
        source_sha256=_digest(source),
        edition=edition.slug,
        stories=[story.pk for story in stories],
        leftovers=[plain(piece.text) for piece in pieces if not piece.dropped],
        dropped=[plain(piece.text) for piece in pieces if piece.dropped],
        residue=[text for piece in pieces for text in piece.residue],
    )
    return Drafted(entry, stories, list(unlinked))


def line_ranges(lines: Iterable[int], blank: Collection[int] = ()) -> list[list[int]]:
    """Line numbers as runs, [[12, 18], [20, 20]], those across `blank` lines joined."""
    runs: list[list[int]] = []
    for number in sorted(set(lines)):
        if runs and all(between in blank for between in range(runs[-1][1] + 1, number)):
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
    paragraphs = paragraphs_of(proposal.text)
    first_words = [*paragraphs, *plain(proposal.captions).split("\n")][0].strip()[:40]
    headline = one_line(proposal.headline) or first_words
    return {
        "kicker": one_line(proposal.kicker)[:200],
        "headline": headline[:200] or _("Untitled"),
        "deck": one_line(proposal.deck)[:300],
        "lead_in": one_line(proposal.lead)[:80],
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
        for caption in plain(proposal.captions).splitlines()
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
        for text, most in ((one_line(text), most) for text, most in limits)
        if len(text) > most
    ]
    byline = one_line(proposal.byline)
    if byline and not _read_whole(byline):
        notes.append(
            _("Byline on the page, not all of it read as names: %(line)s") % {"line": byline}
        )
    notes += [
        _("Printed with the story: %(words)s") % {"words": one_line(text)}
        for text in proposal.set_aside()
    ]
    return notes + proposal.doubts()


def _read_whole(byline: str) -> bool:
    """Whether every name in a desk line became a byline."""
    if not people_in(byline):
        return False
    if not words.cjk_count(byline):
        return all(len(part.strip()) <= bylines.LONGEST for part in byline.split(";"))
    pieces = bylines.tokens(byline[: bylines.LONGEST])
    return len(byline) <= bylines.LONGEST and all(piece.what != "odd" for piece in pieces)


def _digest(source: str) -> str:
    return hashlib.sha256(plain(source).strip().encode(errors="replace")).hexdigest()
