"""Which readers' pages go cold by a change: told in its transaction, done after its commit.

`tell_stories` and `tell_issues` are called by `publishing` whenever it has written the record;
`tell_paper` after an edition, a section or a contributor was saved, by whatever door.
"""

import contextlib
import datetime as dt
import logging
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import partial
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import F
from django.db.models.signals import post_delete, post_save, pre_delete
from django.utils import timezone

from articles.freshness import keys, patience, purging, replica, stores
from articles.freshness.remote import AwayError
from articles.models import (
    Change,
    Contributor,
    Edition,
    Photo,
    PublishedByline,
    PublishedIssue,
    PublishedPicture,
    PublishedSheet,
    PublishedStory,
    PublishedTag,
    Section,
    Syndication,
)

logger = logging.getLogger("newsroom.freshness")
# A change's row is kept for a day: longer than any page.
KEPT_FOR = dt.timedelta(days=1)
# Each process looks this often, in seconds, whether it missed a change, and this far back.
LOOKS_EVERY = 1.0
LOOKS_BACK = dt.timedelta(minutes=15)


def keys_of_stories(stories: Iterable[int]) -> dict[int, set[str]]:
    """What shows these stories, or lists them, by any of their rows that have come or are to come."""
    found: dict[int, set[str]] = {
        pk: {keys.RECORD, keys.story(pk), keys.package(pk)} for pk in stories
    }
    of_row: dict[int, int] = {}
    rows = PublishedStory.objects.filter(story__in=found).order_by()
    for row, story, edition, section, package, change in rows.values_list(
        "pk", "story_id", "edition_id", "section_id", "package", "change"
    ):
        of_row[row] = story
        found[story].add(keys.edition(edition))
        if change == PublishedStory.Change.CORRECTION:
            found[story].add(keys.corrections(edition))
        if section is not None:
            found[story].add(keys.section(section))
        if package is not None:
            found[story].add(keys.package(package))
    sides: list[tuple[Any, str, Any]] = [
        (PublishedTag, "slug", keys.tag),
        (PublishedByline, "contributor_id", keys.person),
        (PublishedPicture, "name", keys.picture),
    ]
    for side, column, key in sides:
        listed = side.objects.filter(row__story__in=found).order_by()
        for row, value in listed.values_list("row_id", column):
            # One that was added since the rows were read is told by the change that added it.
            if row in of_row:
                found[of_row[row]].add(key(value))
    # A printed page is shown while all that stands on it is live.
    printed = PublishedSheet.objects.filter(
        row__slots__story_id__in=found, page_number=F("row__slots__page_number")
    )
    for story, name in printed.order_by().values_list("row__slots__story_id", "name"):
        found[story].add(keys.sheet(name))
    return found


def keys_of_issues(issues: Iterable[int]) -> dict[int, set[str]]:
    """What shows these issues, and the stories whose place in print they say, by any row."""
    found: dict[int, set[str]] = defaultdict(lambda: {keys.RECORD})
    rows = PublishedIssue.objects.filter(issue__in=list(issues)).order_by()
    for issue, edition, date, payload in rows.values_list(
        "issue_id", "edition_id", "date", "payload"
    ):
        found[issue] |= {keys.issue(edition, date), keys.issues(edition), keys.edition(edition)}
        for page in payload.get("pages", []):
            found[issue].update(keys.place(slot["story"]) for slot in page.get("slots", []))
    printed = PublishedSheet.objects.filter(row__issue__in=list(found)).order_by()
    for issue, name in printed.values_list("row__issue_id", "name"):
        found[issue].add(keys.sheet(name))
    return dict(found)


def tell_stories(stories: Iterable[int]) -> None:
    """These stories' rows were added, taken out or moved. Called in the transaction that did."""
    _tell(set().union(*keys_of_stories(stories).values()))


def tell_issues(issues: Iterable[int]) -> None:
    """These issues' rows were added, taken out or moved. Called in the transaction that did."""
    _tell(set().union(*keys_of_issues(issues).values()))


def tell_paper(sender: type, instance: Any, **kwargs: Any) -> None:
    """An edition, a section, a contributor or what crawlers are told was saved or deleted."""
    if kwargs.get("raw"):
        return
    if isinstance(instance, Contributor):
        # A portrait's copies are named by its words too, and say who took it.
        taken = Contributor.objects.filter(portrait__photographer=instance.pk).order_by()
        people = {instance.pk, *taken.values_list("pk", flat=True)}
        _tell({keys.RECORD, *map(keys.person, people)})
    else:
        _tell({keys.RECORD, keys.CHROME})


def tell_photo(sender: type, instance: Photo, **kwargs: Any) -> None:
    """A photo was saved, retired, or is about to be deleted: who has it as a portrait shows it."""
    if kwargs.get("raw") or kwargs.get("created"):
        return
    of = Contributor.objects.filter(portrait=instance.pk).order_by()
    if people := set(of.values_list("pk", flat=True)):
        _tell({keys.RECORD, *map(keys.person, people)})


def connect() -> None:
    """From now on saves of the paper's own rows are told, and stores know whom to ask."""
    for model in (Edition, Section, Contributor, Syndication):
        for name, signal in (("saved", post_save), ("deleted", post_delete)):
            signal.connect(tell_paper, sender=model, dispatch_uid=f"cold.{model.__name__}.{name}")
    post_save.connect(tell_photo, sender=Photo, dispatch_uid="cold.photo.saved")
    # Before: afterwards nobody knows whose it was.
    pre_delete.connect(tell_photo, sender=Photo, dispatch_uid="cold.photo.deleted")
    stores.reconcile_by(reconcile)


def _tell(changed: set[str]) -> None:
    if not changed:
        return
    now = timezone.now()
    change = Change.objects.create(at=now, keys=sorted(changed))
    Change.objects.filter(at__lt=now - KEPT_FOR).delete()
    transaction.on_commit(partial(_announce, change.pk, changed), robust=True)


def _announce(change: int, changed: set[str]) -> None:
    """Say it to this machine, or to the shared store, and to the CDN."""
    numbers = keys.numbers(changed)
    _write(change, numbers)
    purging.send(numbers)


def _write(change: int, numbers: Iterable[int]) -> None:
    store = stores.current()
    if store is None:
        return
    try:
        store.write(change, numbers, replica.position())
    except AwayError as error:
        # It is told the row when it comes back (`reconcile`), before anybody believes it.
        logger.warning("the page store was not told of a change", extra={"error": str(error)})


def reconcile(store: stores.Store, back: dt.timedelta = KEPT_FOR) -> int:
    """Write every change of the last while into a store that it does not know. Returns how many.

    Raises AwayError where the store, or the database, does not answer.
    """
    try:
        recent = Change.objects.filter(at__gt=timezone.now() - back)
        missed = store.unknown(recent.values_list("pk", flat=True))
        if not missed:
            return 0
        position = replica.position()
        for change in recent.filter(pk__in=missed):
            store.write(change.pk, keys.numbers(change.keys), position)
            purging.send(keys.numbers(change.keys))
    except (DatabaseError, InterfaceError) as error:
        raise AwayError(str(error)) from error
    return len(missed)


def changed_since(at: dt.datetime, seen: Collection[int] = ()) -> set[int] | None:
    """The numbers of all keys that changed after `at`; None where that is too long ago to know.

    A change is dated before it is committed: those of the while before `at` count too, but for
    those that were `seen` at it (`recent`).
    """
    if at < timezone.now() - KEPT_FOR + LOOKS_BACK:
        return None
    told = Change.objects.filter(at__gt=at - LOOKS_BACK).values_list("pk", "keys")
    return {number for pk, changed in told if pk not in seen for number in keys.numbers(changed)}


def recent() -> set[int]:
    """The changes of the last while. One may come to it that is dated before others: it was
    committed after them."""
    since = timezone.now() - LOOKS_BACK
    return set(Change.objects.filter(at__gt=since).values_list("pk", flat=True))


def catch_up() -> None:
    """See to it that what is kept here knows every change committed by now, announced or not."""
    store = stores.current()
    if store is not None:
        with contextlib.suppress(AwayError):  # then nothing that is kept is believed
            reconcile(store, LOOKS_BACK)


class Watch:
    """A thread that looks every second whether this process missed a change."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="freshness", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(10)

    def look(self) -> None:
        """Look once. What fails is tried again a second later."""
        store = stores.current()
        if store is None:
            return
        if not store.is_sound():
            stores.forget()
            return
        reconcile(store, LOOKS_BACK)

    def _run(self) -> None:
        was_away = False
        while not self._stop.wait(LOOKS_EVERY):
            try:
                with patience.within(patience.PAGE):
                    self.look()
                was_away = False
            except AwayError as error:
                if not was_away:
                    logger.warning("missed changes are not known", extra={"error": str(error)})
                was_away = True
                connection.close()
            except Exception:
                logger.exception("looking for missed changes failed")
                connection.close()
        connection.close()
