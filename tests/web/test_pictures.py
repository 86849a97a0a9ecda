"""A story's pictures on its page: groups under one caption, colours before the picture, sizes."""

import re

import pytest
from django.test import Client

from articles.models import Photo
from tests import cast as people
from tests.cast import SIX, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db


def page_of(paper: Paper, cast: Cast, clock: Clock, grouped: bool) -> str:
    """A story with three pictures; the last two of them in a group with the first, or not."""
    story = people.draft(paper, cast.wen)
    people.illustrate(story, cast.lan, caption="▲左图：渔船归港。右图：码头。")
    for number, (colour, credit) in enumerate((("navy", "林晚潮"), ("red", "庄海生")), start=1):
        photo = people.photo(cast.lan, colour)
        Photo.objects.filter(pk=photo.pk).update(credit=credit)
        story.story_photos.create(photo=photo, position=number, grouped=grouped)
    people.run(paper, cast, story)
    clock.move_to(SIX)
    row = story.record.get()
    page: str = Client().get(row.get_absolute_url()).content.decode()
    return page.split("<article", 1)[1].split("</article>")[0]


def test_a_group_is_one_figure_with_one_caption(paper: Paper, cast: Cast, clock: Clock) -> None:
    page = page_of(paper, cast, clock, grouped=True)
    assert page.count("<figure") == page.count("<figcaption") == 1
    assert 'class="main group n3"' in page
    assert page.count("<img") == 3
    caption = re.search(r"<figcaption>(.*?)</figcaption>", page, re.DOTALL)
    assert caption
    assert "图一：渔船归港。图二：码头。" in caption[1]
    assert "庄海生 摄 · 林晚潮 摄" in caption[1]
    assert "▲" not in page


def test_pictures_by_themselves_have_a_figure_each(paper: Paper, cast: Cast, clock: Clock) -> None:
    page = page_of(paper, cast, clock, grouped=False)
    assert page.count("<figure") == page.count("<figcaption") == 3
    assert "group" not in page


def test_each_picture_has_its_size_and_a_few_colours_before_it_comes(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    page = page_of(paper, cast, clock, grouped=True)
    for image in re.findall(r"<img [^>]+>", page):
        assert 'width="640" height="400"' in image
        assert 'alt="三条渔船停在码头"' in image
    tones = re.findall(r"<svg.*?</svg>", page)
    assert len(tones) == 3
    assert all(len(drawn) < 700 for drawn in tones)
    assert "style=" not in page
