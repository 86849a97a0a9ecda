"""One text with its heads, bylines and captions written out as a proposed story."""

from __future__ import annotations

import re
from collections.abc import Sequence

from articles.intake.page_blocks import Block
from articles.intake.page_english import is_english_kicker, merge_english
from articles.intake.page_heads import Body, block_text, shared
from articles.intake.page_marks import JUMP_END, JUMP_START, ORDER_CODE
from articles.intake.page_siblings import split_alike
from articles.intake.reading import ReadStory
from articles.text.bylines import Person, is_byline, parse_byline
from articles.text.credits import read_credit, read_dateline, read_tail
from articles.text.headlines import CAPTION_MARKS, main_line, merge_display
from articles.text.reflow import join_lines, tighten_headline
from articles.text.signatures import read_closing, read_opening, read_photo_credit
from articles.text.words import Language, compact

# Which picture the words are for is a matter of the printed page.
CAPTION_LABEL = re.compile(
    r"(?:[上下左右题]图|图[①-⑳一二三四五\d]{1,2})[：:]\s*|"
    r"(?:Above|Below|Left|Right|Top|Bottom|Far left|Far right|Pictured|Main picture|Inset)"
    r"(?:,? (?:left|right|above|below|and \w+))?:\s+",
    re.IGNORECASE,
)
LONGEST_BRIEF_TITLE = 26


class Draft:
    """A story in the making: fields filled one after another, then frozen."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.kicker = self.headline = self.deck = self.lead = ""
        self.people: list[Person] = []
        self.byline_texts: list[str] = []
        self.paragraphs: list[str] = []
        self.captions: list[str] = []
        self.residue: list[str] = []
        self.warnings: list[str] = []
        self.numbers: set[int] = set()

    def note(self, block: Block) -> None:
        self.numbers.update(line.number for line in block.lines)

    def warn(self, code: str) -> None:
        if code not in self.warnings:
            self.warnings.append(code)

    def keep(self, text: str) -> None:
        if text.strip():
            self.residue.append(text.strip())

    def sign(self, printed: str, people: Sequence[Person]) -> None:
        if printed.strip():
            self.byline_texts.append(printed.strip())
        both = {person.name for person in self.people if person.role == "both"}
        self.people += [one for one in people if one not in self.people and one.name not in both]

    def frozen(self) -> ReadStory:
        if not self.headline:
            self.warn("headline-missing")
        if not self.paragraphs:
            self.warn("text-missing")
        return ReadStory(
            kicker=self.kicker,
            headline=self.headline,
            deck=self.deck,
            lead=self.lead,
            bylines=tuple(self.people),
            paragraphs=tuple(self.paragraphs),
            captions=tuple(self.captions),
            byline_text="\n".join(self.byline_texts),
            residue=tuple(self.residue),
            lines=tuple(sorted(self.numbers)),
            warnings=tuple(self.warnings),
        )

    # Parts

    def join(self, lines: Sequence[str]) -> str:
        text, removed = join_lines(lines, self.language)
        self.keep(removed)
        return text

    def add_text(self, block: Block, *, first: bool, last: bool, brief: bool) -> None:
        self.note(block)
        text = "\n".join(line.text for line in block.lines)
        if self.language == "en":
            self._add_english(text, first=first, last=last, brief=brief)
            return
        if brief:
            text = self._take_brief_title(text)
        if jump := JUMP_START.match(text):
            self.keep(jump[0])
            self.warn("jump-line")
            text = text[jump.end() :]
        if first:
            opening = read_opening(text)
            self.lead = " ".join(opening.lead.split())
            self.sign(opening.byline_text, opening.people)
            if opening.missing:
                self.warn("byline-name-missing")
            text = text[opening.rest_at :]
        text, tails = self._take_tails(text)
        if last or block.ends_story:
            closing = read_closing(text)
            if closing:
                self.sign(" ".join(closing.byline_text.split("\n")), closing.people)
                text = text[: closing.text_until]
        if block.verse:
            self.paragraphs += [" ".join(line.split()) for line in text.split("\n") if line.strip()]
        elif paragraph := self.join(text.split("\n")):
            self.paragraphs.append(paragraph)
        for tail in reversed(tails):
            self.keep(tail)

    def _take_tails(self, text: str) -> tuple[str, list[str]]:
        """Take printers' codes and 下转 from a paragraph's end."""
        tails: list[str] = []
        for pattern in (ORDER_CODE, JUMP_END, ORDER_CODE):
            if found := pattern.search(text[-60:].rstrip()):
                tails.append(found[0])
                text = text[: len(text) - len(text[-60:]) + found.start()].rstrip()
                if pattern is JUMP_END:
                    self.warn("jump-line")
        return text, tails

    def _take_brief_title(self, text: str) -> str:
        mark, rest = text[0], text[1:].lstrip()
        if mark == "【" and 0 < rest.find("】") <= 2 * LONGEST_BRIEF_TITLE:
            title, _, rest = rest.partition("】")
            self.keep("【】")
            self.headline = join_lines(title.split("\n"), self.language)[0]
            return rest
        self.keep(mark)
        line, _, more = rest.partition("\n")
        found = re.match(rf"(\S.{{1,{LONGEST_BRIEF_TITLE}}}?)[\s\u3000]+(?=\S)", line)
        if found and not re.search(r"[。，；]", found[1]) and not self.headline:
            self.headline = tighten_headline(found[1])
            return rest[found.end() :]
        if not re.search(r"[。，；]", line) and more and not self.headline:
            self.headline = tighten_headline(line)
            return more
        return rest

    def _add_english(self, text: str, *, first: bool, last: bool, brief: bool) -> None:
        if first and brief:
            title, _, rest = text.partition(":")
            self.headline = " ".join(title.split())
            self.keep(":")
            text = rest
        if first:
            dateline, at = read_dateline(text)
            self.lead = " ".join(dateline.split())
            text = text[at:]
        if last and (tail := read_tail(text)):
            until, printed, people = tail
            self.sign(printed, people)
            text = text[:until]
        paragraph = self.join(text.split("\n"))
        if paragraph:
            self.paragraphs.append(paragraph)

    def add_caption(self, block: Block) -> None:
        self.note(block)
        lines = [line.text for line in block.lines]
        text = "\n".join(lines)
        marks = len(text) - len(text.lstrip(CAPTION_MARKS + " \u3000\n"))
        if label := CAPTION_LABEL.match(text, marks):
            marks = label.end()
        self.keep("".join(text[:marks].split()))
        text = text[marks:]
        if self.language == "en":
            self._english_caption(text)
            return
        credit = read_photo_credit(text)
        # 资料图片 or a school's 供图 names nobody: it stays with the words under the picture.
        if credit and credit.people:
            self.sign(credit.byline_text, credit.people)
            text = text[: credit.text_until]
        caption = self.join(text.split("\n"))
        if caption:
            self.captions.append(caption)

    def _english_caption(self, text: str) -> None:
        head, _, rest = text.partition("\n")
        if rest and (opening := read_credit(head)) and opening.text_until == 0:
            self.sign(opening.printed, opening.people)
            text = rest
        elif credit := read_credit(text):
            self.sign(" ".join(credit.printed.split()), credit.people)
            text = text[: credit.text_until]
        caption = self.join(text.split("\n"))
        if caption:
            self.captions.append(caption)

    def add_byline(self, block: Block) -> None:
        self.note(block)
        text = block_text(block)
        people = parse_byline(_without_brackets(text))
        self.sign(" ".join(text.split("\n")), people)
        if not people and is_byline(text):
            self.warn("byline-name-missing")

    def add_heads(self, body: Body) -> None:
        units: list[str] = []
        text = "".join(compact(block_text(block)) for block in body.blocks)[:20_000]
        for block in body.heads:
            self.note(block)
            lines = [line.text for line in block.lines]
            english = self.language == "en"
            groups = merge_english(lines) if english else merge_display(lines, text)
            units += [self._head_unit([lines[at] for at in group]) for group in groups]
        if not units:
            return
        if self.headline:
            # A brief's own title stands in its text; what stands apart is above it.
            self.kicker = " ".join(units)
            return
        at = 0
        if self.language == "en" and len(units) > 1:
            at = 1 if units[0].endswith(":") or is_english_kicker(body.heads[0]) else 0
        if self.language == "zh-Hans":
            at = main_line(units, [shared(unit, body.words, self.language) for unit in units])
        self.kicker = " ".join(units[:at])
        self.headline = units[at]
        self.deck = " ".join(units[at + 1 :])

    def _head_unit(self, lines: Sequence[str]) -> str:
        if self.language == "en":
            return self.join(lines)
        return "".join(map(tighten_headline, lines))


def _without_brackets(text: str) -> str:
    text = text.strip()
    return text[1:-1] if text[:1] in "（(" and text[-1:] in "）)" else text


def as_story(body: Body, language: Language) -> ReadStory:
    """The proposed story that a text and everything dealt to it make."""
    draft = Draft(language)
    for at, block in enumerate(body.blocks):
        draft.add_text(
            block, first=at == 0, last=at == len(body.blocks) - 1, brief=body.brief and at == 0
        )
    draft.add_heads(body)
    for block in body.bylines:
        draft.add_byline(block)
    for block in body.captions:
        draft.add_caption(block)
    alone = body.siblings and len(body.heads) == 1
    if alone and (pair := split_alike(block_text(body.heads[0]), body.siblings)):
        draft.kicker, draft.headline = map(tighten_headline, pair)
        draft.deck = ""
    return draft.frozen()


def draft_of(blocks: Sequence[Block], language: Language) -> ReadStory:
    """Text that is no page, as one draft: its lines as they are, a title if one stands apart."""
    draft = Draft(language)
    rest = list(blocks)
    if len(rest) > 1 and rest[0].kind == "display" and len(rest[0].lines) == 1:
        title = rest.pop(0)
        draft.note(title)
        draft.headline = tighten_headline(title.lines[0].text)
    for block in rest:
        draft.note(block)
        if block.kind == "text" and len(block.lines) > 1 and block.measure:
            paragraph = draft.join([line.text for line in block.lines])
            draft.paragraphs.append(paragraph)
        else:
            draft.paragraphs += [" ".join(line.text.split()) for line in block.lines]
    return draft.frozen()
