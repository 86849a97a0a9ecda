"""What is set twice: words, characters, whole phrases, marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from articles.text.names import HAN
from articles.text.proof_spots import Spot, without_addresses

ENGLISH_TWICE = re.compile(
    r"(?<![\w'’-])([A-Za-z]{1,20})[ \t\u00a0]+(?=(\1)(?![\w'’-]))", re.IGNORECASE
)
# "He had had", "the fact that that", "gave her her coat", "bye bye": right as they stand.
MAY_STAND_TWICE = frozenset(
    re.findall(
        r"\w+",
        "had that is do her you very so no yes ha bye tut there now well many long far out on in down "
        "never more much big same again really way blah yeah hey knock hear tick choo chop night what"
        " who it too dear please go come run oh ah la",
    )
)
SMALL_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an the of to and or but for with at by from as this these those he she they we his their its"
        " our my your was were are be been has have will would can could not if",
    )
)
# Characters that double by mistake, and what about them is no mistake: 为了了解, 现在在建, 目的的.
HAN_TWICE = re.compile(
    r"的的(?<![目标靶有端]的的)(?![的确士哥喀])"
    r"|了了(?<![为不除到甚]了了)(?![了解结断却事心])"
    r"|是是(?![是否非])"
    r"|在在(?<![现存实所内外潜好健自正]在在)(?![在建线场职校岗编野位座逃乎理读押案世])"
    r"|和和(?<![温缓随柔平祥中饱总共调暖谐]和和)(?![和平谐气美睦解好善田约顺])"
    r"|与与(?<![参给赋授]与与)(?![与会])"
    r"|及及(?![及时格早])"
    r"|被被(?<![棉盖]被被)(?![被子褥套单])"
    r"|也也(?![也])|们们(?![们])|并并(?<![合兼吞一]并并)(?![并])|很很(?![很])"
)
NEEDS_WORDS_AFTER = frozenset("是在和与及")
WORDS_TWICE = re.compile(
    r"(我们|他们|她们|以及|并且|因为|所以|但是|而且|如果|由于|对于|其中|目前|同时)\1(?!\1)"
)
PHRASE_TWICE = re.compile(rf"([{HAN}]{{3,20}})\1")
MARKS_TWICE = re.compile(
    r"[，。；：、]{2,}|(?<![,])[,]{2,}|;{2,}|(?<=[a-z])\.\.(?=\s|$)|[，；、]\."
)


def repeated(text: str) -> Iterator[Spot]:
    """Words, characters, phrases and marks that stand twice in a row."""
    text = without_addresses(text)
    yield from _english_words(text)
    for match in HAN_TWICE.finditer(text):
        if _is_slip(text, match):
            yield _spot(match, match[0][0])
    for match in WORDS_TWICE.finditer(text):
        yield _spot(match, match[1])
    for match in PHRASE_TWICE.finditer(text):
        if not _is_meant(match[1]):
            yield _spot(match, match[1])
    for match in MARKS_TWICE.finditer(text):
        message = _("Marks in a row: %(marks)s; one is enough.") % {"marks": match[0][:10]}
        yield Spot(match.start(), match.end(), "repeated", message)


def _english_words(text: str) -> Iterator[Spot]:
    for match in ENGLISH_TWICE.finditer(text):
        first, second = match[1], match[2]
        # New names are doubled too: Walla Walla, Duran Duran.
        named = second[0].isupper() and second.lower() not in SMALL_WORDS
        if second.lower() in MAY_STAND_TWICE or named or (len(first) == 1 and first not in "aA"):
            continue
        message = _("“%(words)s” stands twice.") % {"words": second}
        yield Spot(match.start(), match.end(2), "repeated", message)


def _is_slip(text: str, match: re.Match[str]) -> bool:
    """是是 before a mark is somebody saying yes twice; 我我我 is somebody stammering."""
    char = match[0][0]
    if text[match.start() - 1 : match.start()] == char:
        return False
    after = text[match.end() : match.end() + 1]
    return char not in NEEDS_WORDS_AFTER or bool(re.match(f"[{HAN}]", after))


def _is_meant(phrase: str) -> bool:
    """Whether a phrase is doubled for its sound or its sense: 哈哈哈, 加油加油, 一点点一点点."""
    swings = any(phrase == (phrase[:size] * len(phrase))[: len(phrase)] for size in (1, 2))
    short = len(phrase) == 3 and (phrase[0] in "一不" or phrase[0] == phrase[1])
    asked = re.search("[谁哪怎]|什么|多少", phrase) is not None  # 想看什么看什么
    return swings or short or asked or (len(phrase) == 3 and phrase[1] == phrase[2])


def _spot(match: re.Match[str], words: str) -> Spot:
    message = _("“%(words)s” stands twice.") % {"words": words}
    return Spot(match.start(), match.end(), "repeated", message)
