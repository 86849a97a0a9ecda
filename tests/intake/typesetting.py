"""Sets the example stories again in other columns, orders and habits, as other newspapers would."""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Story = dict[str, Any]
NO_LINE_START = "，。、；：！？”’）》】…—"
NO_LINE_END = "“‘（《"
ROLE_WORDS = {"staff": "记者 ", "correspondent": "通讯员 ", "intern": "实习生 "}


@dataclass(frozen=True)
class Habits:
    """How one newspaper sets its pages."""

    typed_indents: bool
    blank_between: bool
    headline_last: bool
    spaced_figures: bool
    cut_by_columns: float
    spaced_heads: bool


def habits(chance: random.Random) -> Habits:
    typed = chance.random() < 0.25
    return Habits(
        typed_indents=typed,
        blank_between=chance.random() < (0.33 if typed else 0.67),
        headline_last=chance.random() < 0.6,
        spaced_figures=chance.random() < 0.5,
        cut_by_columns=chance.choice([0, 0.05, 0.08]),
        spaced_heads=chance.random() < 0.67,
    )


def example_stories(pages: Path) -> list[Story]:
    """The Chinese stories that can be set alone: no packages, no briefs, no notices."""
    found: list[Story] = []
    for path in sorted(pages.glob("zh*.json")):
        stories = json.loads(path.read_text(encoding="utf-8"))["stories"]
        parents = {story["package"] for story in stories}
        found += [
            story
            for story in stories
            if not story["package"]
            and story["headline"] not in parents
            and len(story["headline"]) > 4
            and len(story["paragraphs"]) > 1
            and min(map(len, story["paragraphs"])) > 12
        ]
    return found


def lines_of(text: str, width: int) -> list[str]:
    """A paragraph in lines of one column, its first two squares short, no mark at a line's start."""
    lines: list[str] = []
    line, used, room = "", 0.0, float(width - 2)
    for piece in re.findall(r"[0-9A-Za-z.%]+|.", text):
        size = 1.0 if len(piece) == 1 and not piece.isascii() else 0.5 * len(piece)
        hangs = piece in NO_LINE_START and used + size <= room + 1
        if used + size > room and not hangs:
            kept = line[-1] if line[-1:] and line[-1] in NO_LINE_END else ""
            lines.append(line.removesuffix(kept) if kept else line)
            line, used, room = kept, float(len(kept)), float(width)
            if piece.isspace():
                continue
        line, used = line + piece, used + size
    return [*lines, line] if line else lines


def byline(chance: random.Random, people: Sequence[Story], words: bool) -> str:
    def padded(name: str) -> str:
        return f"{name[0]}\u3000{name[1]}" if len(name) == 2 and chance.random() < 0.5 else name

    return " ".join(
        (ROLE_WORDS.get(one["kind"], "") if words else "") + padded(one["name"]) for one in people
    )


def set_text(
    chance: random.Random, way: Habits, paragraphs: Sequence[str], width: int
) -> list[str]:
    out: list[str] = []
    for paragraph in paragraphs:
        lines = lines_of(paragraph, width)
        if way.typed_indents:
            lines[0] = "\u3000\u3000" + lines[0]
        for at, line in enumerate(lines):
            spaced = way.spaced_figures and "记者" not in line and "（" not in line
            set_line = re.sub(r"(?<=[\u4e00-\u9fff])([\d.]+)(?=[\u4e00-\u9fff])", r" \1 ", line)
            out.append(set_line if spaced else line)
            if at < len(lines) - 1 and chance.random() < way.cut_by_columns:
                out.append("")
        out += [""] if way.blank_between else []
    return out


def set_story(chance: random.Random, way: Habits, story: Story) -> tuple[list[str], Story]:
    """A story's lines, and the story as it should be read back."""
    people = [one for one in story["bylines"] if one["role"] == "text"][:3]
    paragraphs = [re.sub(r"\s", "", one) for one in story["paragraphs"]]
    if people and chance.random() < 0.6:
        paragraphs[0] = f"本报讯（{byline(chance, people, True)}）{paragraphs[0]}"
    elif people:
        paragraphs[-1] += f"（{byline(chance, people, False)}）"
    apart = [""] if way.spaced_heads else []
    head = [story["kicker"], *apart] if story["kicker"] else []
    head.append(story["headline"].replace(" ", "\u3000"))
    head += [*apart, story["deck"]] if story["deck"] else []
    text = set_text(chance, way, paragraphs, chance.randint(12, 22))
    captions = story["captions"][:1]
    lines = [*text, "", *head] if way.headline_last else [*head, "", *text]
    lines += ["", *(f"▲{one}" for one in captions), ""]
    return lines, {**story, "bylines": people, "captions": captions, "package": None}


def set_page(seed: int, stories: Sequence[Story]) -> tuple[str, dict[str, list[Story]]]:
    """A page of some of the stories in one newspaper's habits, and its truth."""
    chance = random.Random(seed)
    way = habits(chance)
    lines = ["A03 综合新闻", "2024年5月8日 星期三", ""]
    truth: list[Story] = []
    for story in chance.sample(list(stories), chance.randint(3, 6)):
        printed, told = set_story(chance, way, story)
        lines += printed
        truth.append(told)
    return "\n".join([*lines, "责编：方远 美编：陶冶 校对：沈静"]), {"stories": truth}
