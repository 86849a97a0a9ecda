"""The time machine: any readers' page as of any instant, in a phone's or a desktop's frame."""

import datetime as dt
from typing import Any, cast
from urllib.parse import urlsplit

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.admin import preview
from articles.admin.instants import typed_instant
from articles.admin.preview import Wish
from articles.models import Edition, PublishedIssue, User
from articles.rules import access
from articles.rules.refusal import Refused

FRAMES = ("desktop", "phone")
TYPED = "%Y-%m-%dT%H:%M:%S"
ISSUES_OFFERED = 14


def urls(site: admin.AdminSite) -> list[Any]:
    """The machine's own screen, and what is looked at with it."""
    wrap = site.admin_view
    return [
        path("time-machine/", wrap(require_safe(_machine(site))), name="time_machine"),
        path("at/<str:stamp>/<str:wish>/<path:address>", wrap(look), name="look"),
        path("at/<str:stamp>/<str:wish>/", wrap(look), {"address": ""}, name="look"),
    ]


def may_look(user: User, wish: Wish, at: dt.datetime) -> bool:
    """Whether somebody may look at this: what is past or scheduled, or at a story they see.

    A reporter who previews a story goes on from it to what readers have, and no further.
    """
    if wish.story is not None and not access.sees(user, wish.story):
        return False
    if wish.issue is not None and not user.has_perm("articles.view_issue"):
        return False
    if user.has_perm("articles.view_publishedstory"):
        return True
    return wish.story is not None and at <= timezone.now()


@require_safe
def look(request: HttpRequest, stamp: str, wish: str, address: str) -> HttpResponse:
    """A readers' page as of an instant. It is in no cache, no index and no sitemap."""
    at, wished = preview.instant_of(stamp), preview.wish_of(wish)
    if not may_look(cast(User, request.user), wished, at):
        raise PermissionDenied
    return preview.shown(request, wished, at, f"/{address}")


def _machine(site: admin.AdminSite) -> Any:
    def machine(request: HttpRequest) -> HttpResponse:
        """The form (when, which address, with what), and the page in a frame."""
        asked, user = request.GET, cast(User, request.user)
        wish = preview.wish_of(asked.get("with") or preview.RECORD)
        address = _address(asked.get("address", "/"))
        edition = wish.edition or preview.edition_of(preview.screen_at(address))
        zone = edition.zone if edition else timezone.get_current_timezone()
        refused, at = "", timezone.now()
        try:
            if typed := asked.get("at", "").strip():
                at = typed_instant(typed, cast(Any, zone))
        except Refused as said:
            refused = str(said)
        if not may_look(user, wish, at):
            raise PermissionDenied
        frame = asked.get("frame", "")
        context = {
            **site.each_context(request),
            "title": _("Time machine"),
            "wish": wish,
            "shows": preview.in_words(wish),
            "wishes": _wishes(wish),
            "address": address,
            "typed": asked.get("at", "") if refused else f"{at.astimezone(zone):{TYPED}}",
            "zone": edition.time_zone if edition else "",
            "refused": refused,
            "frame": frame if frame in FRAMES else FRAMES[0],
            "source": "" if refused else preview.address_at(at, wish, address),
            "issues": _issues(edition),
        }
        response = TemplateResponse(request, "admin/articles/look/machine.html", context)
        response.headers["Cache-Control"] = "no-store, private"
        return response

    return machine


def _address(typed: str) -> str:
    """A readers' address as typed or pasted: its path, whatever server stands before it."""
    try:
        parts = urlsplit(typed.strip())
    except ValueError:
        return "/"
    asked = f"?{parts.query}" if parts.query else ""
    return "/" + parts.path.lstrip("/") + asked


def _wishes(wish: Wish) -> list[tuple[str, str]]:
    """What the form offers to add to the record, as (value, words)."""
    offered = [Wish()]
    if wish.story is not None:
        offered.append(wish)
    if wish.issue is not None:
        offered += [Wish(issue=wish.issue), Wish(issue=wish.issue, unsigned=True)]
    return [(str(one), preview.in_words(one)) for one in offered]


def _issues(edition: Edition | None) -> list[dict[str, Any]]:
    """The edition's last issues, each with the instant at which it was printed."""
    if edition is None:
        return []
    rows = PublishedIssue.objects.filter(edition=edition, act="publish").select_related("edition")
    found: dict[int, dict[str, Any]] = {}
    for row in rows.defer("payload").order_by("-date", "live_from")[: ISSUES_OFFERED * 3]:
        printed = row.live_from.astimezone(edition.zone).isoformat()
        found.setdefault(
            row.issue_id,
            {"date": row.date, "at": printed, "address": row.get_absolute_url()},
        )
    return list(found.values())[:ISSUES_OFFERED]
