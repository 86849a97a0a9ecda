"""What the proofing aids point at, and what they leave alone."""

import datetime as dt
import time
from collections.abc import Sequence

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from articles.text.proof import Finding, ListedWord, proofread

TODAY = dt.date(2026, 11, 20)


def found(
    text: str,
    language: str = "zh-Hans",
    words: Sequence[ListedWord] = (),
    names: Sequence[str] = (),
) -> list[Finding]:
    return proofread({"body": text}, language=language, today=TODAY, words=words, names=names)


def codes(text: str, language: str = "zh-Hans", names: Sequence[str] = ()) -> list[str]:
    return [finding.code for finding in found(text, language, names=names)]


@pytest.mark.parametrize(
    "text",
    [
        "新馆开放,读者很多。",
        "新馆开放了.",
        "他问:“几点开门？”",
        "新馆何时开放?",
        "第一天有3000人,第二天更多。",
        "记者(黄伟强)报道。",
        "（记者 黄伟强)报道。",
        "《潮汐表》,每月一册。",
    ],
)
def test_half_width_marks_among_han_are_shown(text: str) -> None:
    assert codes(text) == ["mixed_punctuation"]


@pytest.mark.parametrize(
    "text",
    [
        "比赛6:30开始，比分3:2。",
        "投入1,200万元，增长3.5%。",
        "详见https://example.com/a,b?c=d:e，或写信至desk@example.com。",
        "世界卫生组织(WHO)发布报告。",
        "函数f(x)的图像。",
        "U.S.中国商会在Yahoo!中国刊文。",
        "1.加强领导。",
        "下载 tide.pdf 后打开，版本为2.0。",
        "他说了一句“Hello, world!”就走了。",
        "照片名为 新馆.jpg 的文件。",
    ],
)
def test_numbers_addresses_and_latin_words_keep_their_marks(text: str) -> None:
    assert codes(text) == []


def test_a_text_all_in_half_width_is_one_finding() -> None:
    with translation.override("en"):
        (finding,) = found("今天开放,读者很多.\n" * 40)
    assert finding.code == "mixed_punctuation"
    assert "80" in finding.message


@pytest.mark.parametrize("text", ["The boat left， late.", "Open （daily） now.", "Why？"])
def test_full_width_marks_in_english_are_shown(text: str) -> None:
    assert set(codes(text, "en")) == {"mixed_punctuation"}


@pytest.mark.parametrize("text", ["The sign said 欢迎，请进 to all.", "It is “open”, he said."])
def test_a_chinese_quotation_in_english_keeps_its_marks(text: str) -> None:
    assert codes(text, "en") == []


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("举办“邻里守望活动，很热闹。", "“"),
        ("举办邻里守望”活动，很热闹。", "”"),
        ("举办”邻里守望“活动，很热闹。", "”"),
        ("举办“邻里守望“活动，很热闹。", "望“"),
        ("出版《潮汐表一书。", "《"),
        ("他说：“这叫‘压舱’。", "“"),
        ("新馆（位于老码头旁。", "（"),
        ("“《潮汐》和《海图”出版。", "《海图"),
    ],
)
def test_marks_without_a_partner_are_shown(text: str, passage: str) -> None:
    (finding,) = found(text)
    assert finding.code == "unbalanced_quotes"
    assert passage in finding.passage


@pytest.mark.parametrize(
    "text",
    [
        "“他们说‘压舱’，我就来了。”她说。",
        "《“北屿”号》和（一）都在。",
        "（1）加强领导；2）加强管理。",
        "“第一段没有完。\n“第二段完了。”",
        "他去了Xi’an，又去了boys’ club。",
    ],
)
def test_chinese_marks_in_pairs_are_left_alone(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "“It’s the boys’ boat,” she said in the ’90s.",
        "‘I don’t know the dogs’ names,’ he said.",
        "“The first paragraph goes on.\n“The second ends here.”",
        "Fish ’n’ chips for the Lees’ party. :)",
        "a) first, b) second, 3) third",
    ],
)
def test_apostrophes_and_long_quotations_are_left_alone(text: str) -> None:
    assert codes(text, "en") == []


@pytest.mark.parametrize(
    "text",
    [
        "“It is open, she said.",
        "It is open,” she said.",
        "The boat (a ferry is late.",
        "“One.\nTwo.”",
    ],
)
def test_english_marks_without_a_partner_are_shown(text: str) -> None:
    assert set(codes(text, "en")) == {"unbalanced_quotes"}


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("新的的码头开了。", "的的"),
        ("他来了了，又走。", "了了"),
        ("这是是码头。", "是是"),
        ("他住在在岛上。", "在在"),
        ("修好防波堤防波堤之后。", "防波堤防波堤"),
        ("我们我们都来了。", "我们我们"),
        ("开放了。。他来了。", "。。"),
        ("开放了，，他来了。", "，，"),
        ("开放了；。", "；。"),
    ],
)
def test_what_is_set_twice_in_chinese_is_shown(text: str, passage: str) -> None:
    (finding,) = found(text)
    assert (finding.code, finding.passage) == ("repeated", passage)


@pytest.mark.parametrize(
    "text",
    [
        "天天向上，人人看看，研究研究，慢慢来，个个高高兴兴。",
        "为了了解情况，现在在建的项目，的的喀喀湖在望，关键是是否开放。",
        "哈哈哈哈哈哈，加油加油加油加油！一点点一点点地做。",
        "他说：“是是，我我我知道。”……真的——真的！！好吗？？",
        "参与与否，不甚了了，温和和气，以及及时处理，从从容容。",
        "想看什么看什么，想听多少听多少听多少。",
        "实现目的的方法，和和美美，存在在线问题。",
    ],
)
def test_doubling_that_is_meant_is_left_alone(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("He saw the the boat.", "the the"),
        ("The the boat left.", "The the"),
        ("It was a a boat.", "a a"),
        ("The report report said so.", "report report"),
        ("Yes,, he said.", ",,"),
    ],
)
def test_what_is_set_twice_in_english_is_shown(text: str, passage: str) -> None:
    (finding,) = found(text, "en")
    assert (finding.code, finding.passage) == ("repeated", passage)


@pytest.mark.parametrize(
    "text",
    [
        "He had had enough of the fact that that was so.",
        "Duran Duran played in Walla Walla... and on on-ramps.",
        "She gave her her coat; the theatre was a an-hour walk. So so!! What??",
        "It’s s so. The cat at attention.",
    ],
)
def test_english_doubling_that_is_meant_is_left_alone(text: str) -> None:
    assert codes(text, "en") == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("今天17时40分，日班渡轮照例在老码头拉响汽笛，催人快跑", "zh-Hans"),
        ("渡轮离岸。今天17时40分日班渡轮照例在老码头拉响了汽笛，", "zh-Hans"),
        ("The boat left the wharf. It came back the next morning at six", "en"),
        ("After nine years of waiting, the islet has its night boat", "en"),
    ],
)
def test_a_paragraph_without_an_end_is_shown(text: str, language: str) -> None:
    (finding,) = found(text, language)
    assert finding.code == "no_end"
    assert text.endswith(finding.passage)


@pytest.mark.parametrize(
    "text",
    [
        "今天17时40分，日班渡轮照例在老码头拉响汽笛，催人快跑。",
        "今天17时40分，日班渡轮照例在老码头拉响汽笛，有人喊道：“快跑！”",
        "今天17时40分，日班渡轮照例在老码头拉响汽笛，名单如下：",
        "今天17时40分，日班渡轮照例在老码头拉响汽笛。（记者 林晚潮）",
        "今天17时40分，日班渡轮照例在老码头拉响汽笛。⊙本报记者 林晚潮",
        "今天17时40分，日班渡轮照例在老码头拉响汽笛……",
        "日班渡轮照例在老码头拉响汽笛催人快跑",
        "（一）日班渡轮照例在老码头拉响汽笛，催人快跑，岸上很多人",
        "一、日班渡轮照例在老码头拉响汽笛，催人快跑，岸上有很多人",
        "名单：\n日班渡轮照例在老码头拉响汽笛，催人快跑，岸上有很多人",
        "日班渡轮照例在老码头拉响汽笛，催人快跑，岸上有很多人\n"
        "夜班渡轮照例在老码头拉响汽笛，催人快跑，岸上没有多少人",
    ],
)
def test_chinese_paragraphs_that_end_or_need_no_end_are_left_alone(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The boat left the wharf and came back the next morning at six.",
        "The boat left the wharf and she said: “It is late.”",
        "The boat left the wharf and came back, with the following on board:",
        "What the council decided about the new night boat",
        "- the boat that left the wharf, and came back the next morning",
        "Write to the harbour office about the boat, at desk@example.com",
        "The boat left the wharf and came back the next morning. (Reuters)",
    ],
)
def test_english_paragraphs_that_end_or_need_no_end_are_left_alone(text: str) -> None:
    assert codes(text, "en") == []


def test_headlines_need_no_end() -> None:
    line = "四十一年的末班船，今晚往后挪四小时，岸上的人不必再跑着赶船了"
    assert proofread({"headline": line}, language="zh-Hans", today=TODAY) == []


@pytest.mark.parametrize(
    "text",
    [
        "会议于11月23日（星期二）举行。",
        "会议于11月23日星期二举行。",
        "会议于2026年11月23日周二举行。",
        "会议于周二（11月23日）举行。",
        "会议于11月23日（下周二）举行。",
        "会议于明年1月4日（星期二）举行。",
        "会议于2026年2月29日举行。",
        "会议于2月30日举行。",
        "会议于13月1日举行。",
    ],
)
def test_wrong_weekdays_and_impossible_dates_are_shown_in_chinese(text: str) -> None:
    assert codes(text) == ["weekday"]


@pytest.mark.parametrize(
    "text",
    [
        "会议于11月23日（星期一）举行，1月3日（星期日）结束。",
        "会议于2026年11月23日周一举行。",
        "会议于11月21日至22日（周六、周日）举行。",
        "会议于11月21日至11月22日（周六至周日）举行。",
        "会议于11月23日，周二继续。",
        "农历11月23日（星期二）。",
        "2019年的事：11月23日（星期六）开会。",
        "2月29日开门，12月31日闭馆，住在3月40号楼。",
        "11月23日周六福金店开业。",
        "11月23日每周二开放。",
    ],
)
def test_right_dates_are_left_alone_in_chinese(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "It opens on Tuesday, November 23.",
        "It opens Monday 24 November 2026.",
        "It opens on Nov. 23 (Tuesday).",
        "It opens on Tues., Nov. 23, 2026, at six.",
        "It opens on Tuesday the 23rd of November.",
        "It opens on November 23, Tuesday, at six.",
        "It opens on February 30.",
        "It opens on 31 June.",
    ],
)
def test_wrong_weekdays_and_impossible_dates_are_shown_in_english(text: str) -> None:
    assert codes(text, "en") == ["weekday"]


@pytest.mark.parametrize(
    "text",
    [
        "It opens on Monday, November 23, and on Tuesday 24 November 2026.",
        "It is open on Saturday and Sunday, November 21 and 22.",
        "By November 23, Tuesday meetings will be over.",
        "In June 31 people came; in May 45 people did.",
        "As The Sun, May 5, had it, 35 March hares came on 31 May.",
        "In 2019 it opened on Saturday, November 23.",
    ],
)
def test_right_dates_are_left_alone_in_english(text: str) -> None:
    assert codes(text, "en") == []


def test_a_wrong_weekday_is_told_with_the_right_one() -> None:
    with translation.override("en"):
        (finding,) = found("会议于11月23日（星期二）举行。")
    assert finding.message == "2026-11-23 is a Monday."
    assert finding.passage == "11月23日（星期二"


def test_a_date_without_a_year_is_the_nearest() -> None:
    assert codes("会议于3月1日（星期一）举行。") == []  # 2027
    assert codes("会议于8月3日（星期一）举行。") == []  # 2026


@pytest.mark.parametrize(
    ("text", "passage", "names"),
    [
        ("港务局局长高启航说，可以。高启杭还说，船好。", "高启杭", []),
        ("记者林晚湖报道。", "林晚湖", ["林晚潮"]),
        ("陆文涛表示，可以。", "陆文涛", ["陆闻涛"]),
        ("村民张伟说，好。张玮说，不好。", "张玮", ["张伟"]),
    ],
)
def test_a_chinese_name_in_two_spellings_is_shown(
    text: str, passage: str, names: list[str]
) -> None:
    (finding,) = found(text, names=names)
    assert (finding.code, finding.passage) == ("two_spellings", passage)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("局长高启航说，可以。局长高启明说，不可以。", []),
        ("和他们说，和她们说。", []),
        ("记者林晚潮报道，村民林晚霞说。", ["林晚潮"]),
        ("村民李建设说，在县里建设，里建社。", []),
        ("张伟说，好。张薇说，不好。", []),
        ("陆闻涛说，好。陆文涛说，不好。", ["陆闻涛", "陆文涛"]),
        ("王阿姨说，好。王阿一。", []),
    ],
)
def test_two_people_with_chinese_names_are_left_alone(text: str, names: list[str]) -> None:
    assert codes(text, names=names) == []


@pytest.mark.parametrize(
    ("text", "passage", "names"),
    [
        ("John Smith came. John Smith sat. Later Jon Smith left.", "Jon Smith", []),
        ("Hannah Smith came. Hannah Smyth’s boat left.", "Hannah Smyth", []),
        ("It was said by Hannah Loewe.", "Hannah Loewe", ["Hannah Lowe"]),
    ],
)
def test_an_english_name_in_two_spellings_is_shown(
    text: str, passage: str, names: list[str]
) -> None:
    (finding,) = found(text, "en", names=names)
    assert (finding.code, finding.passage) == ("two_spellings", passage)


@pytest.mark.parametrize(
    "text",
    [
        "Hannah Lowe and Hannah Lowry came.",
        "Chen Wei met Chen Wen, and Mr Wang met Mr Wan.",
        "Mill Street, Hill Street, Long Lane, Long Lake.",
        "Maria Smith and Marie Smith, of the Peter Stevens and Peter Steven sort.",
        "The Beach Boys and A Beach Boy. Old Wharf, Old Wharfs.",
    ],
)
def test_two_people_with_english_names_are_left_alone(text: str) -> None:
    assert codes(text, "en") == []


LIST = [
    ListedWord("台湾", "台湾地区"),
    ListedWord("web site", "website"),
    ListedWord("东新区", "", "banned"),
    ListedWord("江东新区", "江东新城"),
    ListedWord("cat", "", "sensitive"),
    ListedWord("Iphone", "iPhone"),
]


@pytest.mark.parametrize(
    ("text", "passages"),
    [
        ("访问台湾之后。", ["台湾"]),
        ("访问台湾地区之后。", []),
        ("台湾地区和台湾。", ["台湾"]),
        ("江东新区开工，东新区完工。", ["江东新区", "东新区"]),
        ("A Web Site for the cat, not a catalogue; concat.", ["Web Site", "cat"]),
        ("用Cat和iPhone。", ["Cat"]),
        ("用IPHONE。", ["IPHONE"]),
    ],
)
def test_listed_words_are_shown(text: str, passages: list[str]) -> None:
    assert [finding.passage for finding in found(text, words=LIST)] == passages


def test_the_second_of_a_passage_is_counted() -> None:
    findings = found("台湾地区。\n台湾。台湾。", words=LIST)
    assert [finding.occurrence for finding in findings] == [1, 2]


@pytest.mark.parametrize(
    ("word", "message"),
    [
        (ListedWord("旧", "新"), "The paper writes “新”, not “旧”."),
        (ListedWord("旧", kind="banned"), "The paper does not write “旧”."),
        (
            ListedWord("旧", kind="sensitive"),
            "“旧” needs care: it is on the paper’s list of sensitive words.",
        ),
        (
            ListedWord("旧", "新", "sensitive"),
            "“旧” needs care; the paper’s list has: 新.",
        ),
    ],
)
def test_a_listed_word_is_told_with_what_the_list_has(word: ListedWord, message: str) -> None:
    with translation.override("en"):
        (finding,) = found("旧", words=[word])
    assert finding.message == message


@pytest.mark.parametrize(
    ("text", "language", "passage"),
    [
        ("共有XXX人参加。", "zh-Hans", "XXX"),
        ("共有TKTK人参加。", "zh-Hans", "TKTK"),
        ("（待补：人数）", "zh-Hans", "（待补：人数）"),
        ("人数【待核】。", "zh-Hans", "【待核】"),
        ("人数（待定）。", "zh-Hans", "（待定）"),
        ("Some TK people came.", "en", "TK"),
        ("Lorem ipsum dolor.", "en", "Lorem ipsum"),
        ("Some ??? people came.", "en", "???"),
    ],
)
def test_placeholders_are_shown(text: str, language: str, passage: str) -> None:
    assert [(f.code, f.passage) for f in found(text, language)] == [("placeholder", passage)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("时间待定，名单待补。（时间待定）（待续）", "zh-Hans"),
        ("在TK开店。", "zh-Hans"),
        ("At TK Maxx they sell XXL; Super Bowl XXX was good.", "en"),
    ],
)
def test_words_that_only_look_like_placeholders_are_left_alone(text: str, language: str) -> None:
    assert codes(text, language) == []


def test_findings_come_in_the_order_of_the_text() -> None:
    texts = {"kicker": "新的的", "headline": "", "body": "共XXX人乘船到岛上,开放。。\n举办“活动。"}
    findings = proofread(texts, language="zh-Hans", today=TODAY)
    assert [(finding.field, finding.code) for finding in findings] == [
        ("kicker", "repeated"),
        ("body", "placeholder"),
        ("body", "mixed_punctuation"),
        ("body", "repeated"),
        ("body", "unbalanced_quotes"),
    ]


def test_there_are_never_more_than_fifty() -> None:
    assert len(found("XXX，" * 500)) == 50


def occurrences(passage: str, text: str) -> int:
    return sum(text.startswith(passage, at) for at in range(len(text)))


PIECES = st.sampled_from(
    [
        "的",
        "了",
        "是",
        "在",
        "高启航",
        "高启杭",
        "林晚潮",
        "说",
        "记者",
        "局长",
        "，",
        "。",
        ",",
        ".",
        ":",
        "?",
        "(",
        ")",
        "（",
        "）",
        "“",
        "”",
        "‘",
        "’",
        "「",
        "《",
        "》",
        "11月23日",
        "（星期二）",
        "周一",
        "2月30日",
        "0000年",
        "9999年",
        "99月99日",
        "Monday",
        "Sunday",
        ",",
        "Feb",
        "29",
        "30",
        "0001",
        "9999",
        "November",
        "the",
        "The",
        "Jon",
        "John",
        "Smith",
        "Smyth",
        "XXX",
        "TK",
        "???",
        "lorem",
        "ipsum",
        "台湾",
        "地区",
        "https://a.b",
        "desk@a.b",
        "İ",
        "ß",
        "Ǆ",
        "𠮷",
        "１１月",
        "②",
        "٣",
        "x",
        "aa",
    ]
) | st.sampled_from([" ", "\n", "\r", "\u2028", "\u3000", "\x00", ""])
TEXTS = st.lists(PIECES | st.text(max_size=3), max_size=40).map("".join)
DAYS = st.dates()


@given(TEXTS, TEXTS, st.sampled_from(["zh-Hans", "en", ""]), DAYS, st.lists(st.text(max_size=4)))
def test_no_text_makes_it_stumble(
    headline: str, body: str, language: str, today: dt.date, names: list[str]
) -> None:
    texts = {"headline": headline, "body": body}
    listed = [*LIST, *(ListedWord(name, name[1:]) for name in names)]
    for finding in proofread(texts, language=language, today=today, words=listed, names=names):
        assert 0 < len(finding.passage) <= 40
        assert occurrences(finding.passage, texts[finding.field]) >= finding.occurrence + 1
        assert finding.message


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "哈",
        "。",
        "“",
        "“）",
        "(",
        " ",
        "1",
        "X",
        "的的",
        "a.",
        "a@",
        "旧",
        "\n“",
        "1月",
        "on ",
        "Ab Cd ",
        "Monday, ",
        "记者高启航说，",
        "今天17时40分，日班渡轮照例在老码头拉响汽笛，11月23日（星期二）。",
    ],
)
def test_a_long_text_is_read_in_a_moment(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    words = [ListedWord("旧", "新"), *(ListedWord(f"旧词{number}") for number in range(2000))]
    for language in ("zh-Hans", "en"):
        start = time.process_time()
        found(text, language, words, names=["高启杭", "林晚潮"])
        assert time.process_time() - start < 2
