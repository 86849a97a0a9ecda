"""How a line of display type is told from text, and which line of a head is the headline."""

import pytest

from articles.text.headlines import (
    caption_likeness,
    goes_on,
    has_clause_gap,
    is_kicker,
    looks_displayed,
    main_line,
    merge_display,
    parallel,
)


@pytest.mark.parametrize(
    "line", ["市图书馆新馆试开放", "书香飘满新馆　读者如约而至", "江东新区：", "新馆何时开门？"]
)
def test_display_type_is_known(line: str) -> None:
    assert looks_displayed(line)


@pytest.mark.parametrize("line", ["昨日，市图书馆", "开放。首日", "清单、目录、", "新"])
def test_running_text_is_not_display_type(line: str) -> None:
    assert not looks_displayed(line)


@pytest.mark.parametrize(
    ("first", "second", "body"),
    [
        ("全市小学推行", "“明厨亮灶”", ""),
        ("街道举办“邻里", "守望”活动", ""),
        ("澜江大桥", "主桥顺利合龙", ""),
        ("考察组向我市", "赠送新图书", "考察组向我市赠送新图书十箱"),
    ],
)
def test_a_headline_broken_in_two_is_joined(first: str, second: str, body: str) -> None:
    assert goes_on(first, second, body)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("冬修水利工程全面开工", "总投资1.3亿元"),
        ("深耕细作 提质增效", "市领导调研春耕工作"),
        ("江东新区：", "老街换新颜"),
        ("老街换新颜", "——背街小巷改造见闻"),
    ],
)
def test_a_headline_and_its_deck_stay_apart(first: str, second: str) -> None:
    assert not goes_on(first, second, "")


def test_lines_of_one_head_are_grouped() -> None:
    assert merge_display(["江东新区：", "澜江大桥", "主桥顺利合龙"], "") == [[0], [1, 2]]


@pytest.mark.parametrize(
    ("lines", "main"),
    [
        (["江东新区：", "老街换新颜"], 1),
        (["老街换新颜", "——背街小巷改造见闻"], 0),
        (["整治滨江岸线", "老码头变身“会客厅”"], 1),
        (["县里抓紧抓细春耕", "春风催动万亩田", "早稻插秧过半"], 1),
        (["市政协召开督办会", "主席出席并讲话"], 0),
    ],
)
def test_the_main_line_of_a_head_is_found(lines: list[str], main: int) -> None:
    assert main_line(lines, [0.5] * len(lines)) == main


def test_parallel_heads_are_known() -> None:
    assert parallel("变“等上门”为“找上门”", "变“零星修”为“集中修”")
    assert parallel("老旧小区有了“大管家”", "流动商贩有了“安心摊”")
    assert not parallel("市图书馆新馆试开放", "我市今起三天有雨")


def test_a_caption_looks_like_one() -> None:
    assert caption_likeness("志愿者正在为读者指路") >= 2
    assert caption_likeness("书香飘满新馆　读者如约而至") < 2


def test_clauses_and_kickers() -> None:
    assert has_clause_gap("书香飘满新馆　读者如约而至")
    assert not has_clause_gap("初　雪")
    assert is_kicker("治水护河进行时")
