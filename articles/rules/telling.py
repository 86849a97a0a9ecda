"""Telling people what concerns them: on their day at the desk, and by mail where they wish it."""

import datetime as dt
import logging
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from articles.models import Note, Notice, Story, User
from articles.rules import access

logger = logging.getLogger("newsroom.desk")


def tell(
    people: Iterable[User],
    kind: str,
    by: User,
    *,
    at: dt.datetime,
    story: Story | None = None,
    note: Note | None = None,
    text: str = "",
) -> list[Notice]:
    """Tell people, each once, and never the one who did it.

    Those who wish it get a mail once the transaction is done. A mail that cannot be sent is logged
    and goes with the next digest; it never undoes what it tells of.
    """
    told = {person.pk: person for person in people if person.pk != by.pk and person.is_active}
    made = [
        Notice.objects.create(
            person=person, kind=kind, by=by, story=story, note=note, text=text[:300], at=at
        )
        for person in told.values()
    ]
    at_once = [notice for notice in made if notice.person.mail == User.Mail.AT_ONCE]
    if at_once:
        transaction.on_commit(lambda: _mail_each(at_once))
    return made


def still_theirs(notices: "QuerySet[Notice]", person: User) -> "QuerySet[Notice]":
    """Without those about stories that `person` does not see any more."""
    return notices.filter(Q(story=None) | Q(story__in=access.visible_stories(person).values("pk")))


def send_digests(at: dt.datetime | None = None) -> int:
    """Mail everybody who wishes it what they were told since their last mail; how many mails."""
    at = at or timezone.now()
    waiting = Notice.objects.filter(mailed_at=None, seen_at=None).exclude(
        person__mail=User.Mail.OFF
    )
    by_person: dict[int, list[Notice]] = {}
    for notice in waiting.select_related("person", "by", "story").order_by("at", "pk"):
        by_person.setdefault(notice.person_id, []).append(notice)
    return sum(_mail_what_is_theirs(notices, at) for notices in by_person.values())


def _mail_what_is_theirs(notices: list[Notice], at: dt.datetime) -> bool:
    person = notices[0].person
    given = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    theirs = set(still_theirs(given, person).values_list("pk", flat=True))
    left = [notice for notice in notices if notice.pk in theirs]
    return bool(left) and _mail(left, at)


def _mail_each(notices: list[Notice]) -> None:
    for notice in notices:
        _mail([notice], timezone.now())


def _mail(notices: Sequence[Notice], at: dt.datetime) -> bool:
    """One mail to one person. The words of a story are not in it: mail is not the desk."""
    person = notices[0].person
    if not person.email:
        return False
    with translation.override(person.language or settings.LANGUAGE_CODE):
        lines = [_line(notice) for notice in notices]
        if len(notices) == 1:
            subject = lines[0]
        else:
            subject = _("Newsroom: %(number)d things concern you") % {"number": len(notices)}
        body = "\n".join([*lines, "", _("More is on your day at the desk.")])
    try:
        send_mail(" ".join(subject.split())[:150], body, None, [person.email])
    except OSError:  # what smtplib and sockets raise
        logger.warning("mail not sent", extra={"person": person.get_username()})
        return False
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=at)
    return True


def _line(notice: Notice) -> str:
    what = f"{notice.by} {notice.get_kind_display()}"
    about = notice.story.headline if notice.story else notice.text
    return f"{what}: {about}" if about else what
