"""Names spelled two ways in one story."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from django.utils.translation import gettext as _
from pypinyin import Style, lazy_pinyin

from articles.text.names import HAN, looks_like_name
from articles.text.proof_spots import Spot
from articles.text.words import HAN_RUN, is_cjk

TITLE = (
    r"(?:记者|通讯员|实习生|局长|市长|县长|区长|镇长|乡长|村长|厂长|校长|院长|馆长|站长|科长|处长|部长|社长|"
    r"会长|队长|所长|船长|主任|书记|主席|经理|教授|研究员|工程师|医生|护士|负责人|发言人|村民|市民|居民|渔民|"
    r"店主|老板|船工|跑堂|志愿者|民警)"
)
SAYS = r"(?:说|表示|介绍|告诉|坦言|回忆|解释|指出|认为|透露|笑称|补充)"
NAMED = re.compile(
    rf"{TITLE}[ \u3000]?([{HAN}]{{2,4}}?)(?={SAYS}|[，。、；：）)（(“ \u3000]|$)"
    rf"|(?<![{HAN}])([{HAN}]{{2,4}}?)(?={SAYS})",
    re.MULTILINE,
)
# Where the paper's own people stand: any slip in their names is a slip.
SIGNING = re.compile(
    rf"(?:记者|通讯员|实习生|摄影)[ \u3000]?([{HAN}]{{3}})"
    rf"(?=[，。、；：）) \u3000⊙]|{SAYS}|报道|摄|获悉|了解|看到|昨|今|在|从|走|来到|$)",
    re.MULTILINE,
)
NEVER_IN_NAMES = frozenset(
    "的了是在我你您他她它们这那哪个些么什吗呢吧啊和与及就也都不没未已还又再很最每各另把被让给从向"
)
HONOURED = re.compile(
    r"(?:先生|女士|小姐|太太|老师|师傅|阿姨|大爷|大妈|大叔|大娘|大姐|大哥|奶奶|爷爷|阿婆|阿公|伯伯|叔叔|婶|"
    r"局长|主任|书记|经理|教授|医生|市长|院长|校长|队长|船长|老板|某|[一二三四五六七八九十]人)$"
)
CAPITALISED = re.compile(r"(?<![\w'’.-])[A-Z][a-z]+(?: [A-Z][a-z]+){1,4}(?![\w-])")
NO_FIRST_NAMES = frozenset(
    re.findall(
        r"\w+",
        "The A An In On At By For From To Of And But Or Nor So Yet As If When While Where After Before Since"
        " With Without This That These Those His Her Its Our Their My Your He She It They We You I Said Says"
        " Yesterday Today Tomorrow Tonight Mr Mrs Ms Miss Dr Sir Dame Lord Lady Prof Professor President"
        " Mayor Minister Captain Chief Judge Justice Officer Senator Governor King Queen Prince Princess"
        " Saint St North South East West Northern Southern Eastern Western New Old Great Upper Lower"
        " Big Little Port Lake Mount Cape Fort Grand Central Royal National First Second Third"
        " Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May"
        " June July August September October November December Not No Yes Both One Two Three Uncle"
        " Later Then Now Once Still Even Only Here There Meanwhile However Last Next Like"
        " Also Because Although Though Until Asked Told"
        " Aunt Auntie Grandma Grandpa Father Mother Brother Sister",
    )
)
NO_LAST_NAMES = frozenset(
    re.findall(
        r"\w+",
        "Street Road Lane Avenue Square Bridge Wharf Island Islet Islands School College University"
        " Hospital Park House Hall Court Club City Town County District Village River Bay Beach Hill"
        " Market Station Library Museum Council Office Department Ministry Company Bank Hotel Festival"
        " Line Lines Port Post Press Times Time News Team Boat Boats Light Lights Tide Tides",
    )
)
MOST_NAMES = 400


def two_spellings(texts: Mapping[str, str], names: Sequence[str]) -> dict[str, list[Spot]]:
    """By field, where a name is spelled otherwise than elsewhere in the story or in `names`.

    Each other spelling is shown once, where it first stands.
    """
    found: dict[str, list[Spot]] = {}
    for wrong, right in (*_chinese(texts, names), *_english(texts, names)):
        for field, text in texts.items():
            at = text.find(wrong)
            if at >= 0:
                said = {"wrong": wrong, "right": right}
                message = _("“%(wrong)s” and “%(right)s”: one person, or two?") % said
                spot = Spot(at, at + len(wrong), "two_spellings", message)
                found.setdefault(field, []).append(spot)
                break
    return found


# -- Chinese ---------------------------------------------------------------------------------------


def _chinese(texts: Mapping[str, str], names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of a doubtful spelling and the one it seems to be meant for."""
    whole = "\n".join(texts.values())
    known = {name for name in names if 2 <= len(name) <= 4 and all(map(is_cjk, name))}
    counted = {name: whole.count(name) for name in list(_named(whole))[:MOST_NAMES]}
    # Whom the paper knows comes first, then who is named most.
    trusted = _by_trust(sorted(known), counted)
    doubted: set[str] = set()
    spelled = _spelled_alike(whole, trusted)
    for right in trusted:
        for wrong in sorted(spelled.get(right, ())):
            if wrong not in known and wrong not in doubted and right not in doubted:
                doubted.add(wrong)
                yield wrong, right
    for match in SIGNING.finditer(whole):
        wrong = match[1]
        if wrong in known or wrong in doubted or not _could_be_name(wrong):
            continue
        for right in sorted(known):
            if _one_apart(wrong, right) is not None and right not in whole:
                doubted.add(wrong)
                yield wrong, right
                break


def _by_trust(known: Iterable[str], counted: Mapping[str, int]) -> list[str]:
    """Names the paper knows, then those the story has most often, then those it has first."""
    first = dict.fromkeys(known)
    others = [name for name in counted if name not in first]
    return [*first, *sorted(others, key=lambda name: -counted[name])]


def _named(text: str) -> dict[str, None]:
    """Names that stand where only a name can: after a title, or before a verb of saying."""
    found = (match[1] or match[2] for match in NAMED.finditer(text))
    return dict.fromkeys(name for name in found if _could_be_name(name))


def _could_be_name(name: str) -> bool:
    return looks_like_name(name) and NEVER_IN_NAMES.isdisjoint(name) and not HONOURED.search(name)


def _spelled_alike(text: str, trusted: Sequence[str]) -> dict[str, set[str]]:
    """For each name, other names in the text that sound the same and differ in one character.

    Longer names are looked for all over the text; two characters are too few for that, and are
    only compared where a name must stand, and with their tones.
    """
    frames: dict[tuple[str, int], list[str]] = {}
    for name in trusted:
        for at in range(1 if len(name) > 2 else 0, len(name)):
            frames.setdefault((_framed(name, at), len(name)), []).append(name)
    longer = {len(name) for name in trusted} - {2}
    alike: dict[str, set[str]] = {}
    for piece in {*_windows(text, longer), *trusted}:
        for at in range(len(piece)):
            for name in frames.get((_framed(piece, at), len(piece)), ())[:8]:
                if piece != name and piece in text and _sound_alike(piece, name):
                    alike.setdefault(name, set()).add(piece)
    return alike


def _framed(name: str, at: int) -> str:
    return f"{name[:at]}*{name[at + 1 :]}"


def _windows(text: str, sizes: Iterable[int]) -> Iterator[str]:
    for size in sizes:
        for run in HAN_RUN.findall(text):
            for at in range(len(run) - size + 1):
                piece = run[at : at + size]
                if NEVER_IN_NAMES.isdisjoint(piece):
                    yield piece


def _one_apart(one: str, other: str) -> int | None:
    """The one place after the family name where two names of three characters differ."""
    if len(one) != len(other) or len(one) < 3 or one[0] != other[0]:
        return None
    apart = [at for at in range(len(one)) if one[at] != other[at]]
    return apart[0] if len(apart) == 1 else None


def _sound_alike(one: str, other: str) -> bool:
    tones = len(one) == 2
    return all(
        a == b or _sound(a, tones) == _sound(b, tones) for a, b in zip(one, other, strict=True)
    )


@lru_cache(maxsize=8192)
def _sound(char: str, tones: bool) -> str:
    style = Style.TONE3 if tones else Style.NORMAL
    return "".join(lazy_pinyin(char, style=style))


# -- English ---------------------------------------------------------------------------------------


def _english(texts: Mapping[str, str], names: Sequence[str]) -> Iterator[tuple[str, str]]:
    known = [name for name in names if CAPITALISED.fullmatch(name)]
    counted: dict[str, int] = {}
    for text in texts.values():
        for match in CAPITALISED.finditer(text):
            if name := _person(match[0]):
                counted[name] = counted.get(name, 0) + 1
    trusted = _by_trust(known, counted)
    keys: dict[tuple[str, ...], str] = {}
    for name in trusted[:MOST_NAMES]:
        words = name.split(" ")
        right = next((keys[key] for key in _keys(words) if key in keys), None)
        if right and name not in known and _may_be_one(words, right.split(" ")):
            yield name, right
            continue
        for key in _keys(words):
            keys.setdefault(key, name)


def _person(run: str) -> str:
    """The name in a run of capitalised words, without what only starts the sentence."""
    words = run.split(" ")
    while words and words[0] in NO_FIRST_NAMES:
        words.pop(0)
    if not 2 <= len(words) <= 3 or not NO_LAST_NAMES.isdisjoint(words):
        return ""
    return " ".join(words)


def _keys(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """What names share that differ by one letter in their first or their last word."""
    for at in (0, len(words) - 1):
        word = words[at]
        for cut in range(1, min(len(word), 20)):
            yield (*words[:at], f"{at}:{word[:cut]}{word[cut + 1 :]}", *words[at + 1 :])
        yield (*words[:at], f"{at}:{word}", *words[at + 1 :])


def _may_be_one(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the words that differ look like one name: Smith and Smyth, Jon and John.

    First names of one length are taken for two people (Marie, Maria), and so are short family
    names (Wang, Wan), which are Chinese more often than not.
    """
    apart = [at for at in range(len(one)) if one[at] != other[at]]
    if len(one) != len(other) or len(apart) != 1:
        return False
    left, right = one[apart[0]], other[apart[0]]
    if {left, right} in ({right, f"{right}s"}, {left, f"{left}s"}):
        return False
    if apart[0] == 0:
        return min(len(left), len(right)) >= 3 and len(left) != len(right)
    return max(len(left), len(right)) >= 5
