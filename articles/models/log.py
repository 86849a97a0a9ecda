"""The desk's log: who did what, when, to which thing, from what to what, and why."""

import datetime as dt

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.paper import Issue
from articles.models.people import User
from articles.models.stories import Story

VERBS = {
    "submit": _("submitted for reading"),
    "recall": _("took back to write on"),
    "pass_first": _("passed the first read"),
    "pass_second": _("passed the second read"),
    "sign_off": _("signed off"),
    "send_back": _("sent back"),
    "take_back": _("took back to the desk"),
    "kill": _("killed"),
    "revive": _("brought back"),
    "content_changed": _("changed the words after a read"),
    "restore": _("restored an earlier version"),
    "take_over": _("took over from somebody who had it open"),
    "assign": _("gave an assignment"),
    "finish": _("finished an assignment"),
    "redact": _("redacted"),
    "schedule": _("scheduled"),
    "reschedule": _("moved the hour"),
    "hold": _("held"),
    "take_back_issue": _("took a live issue back"),
    "redate": _("moved to another date"),
    "no_issue": _("marked a day without an issue"),
    "issue_day": _("unmarked a day without an issue"),
    "link": _("made a link for somebody outside"),
    "end_link": _("ended a link for somebody outside"),
    "replan": _("changed the scheduled plan"),
    "retire_photo": _("retired a photo"),
    "replace_photo": _("replaced a photo"),
    "plan_begin": _("began an issue"),
    "change_issue": _("changed the date or the number of an issue"),
    "delete_issue": _("deleted an issue"),
    "plan_copy": _("copied an earlier plan"),
    "plan_place": _("put on the plan"),
    "plan_keep": _("kept a place"),
    "plan_move": _("moved on the plan"),
    "plan_weigh": _("changed on the plan"),
    "plan_take_off": _("took off the plan"),
    "plan_free": _("freed the place of"),
    "plan_replace": _("replaced on the plan"),
    "plan_page_add": _("added a page"),
    "plan_page_change": _("changed a page"),
    "plan_page_remove": _("removed a page"),
    "plan_credits": _("changed the credits of a page"),
    "plan_zones": _("changed the plan of a page"),
    "plan_template": _("kept the plan as a template"),
    "import_page": _("drafted from a printed page"),
}


class LogEntry(models.Model):
    """One act at the desk. Rows are only ever added; triggers refuse the rest.

    The subject is kept as words and a number, not as a foreign key: the log outlives what it
    tells of.
    """

    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        User, verbose_name=_("who"), on_delete=models.PROTECT, related_name="log_entries"
    )
    verb = models.CharField(_("what"), max_length=40)
    subject_type = models.CharField(_("kind of thing"), max_length=20)
    subject_id = models.BigIntegerField(_("which"))
    subject = models.CharField(_("thing"), max_length=200)
    came_from = models.CharField(_("from"), max_length=60, blank=True)
    went_to = models.CharField(_("to"), max_length=60, blank=True)
    reason = models.TextField(_("why"), blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-at"]),
            models.Index(fields=["-at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}: {self.verb} {self.subject}"

    @property
    def verb_shown(self) -> str:
        return str(VERBS.get(self.verb, self.verb))

    @property
    def what(self) -> str:
        """The thing within the subject: the story that was moved on an issue's plan."""
        return str(self.details.get("what", ""))

    @property
    def came_from_shown(self) -> str:
        return _state_shown(self.came_from)

    @property
    def went_to_shown(self) -> str:
        """The new state, and of what was scheduled the hour too."""
        hour = str(self.details.get("hour", ""))
        return " ".join(_state_shown(part) for part in (self.went_to, hour) if part)


def _state_shown(state: str) -> str:
    """A state in the desk's words; an instant in the zone of the screen that shows it."""
    labels = dict(Story.Status.choices) | dict(Issue.State.choices)
    if state in labels:
        return str(labels[state])
    try:
        instant = dt.datetime.fromisoformat(state)
    except ValueError:
        return state
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}"
