"""Whose turn it is: locks on issues and stories, always in the same order."""

from collections.abc import Iterable

from django.db.models import Q

from articles.models import Issue, Story


def lock(stories: Iterable[int] = (), issues: Iterable[int] = ()) -> None:
    """Lock these stories, with the issues they are placed in, and these issues. Issues first."""
    story_ids = sorted(set(stories))
    wanted = Q(pk__in=list(issues))
    if story_ids:
        placed = Issue.objects.filter(pages__placements__story__in=story_ids)
        wanted |= Q(pk__in=list(placed.values_list("pk", flat=True)))
    list(Issue.objects.select_for_update().filter(wanted).order_by("pk").values_list("pk"))
    list(
        Story.objects.select_for_update().filter(pk__in=story_ids).order_by("pk").values_list("pk")
    )


def lock_issue(issue: int, stories: Iterable[int] = ()) -> None:
    """Lock an issue with all that a change of its plan or its hour may touch, and `stories`."""
    concerned = Q(placements__page__issue=issue) | Q(record__issue=issue)
    found = Story.objects.filter(concerned).values_list("pk", flat=True).distinct()
    lock([*found, *stories], [issue])
