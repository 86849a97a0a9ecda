"""Every run of text is in the language that the page says it is in."""

import re
import time
import zipfile
from html.parser import HTMLParser
from io import BytesIO

import pytest
from django.test import Client

from articles.text.tongues import told_apart
from tests import cast as people
from tests.cast import SIX
from tests.conftest import Clock

HAN = re.compile("[\u4e00-\u9fff]+")


class Texts(HTMLParser):
    """The words of a page with the language that a browser takes them to be in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.said: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("meta", "link", "img", "input", "source", "br"):
            return
        inherited = self.open[-1][1] if self.open else ""
        self.open.append((tag, dict(attrs).get("lang") or inherited))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] not in ("title", "script"):
            self.said.append((data, self.open[-1][1]))

    @property
    def mistaken(self) -> list[str]:
        """Chinese words that a browser takes for English."""
        return [text for text, language in self.said if language == "en" and HAN.search(text)]


@pytest.mark.django_db
def test_chinese_words_in_an_english_paper_are_told_as_chinese(clock: Clock) -> None:
    paper, cast = people.found("tide", "en"), people.hire()
    story = people.draft(
        paper, cast.wen, "Harbour 渔港 is mended", body="<p>The “渔港” of <em>陈家村</em> stands.</p>",
        kicker="望潮", deck="Boats 渔船 are safe", column="港区 notes", slug="harbour",
    )  # fmt: skip
    story.tags.add("渔港")
    people.illustrate(story, cast.lan, caption="Boats at 望潮")
    people.run(paper, cast, story)
    clock.move_to(SIX)
    for address in (
        "/", f"/stories/{story.pk}/harbour/", "/tide/2031-03-03/", "/tide/2031-03-03/1/",
        "/tags/渔港/", "/contributors/lin-wanchao/", "/search/?q=渔港", "/search/?q=没有的",
        "/archive/", "/about/",
    ):  # fmt: skip
        page = Client().get(address, follow=True).content.decode()
        assert "渔" in page or "中文" in page, address
        assert Texts(page).mistaken == [], address
    page = Client().get(f"/stories/{story.pk}/harbour/").content.decode()
    assert 'Harbour <span lang="zh-Hans">渔港</span> is mended' in page
    assert '<em><span lang="zh-Hans">陈家村</span></em>' in page
    assert "<title>Harbour 渔港 is mended" in page
    assert 'content="Harbour 渔港 is mended"' in page
    assert '"headline": "望潮 Harbour 渔港 is mended"' in page or '渔港 is mended"' in page


@pytest.mark.django_db
def test_english_chrome_around_chinese_stories_tells_their_names_as_chinese(clock: Clock) -> None:
    paper, cast = people.found(), people.hire()
    story = people.draft(paper, cast.wen, slug="fang-bo-di")
    people.run(paper, cast, story)
    clock.move_to(SIX)
    for address in ("/?lang=en", f"/stories/{story.pk}/fang-bo-di/?lang=en",
                    "/search/?lang=en&q=没有的", "/daily/2031-03-03/1/?lang=en"):  # fmt: skip
        page = Client().get(address).content.decode()
        assert Texts(page).mistaken == [], address


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ('<p lang="en">At 渔港, boats</p>', '<p lang="en">At <span lang="zh-Hans">渔港</span>, boats</p>'),
        ('<p lang="en">《渔港 潮起》 <b>陈</b></p>',
         '<p lang="en"><span lang="zh-Hans">《渔港 潮起》</span> <b><span lang="zh-Hans">陈</span></b></p>'),
        ('<p lang="en">a <i lang="zh-Hans">渔<i>港</i></i> b</p> 港', None),
        ('<p lang="en"><a title="渔港">x</a></p>渔港', None),
        ('<p lang="zh">他写 lang="en" 渔港</p>', None),
        ('<link hreflang="en"><p lang="zh">渔港</p>', None),
        ('<svg lang="en"><title>渔港</title></svg>', None),
    ],
)  # fmt: skip
def test_only_chinese_in_english_text_is_marked(page: str, told: str | None) -> None:
    assert told_apart(page) == (told or page)


@pytest.mark.django_db
def test_in_a_book_chinese_words_are_told_as_chinese_too(clock: Clock) -> None:
    paper, cast = people.found("tide", "en"), people.hire()
    people.run(
        paper, cast, people.draft(paper, cast.wen, "Harbour 渔港 is mended", body="<p>At 港</p>")
    )
    clock.move_to(SIX)
    with zipfile.ZipFile(BytesIO(Client().get("/tide/2031-03-03/issue.epub").content)) as book:
        pages = [book.read(name).decode() for name in book.namelist() if name.endswith(".xhtml")]
    assert any('At <span lang="zh-Hans" xml:lang="zh-Hans">港</span>' in page for page in pages)
    for page in pages:
        assert Texts(page).mistaken == []


def test_a_page_is_told_apart_in_no_time() -> None:
    """A front of four hundred English heads: far less than the making of it."""
    head = '<article class="teaser"><h2 class="head"><a href="/stories/1/">The boats are back</a></h2></article>'
    page = f'<html lang="en"><body>{head * 400}<p>中文</p></body></html>'
    began = time.perf_counter()
    for _ in range(5):
        told_apart(page)
    assert time.perf_counter() - began < 0.25
