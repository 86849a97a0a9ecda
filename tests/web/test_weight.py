"""What a reader's phone has to fetch before the pictures: HTML and stylesheet, as they travel."""

import gzip
import random
import re

import pytest
from django.test import Client

from articles.models import PublishedStory
from tests import cast as people
from tests.cast import MONDAY, SIX
from tests.conftest import Clock
from tests.web import archive

pytestmark = pytest.mark.django_db
STYLESHEET = "articles/static/newsroom/web.css"
KILOBYTE = 1024


def some_han(dice: random.Random, length: int) -> str:
    """Text that packs worse than any real text does."""
    return "".join(chr(dice.randint(0x4E00, 0x6FFF)) for _ in range(length))


@pytest.fixture
def a_full_paper(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> str:
    """A hundred stories of 1,200 characters, each with three pictures. Returns one's address."""
    dice = random.Random(5)
    plain = archive._row

    def full(*arguments: object) -> PublishedStory:
        row = plain(*arguments)  # type: ignore[arg-type]
        row.payload |= {
            "headline": f"{some_han(dice, 9)} {some_han(dice, 9)}",
            "kicker": some_han(dice, 10),
            "deck": some_han(dice, 24),
            "summary": some_han(dice, 90),
            "photos": [
                {
                    "name": f"{dice.getrandbits(128):032x}", "width": 1600, "height": 1067,
                    "widths": [480, 960, 1600], "caption": some_han(dice, 30),
                    "credit": "庄海生", "alt": some_han(dice, 12),
                }
                for _ in range(3)
            ],
        }  # fmt: skip
        row.body = "".join(f"<p>{some_han(dice, 120)}。</p>" for _ in range(10))
        return row

    monkeypatch.setattr(archive, "_row", full)
    rows = archive.fill(people.found(), people.hire(), 100, SIX)
    clock.move_to(SIX)
    return rows[0].get_absolute_url()


def weight(client: Client, address: str) -> int:
    """Bytes of a page and its stylesheet, gzipped as a server would."""
    answer = client.get(address)
    assert answer.status_code == 200
    with open(STYLESHEET, "rb") as sheet:
        return len(gzip.compress(answer.content, 6)) + len(gzip.compress(sheet.read(), 6))


def test_a_story_travels_light_and_so_does_the_front(a_full_paper: str) -> None:
    client = Client()
    assert weight(client, a_full_paper) <= 30 * KILOBYTE
    assert weight(client, "/") <= 60 * KILOBYTE
    for address in (f"/daily/{MONDAY}/", f"/daily/{MONDAY}/1/"):
        assert weight(client, address) <= 60 * KILOBYTE


def test_nothing_holds_up_the_first_sight_of_the_text(a_full_paper: str) -> None:
    """One stylesheet, no script but deferred ones, every picture with its size."""
    client = Client()
    for address in ("/", a_full_paper, f"/daily/{MONDAY}/", f"/daily/{MONDAY}/1/"):
        page = client.get(address).content.decode()
        assert len(re.findall(r'<link[^>]+rel="stylesheet"', page)) == 1
        run = re.findall(r'<script(?! type="application/ld\+json")[^>]*>', page)  # not data
        assert all(" defer" in script for script in run)
        pictures = re.findall(r"<img [^>]+>", page)
        assert pictures
        assert all(re.search(r'width="\d+" height="\d+"', one) for one in pictures), address
        told = re.sub(
            r'<link rel="(?:canonical|alternate)"[^>]*>', "", page
        )  # nothing is asked there
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', told)
