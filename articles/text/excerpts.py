"""Short pieces of a text for lists, and the form in which a text is searched."""

import re
import unicodedata

# Between paragraphs of Chinese no space is set.
_AFTER_HAN = re.compile(r"(?<=[\u3001-\u9fff\uff00-\uffef”’]) ")
# A phrase in straight or curly quotes, or 「」; else a run without white space or quotes.
_PHRASE = re.compile(r"[\"“”「]([^\"“”「」]+)[\"“”」]|([^\s\"“”「」]+)")


def shorten(text: str, characters: int) -> str:
    """Return the first `characters` of a text on one line, cut between words, with an ellipsis."""
    line = _AFTER_HAN.sub("", " ".join(text.split()))
    if len(line) <= characters:
        return line
    cut = line[:characters]
    if line[characters].isascii() and line[characters].isalnum() and " " in cut:
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ，、；：。,;:.") + "…"


def folded(text: str) -> str:
    """Return a text as it is compared in search: NFKC, lower case, runs of white space as one.

    Full-width and half-width forms fall together (Unicode Standard Annex #15).
    """
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def phrases(asked: str) -> list[str]:
    """What a search asks for: words, and phrases in quotes of either script, folded, at most 8."""
    found = _PHRASE.findall(asked)
    words = [folded(quoted or word) for quoted, word in found]
    return [word for word in dict.fromkeys(words) if word][:8]
