"""Who may see and who may change which story. Transitions have their own table, in workflow."""

from collections.abc import Iterable

from django.db.models import Q

from articles.models import Byline, Story, User
from articles.models.guarded import GuardedQuerySet

# A signed-off or killed story is not edited: it is taken back first, which is logged.
EDITABLE = frozenset(
    {
        Story.Status.DRAFT,
        Story.Status.FIRST_READ,
        Story.Status.SECOND_READ,
        Story.Status.FINAL_READ,
    }
)


def visible_stories(user: User) -> GuardedQuerySet[Story]:
    """The stories that `user` may see on the desk."""
    stories: GuardedQuerySet[Story] = Story.objects.all()
    if user.has_perm("articles.view_any_story"):
        return stories
    if not user.has_perm("articles.view_story"):
        return stories.none()
    # Sets of numbers, not joins nor EXISTS: no story comes twice, and SQLite does not read a
    # person's bylines again for each of 100,000 stories.
    signed = Byline.objects.filter(contributor__user=user).values("story")
    shared = Story.shared_with.through.objects.filter(user=user).values("story")
    return stories.filter(Q(author=user) | Q(pk__in=signed) | Q(pk__in=shared))


def sees(user: User, story: Story) -> bool:
    """Whether `user` sees the story on the desk."""
    return visible_stories(user).filter(pk=story.pk).exists()


def is_own(user: User, story: Story) -> bool:
    """Whether `user` drafted the story or has a byline over it."""
    if story.author_id == user.pk:
        return True
    return story.bylines.filter(contributor__user=user).exists()


def own_among(user: User, stories: Iterable[Story]) -> set[int]:
    """Those of these stories that `user` drafted or has a byline over, by number; one query."""
    given = list(stories)
    signed = Byline.objects.filter(story__in=given, contributor__user=user)
    drafted = {story.pk for story in given if story.author_id == user.pk}
    return drafted | set(signed.values_list("story", flat=True))


def in_their_sections(user: User, story: Story) -> bool:
    """Whether an editor's sections hold the story. No sections named: all of them."""
    theirs = _sections(user)
    return not theirs or story.section_id is None or story.section_id in theirs


def _sections(user: User) -> frozenset[int]:
    """A person's sections, asked for once a request."""
    known: frozenset[int] | None = getattr(user, "_section_numbers", None)
    if known is None:
        known = frozenset(user.sections.values_list("pk", flat=True))
        user._section_numbers = known  # type: ignore[attr-defined]
    return known


def may_edit(user: User, story: Story) -> bool:
    """Whether `user` may change the story's text now.

    Reporters change their own stories, and those shared with them, while these are drafts; the
    desk changes any story of its sections that is neither signed off nor killed.
    """
    if not user.has_perm("articles.change_story"):
        return False
    if user.has_perm("articles.edit_any_story") and in_their_sections(user, story):
        return story.status in EDITABLE
    if story.status != Story.Status.DRAFT:
        return False
    return is_own(user, story) or story.shared_with.filter(pk=user.pk).exists()


def may_share(user: User, story: Story) -> bool:
    """Whether `user` says who else sees the story: its author does, and its section's editors."""
    edits = user.has_perm("articles.edit_any_story") and in_their_sections(user, story)
    return story.author_id == user.pk or edits


def may_illustrate(user: User, story: Story) -> bool:
    """Whether `user` may put photos to the story, or take them from it, now.

    Whoever may edit it; and photographers, whose work it is, any story that may still be edited.
    """
    if may_edit(user, story):
        return True
    photographs = user.has_perm("articles.change_storyphoto")
    writes = user.has_perm("articles.change_story")
    return photographs and not writes and story.status in EDITABLE and sees(user, story)
