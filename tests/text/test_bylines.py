"""Whom a byline names, what they did, and what they are to the paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.bylines import is_byline, parse_byline
from articles.text.signatures import read_closing, read_opening, read_photo_credit


def named(line: str) -> list[tuple[str, str, str]]:
    return [(one.name, one.role, one.kind) for one in parse_byline(line)]


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("记者 温如玉", [("温如玉", "text", "staff")]),
        ("本报记者 温如玉 段飞", [("温如玉", "text", "staff"), ("段飞", "text", "staff")]),
        ("⊙本报记者 段　飞 文/图", [("段飞", "both", "staff")]),
        (
            "（温如玉 孙悦 文 段飞 图）",
            [
                ("温如玉", "text", "contributor"),
                ("孙悦", "text", "contributor"),
                ("段飞", "photo", "contributor"),
            ],
        ),
        (
            "记者 甲 通讯员 乙 文 丙 图",
            [
                ("甲", "text", "staff"),
                ("乙", "text", "correspondent"),
                ("丙", "photo", "correspondent"),
            ],
        ),
        ("记者 周 平 陈小芳", [("周平", "text", "staff"), ("陈小芳", "text", "staff")]),
        (
            "全媒体记者 骆一舟 实习生 卓　雅",
            [("骆一舟", "text", "staff"), ("卓雅", "text", "intern")],
        ),
        ("记者聂小川", [("聂小川", "text", "staff")]),
        ("通讯员 欧阳晴 摄", [("欧阳晴", "photo", "correspondent")]),
        ("新华社记者 王飞 摄", [("王飞", "photo", "agency")]),
        (
            "文/温如玉 图/段飞",
            [("温如玉", "text", "contributor"), ("段飞", "photo", "contributor")],
        ),
        ("摄影：段飞", [("段飞", "photo", "contributor")]),
        ("本报记者 温如玉 摄影报道", [("温如玉", "both", "staff")]),
        ("阿依古丽·买买提 摄", [("阿依古丽·买买提", "photo", "contributor")]),
        ("记者王飞李永", [("王飞", "text", "staff"), ("李永", "text", "staff")]),
        ("特约记者 段飞", [("段飞", "text", "contributor")]),
        ("By Jane Doe", [("Jane Doe", "text", "contributor")]),
        (
            "By JANE DOE and JOHN ROE",
            [("JANE DOE", "text", "contributor"), ("JOHN ROE", "text", "contributor")],
        ),
        (
            "By Ann Poe and Bo Lee; photos Cy Orr",
            [
                ("Ann Poe", "text", "contributor"),
                ("Bo Lee", "text", "contributor"),
                ("Cy Orr", "photo", "contributor"),
            ],
        ),
        ("By Jane Doe, Staff Reporter", [("Jane Doe", "text", "staff")]),
        ("By Jane Doe\nSpecial correspondent", [("Jane Doe", "text", "correspondent")]),
        ("Story and photos by Jane Doe", [("Jane Doe", "both", "contributor")]),
        ("Photograph: Jane Doe", [("Jane Doe", "photo", "contributor")]),
        ("By Reuters", [("Reuters", "text", "agency")]),
    ],
)
def test_a_byline_names_its_people(line: str, people: list[tuple[str, str, str]]) -> None:
    assert named(line) == people


@pytest.mark.parametrize(
    "line", ["", "记者", "（记者）", "受访者供图", "市气象局供图", "By Staff Reporter", "⊙", "，。"]
)
def test_a_byline_without_a_name_names_nobody(line: str) -> None:
    assert named(line) == []


@pytest.mark.parametrize(
    "line", ["⊙本报记者 温如玉", "段飞 摄", "□温如玉", "记者 温如玉 段飞 文/图"]
)
def test_a_line_that_is_a_byline_is_known(line: str) -> None:
    assert is_byline(line)


@pytest.mark.parametrize(
    "line",
    ["通讯员培训班开班", "记者手记", "文化惠民进万家", "秋粮归仓　农机手连轴转", "■水渠清淤忙"],
)
def test_a_headline_with_a_role_word_is_no_byline(line: str) -> None:
    assert not is_byline(line)


def test_a_name_cut_by_a_line_end_is_mended() -> None:
    opening = read_opening("本报讯（记者 温如\n玉 通讯员 段飞）昨日")
    assert [one.name for one in opening.people] == ["温如玉", "段飞"]


def test_two_names_parted_by_a_line_end_stay_two() -> None:
    opening = read_opening("新华社北京3月1日电（记者 高昊宇\n陶然）记者")
    assert [(one.name, one.kind) for one in opening.people] == [
        ("高昊宇", "agency"),
        ("陶然", "agency"),
    ]
    assert opening.lead == "新华社北京3月1日电"


def test_a_lost_name_is_known_to_be_missing() -> None:
    assert read_opening("本报讯（记者）昨日").missing


def test_a_bracket_in_the_text_is_no_byline() -> None:
    assert read_closing("共十箱（不含旧书）") is None
    assert read_opening("（不含旧书）共十箱").people == ()


@pytest.mark.parametrize(
    ("text", "left", "names"),
    [
        ("工作推进。⊙本报记者 温如玉", "工作推进。", ["温如玉"]),
        ("工作推进。（温如玉 段飞）", "工作推进。", ["温如玉", "段飞"]),
        ("工作推进。（据新华社北京3月1日电）", "工作推进。", []),
        ("工作推进。（本报综合）", "工作推进。", []),
    ],
)
def test_a_byline_at_a_storys_end_is_taken_off(text: str, left: str, names: list[str]) -> None:
    closing = read_closing(text)
    assert closing is not None
    assert text[: closing.text_until] == left
    assert [one.name for one in closing.people] == names


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("新馆阅览区 段飞 摄", "新馆阅览区"),
        ("新馆阅览区。（通讯员 段飞 摄）", "新馆阅览区。"),
        ("新馆阅览区（资料图片）", "新馆阅览区"),
        ("新馆阅览区 受访者供图", "新馆阅览区"),
    ],
)
def test_a_picture_credit_is_taken_off_its_caption(text: str, left: str) -> None:
    credit = read_photo_credit(text)
    assert credit is not None
    assert text[: credit.text_until].strip() == left


@given(st.text(max_size=200))
def test_any_line_can_be_asked_for_its_people(line: str) -> None:
    for person in parse_byline(line):
        assert person.name.strip()
    read_opening(line)
    read_closing(line)
    read_photo_credit(line)
