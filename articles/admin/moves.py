"""Transitions as buttons: reading a button press from a request and asking the rules."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from articles.models import Story, User
from articles.rules import workflow
from articles.rules.refusal import Refused


@dataclass(frozen=True)
class Press:
    """What a person gave with a button: reasons, and what they had on the screen."""

    reason: str
    notice: str
    override_reason: str
    seen: str
    minor: bool


MOVES: dict[str, Callable[[Story, User, Press], Story]] = {
    "submit": lambda story, by, press: workflow.submit(story, by),
    "recall": lambda story, by, press: workflow.recall(story, by),
    "pass_first": lambda story, by, press: _pass(story, by, press),
    "pass_second": lambda story, by, press: _pass(story, by, press),
    "sign_off": lambda story, by, press: workflow.sign_off(
        story, by, seen=press.seen, override_reason=press.override_reason, minor=press.minor
    ),
    "send_back": lambda story, by, press: workflow.send_back(story, by, press.reason),
    "take_back": lambda story, by, press: workflow.take_back(story, by, reason=press.reason),
    "kill": lambda story, by, press: workflow.kill(story, by, press.reason, notice=press.notice),
    "revive": lambda story, by, press: workflow.revive(story, by, press.reason),
}


@dataclass(frozen=True)
class Button:
    """A step that this person may make, and what it asks first."""

    name: str
    label: str
    asks: str  # "" nothing, "sure" whether one is sure, "reason" why, "override" why the rule is
    weight: str  # "main", "plain" or "grave"


MAIN = ("submit", "pass_first", "pass_second", "sign_off")
ASKED_TWICE = ("sign_off", "take_back")


def buttons(by: User, story: Story) -> list[Button]:
    """The steps open to `by`, the one that leads on first."""
    found = []
    for row in workflow.available(by, story):
        asks = "reason" if row.needs_reason else "sure" if row.name in ASKED_TWICE else ""
        weight = "grave" if row.name == "kill" else "main" if row.name in MAIN else "plain"
        found.append(Button(row.name, str(row.label), asks, weight))
    found += [
        Button(row.name, str(row.label), "override", "grave")
        for row in workflow.overridable(by, story)
    ]
    order = {"main": 0, "plain": 1, "grave": 2}
    return sorted(found, key=lambda button: order[button.weight])


def move(request: HttpRequest, story: Story, name: str, *, seen: bool = True) -> bool:
    """Make the transition that a button named, and tell the person how it went.

    `seen` False: the person has just saved the story, so what they pass is what they saved.
    """
    by = cast(User, request.user)
    if name not in MOVES:
        messages.error(request, _("There is no such step."))
        return False
    # A button means the step it names, and never another that the story has come to since.
    if story.status not in workflow.TRANSITIONS[name].sources:
        messages.error(request, workflow.refusal(by, story, name))
        return False
    try:
        moved = MOVES[name](story, by, _press(request, seen))
    except Refused as refused:
        messages.error(request, str(refused))
        return False
    messages.success(
        request,
        _("“%(story)s” is now: %(status)s.")
        % {"story": moved.headline, "status": moved.get_status_display()},
    )
    return True


def _pass(story: Story, by: User, press: Press) -> Story:
    return workflow.pass_read(story, by, seen=press.seen, override_reason=press.override_reason)


def _press(request: HttpRequest, seen: bool) -> Press:
    def typed(name: str) -> str:
        return request.POST.get(name, "").strip()

    # Each step has its own field for its reason; a plain `_reason` serves as well.
    move_named = typed("_move")
    reason = typed(f"_reason_{move_named}") or typed("_reason")
    override = typed(f"_override_{move_named}") or (reason if typed("_override") else "")
    return Press(
        reason=reason,
        notice=typed("_notice")[:300],
        override_reason=override,
        seen=typed("_seen") if seen else "",
        minor=bool(typed("_minor")),
    )
