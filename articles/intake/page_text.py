"""The raw text of one printed page, read into proposed stories with nothing dropped."""

from __future__ import annotations

import codecs
from collections import Counter

from articles.intake.page_assembly import assemble
from articles.intake.page_blocks import sort_lines
from articles.intake.page_english import sort_english_lines
from articles.intake.page_lines import as_lines
from articles.intake.reading import Leftover, PageReading, ReadStory, accounted
from articles.text.words import language_of

__all__ = [
    "LARGEST",
    "Leftover",
    "PageReading",
    "PageTextError",
    "ReadStory",
    "accounted",
    "decode_page",
    "read_page",
]

LARGEST = 2_000_000
BYTE_ORDER_MARK = "\ufeff"


class PageTextError(ValueError):
    """The text cannot be a page; the message says which thing is wrong and what to do."""


def decode_page(data: bytes) -> str:
    """The text in a file's bytes: UTF-8 with or without a mark, UTF-16 with one, or GB 18030."""
    if not data.strip():
        raise PageTextError("The file is empty. Choose the text file of one printed page.")
    if len(data) > 4 * LARGEST:
        raise PageTextError(
            f"The file has {len(data):,} bytes; a page has fewer than {4 * LARGEST:,}. "
            "Import one page at a time."
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif data.startswith(codecs.BOM_UTF8):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "gb18030"]
        if b"\0" in data:
            raise PageTextError(
                "The file is not text (it has zero bytes). Extract the page's text first, "
                "or import the PDF."
            )
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PageTextError(
        "The file's characters are neither UTF-8, UTF-16 nor GB 18030. Save it as UTF-8 and "
        "import it again."
    )


def read_page(text: str) -> PageReading:
    """The stories of one printed page, proposed for a person to check.

    Every character of the text other than white space ends up in a story or a leftover; see
    `accounted`. Text that is no page becomes a single draft.
    """
    _refuse(text)
    marks = ""
    if text.startswith(BYTE_ORDER_MARK):
        marks, text = BYTE_ORDER_MARK, text[1:]
    lines = as_lines(text)
    language = language_of(text)
    blocks = sort_lines(lines) if language == "zh-Hans" else sort_english_lines(lines)
    reading = assemble(blocks, language)
    if marks:
        left = (Leftover(marks, (1,)), *reading.leftovers)
        reading = PageReading(reading.stories, left, reading.language, reading.warnings)
    return _with_nothing_lost(marks + text, reading)


def _refuse(text: str) -> None:
    if not text.strip():
        raise PageTextError("The page text is empty. Paste the text of one printed page.")
    if len(text) > LARGEST:
        raise PageTextError(
            f"The page text has {len(text):,} characters; a page has fewer than {LARGEST:,}. "
            "Import one page at a time."
        )
    if "\0" in text:
        raise PageTextError(
            "The page text is binary (it has NUL characters). Extract the page's text first."
        )
    control = sum(1 for char in text if ord(char) < 32 and not char.isspace())
    if control * 10 > len(text):
        raise PageTextError(
            "The page text is mostly control characters. Extract the page's text first."
        )


def _with_nothing_lost(text: str, reading: PageReading) -> PageReading:
    """The reading, made whole: what a rule forgot becomes a leftover, and is flagged.

    A rule that wrote a character twice cannot be mended here; then the page stays one draft.
    """
    printed = Counter("".join(text.split()))
    held = Counter(accounted(reading))
    if printed == held:
        return reading
    if held - printed:
        whole = ReadStory(
            paragraphs=tuple(" ".join(line.text.split()) for line in as_lines(text)),
            lines=tuple(line.number for line in as_lines(text)),
            warnings=("headline-missing", "not-read"),
        )
        return PageReading((whole,), (), reading.language, ("not-read",))
    lost = "".join((printed - held).elements())
    return PageReading(
        reading.stories,
        (*reading.leftovers, Leftover(lost)),
        reading.language,
        (*reading.warnings, "characters-unplaced"),
    )
