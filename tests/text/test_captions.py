"""Print's directions in captions, and credit lines in two languages."""

import pytest

from articles.text import captions


@pytest.mark.parametrize(
    ("printed", "pictures", "shown"),
    [
        ("▲渔港夜景。", 1, "渔港夜景。"),
        ("渔船归港 ▶", 1, "渔船归港"),
        ("左图：渔港夜景。", 1, "渔港夜景。"),
        ("上图为渔港夜景（左一为王某）", 1, "图为渔港夜景（左一为王某）"),
        ("渔港夜景（右下图）。", 1, "渔港夜景。"),
        ("村民晒鱼（见左图）", 1, "村民晒鱼（见图）"),
        ("左图：渔港。右图：码头。", 2, "图一：渔港。图二：码头。"),
        ("右图为码头；左图为渔港。", 2, "图二为码头；图一为渔港。"),
        ("下图：甲。上图：乙。", 2, "图二：甲。图一：乙。"),
        # One picture of two halves: they are its own.
        ("左图：渔港。右图：码头。", 1, "左图：渔港。右图：码头。"),
        ("上图书馆门前", 1, "上图书馆门前"),
        ("", 1, ""),
    ],
)
def test_chinese_captions_lead_nowhere_on_a_screen(printed: str, pictures: int, shown: str) -> None:
    assert captions.for_web(printed, "zh-hans", pictures) == shown


@pytest.mark.parametrize(
    ("printed", "pictures", "shown"),
    [
        ("Above: The harbour at dusk.", 1, "The harbour at dusk."),
        ("Pictured below left: The quay.", 1, "The quay."),
        ("(Above left) The quay.", 1, "The quay."),
        ("Left: Anna Reed. Right: Tom Hale.", 2, "Picture 1: Anna Reed. Picture 2: Tom Hale."),
        ("Mayor Jo Lee (left) and Ann Reed", 1, "Mayor Jo Lee (left) and Ann Reed"),
        ("Leftover fish: a problem", 1, "Leftover fish: a problem"),
        ("◀ The quay", 1, "The quay"),
    ],
)
def test_english_captions_too(printed: str, pictures: int, shown: str) -> None:
    assert captions.for_web(printed, "en", pictures) == shown


@pytest.mark.parametrize(
    ("typed", "chinese", "english"),
    [
        ("庄海生", "庄海生 摄", "Photograph: 庄海生"),
        ("摄影：庄海生", "庄海生 摄", "Photograph: 庄海生"),
        ("本报记者 庄海生 摄", "本报记者 庄海生 摄", "Photograph: 庄海生"),
        ("Photo by Ann Lee", "Ann Lee 摄", "Photograph: Ann Lee"),
        ("受访者供图", "受访者供图", "Photograph courtesy of 受访者"),
        ("图片由镇政府提供", "镇政府供图", "Photograph courtesy of 镇政府"),
        ("Courtesy of Harbour Trust", "Harbour Trust供图", "Photograph courtesy of Harbour Trust"),
        ("（资料图）", "资料图片", "File photograph"),
        ("File photo", "资料图片", "File photograph"),
        ("视频截图", "视频截图", "Still from video"),
        # What is said in words of its own stays as it is.
        ("新华社", "新华社", "新华社"),
        ("新华社发（张三 摄）", "新华社发（张三 摄）", "新华社发（张三 摄）"),
        ("Ann Lee/AP", "Ann Lee/AP", "Ann Lee/AP"),
        ("", "", ""),
    ],
)
def test_credits_are_set_in_the_paper_s_style(typed: str, chinese: str, english: str) -> None:
    assert captions.credit_line(typed, "zh-hans") == chinese
    assert captions.credit_line(typed, "en") == english


@pytest.mark.parametrize(
    "typed", ["庄海生", "受访者供图", "资料图片", "新华社", "Photo by Ann Lee"]
)
def test_a_line_that_is_set_already_stays(typed: str) -> None:
    for language in ("zh-hans", "en"):
        once = captions.credit_line(typed, language)
        assert captions.credit_line(once, language) == once
