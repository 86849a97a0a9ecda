"""What display type looks like: headlines, the lines above and below them, captions, rubrics."""

from __future__ import annotations

import re
from collections.abc import Sequence

from articles.text.names import HAN
from articles.text.reflow import tighten_headline
from articles.text.words import cjk_count, compact, unclosed, width

WIDEST = 34.0
# Verbs that end a clause in a headline: the line is complete, the next is another line of type.
COMPLETING = re.compile(
    r"(?:开工|竣工|完工|启动|召开|举行|开幕|闭幕|开通|通车|合龙|发布|上线|落地|揭晓|揭牌|挂牌|成立|开放|投用|签约|"
    r"亮相|登场|落成|完成|结束|落幕|收官|开赛|开讲|开学|开业|上市|到来|增长|下降|上升|出炉|公布|见效|成效|实效|"
    r"受益|开启|开跑|获奖|夺冠|推进|破案|落网|脱贫|回升|回暖|走红|飘香|丰收|开镰|复工|复课|复航|首航|首飞|提速|"
    r"加装|开行|工作|活动|会议|讲话|调研|检查|督查|慰问|有序|平安|新篇|新格局)[”》]?$"
    r"|\d[\d.]*\s*[万亿余多]*(?:部|件|个|元|人|户|家|条|项|吨|亩|次|台|场|公里|米|%|％|个项目|辆|名|岁)$"
)
# Verbs that want an object, and particles that want a word: the clause goes on in the next line.
WANTING = re.compile(
    r"(?:推行|推动|开展|举办|实施|打造|建设|成为|迎来|实现|发放|建成|启用|获得|荣获|入选|出台|印发|提升|助力|构建|"
    r"向|对|将|为|在|与|和|的|从|让|把|被|由|以|用|给|至|到|及|或|我市|我县|我区|我省|全市|全县|全省|再|又|已|可|超)$"
)
VERB = re.compile(
    r"(?:推行|推动|推进|开展|举办|举行|召开|启动|实施|打造|建设|建成|成为|迎来|实现|发放|发布|公布|移交|完成|提升|"
    r"延伸|做强|做优|做大|拓展|培育|壮大|引进|落户|抓紧|抓细|抓好|抓实|催动|扮靓|赋能|奏响|绘就|书写|谱写|焕|铺就|跑出|迈向|点燃|照亮|温暖|传递|共建|共享|共话|"
    r"首创|首个|打掉|计划|加装|开行|提供|助力|构建|督查|督察|调研|慰问|检查|出席|参加|接力|寻回|开工|竣工|开通|通车|合龙|开幕|闭幕|揭牌|成立|"
    r"签约|亮相|落幕|披上|重现|种出|守住|护好|盘活|托起|变身|走进|走出|点亮|唱响|擦亮|织密|筑牢|激活|增长|下降|"
    r"上升|突破|超过|达到|进入|来到|带队|部署|强调|要求|指出|获|赴|有了|改造|整治|投入|新增|保障|守护|深化|试点|"
    r"服务|上线|惠及|受益|表彰|颁发|通报|曝光|查处|破获|抓获|救起|救出|捐|送|建|办|开)"
)
CAPTION_WORDS = re.compile(
    r"^图[①-⑳一二三四五\d]*[：:]|图为|上图|下图|左图|右图|正在|现场$|现场[（(]|合影|留影|掠影|一角$|一景$|俯瞰|航拍|景象|场景|情景|资料图|效果图|示意图"
)
PICTURED = re.compile(
    r"(?:[^“”]{0,8}(?:市民|村民|居民|游客|学生|孩子们?|志愿者|民警|工人|农户|农民|技术人员|工作人员|医护人员|消防员|队员|选手|演员|读者|旅客))"
    r"(?:在|正|为|向|与|给|展示|观看|参观|体验|参加|查看|采|收|搬|检|排|领|学|表演|练习|商量|候)"
)
CAPTION_MARKS = "▲▶▼◀△▷▽◁►◄↑↓←→▴▾▸◂"
KICKER_WORDS = re.compile(
    r"(?:进行时|在行动|系列报道|见闻|纪实|侧记|追踪|走笔|专访|调查|观察|巡礼|之[一二三四五六七八九十]+)$"
)
RUBRIC = re.compile(
    rf"(?:[{HAN}·]{{0,4}}(?:一线|视点|聚焦|关注|速递|快讯|播报|简讯|短讯|短波|在线|广角|之窗|看台|传真|集萃|"
    r"一览|专栏|专版|专题|导读|预告|微播|特稿|特写|人物|提示|编者按|图片新闻|新闻图片|天天看|快评|时评|论坛|连线|动态|资讯|链接|热点|直通车))"
    r"|[^“”]{2,4}微播|图片新闻|新闻链接|编者按|今日导读|本版导读|综合新闻|本地新闻|国内新闻|国际新闻"
)
PAGE_NAME = re.compile(
    r"(?:要闻|综合|民生|时政|经济|文化|体育|教育|健康|社会|副刊|国内|国际|本地|城事|县区|乡村|法治|科技|财经|文旅|旅游|"
    r"专题|专版|广告|评论|理论|生活|娱乐|公告|公益|人物|周刊|天下|时事|都市|视觉|党建|生态)"
    r"(?:[·/、\s]*(?:要闻|综合|民生|新闻|周刊|专刊|时政|经济|文化|社会))?"
)
NOTICE_TITLES = frozenset(
    [
        "更正",
        "致歉",
        "启事",
        "公告",
        "声明",
        "讣告",
        "通知",
        "通告",
        "招聘",
        "公示",
        "遗失声明",
        "寻人启事",
    ]
)
SENTENCE_MARKS = re.compile(r"[。；]|[，、,]$")


CAPTION_START = re.compile(r"(?:图[①-⑳一二三四五\d]{0,2}[：:]|图为|[上下左右题]图[为：:]?|资料图)")
SUBHEAD = re.compile(
    r"(?:[（(]?[一二三四五六七八九十]{1,2}[)）]?[、．.]?|[（(]?[1-9][)）.．、])(?:\s*\S{1,22})?"
)


def looks_displayed(text: str) -> bool:
    """Whether a line could be display type: short, and without the marks of running text."""
    if not len(compact(text)) > 1 or width(text) > WIDEST or cjk_count(text) < 1:
        return False
    return not (SENTENCE_MARKS.search(text) or has_comma(text))


def has_comma(text: str) -> bool:
    """Whether a line has a comma of its own, full or half width, and not in a quotation."""
    return bool(re.search(rf"，|(?<=[{HAN}”\s]),|,(?=\s*[{HAN}])", outside_quotes(text)))


def outside_quotes(text: str) -> str:
    """The text without what it quotes: commas in a quotation do not make running text."""
    return re.sub(r"“[^“”]{0,40}”|《[^《》]{0,40}》", "", text)


def has_clause_gap(text: str) -> bool:
    """Whether the line is two or three clauses parted by a gap, as only headlines are set."""
    clauses = tighten_headline(text).split(" ")
    return 2 <= len(clauses) <= 3 and all(cjk_count(clause) >= 3 for clause in clauses)


def caption_likeness(text: str) -> int:
    """How much a line looks like the words under a picture; two and more is much."""
    length = width(text)
    likeness = 0
    if CAPTION_WORDS.search(text):
        likeness += 2
    if length >= 22:
        likeness += 2
    elif length >= 16:
        likeness += 1
    if has_comma(text) or text.rstrip().endswith("。"):
        likeness += 1
    # Headlines do without 的; the words under a picture say who is doing what.
    if "的" in text and length >= 10:
        likeness += 1
    if PICTURED.match(text) and length >= 10:
        likeness += 1
    if has_clause_gap(text):
        likeness -= 2
    return likeness


def goes_on(first: str, second: str, body: str) -> bool:
    """Whether two lines of display type set together are one headline broken in two.

    The body decides when it can: a headline often repeats its story's words, across the break too.
    """
    left, right = compact(first), compact(second)
    if unclosed(left) or left.endswith(("—", "、", "，")):
        return True
    if (
        left.endswith(("：", "！", "？"))
        or is_kicker(left)
        or right.startswith("——")
        or has_clause_gap(first)
    ):
        return False
    if has_clause_gap(second):
        return False
    if left[-1] + right[0] in body or left[-2:] + right[:2] in body:
        return True
    if WANTING.search(left):
        return True
    if COMPLETING.search(left):
        return False
    if len(right) <= 4 and not right[0].isdigit():
        return True
    if left.endswith("”"):
        return not (right[0].isdigit() or width(right) > width(left) + 1.5)
    if VERB.search(left):
        # A verb and what it governs make one headline; a deck speaks for itself.
        return not (VERB.search(right) or re.search(r"\d|[一二三四五六七八九十百千万]", right))
    return not right[0].isdigit()


def merge_display(lines: Sequence[str], body: str) -> list[list[int]]:
    """Which lines of one block of display type belong together, as lists of their indexes."""
    groups: list[list[int]] = []
    joined = ""
    for index, line in enumerate(lines):
        if groups and goes_on(joined, line, body):
            groups[-1].append(index)
            joined += line
        else:
            groups.append([index])
            joined = line
    return groups


def is_slogan(text: str) -> bool:
    """Whether a line speaks in an image or a slogan, which makes it the main line of a head."""
    return has_clause_gap(text) or bool(re.search(r"“[^”]{1,8}”|[！？]$", text))


def is_kicker(text: str) -> bool:
    """Whether a line announces that the headline is still to come."""
    text = text.strip()
    return text.endswith(("：", ":")) or bool(KICKER_WORDS.search(text))


def main_line(lines: Sequence[str], shared: Sequence[float]) -> int:
    """Which of a head's lines is the headline; those above are kickers, those below decks.

    `shared` says how much of each line its story's text repeats: a line of fact repeats much, a
    slogan little.
    """
    if len(lines) == 1:
        return 0
    start = 0
    while start < len(lines) - 1 and is_kicker(lines[start]):
        start += 1
    if start:
        return start
    for index, line in enumerate(lines):
        if line.strip().startswith("——") and index:
            return max(0, index - 1)
    if len(lines) >= 3:
        return next((i for i in (1, 0) if is_slogan(lines[i])), 1)
    if is_slogan(lines[1]) and not is_slogan(lines[0]):
        return 1
    if is_slogan(lines[0]) or is_slogan(lines[1]):
        return 0
    if shared[0] > shared[1] + 0.25 and cjk_count(lines[1]) <= 10 and not VERB.search(lines[1]):
        return 1
    return 0


def shape(text: str) -> str:
    """The outline of a line: what parallel heads of one package have in common."""
    out = re.sub(r"“[^”]*”", "“”", compact(text))
    return re.sub(r"\d+", "0", out)


def parallel(first: str, second: str) -> bool:
    """Whether two lines are built alike: the same frame of words with other words in it."""
    left, right = shape(first), shape(second)
    if left == right and "“" not in left:
        return False
    if "“”" in left and "“”" in right:
        one, other = left.split("“”"), right.split("“”")
        if len(one) == len(other) and abs(len(left) - len(right)) <= 2:
            same = sum(_shared_places(a, b) for a, b in zip(one, other, strict=True))
            return same >= 2 or (len(left) == len(right) and one[-1] == other[-1] and len(one) == 2)
    if abs(len(left) - len(right)) > 1 or min(len(left), len(right)) < 4:
        return False
    same = max(_shared_places(left, right), _shared_places(left[::-1], right[::-1]))
    return same >= max(2, len(left) // 3) or (
        len(left) == len(right) <= 6
        and same >= 1
        and left[len(left) // 2] == right[len(right) // 2]
    )


def _shared_places(left: str, right: str) -> int:
    return sum(a == b for a, b in zip(left, right, strict=False))
