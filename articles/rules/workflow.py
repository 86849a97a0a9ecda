"""A story's way over the desk: one table, and one function for each move.

三审三校: three reads (初审, 复审, 终审), the last of which is the sign-off (签发). `EDITORIAL_READS`
drops reads for smaller desks. Nobody does two of a story's reads, nor reads their own; a publisher
may override that with a reason, which is logged and stays with the read. A change of text,
headline, caption or byline voids the reads made before it.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Notice, Read, Story, User
from articles.rules import access, logbook, publishing, readiness, snapshot, telling
from articles.rules.acting import act
from articles.rules.refusal import Refused
from articles.rules.snapshot import FrozenStory

Status = Story.Status
READS = (Status.FIRST_READ, Status.SECOND_READ, Status.FINAL_READ)
ROUTES: dict[int, tuple[str, ...]] = {
    1: (Status.FINAL_READ,),
    2: (Status.FIRST_READ, Status.FINAL_READ),
    3: READS,
}


@dataclass(frozen=True)
class Transition:
    """A row of the table. `target` None: the next read on the paper's route, or signed off."""

    name: str
    label: str | Promise
    sources: tuple[str, ...]
    target: str | None
    permission: str
    own_only: bool = False  # for somebody without `edit_any_story`: their own stories only
    is_read: bool = False
    complete: bool = False  # the story must lack nothing
    needs_reason: bool = False
    anywhere: bool = False  # in whatever section, by somebody who has sections of their own, too


TRANSITIONS = {
    row.name: row
    for row in (
        Transition(
            "submit",
            gettext_lazy("Submit for reading"),
            (Status.DRAFT,),
            None,
            "articles.change_story",
            own_only=True,
            complete=True,
        ),
        Transition(
            "recall",
            gettext_lazy("Take back to write on"),
            READS,
            Status.DRAFT,
            "articles.change_story",
            own_only=True,
        ),
        Transition(
            "pass_first",
            gettext_lazy("Pass the first read"),
            (Status.FIRST_READ,),
            None,
            "articles.first_read",
            is_read=True,
            complete=True,
        ),
        Transition(
            "pass_second",
            gettext_lazy("Pass the second read"),
            (Status.SECOND_READ,),
            None,
            "articles.second_read",
            is_read=True,
            complete=True,
        ),
        Transition(
            "sign_off",
            gettext_lazy("Sign off"),
            (Status.FINAL_READ,),
            Status.SIGNED_OFF,
            "articles.final_read",
            is_read=True,
            complete=True,
        ),
        Transition(
            "send_back",
            gettext_lazy("Send back"),
            READS,
            Status.DRAFT,
            "",  # whoever may do the read it waits for
            needs_reason=True,
        ),
        Transition(
            "take_back",
            gettext_lazy("Take back to the desk"),
            (Status.SIGNED_OFF,),
            Status.DRAFT,
            "articles.take_back",
        ),
        Transition(
            "kill",
            gettext_lazy("Kill"),
            (Status.DRAFT, *READS, Status.SIGNED_OFF),
            Status.KILLED,
            "articles.kill_story",
            needs_reason=True,
            anywhere=True,
        ),
        Transition(
            "revive",
            gettext_lazy("Bring back"),
            (Status.KILLED,),
            Status.DRAFT,
            "articles.kill_story",
            needs_reason=True,
            anywhere=True,
        ),
    )
}
READ_PERMISSION = {
    Status.FIRST_READ: "articles.first_read",
    Status.SECOND_READ: "articles.second_read",
    Status.FINAL_READ: "articles.final_read",
}


def route() -> tuple[str, ...]:
    """The reads of this paper, in order."""
    return ROUTES[settings.EDITORIAL_READS]


def target_of(transition: Transition, story: Story) -> str:
    """The status that a transition leads to from where the story is."""
    if transition.target is not None:
        return transition.target
    done = READS.index(story.status) if story.status in READS else -1
    for step in route():
        if READS.index(step) > done:
            return step
    return Status.SIGNED_OFF


def refusal(user: User, story: Story, name: str, *, override: bool = False) -> str:
    """Why `user` may not move `story` by the transition `name`; empty when they may."""
    row = TRANSITIONS[name]
    if story.status not in row.sources:
        return _("The story is %(status)s.") % {"status": story.get_status_display()}
    permission = row.permission or READ_PERMISSION[Status(story.status)]
    if not user.has_perm(permission):
        return _("Your role does not do this.")
    own = (row.own_only or row.is_read) and access.is_own(user, story)
    if row.own_only and not own and not user.has_perm("articles.edit_any_story"):
        return _("This is not your story.")
    # Writers move their own stories whatever section they are in; the desk those of its sections.
    anywhere = row.anywhere or (row.own_only and own)
    if not anywhere and not access.in_their_sections(user, story):
        return _("This story belongs to another section.")
    if row.is_read:
        why_not = _same_person(
            user,
            story,
            snapshot.content_digest(story),
            own=own,
            reads=Read.objects.filter(story=story, reader=user),
        )
        if why_not and not override:
            return why_not
        if override and not user.has_perm("articles.override_reads"):
            return _("Only a publisher may override the rule of different readers.")
    return ""


def available(user: User, story: Story) -> list[Transition]:
    """The transitions that `user` may make now, for buttons."""
    return [row for row in TRANSITIONS.values() if not refusal(user, story, row.name)]


def overridable(user: User, story: Story) -> list[Transition]:
    """The reads that `user` may do only by overriding the rule of different readers."""
    return [
        row
        for row in TRANSITIONS.values()
        if row.is_read
        and refusal(user, story, row.name)
        and not refusal(user, story, row.name, override=True)
    ]


# -- the moves -----------------------------------------------------------------------------------


def submit(story: Story, by: User, at: dt.datetime | None = None) -> Story:
    """A draft goes to its first read. Raises Refused where it lacks something."""
    return _move("submit", story, by, at)


def recall(story: Story, by: User, at: dt.datetime | None = None) -> Story:
    """The writer takes a story back from the readers to write on."""
    return _move("recall", story, by, at)


def pass_read(
    story: Story,
    by: User,
    at: dt.datetime | None = None,
    *,
    seen: str = "",
    override_reason: str = "",
) -> Story:
    """Pass the read that the story waits for, the last excepted. Arguments as for `sign_off`."""
    name = "pass_second" if story.status == Status.SECOND_READ else "pass_first"
    return _move(name, story, by, at, seen=seen, override_reason=override_reason)


def sign_off(
    story: Story,
    by: User,
    at: dt.datetime | None = None,
    *,
    seen: str = "",
    override_reason: str = "",
    minor: bool = False,
) -> Story:
    """The last read's yes (签发): the story is frozen and goes live by its rule.

    `seen` is what the reader had on screen (`snapshot.seen_of`); where the story has changed since,
    or where and when it appears, Refused. `override_reason` overrides the rule of different readers, for publishers.
    `minor`: an update of a live story whose time is not shown to readers.
    """

    def release(fresh: Story, instant: dt.datetime) -> None:
        publishing.release_all([snapshot.freeze(fresh)], by, instant, minor=minor)

    return _move(
        "sign_off", story, by, at, seen=seen, override_reason=override_reason, then=release
    )


def held_back(
    frozen: Iterable[FrozenStory], by: User, at: dt.datetime | None = None
) -> dict[int, str]:
    """Why `by` may not sign each of these stories off now; a story that they may is not in it.

    A constant number of queries, however many the stories.
    """
    given = list(frozen)
    stories = [one.story for one in given]
    own = access.own_among(by, stories)
    reads: dict[int, list[Read]] = {story.pk: [] for story in stories}
    for read in Read.objects.filter(story__in=stories):
        reads[read.story_id].append(read)
    found = {
        one.story.pk: _held_back(one, by, at, own=one.story.pk in own, reads=reads[one.story.pk])
        for one in given
    }
    return {number: why for number, why in found.items() if why}


def _held_back(
    one: FrozenStory, by: User, at: dt.datetime | None, *, own: bool, reads: list[Read]
) -> str:
    story, row = one.story, TRANSITIONS["sign_off"]
    if story.status not in row.sources:
        return _("The story is %(status)s.") % {"status": story.get_status_display()}
    if not by.has_perm(row.permission):
        return _("Your role does not do this.")
    if not access.in_their_sections(by, story):
        return _("This story belongs to another section.")
    standing = {read.step for read in reads if read.content == one.content}
    return (
        _same_person(by, story, one.content, own=own, reads=reads)
        or _lacks(readiness.missing(story, photos=one.photos, at=at))
        or _earlier_reads_void(story, standing)
    )


@act
def sign_off_all(seen: Mapping[int, str], by: User, at: dt.datetime | None = None) -> list[Story]:
    """Sign several stories off in one act: all of them, or none.

    `seen` holds, by the number of each story, what the reader had on screen (`snapshot.seen_of`).
    Raises Refused, naming the stories, where one was changed since or may not be signed off.
    """
    publishing.lock(seen)
    at = at or timezone.now()
    stories = list(Story.objects.select_related("edition").filter(pk__in=seen).order_by("pk"))
    frozen = snapshot.freeze_all(stories)
    why_not = held_back(frozen, by, at)
    for one in frozen:
        if changed := _changed_since(seen[one.story.pk], one.story, one.content):
            why_not.setdefault(one.story.pk, changed)
    if why_not:
        named = [f"“{one.headline}”: {why_not[one.pk]}" for one in stories if one.pk in why_not]
        raise Refused(_("Nothing was signed off. ") + " ".join(named))
    Read.objects.bulk_create(
        Read(story=one.story, step=Status.FINAL_READ, reader=by, at=at, content=one.content)
        for one in frozen
    )
    Story.objects.filter(pk__in=seen).move(status=Status.SIGNED_OFF, updated_at=at)
    for story in stories:
        story.status = Status.SIGNED_OFF
    publishing.release_all(frozen, by, at)
    logbook.write_all(
        by, "sign_off", stories, at=at, came_from=Status.FINAL_READ, went_to=Status.SIGNED_OFF
    )
    return stories


def send_back(story: Story, by: User, reason: str, at: dt.datetime | None = None) -> Story:
    """Whoever reads it gives it back to its writer, with a reason (退稿), who is told."""

    def tell_the_writer(fresh: Story, instant: dt.datetime) -> None:
        telling.tell(
            [fresh.author], Notice.Kind.SENT_BACK, by, at=instant, story=fresh, text=reason
        )

    return _move("send_back", story, by, at, reason=reason, then=tell_the_writer)


def take_back(story: Story, by: User, at: dt.datetime | None = None, reason: str = "") -> Story:
    """A signed-off story becomes a draft again. What is live stands; what waited is cancelled."""

    def cancel(fresh: Story, instant: dt.datetime) -> None:
        publishing.take_off_the_schedule([fresh], by, instant)

    return _move("take_back", story, by, at, reason=reason, then=cancel)


def kill(
    story: Story, by: User, reason: str, at: dt.datetime | None = None, notice: str = ""
) -> Story:
    """Kill a story (撤稿): readers get 410 with `notice`; `reason` stays on the desk."""

    def withdraw(fresh: Story, instant: dt.datetime) -> None:
        publishing.withdraw(fresh, by, instant, notice=notice)

    return _move("kill", story, by, at, reason=reason, then=withdraw)


def revive(story: Story, by: User, reason: str, at: dt.datetime | None = None) -> Story:
    """A killed story becomes a draft again. Readers see nothing of it until it is signed off."""
    return _move("revive", story, by, at, reason=reason)


@act
def settle(story: Story, by: User, at: dt.datetime | None = None) -> Story:
    """After an edit: a story whose earlier reads no longer stand goes back to its first read.

    Called whenever something that readers see of a story may have been changed. A signed-off
    story changed in this way (through the photo library, say) is no longer signed off: what
    waited is cancelled, what is live stands.
    """
    publishing.lock([story.pk])
    fresh = Story.objects.get(pk=story.pk)
    steps = route()
    due = _due(fresh.status, steps)
    if not due:
        return fresh
    content = snapshot.content_digest(fresh)
    if due <= readiness.standing_reads(fresh, content):
        return fresh
    at = at or timezone.now()
    if fresh.status == Status.SIGNED_OFF:
        publishing.take_off_the_schedule([fresh], by, at)
    Story.objects.filter(pk=fresh.pk).move(status=steps[0], updated_at=at)
    logbook.write(
        by,
        "content_changed",
        fresh,
        at=at,
        came_from=fresh.status,
        went_to=steps[0],
        reason=_("The content was changed after it had been read."),
    )
    fresh.refresh_from_db()
    return fresh


# -- how a move is made --------------------------------------------------------------------------


@act
def _move(
    name: str,
    story: Story,
    by: User,
    at: dt.datetime | None,
    *,
    reason: str = "",
    seen: str = "",
    override_reason: str = "",
    then: Callable[[Story, dt.datetime], None] | None = None,
) -> Story:
    """Check, move, mark, act and log: all of it or nothing."""
    row = TRANSITIONS[name]
    publishing.lock([story.pk])
    fresh = Story.objects.select_related("edition").get(pk=story.pk)
    at = at or timezone.now()
    override = bool(override_reason.strip())
    why_not = refusal(by, fresh, name, override=override)
    if why_not:
        raise Refused(why_not)
    if row.needs_reason and not reason.strip():
        raise Refused(_("Give a reason."))
    if row.complete and (lacks := _lacks(readiness.missing(fresh, at=at))):
        raise Refused(lacks)
    content = snapshot.content_digest(fresh) if row.is_read else ""
    if seen and content and (changed := _changed_since(seen, fresh, content)):
        raise Refused(changed)
    came_from, target = fresh.status, target_of(row, fresh)
    if row.is_read:
        if void := _earlier_reads_void(fresh, readiness.standing_reads(fresh, content)):
            raise Refused(void)
        Read.objects.create(
            story=fresh,
            step=came_from,
            reader=by,
            at=at,
            content=content,
            override_reason=override_reason.strip(),
        )
    Story.objects.filter(pk=fresh.pk).move(status=target, updated_at=at)
    fresh.refresh_from_db()
    if then is not None:
        then(fresh, at)
    details = {"override_reason": override_reason.strip()} if override else {}
    logbook.write(
        by, name, fresh, at=at, came_from=came_from, went_to=target, reason=reason, **details
    )
    story.refresh_from_db()
    return fresh


def _changed_since(seen: str, story: Story, content: str) -> str:
    """What was changed since somebody saw a story; empty where it is as it was. See `seen_of`."""
    read, _dot, terms = seen.partition(".")
    if read != content:
        return _("The story was changed while you were reading. Read it again.")
    if terms and terms != snapshot.terms_digest(story):
        return _(
            "Where or when the story appears was changed while you were reading. Look again at its "
            "section, its release, its embargo and its end."
        )
    return ""


def _lacks(things: list[str]) -> str:
    return (
        _("The story still needs: %(things)s.") % {"things": _(", ").join(things)} if things else ""
    )


def _due(status: str, steps: tuple[str, ...]) -> set[str]:
    """The reads that must stand for a story to be where it is."""
    if status == Status.SIGNED_OFF:
        return set(steps)
    return set(steps[: steps.index(status)]) if status in steps else set()


def _earlier_reads_void(story: Story, standing: set[str]) -> str:
    """Why the story cannot be read on, if a read before this one no longer stands."""
    if _due(story.status, route()) <= standing:
        return ""
    return _("The story was changed after an earlier read, which no longer counts. ") + _(
        "Send it back, so that it is read anew."
    )


def _same_person(
    user: User, story: Story, content: str, *, own: bool, reads: Iterable[Read]
) -> str:
    """Why the rule of different readers keeps `user` from the read that the story waits for."""
    if own:
        return _("Nobody reads their own story.")
    if any(
        read.reader_id == user.pk and read.content == content and read.step != story.status
        for read in reads
    ):
        return _("You did another read of this story; somebody else must do this one.")
    return ""
