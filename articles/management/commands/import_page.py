"""manage.py import_page: the text of one printed page, read into drafts."""

import datetime as dt
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.intake import drafting, proposals
from articles.intake.page_text import PageReading, PageTextError, decode_page, read_page
from articles.models import Edition, Issue, Page, User
from articles.rules import publishing
from articles.rules.refusal import Refused


class Command(BaseCommand):
    help = (
        "Read the text of one printed page into drafts: of an edition, and on a page of its issue "
        "where --date and --page are given. With --json: print the stories and touch no database."
    )
    # Checks may ask the database; --json has to work without one.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the page's text (UTF-8, UTF-16 or GB 18030); - is stdin")
        parser.add_argument("--json", action="store_true", help="print the stories, make nothing")
        parser.add_argument("--edition", help="its short name; needed where there are several")
        parser.add_argument("--date", help="the issue's date, like 2026-11-24; made where missing")
        parser.add_argument("--page", help="the page's number, like 3 or A6; made where missing")
        parser.add_argument("--by", help="who drafts; else the first active publisher")

    def handle(self, *args: Any, **options: Any) -> None:
        source, reading = _read(options["file"])
        if options["json"]:
            self.stdout.write(json.dumps(reading.as_json(), ensure_ascii=False, indent=2))
            return
        date = _date(options["date"])
        if (date is None) != (options["page"] is None):
            raise CommandError(_("Give --date and --page together, or neither."))
        edition, by = _edition(options["edition"]), _account(options["by"])
        before = drafting.drafted_before(source, edition)
        if before:
            self.stderr.write(
                _("Note: these words were drafted before, by %(who)s at %(when)s.")
                % {"who": before.actor, "when": f"{before.at:%Y-%m-%d %H:%M} UTC"}
            )
        proposed = proposals.propose(reading)
        page = None
        try:
            with transaction.atomic():
                if date is not None:
                    page = drafting.open_page(edition, date, options["page"], by)
                made = drafting.draft(
                    proposed.proposals,
                    edition=edition,
                    by=by,
                    page=page,
                    language=reading.language,
                    loose=proposed.loose,
                    source=source,
                )
                if page is not None and page.issue.state == Issue.State.SCHEDULED:
                    publishing.replan(page.issue, by)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self._tell(made, proposed.loose, proposals.in_words(reading.warnings), by, page)

    def _tell(
        self,
        made: drafting.Drafted,
        loose: list[proposals.Loose],
        doubts: list[str],
        by: User,
        page: Page | None,
    ) -> None:
        count = len(made.stories)
        line = ngettext("%(count)d draft by %(who)s", "%(count)d drafts by %(who)s", count) % {
            "count": count,
            "who": by.get_username(),
        }
        self.stdout.write(f"{line}, {page.issue}, {page}:" if page else f"{line}:")
        for story in made.stories:
            address = reverse("admin:articles_story_change", args=[story.pk])
            self.stdout.write(f"  {address}  {story.kicker} {story.headline}".replace("   ", "  "))
        if made.unlinked:
            self.stdout.write(
                _("Not linked, because no contributor or several have the name: %(names)s.")
                % {"names": _(", ").join(made.unlinked)}
            )
        for doubt in doubts:
            self.stdout.write(doubt)
        if loose:
            self.stdout.write(_("In no draft, kept in the log:"))
            for piece in loose:
                self.stdout.write("  " + " ".join(piece.text.split()))


def _read(name: str) -> tuple[str, PageReading]:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except FileNotFoundError:
        _give_up(_("There is no file %(name)s. Check the path."), name=name)
    except IsADirectoryError:
        _give_up(_("%(name)s is a folder. Name the text file of one page."), name=name)
    except OSError as error:
        _give_up(_("%(name)s cannot be read: %(why)s."), name=name, why=error.strerror or error)
    try:
        source = decode_page(data)
        return source, read_page(source)
    except PageTextError as error:
        _give_up("%(name)s: %(why)s", name=name, why=error)


def _date(typed: str | None) -> dt.date | None:
    if typed is None:
        return None
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        _give_up(_("“%(typed)s” is no date. Write it like 2026-11-24."), typed=typed)


def _edition(slug: str | None) -> Edition:
    editions = {edition.slug: edition for edition in Edition.objects.all()}
    if not editions:
        _give_up(_("There is no edition yet. Add one in the admin, or run manage.py demo."))
    if slug is None and len(editions) == 1:
        return next(iter(editions.values()))
    if slug is None:
        _give_up(_("Say which edition, with --edition: %(slugs)s."), slugs=", ".join(editions))
    if slug not in editions:
        _give_up(
            _("There is no edition “%(slug)s”. There are: %(slugs)s."),
            slug=slug,
            slugs=", ".join(editions),
        )
    return editions[slug]


def _account(username: str | None) -> User:
    people = User.objects.filter(is_active=True)
    if username is not None:
        named = people.filter(username=username).first()
        return named or _give_up(
            _("There is no active account “%(name)s”. Name another with --by."), name=username
        )
    publishers = people.filter(groups__name="publisher") | people.filter(is_superuser=True)
    return publishers.order_by("pk").first() or _give_up(
        _("There is no active publisher to draft by. Name an account with --by.")
    )


def _give_up(message: str, **values: Any) -> NoReturn:
    raise CommandError(message % values if values else message)
