"""Captions and credit lines: what print says of places on the page, said so that it fits the web.

In print ▲, “左图” or “Above:” lead the eye from a caption to its picture. On a screen the caption
stands under its picture, so they lead nowhere. Who stands where *in* a picture (“左一”, “second
from left”) stays.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

# -- direction marks -----------------------------------------------------------------------------

MARKS = "▲▼◀▶◄►△▽◁▷↑↓←→⬆⬇⬅➡◢◣◤◥☝☞☜☟"
_MARK = re.compile(
    rf"(?:^|(?<=[\s。；;（(]))[{MARKS}]+\s*|\s*[{MARKS}]+(?=$|[\s）)])", re.MULTILINE
)
# 左上、下 … of a picture on the page: followed by 图, and then by what makes it a direction. 上图
# alone may be anything: 上图书馆.
_PLACE = r"(?P<place>[左右上下中][上下左右中]?)"
_ZH_HEAD = re.compile(
    rf"(?P<before>^|[。；;\n])\s*{_PLACE}图\s*(?P<after>[:：]|为|是)", re.MULTILINE
)
_ZH_BRACKET = re.compile(r"[（(]\s*[左右上下中][上下左右中]?图\s*[）)]")
_ZH_SEE = re.compile(r"(?<=[（(，,])\s*(?P<see>见|如)[左右上下中][上下左右中]?图")
_EN_PLACE = (
    r"(?:Pictured\s+)?(?P<place>(?:Above|Below|Top|Bottom|Left|Right|Far|Middle|Centre|Center)"
    r"(?:[\s,]+(?:left|right|centre|center|middle))?)"
)
_EN_HEAD = re.compile(
    rf"(?P<before>^|[.;\n])\s*(?:\({_EN_PLACE}\)|{_EN_PLACE.replace('place', 'spot')}:)\s*",
    re.IGNORECASE | re.MULTILINE,
)
_DOWN = {"上": 0, "中": 1, "下": 2}
_ACROSS = {"左": 0, "中": 1, "右": 2}
_EN_RANK = {
    "above": 0, "top": 0, "middle": 10, "centre": 10, "center": 10, "below": 20, "bottom": 20,
    "left": 1, "right": 3, "far": 0,
}  # fmt: skip
_NUMBERS = "一二三四五六七八九十"


def for_web(caption: str, language: str, pictures: int = 1) -> str:
    """A caption without print's directions. `pictures`: how many stand over it, as a group.

    Over a group “左图：甲。右图：乙。” becomes “图一：甲。图二：乙。”, in the order in which one looks
    at a page: from the top, from the left. Over one picture that itself has a left and a right
    half, the words stay.
    """
    plain = _MARK.sub("", caption).strip()
    if language.startswith("zh"):
        plain = _ZH_SEE.sub(lambda found: f"{found['see']}图", _ZH_BRACKET.sub("", plain))
        return _numbered(plain, _ZH_HEAD, _zh_rank, _zh_head, pictures)
    return _numbered(plain, _EN_HEAD, _en_rank, _en_head, pictures)


def _numbered(
    text: str,
    head: re.Pattern[str],
    rank: Callable[[str], int],
    said: Callable[[re.Match[str], int], str],
    pictures: int,
) -> str:
    """The heads of a caption's parts dropped, or numbered where there are several pictures."""
    places = sorted({_place(found) for found in head.finditer(text)}, key=rank)
    if len(places) > 1 and pictures == 1:
        return text
    number = {place: index for index, place in enumerate(places)}
    several = len(places) > 1
    return head.sub(
        lambda found: said(found, number[_place(found)] if several else -1), text
    ).strip()


def _place(found: re.Match[str]) -> str:
    groups = found.groupdict()
    return (groups.get("place") or groups.get("spot") or "").lower()


def _zh_rank(place: str) -> int:
    down = next((_DOWN[part] for part in place if part in _DOWN), 0)
    across = next((_ACROSS[part] for part in place if part in _ACROSS), 0)
    return down * 10 + across


def _zh_head(found: re.Match[str], number: int) -> str:
    """“左图：” goes, “左图为” is “图为”; numbered: “图一：”, “图一为”."""
    is_colon = found["after"] in ":："
    if number >= 0:
        return f"{found['before']}图{_NUMBERS[number % 10]}{found['after']}"
    return found["before"] + ("" if is_colon else f"图{found['after']}")


def _en_rank(place: str) -> int:
    return sum(_EN_RANK.get(word, 0) for word in re.split(r"[\s,]+", place))


def _en_head(found: re.Match[str], number: int) -> str:
    before = found["before"] + (" " if found["before"] in (".", ";") else "")
    return before + (f"Picture {number + 1}: " if number >= 0 else "")


# -- credits -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """Where a picture comes from. `kind`: taken, given, file, or said (in words of its own)."""

    kind: str
    who: str


_BRACKETED = re.compile(r"^[（(【\[](?P<inside>[^（）()【】\[\]]+)[）)】\]]$")
_FILE = re.compile(
    r"^(?:资料(?:图片?|照片)|本报资料(?:图片?|照片)|file\s+(?:photo(?:graph)?|picture))$", re.I
)
_TAKEN = (
    re.compile(r"^(?P<who>.+?)\s*(?:摄影报道|摄影|摄)$"),
    re.compile(r"^(?:摄影|摄|图|图片)\s*[:：/／]\s*(?P<who>.+)$"),
    re.compile(r"^(?:photo(?:graph)?s?|picture)\s*(?:by|:)\s*(?P<who>.+)$", re.I),
)
_GIVEN = (
    re.compile(r"^(?:图片由|照片由)?(?P<who>.+?)\s*(?:供图|提供)$"),
    re.compile(r"^(?:供图|图片提供|提供)\s*[:：/／]\s*(?P<who>.+)$"),
    re.compile(
        r"^(?:photo(?:graph)?s?\s+)?(?:courtesy\s+of|provided\s+by|handout\s*:)\s*(?P<who>.+)$",
        re.I,
    ),
)
_ROLE = re.compile(r"^本报(?:全媒体|首席|见习|实习|特约)?(?:记者|通讯员|实习生)\s*")
_HAN_NAME = re.compile(r"^[\u3400-\u9fff·]{2,4}$")
_LATIN_NAME = re.compile(r"^[A-Z][\w.’'-]*(?:\s+[A-Z][\w.’'-]*){1,3}$")
AGENCIES = (
    "新华社",
    "中新社",
    "新华网",
    "人民网",
    "视觉中国",
    "央视",
    "路透社",
    "法新社",
    "美联社",
)
# What is no photographer's work, in both languages.
SAID = {
    "视频截图": "Still from video",
    "效果图": "Artist’s impression",
    "网络图片": "Picture from the internet",
}


def source_of(credit: str) -> Source:
    """Read a credit as it was typed or came with the picture."""
    plain = credit.strip()
    if whole := _BRACKETED.match(plain):
        plain = whole["inside"].strip()
    if _FILE.match(plain):
        return Source("file", "")
    for kind, forms in (("given", _GIVEN), ("taken", _TAKEN)):
        for form in forms:
            if (found := form.match(plain)) and not re.search(r"[（(]", found["who"]):
                return Source(kind, found["who"].strip())
    if (
        plain in AGENCIES
        or plain in SAID
        or not (_HAN_NAME.match(plain) or _LATIN_NAME.match(plain))
    ):
        return Source("said", plain)
    return Source("taken", plain)


def credit_line(credit: str, language: str) -> str:
    """The credit as a paper in this language sets it: 庄海生 摄 / Photograph: Zhuang Haisheng."""
    if not credit.strip():
        return ""
    source = source_of(credit)
    if language.startswith("zh"):
        return {
            "taken": f"{source.who} 摄",
            "given": f"{source.who}供图",
            "file": "资料图片",
        }.get(source.kind, source.who)
    who = _ROLE.sub("", source.who)
    return {
        "taken": f"Photograph: {who}",
        "given": f"Photograph courtesy of {who}",
        "file": "File photograph",
    }.get(source.kind, SAID.get(source.who, source.who))
