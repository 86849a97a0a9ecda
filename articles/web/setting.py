"""How lines and texts are set: clauses of a head, a story's body with its pictures in it."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from articles.text import blocks
from articles.text.words import cjk_count
from articles.web.escaping import shown
from articles.web.pictures import Figure
from articles.web.reading import Reading

# Where a Chinese head of two clauses parts: at its space (捂紧钱袋子 构建新格局), after 标题：.
PHRASE_SPACE = re.compile(r"(?<=[^\x00-\x7f])[\u3000 ]+(?=\S)|(?<=：)(?=\S)")
# Days and hours, which no line ends in: 11月23日, 7时30分. Not in marked text.
DAY_OR_HOUR = re.compile(r"(?<!\d)\d{1,4}[年月日时点](?:\d{1,2}[月日时分])*")
# Characters of a story's text on its typeset page, by weight. Notices and briefs stand whole.
ROOM_ZH = {"lead": 620, "second": 420, "normal": 300, "picture": 80, "brief": 900, "notice": 900}
ROOM_LATIN = 2.4  # a Latin letter takes less room than a Han character
# From which breadth on a head, or a paper's name, is set smaller: in halves of a Han character.
LONG_HEAD, LONG_NAME, LONGEST_NAME = 56, 20, 34


def clauses(line: str) -> SafeString:
    """A head, with each clause of a Chinese one kept together: a line breaks between them first.

    No line ends within a day or an hour (11月23日). What is HTML already is left as it is.
    """
    return line if isinstance(line, SafeString) else _clauses(line)


@lru_cache(maxsize=4096)  # the newest stand beside many others
def _clauses(line: str) -> SafeString:
    return clauses_shown(line, shown)


def clauses_shown(line: str, as_html: Callable[[str], str]) -> SafeString:
    """The same of a head whose parts `as_html` makes HTML, where a search marks what it found."""
    if 2 * cjk_count(line) < len(line):
        return SafeString(as_html(line))
    gaps = list(PHRASE_SPACE.finditer(line))
    if not gaps:
        return _kept_whole(as_html(line))
    parts: list[str] = []
    last = 0
    for start, end in [*(gap.span() for gap in gaps), (len(line), len(line))]:
        parts += (
            f'<span class="clause">{_kept_whole(as_html(line[last:start]))}</span>',
            line[start:end],
        )
        last = end
    made = "".join(parts)
    # What was found over a gap is marked in the whole head only.
    plain = as_html(line)
    return SafeString(plain if plain.count("<mark>") > made.count("<mark>") else made)


def heads(stories: Iterable[Reading], query: str) -> SafeString:
    """Stories as the items of a list of heads. `query` (?lang=en, or nothing) goes on with them."""
    query = shown(query)
    return SafeString(
        "".join(
            f'<li lang="{shown(story.html_language)}">'
            f'<a href="{shown(story.get_absolute_url())}{query}">{_head(story)}</a></li>'
            for story in stories
        )
    )


def _head(story: Reading) -> str:
    headline = clauses(story.headline)
    if not story.kicker:
        return headline
    return f'<span class="kicker">{clauses(story.kicker)}</span> {headline}'


def _kept_whole(line: str) -> SafeString:
    """The days and hours of a line, each in one piece."""
    return SafeString(DAY_OR_HOUR.sub(r'<span class="whole">\g<0></span>', line))


def clauses_of(line: str) -> list[str]:
    """The clauses of a Chinese head; any other head as it is."""
    return PHRASE_SPACE.split(line) if 2 * cjk_count(line) >= len(line) else [line]


def _breadth(line: str) -> int:
    """How broad a line is set, in halves of a Han character."""
    return len(line) + cjk_count(line)


def head_size(headline: str) -> str:
    """A class for a head that is too long to be set as large as others; else nothing."""
    return " long" if _breadth(headline) > LONG_HEAD else ""


def name_size(name: str) -> str:
    """The same for a paper's name: it has one line of a broad page."""
    breadth = _breadth(name)
    return " longest" if breadth > LONGEST_NAME else " long" if breadth > LONG_NAME else ""


def beginning(story: Reading) -> dict[str, object]:
    """The text with which a story begins on its page, as its weight gives room, and if it goes on.

    {"text": clean HTML, "more": bool}. The body was sanitised when it was frozen.
    """
    room = ROOM_ZH.get(story.weight, ROOM_ZH["normal"])
    if not story.language.startswith("zh"):
        room = round(room * ROOM_LATIN)
    text, more = blocks.opening(story.body, room)
    return {"text": _with_lead_in(text, story.lead_in), "more": more}


def story_body(body: str, lead_in: str, figures: list[Figure] | None = None) -> SafeString:
    """A story's clean body, its lead-in (本报讯, PORT HAVEN —) run into the first paragraph.

    Further pictures stand between its paragraphs, evenly; in a short text, at its end. The body
    was sanitised when it was frozen: it is HTML of the few tags that `markup` allows.
    """
    text = _with_lead_in(body, lead_in)
    if not figures:
        return text
    given = blocks.blocks(text)
    places = [at for at, block in enumerate(given) if at > 1 and block.startswith("<p>")]
    for number, one in reversed(list(enumerate(figures, start=1))):
        figure = render_to_string(
            "web/figure.html",
            {"figure": one, "picture": one.first, "lazy": True},
            using="readers",
        )
        at = places[len(places) * number // (len(figures) + 1)] if places else len(given)
        given.insert(at, figure)
    return mark_safe("".join(given))


def _with_lead_in(body: str, lead_in: str) -> SafeString:
    if not lead_in:
        return mark_safe(body)
    run_in = format_html('<span class="lead-in">{}</span> ', lead_in)
    if body.startswith("<p>"):
        return mark_safe("<p>" + run_in + body[len("<p>") :])
    return mark_safe(f"<p>{run_in}</p>{body}")
