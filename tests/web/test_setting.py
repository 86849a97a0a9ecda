"""How heads and texts are set."""

from functools import partial

import pytest
from django.utils.safestring import mark_safe

from articles.text import grams
from articles.web import share_card, snippets
from articles.web.pictures import Figure, Picture
from articles.web.setting import clauses, clauses_shown, story_body


def picture(name: str) -> Picture:
    return Picture(
        name=name, width=600, height=400, widths=(600,), caption=f"图{name}", credit="", alt="",
        base="/media/",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("head", "parts"),
    [
        ("捂紧百姓钱袋子 构建反诈新格局", ["捂紧百姓钱袋子", "构建反诈新格局"]),
        ("捂紧百姓钱袋子\u3000构建反诈新格局", ["捂紧百姓钱袋子", "构建反诈新格局"]),
        ("大桥通行账：多等十四分钟 多出两门生意", ["大桥通行账：", "多等十四分钟", "多出两门生意"]),
    ],
)
def test_a_chinese_head_breaks_between_its_clauses(head: str, parts: list[str]) -> None:
    set_head = clauses(head)
    assert [f'<span class="clause">{part}</span>' in set_head for part in parts] == [True] * len(
        parts
    )
    plain = set_head.replace('<span class="clause">', "").replace("</span>", "")
    assert plain == head


@pytest.mark.parametrize(
    "head",
    [
        "渔港修好了防波堤",
        "The last boat is not the last boat",
        "<b>x</b> y",
        "寒潮 háncháo: a tide",
    ],
)
def test_other_heads_are_left_as_they_are(head: str) -> None:
    assert "clause" not in clauses(head)
    assert "<b>" not in clauses(head)


def test_no_line_ends_within_a_day_or_an_hour() -> None:
    assert '<span class="whole">11月23日</span>夜' in clauses("渔港11月23日夜停航")
    assert '<span class="whole">7时30分</span>' in clauses("渡轮首班 改到7时30分")
    assert "whole" not in clauses("六十一棵老榕一棵不动 人行道自己抬高")


def test_a_head_that_was_found_keeps_its_clauses() -> None:
    marked = partial(snippets.marked, phrases=grams.asked("渔港"))
    assert clauses_shown("捂紧钱袋子 渔港新格局", marked) == (
        '<span class="clause">捂紧钱袋子</span> <span class="clause"><mark>渔港</mark>新格局</span>'
    )
    over = partial(snippets.marked, phrases=grams.asked("袋子渔港"))
    assert clauses_shown("捂紧钱袋子 渔港新格局", over) == "捂紧钱<mark>袋子 渔港</mark>新格局"


def test_what_a_search_marked_stays_marked() -> None:
    assert clauses(mark_safe("渔港 <mark>防波堤</mark>")) == "渔港 <mark>防波堤</mark>"
    assert "&lt;b&gt;" in clauses("渔港防波堤 <b>渔港防波堤</b>")


def test_further_pictures_stand_between_paragraphs() -> None:
    body = "".join(f"<p>第{number}段。</p>" for number in range(6))
    page = story_body(body, "本报讯", [Figure((picture("a"),)), Figure((picture("b"),))])
    assert page.index("第1段") < page.index("图a") < page.index("图b") < page.index("第5段")
    assert page.startswith('<p><span class="lead-in">本报讯</span> 第0段')
    short = story_body("<p>一段。</p>", "", [Figure((picture("a"),))])
    assert short.index("一段") < short.index("图a")


@pytest.mark.skipif(share_card.font_path() is None, reason="no font with Chinese characters here")
def test_a_shared_card_breaks_a_head_between_its_clauses() -> None:
    head = "六十一棵老榕一棵不动 人行道自己抬高"
    assert share_card._fitted(head, 1072, 380)[1] == head.split()
    size, lines = share_card._fitted("六十一棵老榕树一棵也不动让人行道自己抬高", 640, 380)
    assert "".join(lines) == "六十一棵老榕树一棵也不动让人行道自己抬高"
    assert min(map(len, lines)) > 2, size
