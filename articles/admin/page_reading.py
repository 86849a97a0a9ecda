"""From a printed page to drafts, as a screen: paste the text, correct the stories, make drafts.

What is being corrected travels in the form: the words as fields, and the rest (the original, the
source lines, doubts, leftovers) as one signed value, so that nothing is kept on the server and
nothing of it can be forged. Every button is a plain POST.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.admin.page_forms import (
    MOST_STORIES,
    DestinationForm,
    LooseForm,
    SourceForm,
    StoryForm,
)
from articles.intake import drafting, proposals
from articles.intake.proposals import Loose, Proposal
from articles.models import Contributor, Edition, LogEntry, Story, User
from articles.models.people import Kind, Role
from articles.rules import plans
from articles.rules.refusal import Refused

MOST_LOOSE = 250  # a form has a thousand fields at most; see page_forms
NAMES_SHOWN = 12
MOST_BLANK = 5  # lines shown in a row


# -- what travels in the form --------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """A page under correction: the original, its proposals, and what is in none of them."""

    source: str
    language: str
    warnings: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    loose: tuple[Loose, ...]

    def signed(self, user: User) -> str:
        """All of it but the words that stand in fields, for a hidden input."""
        meta = [(story.lines, story.warnings, story.residue) for story in self.proposals]
        value = {
            "source": self.source,
            "language": self.language,
            "warnings": self.warnings,
            "stories": meta,
            "loose": [asdict(piece) for piece in self.loose],
        }
        return signing.dumps(value, salt=_salt(user), compress=True)

    @classmethod
    def unsigned(cls, value: str, user: User) -> "Held":
        """The way back. Raises BadSignature for anything that this account was not sent."""
        read = signing.loads(value, salt=_salt(user))
        return cls(
            source=read["source"],
            language=read["language"],
            warnings=tuple(read["warnings"]),
            proposals=tuple(
                Proposal(lines=tuple(lines), warnings=tuple(warnings), residue=tuple(residue))
                for lines, warnings, residue in read["stories"]
            ),
            loose=tuple(
                Loose(
                    piece["text"], tuple(piece["lines"]), tuple(piece["residue"]), piece["dropped"]
                )
                for piece in read["loose"]
            ),
        )


def _salt(user: User) -> str:
    return f"articles.page_reading.{user.pk}"


def _held(form: SourceForm) -> Held:
    proposed = proposals.propose(form.reading)
    return Held(
        form.source,
        form.reading.language,
        form.reading.warnings,
        tuple(proposed.proposals),
        tuple(_bounded(proposed.loose)),
    )


def _bounded(loose: Sequence[Loose]) -> list[Loose]:
    """No more loose pieces than a form takes: the last one holds the rest."""
    if len(loose) <= MOST_LOOSE:
        return list(loose)
    rest = loose[MOST_LOOSE - 1 :]
    lines = tuple(number for piece in rest for number in piece.lines)
    residue = tuple(text for piece in rest for text in piece.residue)
    together = Loose("\n".join(piece.text for piece in rest), lines, residue)
    return [*loose[: MOST_LOOSE - 1], together]


# -- the screen ----------------------------------------------------------------------------------


def screen(model_admin: "ModelAdmin[Story]") -> Callable[[HttpRequest], HttpResponse]:
    """The view, for the story admin's addresses."""

    def from_page(request: HttpRequest) -> HttpResponse:
        if not model_admin.has_add_permission(request):
            raise PermissionDenied
        return _Screen(model_admin, request).respond()

    return from_page


class _Screen:
    """One request to the screen."""

    def __init__(self, model_admin: "ModelAdmin[Story]", request: HttpRequest) -> None:
        self.model_admin = model_admin
        self.request = request
        self.user = cast(User, request.user)

    def respond(self) -> HttpResponse:
        post = self.request.POST
        if self.request.method != "POST":
            return self.ask(
                SourceForm(user=self.user, initial={"edition": Edition.objects.first()})
            )
        if "state" not in post:
            return self.read()
        try:
            held = Held.unsigned(post["state"], self.user)
        except signing.BadSignature:
            messages.error(
                self.request,
                _("This page's correction can no longer be read, so begin again with its text."),
            )
            return HttpResponseRedirect(reverse("admin:articles_story_from_page"))
        if "_back" in post:
            typed = {name: post.get(name, "") for name in DestinationForm.base_fields}
            return self.ask(SourceForm(user=self.user, initial=typed | {"text": held.source}))
        return self.correct(held)

    def read(self) -> HttpResponse:
        """The first step's button: the text becomes proposals."""
        form = SourceForm(self.request.POST, self.request.FILES, user=self.user)
        if not form.is_valid():
            return self.ask(form)
        destination = DestinationForm(self.request.POST, user=self.user)
        return self.show(_held(form), destination)

    def correct(self, held: Held) -> HttpResponse:
        """The second step's buttons: the corrections are carried out, and drafts made."""
        post = self.request.POST
        titles = [post.get(f"story-{at}-headline", "") for at, _story in enumerate(held.proposals)]
        stories = [
            StoryForm(post, prefix=f"story-{at}", number=at, titles=titles)
            for at, _story in enumerate(held.proposals)
        ]
        loose = _loose_forms(held, titles, post)
        destination = DestinationForm(post, user=self.user)
        valid = [form.is_valid() for form in (*stories, *loose)]
        if not all(valid):
            return self.show(held, destination, stories, loose)
        typed = [form.proposal(meta) for form, meta in zip(stories, held.proposals, strict=True)]
        choices = [form.cleaned_data["choice"] for form in loose]
        taken = proposals.take_up(typed, held.loose, choices)
        revised = proposals.revise(taken.proposals, held.source)
        if len(revised.proposals) > MOST_STORIES:
            error = _("These would be %(count)d stories; the most is %(most)d.") % {
                "count": len(revised.proposals),
                "most": MOST_STORIES,
            }
            return self.show(held, destination, stories, loose, errors=[error])
        corrected = replace(
            held,
            proposals=tuple(revised.proposals),
            loose=tuple(_bounded([*taken.loose, *revised.loose])),
        )
        if "_draft" in post:
            return self.draft(corrected, destination)
        return self.show(corrected, destination)

    def draft(self, held: Held, destination: DestinationForm) -> HttpResponse:
        """Make the drafts, all or none, once."""
        if not held.proposals:
            return self.show(held, destination, errors=[_("Nothing is left to make a draft of.")])
        if not destination.is_valid():
            return self.show(held, destination)
        to = destination.cleaned_data
        try:
            with transaction.atomic():
                # Two presses of one button wait for each other here; the second finds the first.
                edition = Edition.objects.select_for_update().get(pk=to["edition"].pk)
                before = drafting.drafted_before(held.source, edition)
                if before and self.request.POST.get("again") != str(before.pk):
                    return self.show(held, destination, before=before)
                page = None
                if to.get("date"):
                    page = drafting.open_page(edition, to["date"], to["page"], self.user)
                made = drafting.draft(
                    [_seen(story) for story in held.proposals],
                    edition=edition,
                    by=self.user,
                    author=to.get("author"),
                    page=page,
                    section=to["section"],
                    language=held.language,
                    loose=held.loose,
                    source=held.source,
                )
        except Refused as refused:
            return self.show(held, destination, errors=[str(refused)])
        except IntegrityError:
            error = _(
                "Somebody else changed this issue at the same moment. Press the button again."
            )
            return self.show(held, destination, errors=[error])
        if page is not None and self.user.has_perm("articles.change_issue"):
            try:
                plans.was_changed_by_form(page, self.user)
            except Refused as refused:
                messages.error(self.request, str(refused))
        self._tell(made, held)
        numbers = ",".join(str(story.pk) for story in made.stories)
        address = reverse("admin:articles_story_changelist")
        return HttpResponseRedirect(f"{address}?id__in={numbers}")

    # -- what is shown ---------------------------------------------------------------------------

    def ask(self, form: SourceForm) -> HttpResponse:
        """The first step."""
        return self._page("from_page.html", {"form": form, "step": 1})

    def show(
        self,
        held: Held,
        destination: DestinationForm,
        stories: Sequence[StoryForm] | None = None,
        loose: Sequence[LooseForm] | None = None,
        *,
        errors: Sequence[str] = (),
        before: LogEntry | None = None,
    ) -> HttpResponse:
        """The second step: with what was typed, or with what it was revised to."""
        titles = [story.headline for story in held.proposals]
        if stories is None or loose is None:
            stories = [
                StoryForm(prefix=f"story-{at}", number=at, titles=titles, initial=asdict(story))
                for at, story in enumerate(held.proposals)
            ]
            loose = _loose_forms(held, titles)
        count = len(held.proposals)
        edition = _edition(destination)
        reads_as = {"zh-Hans": "zh-hans"}.get(held.language, held.language)
        errors = list(errors)
        if destination.errors:
            errors.append(_("Say first where the drafts go."))
        if any(form.errors for form in (*stories, *loose)):
            errors.append(_("Something below cannot be taken as it is. It is marked there."))
        context = {
            "step": 2,
            "state": held.signed(self.user),
            "destination": destination,
            "edition": edition,
            "other_language": bool(edition and edition.language != reads_as),
            "stories": _beside(stories, held),
            "loose": list(zip(loose, held.loose, strict=True)),
            "rows": _rows(held),
            "page_doubts": proposals.in_words(held.warnings),
            "errors": errors,
            "before": before,
            "before_drafts": ",".join(map(str, before.details["stories"])) if before else "",
            "button": ngettext("Make %(count)d draft", "Make %(count)d drafts", count)
            % {"count": count},
            "count": count,
        }
        return self._page("from_page_stories.html", context)

    def _page(self, template: str, context: dict[str, Any]) -> HttpResponse:
        site = self.model_admin.admin_site
        frame = site.each_context(self.request) | {
            "title": _("From a printed page"),
            "opts": self.model_admin.opts,
            "is_nav_sidebar_enabled": False,  # the original and the stories need the width
        }
        return TemplateResponse(self.request, f"admin/articles/story/{template}", frame | context)

    def _tell(self, made: drafting.Drafted, held: Held) -> None:
        count = len(made.stories)
        messages.success(
            self.request,
            ngettext("%(count)d draft was made.", "%(count)d drafts were made.", count)
            % {"count": count},
        )
        if made.unlinked:
            names = _(", ").join(made.unlinked[:NAMES_SHOWN])
            if len(made.unlinked) > NAMES_SHOWN:
                names += " …"
            messages.warning(
                self.request,
                _("Not linked, because no contributor or several have the name: %(names)s.")
                % {"names": names},
            )
        if held.loose:
            kept = ngettext(
                "%(count)d piece of the page is in no draft.",
                "%(count)d pieces of the page are in no draft.",
                len(held.loose),
            ) % {"count": len(held.loose)}
            messages.info(
                self.request,
                format_html(
                    '{} <a href="{}">{}</a>',
                    kept,
                    reverse("admin:articles_logentry_change", args=[made.entry.pk]),
                    _("They are kept in the log."),
                ),
            )


def _edition(destination: DestinationForm) -> Edition | None:
    """The edition chosen, whatever else may be wrong in the form."""
    destination.is_valid()
    chosen: Edition | None = destination.cleaned_data.get("edition")
    return chosen


def _loose_forms(held: Held, titles: Sequence[str], post: Any = None) -> list[LooseForm]:
    return [
        LooseForm(post, prefix=f"loose-{at}", titles=titles, label=piece.text[:80])
        for at, piece in enumerate(held.loose)
    ]


def _seen(story: Proposal) -> Proposal:
    """A proposal without the doubts that a person has looked at; what is still missing stays."""
    missing = ("byline-name-missing", "headline-missing", "jump-line")
    return replace(story, warnings=tuple(code for code in story.warnings if code in missing))


def _beside(forms: Sequence[StoryForm], held: Held) -> list[dict[str, Any]]:
    """Each story's form with what stands beside it: people, doubts, where it came from."""
    shown = [form.as_typed(meta) for form, meta in zip(forms, held.proposals, strict=True)]
    blank = {number for number, text in enumerate(held.source.splitlines(), 1) if not text.strip()}
    signed = [proposals.people_in(story.byline) for story in shown]
    names = {person.name for people in signed for person in people}
    bearers = list(Contributor.objects.filter(name__in=names).values_list("name", flat=True))
    roles, kinds = dict(Role.choices), dict(Kind.choices)
    return [
        {
            "number": at + 1,
            "form": form,
            "ranges": drafting.line_ranges(story.lines, blank),
            "colour": at % 4,
            "doubts": story.doubts(),
            "set_aside": story.set_aside(),
            "people": [
                {
                    "name": person.name,
                    "role": roles[person.role],
                    "kind": kinds[person.kind],
                    "known": bearers.count(person.name) == 1,
                }
                for person in people
            ],
            "unread": bool(story.byline.strip()) and not people,
        }
        for at, (form, story, people) in enumerate(zip(forms, shown, signed, strict=True))
    ]


def _rows(held: Held) -> list[dict[str, Any]]:
    """The original's lines, each with the story it went to; the first of a run is a link."""
    owner = {
        line: at + 1
        for at, story in reversed(list(enumerate(held.proposals)))
        for line in story.lines
    }
    loose = {line for piece in held.loose for line in piece.lines}
    rows: list[dict[str, Any]] = []
    last = blank = 0
    for number, text in enumerate(held.source.splitlines(), start=1):
        story = owner.get(number, 0)
        blank = 0 if text.strip() else blank + 1
        if blank > MOST_BLANK:
            continue
        rows.append(
            {
                "number": number,
                "text": text.rstrip(),
                "story": story,
                "colour": (story - 1) % 4,
                "begins": bool(story) and story != last,
                "loose": number in loose and not story,
            }
        )
        last = last if blank else story
    return rows
