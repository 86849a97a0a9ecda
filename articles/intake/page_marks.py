"""What single lines of a Chinese page tell: story starts, briefs, signatures, captions, heads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from articles.intake.page_furniture import DATE, is_furniture
from articles.intake.page_lines import Line
from articles.text.bylines import is_byline
from articles.text.headlines import (
    CAPTION_MARKS,
    CAPTION_START,
    SUBHEAD,
    has_clause_gap,
    looks_displayed,
)
from articles.text.names import HAN, looks_like_name, looks_like_names
from articles.text.reflow import ends_sentence
from articles.text.signatures import LEAD, read_closing, read_photo_credit
from articles.text.words import compact, width

BRIEF_MARKS = "■●◆▲★□◎○•"
# ■ title and text in one line, or 【title】 before the text.
BRIEF = re.compile(rf"[{BRIEF_MARKS}]\s*\S|【[^】。，]{{2,40}}(?:】|$)")
JUMP_START = re.compile(r"[（(]?\s*[上紧][接转]\s*第?\s*[A-Z]?\d{1,2}\s*版[^）)]{0,12}[）)]?")
JUMP_END = re.compile(r"[（(]\s*下转\s*第?\s*[A-Z]?\d{1,2}\s*版[^）)]{0,12}[）)]$")
CREDIT_END = re.compile(
    r"(?:摄|供图|摄影报道|摄影|图片|资料|照片|图)[）)\s]*$|(?:摄影|供图|图)\s*[：:/／]"
)
OFFICE = re.compile(
    rf"[{HAN}（）()]{{2,20}}(?:公司|委员会|办公室|政府|中心|学校|协会|指挥部|支队|大队|集团|编辑部|法院|医院|银行|"
    rf"[市县区省州镇乡][{HAN}]{{2,8}}(?:局|处|委|社))"
)
ORDER_CODE = re.compile(r"[①-⑳]\s*\d{1,3}$")
TALLEST_HEAD = 5
TALLEST_CAPTION = 5


def starts_story(line: Line) -> bool:
    """Whether a line opens with 本报讯, an agency's dateline or the like."""
    return bool(LEAD.match(line.text) or JUMP_START.match(line.text))


def starts_caption(line: Line, in_paragraph: bool) -> bool:
    """Whether a line opens the words under a picture, by a mark or by 图为 and the like."""
    if line.text[0] in CAPTION_MARKS:
        return not is_byline(line.text)
    return not in_paragraph and bool(CAPTION_START.match(line.text))


def is_subhead(line: Line) -> bool:
    """Whether a line is a numbered heading (一、…), which inside a text is part of it."""
    return bool(SUBHEAD.fullmatch(line.text)) and looks_displayed(line.text + "  节")


def is_brief(chunk: Sequence[Line], at: int) -> bool:
    """Whether a marked line starts one of several short items, its title run into its text."""
    text = chunk[at].text
    if text[0] == "【":
        return not text.endswith("】") or at + 1 < len(chunk)
    return not is_byline(text) and (
        "：" in text or bool(re.search(r"\S\s+\S", text)) or width(text) > 8
    )


def is_byline_line(line: Line, chunk: Sequence[Line], at: int) -> bool:
    """Whether the line is a byline alone; a bare name counts when it is padded or in brackets."""
    text = line.text
    if is_byline(text):
        return True
    bracketed = re.fullmatch(r"[（(]([^（()）]{2,40})[）)]", text)
    if bracketed:
        return looks_like_names(bracketed[1]) or read_closing("。" + text) is not None
    alone = len(chunk) == 1 or at == 1 or at == len(chunk) - 1
    if alone and looks_like_names(text):
        return bool(re.search(r"\s", text)) or looks_like_name(compact(text))
    return False


def caption_end(chunk: Sequence[Line], at: int) -> int:
    """Where a marked caption stops: at its credit, at a full stop, at the next mark."""
    end = at + 1
    while end < len(chunk) and end - at < TALLEST_CAPTION:
        before, line = chunk[end - 1], chunk[end]
        if starts_caption(line, False) or starts_story(line) or line.indent:
            break
        if read_photo_credit(before.text) or is_furniture(line.text):
            break
        if ends_sentence(before.text) and not is_byline(line.text):
            break
        end += 1
    return end


def opens_text(chunk: Sequence[Line], at: int) -> bool:
    """Whether a line is sure to begin something: a story, a paragraph, a brief, a byline."""
    line = chunk[at]
    if starts_story(line) or 2 <= line.indent < 6 or line.text[0] == "【":
        return True
    return is_byline(line.text) or is_furniture(line.text) or bool(BRIEF.match(line.text))


def at_heads(chunk: list[Line]) -> list[list[Line]]:
    """A chunk without blank lines parted where heads stand between one text and the next."""
    cuts = [0]
    at = 0
    while at < len(chunk):
        end = at
        if is_signature(chunk, at):
            cuts += [at, at + 2]
            at += 2
            continue
        if at == 0 or closes_text(chunk[at - 1]):
            while end < len(chunk) and end - at < TALLEST_HEAD and not opens_text(chunk, end):
                if not looks_displayed(chunk[end].text):
                    break
                end += 1
        if at < end < len(chunk) and opens_text(chunk, end):
            cuts += [at, end]
        elif is_furniture(chunk[at].text) and (at == 0 or closes_text(chunk[at - 1])):
            cuts += [at, at + 1]
        at = max(end, at + 1)
    cuts = sorted({*cuts, len(chunk)})
    return [chunk[one:other] for one, other in pairwise(cuts)]


def is_signature(chunk: Sequence[Line], at: int) -> bool:
    """Whether an office's name and a date under it stand here, as under a notice."""
    dated = at + 1 < len(chunk) and DATE.fullmatch(chunk[at + 1].text)
    return bool(dated and is_office(chunk[at].text))


def is_office(text: str) -> bool:
    """Whether a line is the name of an office that signs a notice."""
    return bool(OFFICE.fullmatch(compact(text))) and not has_clause_gap(text)


def closes_text(line: Line) -> bool:
    """Whether a text may be over after a line."""
    return ends_sentence(line.text) or is_furniture(line.text) or line.text[-1] in "）)"
