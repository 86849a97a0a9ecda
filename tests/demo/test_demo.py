"""The demo papers: whole, told step by step, and never where real people work."""

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from articles.demo import drawings, loader
from articles.models import (
    Edition,
    Issue,
    Note,
    PublishedIssue,
    PublishedStory,
    Story,
    StoryPhoto,
    User,
)
from tests.conftest import Clock

WIDE = (1600, 1067)


@pytest.mark.django_db
def test_the_demo_refuses_where_debug_is_off() -> None:
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("demo", stdout=StringIO())
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_desk_with_one_read_has_the_demo_too(settings: Any) -> None:
    settings.DEBUG, settings.EDITORIAL_READS = True, 1
    call_command("demo", stdout=StringIO())
    standing = set(Story.objects.values_list("status", flat=True))
    assert standing == {"draft", "final_read", "signed_off", "killed"}


@pytest.mark.django_db
def test_the_demo_is_a_week_of_two_papers(settings: Any, clock: Clock) -> None:
    settings.DEBUG = True
    told = StringIO()
    call_command("demo", stdout=told)
    for name in loader.ACCOUNTS:
        assert name in told.getvalue()
        assert User.objects.get(username=name).check_password("newsroom-demo")
    now = timezone.now()
    assert Edition.objects.count() == 2
    assert Story.objects.count() >= 50
    assert set(Story.objects.values_list("status", flat=True)) == set(Story.Status.values)
    assert PublishedStory.objects.filter(change="correction").exists()
    assert PublishedStory.objects.filter(change="kill").exists()
    assert Note.objects.exists()
    assert StoryPhoto.objects.count() >= 20
    assert Story.objects.filter(package__isnull=False).count() >= 3
    assert not Story.objects.filter(headline__contains="{d").exists()
    for edition in Edition.objects.all():
        today = now.astimezone(edition.zone).date()
        live = PublishedIssue.objects.live(now).filter(edition=edition)
        assert live.order_by("-date").first().date == today  # type: ignore[union-attr]
        tomorrow = Issue.objects.get(edition=edition, date=today + dt.timedelta(days=1))
        assert tomorrow.state == "scheduled"
        assert not PublishedIssue.objects.live(now).filter(issue=tomorrow).exists()
        assert tomorrow.goes_live_at is not None
        clock.move_to(tomorrow.goes_live_at)
        assert Client().get(tomorrow.get_absolute_url()).status_code == 200
        clock.back()
        assert Client().get(tomorrow.get_absolute_url()).status_code == 404

    stories = Story.objects.count()
    call_command("demo", stdout=StringIO())
    assert Story.objects.count() == stories


@pytest.mark.parametrize("scene", sorted(drawings.SCENES))
def test_every_scene_is_drawn_the_same_for_the_same_seed(scene: str) -> None:
    first = drawings.draw(scene, 7)
    assert first.size == WIDE
    assert first.tobytes() == drawings.draw(scene, 7).tobytes()
    assert first.tobytes() != drawings.draw(scene, 8).tobytes()
