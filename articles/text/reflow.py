"""Lines of a narrow column back into running text: joins, letter-spacing, indents, hyphens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from articles.text.words import Language, cjk_count, is_cjk, is_wide

SENTENCE_END = frozenset("。！？…!?")
CLOSERS = frozenset("”’」』）)》】\"'")
# A line with this many characters standing alone was spaced out by the compositor.
LETTER_SPACED_AT = 4
SOFT_HYPHENS = ("-", "\u00ad", "\u2010")


def ends_sentence(text: str) -> bool:
    """Whether a line stops where a sentence may stop, closing quotes and brackets allowed."""
    text = text.rstrip()
    end = len(text)
    while end and end > len(text) - 4 and text[end - 1] in CLOSERS:
        end -= 1
    return end > 0 and (text[end - 1] in SENTENCE_END or (text[end - 1] == "." and end > 1))


def _solitary(piece: str) -> bool:
    """Whether a piece between two spaces is one Han character, punctuation aside."""
    return len(piece) <= 4 and cjk_count(piece) <= 1


def is_letter_spaced(line: str) -> bool:
    """Whether the characters of a line were set apart to fill the column."""
    pieces = line.split()
    alone = sum(1 for piece in pieces if _solitary(piece) and any(map(is_cjk, piece)))
    return alone >= LETTER_SPACED_AT


def tighten(line: str) -> str:
    """One line of body text without the spaces that type-setting put in.

    A space stays between Latin words, and between two clauses of Chinese of two characters and
    more, as in a slogan; it goes around digits and punctuation, and out of spaced letters.
    """
    pieces = line.split()
    if len(pieces) < 2:
        return pieces[0] if pieces else ""
    spaced = is_letter_spaced(line)
    out = [pieces[0]]
    for left, right in pairwise(pieces):
        out.append(" " if _space_is_content(left, right, spaced) else "")
        out.append(right)
    return "".join(out)


def _space_is_content(left: str, right: str, spaced: bool) -> bool:
    before, after = left[-1], right[0]
    if is_cjk(before) and is_cjk(after):
        return not spaced and not _solitary(left) and not _solitary(right)
    return not is_wide(before) and not is_wide(after)


def tighten_headline(line: str) -> str:
    """One line of display type: the gap between its clauses becomes a single space.

    Display type is spaced out too (书 香 飘 满); there a gap wider than its neighbours is the
    one between the clauses.
    """
    line = line.strip()
    if is_letter_spaced(line):
        gaps = [len(gap) + gap.count("\u3000") for gap in re.findall(r"\s+", line)]
        usual = sorted(gaps)[len(gaps) // 2]
        clauses = (
            [
                clause
                for clause in re.split(rf"\s{{{usual + 1},}}|\u3000", line)
                if clause and clause.strip()
            ]
            if max(gaps) > usual
            else [line]
        )
        return " ".join(tighten(clause) for clause in clauses)
    pieces = line.split()
    if len(pieces) < 2:
        return pieces[0] if pieces else ""
    out = [pieces[0]]
    for index, (left, right) in enumerate(pairwise(pieces)):
        out.append(" " if _gap_in_headline(left, right, index, len(pieces)) else "")
        out.append(right)
    return "".join(out)


def _gap_in_headline(left: str, right: str, index: int, count: int) -> bool:
    before, after = left[-1], right[0]
    if before in "，。、；：！？·—" or after in "，。、；：！？·—）》”":
        return False
    if is_wide(before) and is_wide(after):
        return len(left) > 1 and len(right) > 1
    if is_wide(before) or is_wide(after):
        # 20 万 is a figure with air around it; a lone gap between two long clauses is not.
        return count == 2 and index == 0 and len(left) > 3 and len(right) > 3
    return True


def join_chinese(lines: Sequence[str]) -> str:
    """Lines of Chinese text as one paragraph; Latin words that met at a line end stay apart."""
    out: list[str] = []
    for line in lines:
        text = tighten(line)
        if out and text and _latin(out[-1][-1:]) and _latin(text[0]):
            out.append(" ")
        if text:
            out.append(text)
    return "".join(out)


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def join_english(lines: Sequence[str]) -> tuple[str, str]:
    """Lines of English as one paragraph, and the hyphens taken out at line ends.

    A hyphen stays when the word after it starts with a capital or a figure (mid-July); a soft
    one goes, and is handed back so that nothing printed is lost.
    """
    out: list[str] = []
    removed: list[str] = []
    for line in lines:
        words = " ".join(line.split())
        if not words:
            continue
        if out and out[-1].endswith(SOFT_HYPHENS):
            last = out[-1]
            stem = last[:-1]
            if (words[0].islower() and stem[-1:].isalpha()) or last[-1] == "\u00ad":
                removed.append(last[-1])
                out[-1] = stem
        elif out and not (out[-1].endswith("—") and words[0] != "“"):
            out.append(" ")
        out.append(words)
    return "".join(out), "".join(removed)


def join_lines(lines: Sequence[str], language: Language) -> tuple[str, str]:
    """Lines as one paragraph in either language, and what hyphenation left over."""
    if language == "en":
        return join_english(lines)
    return join_chinese(lines), ""
