"""Bylines as newspapers print them, read into people with a role and a kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

from articles.text.names import (
    HAN,
    NOT_NAMES,
    english_names,
    han_names,
    looks_like_name,
)

Role = Literal["text", "photo", "both", "video", "graphics"]
Kind = Literal["staff", "correspondent", "intern", "agency", "contributor"]


@dataclass(frozen=True)
class Person:
    """Someone named in a byline: what they made of the story, and what they are to the paper."""

    name: str
    role: Role = "text"
    kind: Kind = "contributor"


class Token(NamedTuple):
    """One piece of a byline: a role word, a credit, a name, a separator, or something strange."""

    what: Literal["role", "credit", "name", "gap", "odd"]
    text: str


MARKS = "⊙☉□■◎●○◇◆▲△◤★☆"
AGENCIES = (
    "新华社|新华网|中新社|中新网|人民网|人民日报|央视|中央广播电视总台|新华|法新社|路透社|美联社"
)
PAPER = rf"本报|本刊|本网|本台|{AGENCIES}|[{HAN}]{{2,4}}(?:日报|晚报|时报|晨报|商报|都市报)"
ROLE = re.compile(
    rf"(?:{PAPER})?(?:驻[{HAN}]{{2,3}})?"
    r"(?:全媒体|融媒体|融媒|见习|实习|特约|首席|高级|资深|摄影|视觉|体育|文字)*"
    r"(?:记者|通讯员|通信员|实习生|评论员|撰稿人?|作者)(?:[：:/／])?"
)
CREDITS: tuple[tuple[str, Role], ...] = (
    ("摄影报道", "both"),
    ("图文报道", "both"),
    ("文并图", "both"),
    ("文并摄", "both"),
    ("文/图", "both"),
    ("文／图", "both"),
    ("图/文", "both"),
    ("图／文", "both"),
    ("文/摄", "both"),
    ("文／摄", "both"),
    ("文、图", "both"),
    ("文图", "both"),
    ("图文", "both"),
    ("供图", "photo"),
    ("摄影", "photo"),
    ("图片", "photo"),
    ("摄像", "video"),
    ("视频", "video"),
    ("制图", "graphics"),
    ("绘图", "graphics"),
    ("制表", "graphics"),
    ("图表", "graphics"),
    ("漫画", "graphics"),
    ("供稿", "text"),
    ("报道", "text"),
    ("文字", "text"),
    ("摄", "photo"),
    ("绘", "graphics"),
    ("图", "photo"),
    ("文", "text"),
)
CREDIT_ROLE: dict[str, Role] = dict(CREDITS)
CREDIT = re.compile(
    "(" + "|".join(re.escape(word) for word, _ in CREDITS) + rf")(?:[：:/／]|(?![{HAN}]))"
)
GLUED_CREDIT = re.compile(
    rf"([{HAN}]{{2,}}?)(摄影报道|图文报道|文并图|文/图|文／图|文图|供图|供稿|摄影|报道|制图|摄)$"
)
NAME = re.compile(rf"[{HAN}]+(?:[·•・][{HAN}]+)*")
GAP = re.compile(r"[\s、，,;；|ø&/／：:]+|和(?=\s)|[（(）)【】\[\]]+|[" + MARKS + "]+")
LONGEST = 120


def tokens(line: str) -> Iterator[Token]:
    """The pieces of a Chinese byline, left to right."""
    at = 0
    padded = False  # the last name was one character: the next completes it
    while at < len(line):
        if gap := GAP.match(line, at):
            yield Token("gap", gap[0])
            at = gap.end()
        elif role := ROLE.match(line, at):
            yield Token("role", role[0])
            at = role.end()
        elif credit := CREDIT.match(line, at):
            # 阚 文 摄: the second half of a padded name, not a credit of its own.
            halved = padded and credit[1] in "文图" and CREDIT.match(line[credit.end() :].lstrip())
            yield Token("name" if halved else "credit", credit[1])
            padded = False
            at = credit.end(1)
        elif name := NAME.match(line, at):
            text = name[0]
            # 文/图 and a role can be set tight against a name: 费云松摄, 李明通讯员.
            with_role = ROLE.search(text, 2)
            if with_role and with_role.start() >= 2:
                text = text[: with_role.start()]
            at += len(text)
            glued = GLUED_CREDIT.match(text + _slash_credit(line, at))
            if padded and len(text) == 2 and text[1] == "摄":
                yield Token("name", text[0])
                yield Token("credit", text[1])
                padded = False
                continue
            padded = len(text) == 1
            if glued and glued[2] in CREDIT_ROLE:
                yield Token("name", glued[1])
                yield Token("credit", glued[2])
                at += len(glued[0]) - len(text)
            else:
                yield Token("name", text)
        else:
            yield Token("odd", line[at])
            at += 1


def _slash_credit(line: str, at: int) -> str:
    return line[at : at + 2] if line[at : at + 2] in {"/图", "／图", "/摄", "／摄"} else ""


def kind_of_role(word: str) -> Kind:
    """What a person is to the paper, by the word before the name."""
    if re.match(AGENCIES, word):
        return "agency"
    if "通讯员" in word or "通信员" in word:
        return "correspondent"
    if "实习" in word:
        return "intern"
    if "特约" in word or "撰稿" in word or "作者" in word:
        return "contributor"
    return "staff"


# Role words and credits cut by a line end.
CUT_WORD = re.compile(
    "|".join(
        r"\n?".join(map(re.escape, word))
        for word in (
            "本报全媒体记者",
            "本报记者",
            "通讯员",
            "记者",
            "实习生",
            "摄影报道",
            "全媒体",
            "文/图",
            "文并图",
            "供图",
            "供稿",
        )
    )
)


def parse_byline(line: str) -> list[Person]:
    """The people a byline names, in print order; none where it names none.

    `记者 甲 通讯员 乙 文 丙 图`, `⊙本报记者 甲　乙`, `By A and B; photos C` and the like.
    """
    line = CUT_WORD.sub(lambda cut: cut[0].replace("\n", ""), line.strip()[:LONGEST])
    if not re.search(f"[{HAN}]", line):
        return _english(line)
    return _chinese(line)


def _chinese(line: str) -> list[Person]:
    found = list(tokens(line))
    real = [token for token in found if token.what in {"role", "credit", "name"}]
    if not real:
        return []
    # 甲 乙 文 丙 图 names first and credits after; 文/甲 图/乙 and 摄影：丙 the other way round.
    if any(t.what == "credit" for t in real) and real[-1].what != "credit":
        return _credits_first(found)
    people: list[Person] = []
    kind: Kind = "contributor"
    since = 0
    for group, token in _grouped(found):
        people += [Person(name, "text", kind) for name in group]
        if token.what == "role":
            kind = kind_of_role(token.text)
        elif token.what == "credit":
            role = CREDIT_ROLE[token.text]
            people[since:] = [replace(person, role=role) for person in people[since:]]
            since = len(people)
    if "摄影记者" in line and real[-1].what != "credit":
        people = [replace(person, role="photo") for person in people]
    return people


def _credits_first(found: Sequence[Token]) -> list[Person]:
    people: list[Person] = []
    kind: Kind = "contributor"
    credit: Role = "text"
    since = 0
    for group, token in _grouped(found):
        people += [Person(name, credit, kind) for name in group]
        if token.what == "role":
            kind = kind_of_role(token.text)
            credit = "photo" if "摄影" in token.text else credit
        elif token.what == "credit":
            role = CREDIT_ROLE[token.text]
            if role == "both" and len(people) > since:
                people[since:] = [replace(person, role=role) for person in people[since:]]
            else:
                credit = role
            since = len(people)
    return people


def _grouped(found: Sequence[Token]) -> Iterator[tuple[list[str], Token]]:
    """The names before each role word or credit, and after the last."""
    names = ""
    for token in [*found, Token("odd", "")]:
        if token.what == "name":
            names += token.text
        elif token.what == "gap":
            names += token.text if token.text.isspace() else "、"
        else:
            yield han_names(names), token
            names = ""


PHOTO_WORDS = r"(?:photographs?|photography|photos?|pictures?|images?)\b"
ENGLISH_PART = re.compile(
    rf"(?:(?P<photo>{PHOTO_WORDS})|(?P<video>video)|(?P<graphics>graphics?|illustrations?|maps?)"
    r"|(?P<text>words|text|story|reporting|written))?\s*(?:by\b|:|/|courtesy of\b)?\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
ENGLISH_AGENCIES = frozenset(
    {
        "reuters",
        "ap",
        "associated press",
        "the associated press",
        "afp",
        "xinhua",
        "upi",
        "bloomberg",
    }
)
STAFF_TITLE = re.compile(
    r"\b(?:(?:senior |chief |sports |city |political |business |general )*(?:news )?"
    r"(?:staff|reporters?|editors?|photographers?|columnists?|critic)(?: (?:reporters?|writers?|"
    r"photographers?|editors?))?|(?:staff|sports|feature|news|city|business) writers?)\b",
    re.IGNORECASE,
)
OUTSIDE_TITLE = re.compile(
    r"\b(?:(?P<intern>interns?|trainees?)|(?P<correspondent>(?:special )?correspondents?|stringers?)"
    r"|(?P<contributor>contribut(?:or|ors|ing writers?)|special to [\w ]+|for the [\w ]+|"
    r"freelancers?|guest writers?))\b",
    re.IGNORECASE,
)
TITLE_TAIL = re.compile(r"(?:,|\||\n| - | – |/)\s*([^,|\n/]+)$")


def _english(line: str) -> list[Person]:
    line = line.strip().strip("()[]").strip()
    # An address under a name, or the ground a report is from, names nobody.
    line = re.sub(r"\S+@\S+", "", line).strip()
    line = re.sub(r"^((?:[A-Z][\w.'’\-]*\s+){2,4})(?:at|in|reports from)\s+[A-Z].*$", r"\1", line)
    line = re.sub(r"^[—–-]+\s*", "", line)
    people: list[Person] = []
    for part in re.split(r";|\n(?=by\b)|\.\s+(?=photo|video|graphic)", line, flags=re.IGNORECASE):
        people += _english_part(part.strip())
    return people


def _english_part(part: str) -> list[Person]:
    part = re.sub(r"^(?:by|story by|words by)\b:?\s*", "", part, flags=re.IGNORECASE)
    found = ENGLISH_PART.match(part)
    role: Role = "text"
    rest = part
    if found and (found["photo"] or found["video"] or found["graphics"] or found["text"]):
        role = "photo" if found["photo"] else "video" if found["video"] else "text"
        role = "graphics" if found["graphics"] else role
        rest = found["rest"]
        if both := re.match(r"and (?:photographs?|photos?|pictures?) by\s+", rest, re.IGNORECASE):
            role, rest = "both", rest[both.end() :]
    kind, rest = english_kind(rest)
    people: list[Person] = []
    for name in english_names(rest):
        known = name.lower() in ENGLISH_AGENCIES
        people.append(Person(name, role, "agency" if known else kind))
    return people


def english_kind(text: str) -> tuple[Kind, str]:
    """What English titles in a byline say of its people, and the text without them."""
    kind: Kind = "contributor"
    if outside := OUTSIDE_TITLE.search(text):
        kind = "intern" if outside["intern"] else kind
        kind = "correspondent" if outside["correspondent"] else kind
    elif STAFF_TITLE.search(text) or re.match(
        r"(?:[A-Z][\w.'’-]+\s+){0,3}(?:photos?|photograph)\b", text, re.IGNORECASE
    ):
        kind = "staff"
    else:
        return kind, text
    while tail := TITLE_TAIL.search(text):
        if not (STAFF_TITLE.search(tail[1]) or OUTSIDE_TITLE.search(tail[1])):
            break
        text = text[: tail.start()]
    text = OUTSIDE_TITLE.sub(" ", STAFF_TITLE.sub(" ", text))
    return kind, text.strip(" ,|/-–")


# Without one of these a line cannot be a byline, and need not be taken apart.
HINT = re.compile(rf"记者|[讯信]员|实习生|评论员|撰稿|作者|[文图摄绘稿画像表]|报道|视频|[{MARKS}]")


def is_byline(line: str) -> bool:
    """Whether a whole line of Chinese type is a byline and nothing else."""
    line = CUT_WORD.sub(lambda cut: cut[0].replace("\n", ""), line.strip()[: LONGEST + 1])
    return 2 <= len(line) <= LONGEST and _is_byline(line)


@lru_cache(maxsize=2048)
def _is_byline(line: str) -> bool:
    if line[0] in "（(" and line[-1] not in "）)":
        return False
    if not HINT.search(line):
        return False
    found = list(tokens(line))
    if any(token.what == "odd" for token in found):
        return False
    says = {token.what for token in found}
    marked = line[0] in MARKS
    if "role" not in says and "credit" not in says and not (marked and "name" in says):
        return False
    if found[0].what == "credit" and "name" not in says:
        return False
    names = "".join(t.text if t.what == "name" or t.text.isspace() else "、" for t in found)
    parts = han_names(names)
    if "name" in says and not parts:
        return False
    # After 本报记者 and a space stand names, rare surnames too.
    staff = re.match(rf"[{MARKS}]?\s*(?:{PAPER})[{HAN}]{{0,4}}(?:记者|通讯员)\s", line)
    if staff and parts and all(len(part) <= 3 and part not in NOT_NAMES for part in parts):
        return True
    return all(map(looks_like_name, parts)) and bool(parts or "role" in says)
