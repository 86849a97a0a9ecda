"""A story's short name in a URL: pinyin of a Chinese headline, the words of an English one."""

from __future__ import annotations

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

from articles.text.words import is_cjk

MOST_SYLLABLES = 8
MOST_LETTERS = 60
# A headline is a line; whatever comes after this many characters cannot change its slug.
READ_AT_MOST = 400


def slug_for(text: str) -> str:
    """A slug of ASCII letters, digits and hyphens; empty when the text has nothing to spell.

    Eight syllables name a Chinese story well enough; 绿 and 女 become lv and nv, which is what
    people type. English words are kept whole.
    """
    text = unicodedata.normalize("NFKC", text[:READ_AT_MOST])
    return _pinyin_slug(text) if any(map(is_cjk, text)) else _english_slug(text)


def _pinyin_slug(text: str) -> str:
    spelled = lazy_pinyin(text, style=Style.NORMAL, errors="default", v_to_u=False)
    words: list[str] = []
    for piece in spelled:
        plain = piece.replace("ü", "v")
        words += _ascii_words(plain)
    return _fit("-".join(words[:MOST_SYLLABLES]))


def _english_slug(text: str) -> str:
    return _fit("-".join(_ascii_words(re.sub(r"['’]", "", text))))


def _ascii_words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.findall(r"[a-z0-9]+", plain.lower())


def _fit(slug: str) -> str:
    if len(slug) <= MOST_LETTERS:
        return slug
    cut = slug[: MOST_LETTERS + 1].rpartition("-")[0]
    return cut or slug[:MOST_LETTERS]
