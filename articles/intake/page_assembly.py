"""Blocks of a page put together into stories: texts, their heads, their people, their pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from articles.intake.page_blocks import Block
from articles.intake.page_english_furniture import ends_here, is_rubric
from articles.intake.page_heads import (
    Body,
    Gap,
    Matcher,
    block_text,
    split_captions,
    words_of,
)
from articles.intake.page_packages import find_packages
from articles.intake.page_siblings import link_siblings, merge_subheads
from articles.intake.page_stories import as_story, draft_of
from articles.intake.reading import Leftover, PageReading
from articles.text.headlines import RUBRIC
from articles.text.names import looks_like_names
from articles.text.reflow import ends_sentence
from articles.text.signatures import read_closing
from articles.text.words import Language, cjk_count, compact

PICTURE_RUBRIC = re.compile(r"图片新闻|新闻图片|影像")
# Below this share of running text a page is a list, a poem or a table, and is left whole.
LEAST_RUNNING = 0.3


def assemble(blocks: Sequence[Block], language: Language) -> PageReading:
    """The stories that a page's blocks make, and what is left of the page."""
    if not _is_page(blocks):
        return _one_draft(blocks, language)
    bodies, gaps, leftovers = _texts_and_gaps(blocks, language)
    pictures = _picture_stories(gaps)
    for index, gap in enumerate(gaps):
        before = bodies[index - 1] if index else None
        after = bodies[index] if index < len(bodies) else None
        split_captions(gap, before, after, language)
    if not bodies:
        stray = _without_text(gaps)
        bodies = sorted([*pictures, *stray], key=lambda body: body.first)
    else:
        bodies = find_packages(bodies, gaps, language)
        pictures += _deal_out(bodies, gaps, language)
        bodies = _merge_tentative(bodies)
        bodies = merge_subheads(bodies, language)
        link_siblings(bodies, language)
        bodies = sorted([*bodies, *pictures], key=lambda body: body.first)
    place = {id(body): index for index, body in enumerate(bodies)}
    stories = [as_story(body, language) for body in bodies]
    stories = [
        replace(story, package=place.get(id(body.parent))) if body.parent else story
        for story, body in zip(stories, bodies, strict=True)
    ]
    return PageReading(tuple(stories), tuple(leftovers), language)


def _is_page(blocks: Sequence[Block]) -> bool:
    total = sum(len(block.lines) for block in blocks)
    running = sum(
        len(block.lines)
        for block in blocks
        if (block.kind == "text" and ends_sentence(block.lines[-1].text))
        or block.starts_story
        or block.ends_story
    )
    pictures = any(block.kind == "caption" for block in blocks)
    return pictures or running >= LEAST_RUNNING * total


def _one_draft(blocks: Sequence[Block], language: Language) -> PageReading:
    leftovers = [_leftover(block) for block in blocks if block.kind == "furniture"]
    rest = [block for block in blocks if block.kind != "furniture"]
    stories = (draft_of(rest, language),) if rest else ()
    return PageReading(stories, tuple(leftovers), language, ("not-a-page",) if rest else ())


def _leftover(block: Block) -> Leftover:
    return Leftover(
        " ".join(line.text for line in block.lines), tuple(line.number for line in block.lines)
    )


def _texts_and_gaps(
    blocks: Sequence[Block], language: Language
) -> tuple[list[Body], list[Gap], list[Leftover]]:
    bodies: list[Body] = []
    gaps = [Gap()]
    leftovers: list[Leftover] = []
    widths = rubric = False
    for at, block in enumerate(blocks):
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        if bodies and _is_whole_caption(block, gaps[-1], following):
            block.kind = "caption"
        if block.kind == "furniture":
            if PICTURE_RUBRIC.search(compact(block_text(block))):
                gaps[-1].items.append(block)
            leftovers.append(_leftover(block))
            if is_rubric(block.lines[0].text) or RUBRIC.fullmatch(compact(block_text(block))):
                rubric = True
                gaps[-1].cut = sum(1 for one in gaps[-1].items if one.kind == "display")
            elif bodies and not gaps[-1].items and ends_here(block.lines[0].text):
                bodies[-1].blocks[-1].ends_story = True
        elif block.kind != "text":
            gaps[-1].items.append(block)
        elif (
            bodies
            and _goes_on(bodies[-1], gaps[-1], block)
            and not (widths := _changes_width(bodies[-1], gaps[-1], block, language))
        ):
            bodies[-1].captions += [one for one in gaps[-1].items if one.kind == "caption"]
            gaps[-1] = Gap()
            bodies[-1].blocks.append(block)
        else:
            brief = block.brief
            bodies.append(Body([block], brief=brief, tentative=widths, rubric=rubric))
            widths = rubric = False
            gaps.append(Gap())
    for body in bodies:
        body.signed = _is_signed(body.blocks[-1])
        for block in body.blocks:
            body.words |= words_of(block_text(block), language)
    for gap in gaps:
        _settle_bare_names(gap)
        gap.heads = [one for one in gap.items if one.kind == "display"]
    return bodies, gaps, leftovers


def _goes_on(body: Body, gap: Gap, block: Block) -> bool:
    """Whether a paragraph belongs to the same run of text as the one before it."""
    if block.starts_story or body.blocks[-1].ends_story:
        return False
    return all(one.kind == "caption" for one in gap.items)


LONGEST_CAPTION = 30.0


def _is_whole_caption(block: Block, gap: Gap, following: Block | None) -> bool:
    """Whether a short sentence alone under a head is the words under an unmarked picture.

    A text of one line is no story; the next one starts right after it.
    """
    if block.kind != "text" or len(block.lines) > 1 or block.starts_story or block.ends_story:
        return False
    if not gap.items or block.verse or block.lines[0].width > LONGEST_CAPTION:
        return False
    head = gap.items[-1].kind in {"display", "caption"}
    starts = following is None or following.kind != "text" or following.starts_story
    return head and starts and cjk_count(block.lines[0].text) > 0


def _is_signed(block: Block) -> bool:
    return block.ends_story and read_closing(block_text(block)) is not None


def _changes_width(body: Body, gap: Gap, block: Block, language: Language) -> bool:
    """Whether the column is so much wider or narrower that another story may start here.

    Beside a caption less will do: a picture often parts two stories.
    """
    last = body.blocks[-1]
    if len(block.lines) < 3 or not ends_sentence(last.lines[-1].text):
        return False
    one, other = sorted((last.measure, block.measure))
    if not one:
        return False
    if language == "en":
        return other / one > 1.11
    return other - one > max(1.6, 5.0 * block.evenness)


def _merge_tentative(bodies: list[Body]) -> list[Body]:
    """Put back what was cut off for its width alone, unless both parts found a head."""
    out: list[Body] = []
    for body in bodies:
        split = out and body.tentative and out[-1].blocks and not out[-1].signed
        if split and not (body.heads and out[-1].heads):
            out[-1].blocks += body.blocks
            out[-1].heads += body.heads
            out[-1].signed = body.signed
            out[-1].captions += body.captions
            out[-1].bylines += body.bylines
            out[-1].words |= body.words
        else:
            out.append(body)
    return out


def _settle_bare_names(gap: Gap) -> None:
    """A name without a role is a byline beside a head; alone in its gap it is the head."""
    if any(one.kind == "display" for one in gap.items):
        return
    for one in gap.items:
        text = block_text(one)
        if one.kind == "byline" and looks_like_names(text):
            one.kind = "display"


def _picture_stories(gaps: Iterable[Gap]) -> list[Body]:
    """图片新闻: a headline and a caption that make a story without a text."""
    found: list[Body] = []
    for gap in gaps:
        body: Body | None = None
        kept: list[Block] = []
        for one in gap.items:
            if one.kind == "furniture":
                body = Body([])
                found.append(body)
            elif body is None:
                kept.append(one)
            elif one.kind == "display" and not body.captions:
                body.heads.append(one)
            elif one.kind == "caption":
                body.captions.append(one)
            elif one.kind == "byline":
                body.bylines.append(one)
            else:
                kept.append(one)
                body = None
        gap.items = kept
        gap.heads = [one for one in kept if one.kind == "display"]
    return [body for body in found if body.heads or body.captions or body.bylines]


def _without_text(gaps: Iterable[Gap]) -> list[Body]:
    body = Body([])
    for gap in gaps:
        for one in gap.items:
            side = {"display": body.heads, "caption": body.captions}.get(one.kind, body.bylines)
            side.append(one)
    return [body] if body.heads or body.captions or body.bylines else []


def _deal_out(bodies: Sequence[Body], gaps: Sequence[Gap], language: Language) -> list[Body]:
    """Give each gap's heads, then its bylines and captions, to the text before or after.

    Returns the pictures that turn out to be stories: a headline nobody else needs, set over a
    caption.
    """
    pictures: list[Body] = []
    cuts = Matcher(bodies, gaps, language).cuts()
    for index, (gap, cut) in enumerate(zip(gaps, cuts, strict=True)):
        before = bodies[index - 1] if index else None
        after = bodies[index] if index < len(bodies) else None
        owner_of = {
            id(head): (before if at < cut else after) or before or after
            for at, head in enumerate(gap.heads)
        }
        last: Body | None = None
        for at, one in enumerate(gap.items):
            if one.kind == "display":
                last = owner_of.get(id(one))
                following = gap.items[at + 1] if at + 1 < len(gap.items) else None
                if last is before and _is_picture_head(one, following, before):
                    last = Body([])
                    pictures.append(last)
                if last is not None:
                    last.heads.append(one)
                continue
            owner = last or before or after
            if one.kind == "byline" and last is None and before and before.signed and after:
                owner = after
            if owner is None:
                continue
            if one.kind == "byline" and read_closing("。" + block_text(one)) and owner is before:
                before.signed = True
            (owner.bylines if one.kind == "byline" else owner.captions).append(one)
    return pictures


def _is_picture_head(head: Block, following: Block | None, before: Body | None) -> bool:
    """Whether a head right above a caption belongs to the picture: its text has one already."""
    if before is None or following is None or following.kind != "caption":
        return False
    return bool(before.heads) and not head.apart_after
