"""What a desk sees when the text of a printed page is read: stories, people, and nothing lost."""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.intake.page_text import (
    LARGEST,
    PageReading,
    PageTextError,
    accounted,
    decode_page,
    read_page,
)
from tests.intake.scoring import mean, score
from tests.intake.typesetting import example_stories, set_page

PAGES = Path(__file__).parent / "pages"
REAL_PAGE = Path(__file__).parents[3] / "shared" / "page"
LEAST_MEAN = 0.97
LEAST_FIGURE = 0.9
LEAST_MEAN_OF_ALL = 0.95


def example_pages() -> list[Any]:
    """Every page beside this file that has a truth, and the real one where it is at hand."""
    found = sorted(PAGES.glob("*.txt"))
    pages = [(page, page.with_suffix(".json")) for page in found]
    if REAL_PAGE.is_dir():
        pages.append((REAL_PAGE / "page.txt", REAL_PAGE / "truth.json"))
    return [pytest.param(*pair, id=pair[0].stem) for pair in pages if pair[1].is_file()]


def bag(text: str) -> Counter[str]:
    return Counter("".join(text.split()))


def nothing_lost(text: str, reading: PageReading) -> bool:
    return bag(text) == Counter(accounted(reading))


@pytest.mark.parametrize(("page", "truth"), example_pages())
def test_a_page_is_read_as_a_person_reads_it(page: Path, truth: Path) -> None:
    text = page.read_text(encoding="utf-8")
    reading = read_page(text)
    figures = score(reading.as_json(), json.loads(truth.read_text(encoding="utf-8")))
    assert mean(figures) >= LEAST_MEAN, figures
    assert min(figures.values()) >= LEAST_FIGURE, figures
    assert nothing_lost(text, reading)
    assert not reading.warnings


@pytest.mark.parametrize(("page", "truth"), example_pages())
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="windows line ends"),
        pytest.param(lambda text: text.replace("\n", " \n"), id="trailing spaces"),
        pytest.param(lambda text: text.replace("\n\n", "\n\n\n\n"), id="more blank lines"),
        pytest.param(
            lambda text: text.replace("（", "(").replace("）", ")"), id="half-width brackets"
        ),
        pytest.param(lambda text: "\ufeff" + text + "\f", id="byte order mark and form feed"),
    ],
)
def test_the_way_a_file_was_saved_makes_no_difference(page: Path, truth: Path, change: Any) -> None:
    text = change(page.read_text(encoding="utf-8"))
    reading = read_page(text)
    figures = score(reading.as_json(), json.loads(truth.read_text(encoding="utf-8")))
    assert mean(figures) >= LEAST_MEAN, figures
    assert nothing_lost(text, reading)


def test_the_same_stories_are_read_in_other_newspapers_habits() -> None:
    stories = example_stories(PAGES)
    means = []
    for seed in range(60):
        text, truth = set_page(seed, stories)
        reading = read_page(text)
        assert nothing_lost(text, reading)
        means.append(mean(score(reading.as_json(), truth)))
    assert sum(means) / len(means) >= LEAST_MEAN_OF_ALL, means


# Small pages, each for one habit of newspapers

HEADLINE_LAST = """\
本报讯（记者 温如玉）昨日，市图书
馆新馆对外试开放，首日接待读者三千余
人。新馆设座位 2200 个。

市图书馆新馆试开放
"""
HEADLINE_FIRST = """\
市图书馆新馆试开放

本报讯（记者 温如玉）昨日，市图书
馆新馆对外试开放，首日接待读者三千余
人。新馆设座位 2200 个。
"""


@pytest.mark.parametrize("page", [HEADLINE_FIRST, HEADLINE_LAST])
def test_a_headline_is_found_before_its_text_and_after_it(page: str) -> None:
    (story,) = read_page(page).stories
    assert story.headline == "市图书馆新馆试开放"
    assert story.lead == "本报讯"
    assert story.byline_text == "（记者 温如玉）"
    assert [(one.name, one.kind) for one in story.bylines] == [("温如玉", "staff")]
    assert story.paragraphs == (
        "昨日，市图书馆新馆对外试开放，首日接待读者三千余人。新馆设座位2200个。",
    )


def test_each_story_says_which_lines_it_came_from() -> None:
    (story,) = read_page("第3版\n\n" + HEADLINE_FIRST).stories
    assert story.lines == (3, 5, 6, 7)


def test_a_sentence_cut_by_a_blank_line_is_healed() -> None:
    cut = HEADLINE_LAST.replace("首日接待读者三千余\n", "首日接待读者三千余\n\n")
    assert read_page(cut).stories[0].paragraphs == read_page(HEADLINE_LAST).stories[0].paragraphs


def test_a_lost_name_stays_empty_and_is_flagged() -> None:
    (story,) = read_page(HEADLINE_LAST.replace("记者 温如玉", "记者")).stories
    assert story.bylines == ()
    assert story.byline_text == "（记者）"
    assert "byline-name-missing" in story.warnings


def test_a_photographer_under_a_picture_is_named_and_the_caption_stays_clean() -> None:
    page = HEADLINE_LAST + "\n▲读者在新馆阅览区选书。本报记者 段　飞 摄\n"
    (story,) = read_page(page).stories
    assert story.captions == ("读者在新馆阅览区选书。",)
    assert ("段飞", "photo", "staff") in [(p.name, p.role, p.kind) for p in story.bylines]


def test_folios_dates_and_page_credits_are_left_over() -> None:
    page = f"A03 民生\n2024年5月6日 星期一\n{HEADLINE_FIRST}\n责编：方远 美编：陶冶 校对：沈静\n（下转第5版）\n"
    reading = read_page(page)
    assert len(reading.stories) == 1
    left = " ".join(one.text for one in reading.leftovers)
    assert "A03 民生" in left
    assert "责编" in left
    assert "下转第5版" in left


def test_several_headlines_at_a_page_foot_find_their_texts_by_their_words() -> None:
    page = """\
本报讯（记者 温如玉）昨日，市气象台发布寒潮
蓝色预警，预计今后三天气温下降十度。

本报讯（记者 段飞）昨日，我市首条夜间公交线路
开通，全长二十公里。

我市首条夜间公交线路开通
"""
    reading = read_page(page)
    assert [one.headline for one in reading.stories] == ["", "我市首条夜间公交线路开通"]
    assert "headline-missing" in reading.stories[0].warnings


def test_a_kicker_a_headline_and_a_deck_are_told_apart() -> None:
    page = (
        "江东新区：\n让老街住得更舒心\n——背街小巷改造见闻\n\n" + HEADLINE_FIRST.split("\n\n", 1)[1]
    )
    (story,) = read_page(page).stories
    assert (story.kicker, story.headline, story.deck) == (
        "江东新区：",
        "让老街住得更舒心",
        "——背街小巷改造见闻",
    )


def test_the_gap_between_two_clauses_of_a_headline_is_kept() -> None:
    page = HEADLINE_FIRST.replace("市图书馆新馆试开放", "书香飘满新馆　读者如约而至")
    assert read_page(page).stories[0].headline == "书香飘满新馆 读者如约而至"


def test_numbered_headings_stay_in_their_text() -> None:
    page = """\
渡口旧事

□温如玉

渡口在村子的东头，一棵老樟树下。小时
候，我常常坐在石阶上看船。

一、涨水

那年夏天发了大水，渡口停了半个月，老
人每天都来看水。
"""
    (story,) = read_page(page).stories
    assert story.paragraphs[1] == "一、涨水"
    assert len(story.paragraphs) == 3


def test_an_english_page_gives_headline_deck_people_and_whole_words() -> None:
    page = """\
Tuesday, June 4, 2024 | Page 5

Harbor bridge
reopens early
Drivers save half an hour

By ROSA LINDT and OMAR VANCE
Staff Reporters

   WEST QUAY — The harbor bridge re-
opened on Monday, three weeks ahead of
schedule, after a winter of repairs.
   "I had forgotten the view," said Ida
Colm, who drives a delivery van.

See BRIDGE, Page 8
"""
    reading = read_page(page)
    (story,) = reading.stories
    assert reading.language == "en"
    assert story.headline == "Harbor bridge reopens early"
    assert story.deck == "Drivers save half an hour"
    assert [one.name for one in story.bylines] == ["ROSA LINDT", "OMAR VANCE"]
    assert story.lead == "WEST QUAY —"
    assert story.paragraphs[0].startswith("The harbor bridge reopened on Monday")
    assert len(story.paragraphs) == 2
    assert nothing_lost(page, reading)


BRIEFS = """\
简　讯

■沙河镇：水渠清淤忙　连日来，沙河镇组织劳力对
八条主干渠进行清淤。（温如玉）
■市图书馆：夜读延时　即日起，自习区开放时间延
长至二十二时。

【蓝莓采摘节开园】昨日，蓝莓采摘节在望溪镇开园，
门票每人三十元。（段飞）
"""


def test_each_brief_is_a_story_with_its_own_title_and_name() -> None:
    reading = read_page(BRIEFS)
    assert [one.headline for one in reading.stories] == [
        "沙河镇：水渠清淤忙",
        "市图书馆：夜读延时",
        "蓝莓采摘节开园",
    ]
    assert [len(one.bylines) for one in reading.stories] == [1, 0, 1]
    assert reading.leftovers[0].text == "简　讯"


PACKAGE = """\
一座小城的“绿色账本”

初冬的云山县，层林尽染，江水如练，三年间关停矿山
十九处，修复岸线四十公里，先后获评省级生态县。

□本报记者 温如玉 文/图

守住一片山
荒坡披上“绿外套”

“当年机器一响，半条街都是
灰。”护林员指着一片林子说，
先把坡稳住，再把绿种上。

护好一江水
浊流重现“水清清”

云水河穿城而过，是全县的母
亲河。十年前河水一到夏天就发
黑发臭，如今水清了。
"""


def test_a_package_names_its_parent_and_its_kickers() -> None:
    parent, *children = read_page(PACKAGE).stories
    assert parent.headline == "一座小城的“绿色账本”"
    assert [(one.name, one.role) for one in parent.bylines] == [("温如玉", "both")]
    assert [(one.kicker, one.headline) for one in children] == [
        ("守住一片山", "荒坡披上“绿外套”"),
        ("护好一江水", "浊流重现“水清清”"),
    ]
    assert [one.package for one in children] == [0, 0]


SUBHEADS = """\
乡村公路的故事

□本报记者 温如玉

初秋时节，行走在山乡，一条条平坦的水泥路
串起了村庄、果园和产业园，也串起了好日子。

修通“毛细血管”

果农老吴说，路通了，货车能开到地头。近五
年，全县新修农村公路一千二百公里。

织密“公交网络”

早上七点，公交车准时从柳坪村发车。目前，
全县开通农村公交线路四十八条。
"""


def test_small_headings_in_the_same_column_stay_in_their_story() -> None:
    (story,) = read_page(SUBHEADS).stories
    assert story.paragraphs[1] == "修通“毛细血管”"
    assert len(story.paragraphs) == 5


def test_a_picture_with_a_headline_is_a_story_without_text() -> None:
    picture_news = "图片新闻\n初　雪\n\n▼昨日清晨，市民在公园踏雪。\n本报记者 段　飞 摄\n"
    picture = read_page(f"{HEADLINE_FIRST}\n{picture_news}").stories[-1]
    assert picture.headline == "初雪"
    assert picture.captions == ("昨日清晨，市民在公园踏雪。",)
    assert picture.paragraphs == ()
    assert [one.name for one in picture.bylines] == ["段飞"]


def test_a_jump_line_stays_with_its_story_and_is_flagged() -> None:
    jumped = HEADLINE_FIRST.replace("本报讯（记者 温如玉）", "（上接第1版）")
    (story,) = read_page(jumped).stories
    assert story.residue == ("（上接第1版）",)
    assert "jump-line" in story.warnings


def test_an_office_signs_its_notice_with_a_date() -> None:
    page = """\
停水公告

　　因供水管道迁改，定于五月八日夜间对和平路以东暂停
供水，请相关用户提前做好储水准备。
　　恢复供水时间另行通知。
云山县自来水有限公司
2024年5月6日
"""
    (story,) = read_page(page).stories
    assert story.headline == "停水公告"
    assert story.paragraphs[-2:] == ("云山县自来水有限公司", "2024年5月6日")


def test_an_english_tail_byline_a_kicker_and_a_picture_label_are_known() -> None:
    page = """\
PLANNING
Village says no to
second quarry road

More than two hundred residents
packed the church hall to oppose
plans for a second haul road, which
they say would send lorries past the
primary school every four minutes.
— Rosa Venn

Above: Residents in the church
hall (Photo: Ian Coombe)
"""
    (story,) = read_page(page).stories
    assert (story.kicker, story.headline) == (
        "PLANNING",
        "Village says no to second quarry road",
    )
    assert [(one.name, one.role) for one in story.bylines] == [
        ("Rosa Venn", "text"),
        ("Ian Coombe", "photo"),
    ]
    assert story.captions == ("Residents in the church hall",)
    assert "Above:" in story.residue


# Text that is no page


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("静夜\n\n月光落在窗前\n我数着邻家的灯\n一盏一盏\n熄灭", id="a poem"),
        pytest.param("鸡蛋\n牛奶\n面包\n电池", id="a list"),
        pytest.param("def add(a, b):\n    return a + b\n\n\nprint(add(1, 2))", id="code"),
        pytest.param("今天下雨了，我们没有出门，在家里看了一天的书。", id="one paragraph"),
        pytest.param("The rain kept us in, and we read all day long.", id="one English paragraph"),
        pytest.param("12\n34\n56", id="figures"),
    ],
)
def test_text_that_is_no_page_is_left_whole(text: str) -> None:
    reading = read_page(text)
    assert len(reading.stories) <= 1
    assert nothing_lost(text, reading)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n\u3000\n", "empty"),
        ("标题\0正文", "binary"),
        ("\x01\x02\x03标题", "control"),
        ("字" * (LARGEST + 1), "2,000,000"),
    ],
)
def test_what_cannot_be_a_page_is_refused_with_a_cure(text: str, says: str) -> None:
    with pytest.raises(PageTextError, match=says):
        read_page(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_file_is_read_in_the_encodings_newsrooms_use(encoding: str) -> None:
    assert decode_page(HEADLINE_FIRST.encode(encoding)) == HEADLINE_FIRST


@pytest.mark.parametrize("data", [b"", b"  \n", b"\x89PNG\r\n\x00\x00", b"\xff\xff\xff\x81"])
def test_a_file_that_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(PageTextError):
        decode_page(data)


# Nothing lost, nothing invented

FRAGMENTS = st.sampled_from(
    [
        "本报讯（记者 温如玉）昨日，",
        "本报讯（记者）",
        "新华社北京3月1日电（记者 段飞",
        "陶然）",
        "据新华社电",
        "市图书馆新馆试开放",
        "书香飘满新馆 读者如约而至",
        "江东新区：",
        "——背街小巷改造见闻",
        "▲现场",
        "▶图为",
        "⊙本报记者 段　飞 文/图",
        "（温如玉 段飞）",
        "（据新华社北京3月1日电）",
        "段飞 摄",
        "（下转第4版）",
        "②6",
        "责编：方远 校对：沈静",
        "A03 民生",
        "2024年5月6日 星期一",
        "简　讯",
        "图片新闻",
        "初 雪",
        "■沙溪镇：水渠清淤忙　连日来，",
        "全 民 阅 读 320 余 人 次 ，走 进",
        "全市共有 20 万人参加了这次活动，大家",
        "表示。",
        "”",
        "“",
        "（",
        "）",
        "《",
        "。",
        "，",
        "：",
        "变“等上门”为“找上门”",
        "变“零星修”为“集中修”",
        "守住一片山",
        "护好一江水",
        "一、",
        "（一）",
        "第3版",
        "\ufeff",
        "\u200b",
        "\u00ad",
        "By JANE DOE",
        "and JOHN ROE",
        "Staff Reporter",
        "WEST QUAY — The",
        "hyphen-",
        "ated words go on.",
        "See BRIDGE, Page 8",
        "Photo by Jane Doe",
        "(Photo: Jane Roe)",
        "JANE ROE/The Herald",
        "IN BRIEF",
        "(Reuters)",
        'It ended. "So," he said.',
        "\n",
        "\n",
        "\n",
        "\n\n",
        " ",
        "\u3000",
        "\u3000\u3000",
        "\t",
        "\r\n",
        "\f",
        "\x85",
        "        ",
    ]
)


@given(st.lists(FRAGMENTS, max_size=60).map("".join))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_mixture_of_newspaper_pieces_loses_a_character(text: str) -> None:
    if not text.strip():
        return
    reading = read_page(text)
    assert nothing_lost(text, reading)
    assert "not-read" not in reading.warnings
    assert "characters-unplaced" not in reading.warnings
    numbers = [n for story in reading.stories for n in story.lines]
    assert all(1 <= n <= len(text.splitlines()) for n in numbers)
    for index, story in enumerate(reading.stories):
        assert story.package is None or (0 <= story.package < len(reading.stories))
        assert story.package != index


@given(st.text(max_size=400))
@settings(max_examples=400, deadline=None)
def test_no_text_at_all_loses_a_character(text: str) -> None:
    try:
        reading = read_page(text)
    except PageTextError:
        return
    assert nothing_lost(text, reading)
    json.dumps(reading.as_json())


# Size

NEWSPAPER = HEADLINE_LAST + "\n" + HEADLINE_FIRST + "\n▲读者在新馆阅览区选书。段飞 摄\n\n"
SHAPES = {
    "newspaper lines": NEWSPAPER,
    "one line": NEWSPAPER.replace("\n", ""),
    "line ends": "\n",
    "spaces": " ",
    "open brackets": "（",
    "nested brackets": "（(《“",
    "names": "温如玉段飞",
    "one-word heads": "新馆试开放\n\n",
    "open bylines": "本报讯（记者\n",
    "spaced letters": "全 民 阅 读 ",
    "capitals": "JANE DOE ",
    "hyphens": "word-\n",
    "initials": "A. ",
}


def seconds(text: str) -> float:
    start = time.process_time()
    read_page(text)
    return time.process_time() - start


@pytest.mark.parametrize("piece", SHAPES.values(), ids=SHAPES.keys())
def test_ten_times_the_text_takes_about_ten_times_as_long(piece: str) -> None:
    def sized(length: int) -> str:
        return "新" + (piece * (length // len(piece)))

    small = max(min(seconds(sized(20_000)) for _ in range(3)), 0.02)
    assert seconds(sized(200_000)) < 40 * small


@pytest.mark.parametrize(
    "piece", ["newspaper lines", "one line", "line ends", "spaces", "open brackets"]
)
def test_the_largest_page_is_read(piece: str) -> None:
    text = ("新" + SHAPES[piece] * (LARGEST // len(SHAPES[piece]) + 1))[:LARGEST]
    assert nothing_lost(text, read_page(text))
