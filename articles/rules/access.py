"""Who may see and who may change which story. Transitions have their own table, in workflow."""

from typing import Any

from django.db.models import Q

from articles.models import Story, User
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
    own: Any = Q(author=user) | Q(bylines__contributor__user=user)
    return stories.filter(own).distinct()


def is_own(user: User, story: Story) -> bool:
    """Whether `user` drafted the story or has a byline over it."""
    if story.author_id == user.pk:
        return True
    return story.bylines.filter(contributor__user=user).exists()


def may_edit(user: User, story: Story) -> bool:
    """Whether `user` may change the story's text now.

    Reporters change their own stories while these are drafts; the desk changes any story that is
    neither signed off nor killed.
    """
    if not user.has_perm("articles.change_story"):
        return False
    if user.has_perm("articles.edit_any_story"):
        return story.status in EDITABLE
    return story.status == Story.Status.DRAFT and is_own(user, story)
