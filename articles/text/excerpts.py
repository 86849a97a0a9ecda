"""Short pieces of a text for lists."""

import re

# Between paragraphs of Chinese no space is set.
_AFTER_HAN = re.compile(r"(?<=[\u3001-\u9fff\uff00-\uffef”’]) ")


def shorten(text: str, characters: int) -> str:
    """Return the first `characters` of a text on one line, cut between words, with an ellipsis."""
    line = _AFTER_HAN.sub("", " ".join(text.split()))
    if len(line) <= characters:
        return line
    cut = line[:characters]
    if line[characters].isascii() and line[characters].isalnum() and " " in cut:
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ，、；：。,;:.") + "…"
