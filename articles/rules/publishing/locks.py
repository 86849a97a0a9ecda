"""Whose turn it is: locks on issues, stories and photos, always in the same order."""

from collections.abc import Callable, Collection, Iterable

from django.db import connection, transaction
from django.db.models import Q

from articles.models import Issue, Photo, Story


class _MoreConcerned(Exception):  # noqa: N818 - a reason to begin anew
    """Something was put on a plan while its locks were waited for."""


def lock(stories: Iterable[int] = (), issues: Iterable[int] = ()) -> None:
    """Lock these stories, with the issues they are placed in, and these issues. Issues first."""
    story_ids, issue_ids = set(stories), set(issues)
    hold(lambda: (story_ids, issue_ids | issues_of(story_ids)))


def lock_issue(issue: int, stories: Iterable[int] = ()) -> None:
    """Lock an issue with all that a change of its plan or its hour may touch, and `stories`."""
    given = set(stories)
    of_the_issue = Q(placements__page__issue=issue) | Q(record__issue=issue)

    def concerned() -> tuple[set[int], set[int]]:
        found = Story.objects.filter(of_the_issue).values_list("pk", flat=True).distinct()
        story_ids = {*found, *given}
        return story_ids, {issue} | issues_of(story_ids)

    hold(concerned)


def issues_of(stories: set[int]) -> set[int]:
    if not stories:
        return set()
    placed = Issue.objects.filter(pages__placements__story__in=stories)
    return set(placed.values_list("pk", flat=True))


def hold(concerned: Callable[[], tuple[set[int], set[int]]], photos: Collection[int] = ()) -> None:
    """Lock the stories and issues that `concerned` names, and these photos.

    Where it names more once they are held, because a plan was changed meanwhile, they are let go
    and taken anew: a lock taken late would be taken out of order, and two people would block each
    other for good. SQLite, which serialises its writers, has none of this.
    """
    while True:
        stories, issues = concerned()
        try:
            with transaction.atomic():
                _lock_rows(stories, issues, photos)
                if connection.features.has_select_for_update:
                    more_stories, more_issues = concerned()
                    if not (more_stories <= stories and more_issues <= issues):
                        raise _MoreConcerned
        except _MoreConcerned:
            continue
        return


def _lock_rows(stories: set[int], issues: set[int], photos: Collection[int]) -> None:
    for model, numbers in ((Issue, issues), (Story, stories), (Photo, photos)):
        if not numbers and model is Photo:
            continue
        rows = model._default_manager.select_for_update().filter(pk__in=numbers)
        list(rows.order_by("pk").values_list("pk"))
