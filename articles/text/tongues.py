"""Chinese words in English text, marked as such for the browser, for speech and for search engines.

A reader's page, and a book's, is looked through once, when it is made: so no template needs to think of it, and
no name, tag, caption or paragraph is forgotten.
"""

import re

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_MARKS = "\u3001-\u303f\uff01-\uff60·"
# Chinese words with the marks that belong to them (《渔港》, 陈晓·文), in one line or over spaces.
CHINESE = re.compile(f"[《〈「『【（]*[{_HAN}][{_HAN}{_MARKS}]*(?: +[{_HAN}][{_HAN}{_MARKS}]*)*")
MARKED = r'<span lang="zh-Hans">\g<0></span>'
ENGLISH = 'lang="en"'
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>")
LANG = re.compile(r'\slang="([^"]*)"')
# What holds no elements: their text stays plain.
PLAIN = frozenset({"title", "script", "style", "textarea", "option"})


def told_apart(page: str, *, is_xml: bool = False) -> str:
    """A page of the readers' templates or of a book, with the Chinese in its English text marked.

    They close what they open where they name a language, and write `>` in no attribute.
    """
    marked = r'<span lang="zh-Hans" xml:lang="zh-Hans">\g<0></span>' if is_xml else MARKED
    parts: list[str] = []
    done = 0
    while (found := page.find(ENGLISH, done)) >= 0:
        start = page.rfind("<", done, found)
        opening = TAG.match(page, start) if start >= 0 else None
        if opening is None or opening.end() < found:  # words of a text, that say nothing about it
            start = found + len(ENGLISH)
            parts.append(page[done:start])
            done = start
        else:
            parts.append(page[done:start])
            done = _element(page, start, parts, marked)
    return "".join((*parts, page[done:]))


def _element(page: str, start: int, parts: list[str], marked: str) -> int:
    """Add an English element to the parts, its Chinese words marked. Returns where it ends."""
    inside: list[list[str | int]] = []  # elements that name a language: which, how deep, language
    is_english = is_plain = False
    done = taken = start
    for tag in TAG.finditer(page, start):
        if is_english and not is_plain and not (text := page[done : tag.start()]).isascii():
            parts += (page[taken:done], CHINESE.sub(marked, text))
            taken = tag.start()
        done = tag.end()
        closes, name, attributes = tag.groups()
        is_plain = name in PLAIN and not closes
        if "lang=" in attributes and (named := LANG.search(attributes)):
            inside.append([name, 1, named[1]])
        elif inside and name == inside[-1][0] and not attributes.endswith("/"):
            inside[-1][1] += -1 if closes else 1  # type: ignore[operator]
            if not inside[-1][1]:
                inside.pop()
        if not inside:
            break
        is_english = inside[-1][2] == "en"
    parts.append(page[taken:done])
    return done
