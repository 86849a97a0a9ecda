"""The piece of a text in which a search was found, with what was found marked."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

AROUND = 40


def snippet(text: str, phrases: list[str]) -> SafeString:
    """Up to 40 characters on each side of the first phrase found, cut by characters, as HTML."""
    at = min((text.find(phrase) for phrase in phrases if phrase in text), default=0)
    start = max(0, at - AROUND)
    piece = text[start : at + len(phrases[0]) + AROUND]
    pattern = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    parts = []
    last = 0
    for match in re.finditer(pattern, piece):
        parts += [escape(piece[last : match.start()]), f"<mark>{escape(match[0])}</mark>"]
        last = match.end()
    parts.append(escape(piece[last:]))
    before = "…" if start else ""
    after = "…" if at + len(phrases[0]) + AROUND < len(text) else ""
    return mark_safe(before + "".join(parts) + after)  # every piece is escaped above
