"""The small forms of the flatplan: where to move something, a page's name, a late story's reason.

With scripts they open in a dialog, without them above the pages; they are the same forms.
"""

from typing import Any, cast

from django.http import Http404, HttpRequest
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from articles.models import Issue, Page, Placement, Story, User
from articles.rules import access, plans, snapshot, workflow

NOTHING: dict[str, Any] = {}


def context(request: HttpRequest, issue: Issue, pages: list[Page]) -> dict[str, Any]:
    """What the form named by `?panel=` needs. Raises Http404 for what is not there."""
    kind = request.GET.get("panel", "")
    build = PANELS.get(kind)
    if build is None:
        return NOTHING
    return {"panel": kind, "weights": Placement.Weight.choices, **build(request, issue, pages)}


def _number(request: HttpRequest, name: str) -> int:
    typed = request.GET.get(name, "")
    if not typed.isdecimal() or len(typed) > 18:
        raise Http404
    return int(typed)


def _found(pages: list[Page], number: int) -> Placement:
    for page in pages:
        for placement in page.placements.all():
            if placement.pk == number:
                return placement
    raise Http404


def _page(request: HttpRequest, pages: list[Page]) -> Page:
    number = _number(request, "page")
    for page in pages:
        if page.pk == number:
            return page
    raise Http404


def _story(request: HttpRequest) -> Story:
    seen = access.visible_stories(cast(User, request.user)).select_related("section", "edition")
    story = seen.filter(pk=_number(request, "story")).first()
    if story is None:
        raise Http404
    return story


def places(
    pages: list[Page], *, moving: Placement | None = None, story: bool = False, late: bool = False
) -> list[dict[str, Any]]:
    """Where something may go, page by page: (value of `where`, words, whether it is there now).

    `story`: a story from the tray, which may fill a kept place; `late`: it may replace another.
    """
    groups = []
    for page in pages:
        standing = sorted(page.placements.all(), key=lambda one: (one.position, one.pk))
        options = [(f"{page.pk}:{plans.FIRST}", _("at the top"), False)]
        before: Placement | None = None
        for one in standing:
            if moving is not None and one.pk == moving.pk:
                value = f"{page.pk}:{before.pk if before else plans.FIRST}"
                options = [(v, words, v == value) for v, words, _there in options]
                continue
            options.append(
                (f"{page.pk}:{one.pk}", _("after “%(what)s”") % {"what": plans.named(one)}, False)
            )
            before = one
        if moving is None:
            for one in standing:
                named = {"what": plans.named(one)}
                if story and one.story_id is None:
                    options.append(
                        (
                            f"{page.pk}:into:{one.pk}",
                            _("into the place kept: %(what)s") % named,
                            False,
                        )
                    )
                if late and one.story_id is not None:
                    options.append(
                        (f"{page.pk}:instead:{one.pk}", _("instead of “%(what)s”") % named, False)
                    )
        groups.append({"page": page, "options": options})
    return groups


def _moving(request: HttpRequest, issue: Issue, pages: list[Page]) -> dict[str, Any]:
    placement = _found(pages, _number(request, "placement"))
    return {
        "placement": placement,
        "named": plans.named(placement),
        "places": places(pages, moving=placement),
    }


def _placing(request: HttpRequest, issue: Issue, pages: list[Page]) -> dict[str, Any]:
    story = _story(request)
    return {"story": story, "named": story.headline, "places": places(pages, story=True)}


def _late(request: HttpRequest, issue: Issue, pages: list[Page]) -> dict[str, Any]:
    """A late story is read here, by whoever signs it off."""
    user, story = cast(User, request.user), _story(request)
    frozen = snapshot.freeze(story)
    why_not = ""
    if story.status != Story.Status.SIGNED_OFF:
        why_not = workflow.held_back([frozen], user).get(story.pk, "")
    instead = request.GET.get("instead", "")
    groups = places(pages, story=True, late=True)
    for group in groups:
        group["options"] = [
            (value, words, value.endswith(f":instead:{instead}"))
            for value, words, _there in group["options"]
        ]
    return {
        "story": story,
        "named": story.headline,
        "frozen": frozen,
        "why_not": why_not,
        "signs": story.status == Story.Status.FINAL_READ,
        "places": groups,
    }


def _replacing(request: HttpRequest, issue: Issue, pages: list[Page]) -> dict[str, Any]:
    placement = _found(pages, _number(request, "placement"))
    return {"placement": placement, "named": plans.named(placement)}


def _killing(request: HttpRequest, issue: Issue, pages: list[Page]) -> dict[str, Any]:
    placement = _found(pages, _number(request, "placement"))
    if placement.story is None:
        raise Http404
    return {"placement": placement, "story": placement.story, "named": plans.named(placement)}


def _of_page(request: HttpRequest, issue: Issue, pages: list[Page]) -> dict[str, Any]:
    page = _page(request, pages)
    return {"page": page, "named": str(page), "on_it": len(page.placements.all())}


def _credits(request: HttpRequest, issue: Issue, pages: list[Page]) -> dict[str, Any]:
    page = _page(request, pages)
    names = Page.objects.filter(issue__edition=issue.edition_id).order_by("-issue__date")
    used = names.values_list("editor", "designer", "proofreader")[:200]
    known = dict.fromkeys(name for row in used for name in row if name)
    return {"page": page, "named": str(page), "known_names": list(known)[:40]}


def _keeping(request: HttpRequest, issue: Issue, pages: list[Page]) -> dict[str, Any]:
    page = _page(request, pages)
    only = [group for group in places(pages) if group["page"].pk == page.pk]
    value, words, _there = only[0]["options"][-1]
    only[0]["options"][-1] = (value, words, True)
    return {"page": page, "named": str(page), "places": only}


def _starting(request: HttpRequest, issue: Issue, pages: list[Page]) -> dict[str, Any]:
    return {
        "named": str(issue),
        "earlier": plans.earlier_plans(issue.edition, issue.date),
        "next_number": plans.next_page_number(issue),
        "weekdays": [(str(day + 1), WEEKDAYS_ABBR[day]) for day in range(7)],
    }


PANELS = {
    "move": _moving,
    "place": _placing,
    "late": _late,
    "replace": _replacing,
    "kill": _killing,
    "page": _of_page,
    "credits": _credits,
    "keep": _keeping,
    "pages": _starting,
}
