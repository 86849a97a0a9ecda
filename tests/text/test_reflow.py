"""What becomes of the lines of a narrow column when they are read as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.reflow import (
    ends_sentence,
    is_letter_spaced,
    join_chinese,
    join_english,
    tighten,
    tighten_headline,
)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("共 320 余人次", "共320余人次"),
        ("全 民 阅 读 ，走 进 社 区", "全民阅读，走进社区"),
        ("预计惠及 ，全县", "预计惠及，全县"),
        ("举办“红心向党 同行致远”活动", "举办“红心向党 同行致远”活动"),
        ("　　昨日，", "昨日，"),
        ("使用 Open Access 平台", "使用Open Access平台"),
        ("", ""),
    ],
)
def test_spaces_of_the_compositor_go_and_spaces_of_the_writer_stay(line: str, text: str) -> None:
    assert tighten(line) == text


@pytest.mark.parametrize(
    ("line", "headline"),
    [
        ("书香飘满新馆　读者如约而至", "书香飘满新馆 读者如约而至"),
        ("初　雪", "初雪"),
        ("书 香 飘 满　　新 馆 开 门", "书香飘满 新馆开门"),
        ("投入 20 亿元", "投入20亿元"),
    ],
)
def test_a_headline_keeps_the_gap_between_its_clauses(line: str, headline: str) -> None:
    assert tighten_headline(line) == headline


def test_a_spaced_line_is_known_from_a_list_of_names() -> None:
    assert is_letter_spaced("在 车 站 码 头 、公 园 广 场")
    assert not is_letter_spaced("温如玉 段飞 孙悦")


def test_chinese_lines_join_without_a_space() -> None:
    assert join_chinese(["新馆设座", "位 2200", "个"]) == "新馆设座位2200个"


def test_a_word_broken_at_a_line_end_is_made_whole_and_its_hyphen_handed_back() -> None:
    assert join_english(["The bridge re-", "opened on Mon-", "day in mid-", "July."]) == (
        "The bridge reopened on Monday in mid-July.",
        "--",
    )


@pytest.mark.parametrize(
    "line", ["结束。", "“走吧！”", "去哪儿？", "等等……", "It ended.", 'He said "no."']
)
def test_a_sentence_end_is_known(line: str) -> None:
    assert ends_sentence(line)


@pytest.mark.parametrize("line", ["没有结束，", "“防火墙", "", "。）”）”）”）"[:0], "It went"])
def test_an_unfinished_line_is_known(line: str) -> None:
    assert not ends_sentence(line)


@given(st.lists(st.text(max_size=40), max_size=12))
def test_joining_lines_loses_nothing(lines: list[str]) -> None:
    source = sorted("".join("".join(lines).split()))
    assert sorted("".join(join_chinese(lines).split())) == source
    text, removed = join_english(lines)
    assert sorted("".join((text + removed).split())) == source
