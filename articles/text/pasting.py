"""What a reporter pastes into the story editor, as a clean body.

Word, Google Docs, WeChat, web pages and PDF viewers each put their own markup on the clipboard.
All of it is read into one flat list of blocks (`Block`: a paragraph, a heading, a list item) of
lines of marked text, and written anew from there; nothing of the pasted markup itself survives.
`markup.clean` has the last word.

Pasting a clean body changes nothing: whatever a rule looks at either does not survive the first
time (classes, styles, typed indents) or is looked at until it says nothing more (`_settled`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count, groupby, pairwise
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString
from bs4.exceptions import ParserRejectedMarkup

from articles.text import markup
from articles.text.reflow import SENTENCE_END, SOFT_HYPHENS, ends_sentence, join_lines
from articles.text.words import Language, cjk_count, is_wide, language_of, width

# More than this is no story: it is read as plain text, which takes no tree.
LONGEST = 2_000_000
MOST_TAGS = 40_000
LONGEST_ADDRESS = 2_000
DEEPEST_LIST = 4
# A row of a table is one paragraph; what is longer is a page laid out with a table.
LONGEST_ROW = 300

BREAK = "\u2028"
SOFT_HYPHEN = "\u00ad"
IDEOGRAPHIC_SPACE = "\u3000"

# -- what is in a paste ----------------------------------------------------------------------------


class Run(NamedTuple):
    """A stretch of text set one way: its marks are tags, and a link's address."""

    text: str
    marks: frozenset[str] = frozenset()
    href: str = ""

    def like(self, other: Run) -> bool:
        return self.marks == other.marks and self.href == other.href


Line = tuple[Run, ...]


class Level(NamedTuple):
    """One list that an item stands in: which list, of which kind, and which of its items."""

    tag: str
    list_id: int
    start: int
    item: int


@dataclass(frozen=True)
class Place:
    """Where in the document a block stands."""

    heading: int = 0
    quote: int = 0
    lists: tuple[Level, ...] = ()
    row: int = 0
    cell: int = 0
    word_list: str = ""
    rule: bool = False

    @property
    def plain(self) -> bool:
        """Whether the block is a paragraph of running text."""
        return not (self.heading or self.lists or self.rule)


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or list item: its lines, and which of them were indented."""

    place: Place
    lines: tuple[Line, ...] = ()
    indented: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        return "\n".join(map(_words, self.lines))


def _words(line: Line) -> str:
    return "".join(run.text for run in line)


# -- the two ways in -------------------------------------------------------------------------------


def from_html(pasted: str, language: str = "") -> str:
    """Return pasted HTML as a clean body; `language` settles what the text leaves open."""
    readable = _without_hidden(pasted)
    if len(readable) > LONGEST:
        readable = _DATA_ADDRESS.sub("", readable)
    if len(readable) > LONGEST or readable.count("<") > MOST_TAGS:
        return _plain(_bare_text(readable), language)
    try:
        soup = BeautifulSoup(
            # A paste without tags would be mistaken for the name of a file.
            f"<body>{_well_formed(readable)}",
            "html.parser",
            multi_valued_attributes=None,
        )
    except ParserRejectedMarkup:
        return _plain(_bare_text(readable), language)
    reader = _Reader()
    reader.read(soup)
    return _written(_settled(_arranged(reader), language))


def from_text(pasted: str) -> str:
    """Return pasted plain text, often a page of a PDF, as a clean body."""
    return _plain(pasted, "")


def _plain(text: str, language: str) -> str:
    """Plain text as a clean body; what is longer than any story, line by line."""
    lines = _UNPRINTED.sub("", _UNREADABLE.sub("", text)).splitlines()
    if len(lines) > MOST_LINES:
        # Of blank lines in a row one is enough.
        lines = [one for before, one in pairwise(["", *lines]) if one.strip() or before.strip()]
        tidy = (" ".join(line.replace(SOFT_HYPHEN, "").split()) for line in lines)
        written = [line for line in tidy if line]
        if len(written) > MOST_LINES:
            return markup.clean(markup.paragraphs_to_html(written))
    return _written(_settled(_text_blocks(lines), language))


# -- before the tree -------------------------------------------------------------------------------

# Comments, declarations and elements whose content is no markup. Taken out first, in one pass:
# the parser reads unclosed ones again and again, and Word's conditional comments not at all.
_OPENS_HIDDEN = re.compile(
    r"<(?:(!--)|([!?])"
    r"|(script|style|textarea|title|iframe|noembed|noframes|xmp|xml)(?=[\s/>]))",
    re.IGNORECASE,
)
_COMMENT_END = re.compile(r"--!?>")
# An & in text is set aside as this, for the parser looks at each again and again.
AMPERSAND = "\x01"
_UNREADABLE = re.compile(rf"[{AMPERSAND}\ud800-\udfff]")
_DATA_ADDRESS = re.compile(r"""=\s*(?:"data:[^"<>]*"|'data:[^'<>]*')""", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")


@lru_cache(maxsize=16)
def _end_tag(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}[^<>]*>", re.IGNORECASE)


def _without_hidden(pasted: str) -> str:
    """The markup without comments, declarations, scripts and styles."""
    pasted = _UNREADABLE.sub("", pasted)
    kept: list[str] = []
    at = 0
    while match := _OPENS_HIDDEN.search(pasted, at):
        kept.append(pasted[at : match.start()])
        at = _hidden_end(pasted, match)
    kept.append(pasted[at:])
    return "".join(kept)


def _hidden_end(pasted: str, match: re.Match[str]) -> int:
    comment, declaration, name = match.groups()
    if declaration:
        return pasted.find(">", match.end()) + 1 or len(pasted)
    if comment and pasted[match.end() : match.end() + 2].startswith((">", "->")):
        return pasted.index(">", match.end()) + 1
    end = (_COMMENT_END if comment else _end_tag(name.lower())).search(pasted, match.end())
    return end.end() if end else len(pasted)


_WHOLE_TAG = re.compile(
    r"<[a-zA-Z][^\s<>/\"'=]*+(?:[\s/]++[^\s<>/\"'=]++"
    r"(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s<>\"'`]++))?+)*+\s*+/?+>"
)
_LOOSE_TAG = re.compile(r"<(/?[a-zA-Z][\w:.\-]*+)[^<>]*+>")
MOST_BROKEN_TAGS = 50


def _well_formed(pasted: str) -> str:
    """The markup with every tag whole: the parser reads to the end for each that is not.

    A tag that is put together wrongly keeps its name only, and any other < is a character.
    """
    out: list[str] = []
    at = broken = 0
    while (start := pasted.find("<", at)) >= 0:
        out.append(pasted[at:start].replace("&", AMPERSAND))
        whole = _WHOLE_TAG.match(pasted, start) if broken < MOST_BROKEN_TAGS else None
        if whole:
            out.append(whole[0])
            at = whole.end()
        elif loose := _LOOSE_TAG.match(pasted, start):
            out.append(f"<{loose[1]}>")
            broken += not loose[1].startswith("/")
            at = loose.end()
        else:
            out.append("&lt;")
            broken += 1
            at = start + 1
    out.append(pasted[at:].replace("&", AMPERSAND))
    return "".join(out)


def _bare_text(pasted: str) -> str:
    """The words of markup that is too much to be read as a tree."""

    def gap(tag: re.Match[str]) -> str:
        name = tag[1].lower()
        return "\n" if name == "br" else "\n\n" if name in _BLOCKS else ""

    lines = _ANY_TAG.sub(gap, " ".join(pasted.splitlines()))
    return html.unescape(re.sub(r"\n[\n ]+\n", "\n\n", lines))


# -- the tree, read into blocks --------------------------------------------------------------------


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = {"ul": "ul", "ol": "ol", "menu": "ul", "dir": "ul"}
_BLOCKS = _names(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure"
    " footer form header hgroup hr html legend li main p pre section summary table caption tbody"
    " thead tfoot tr td th"
) | frozenset((*_HEADINGS, *_LISTS))
_DROPPED = _names(
    "script style template noscript iframe object embed applet button input select textarea option"
    " datalist label title meta link base img picture video audio canvas map nav noembed noframes"
    " xml dialog annotation annotation-xml progress meter"
    " mpvideosnap mpvoice mpprofile qqmusic mp-common-profile mp-common-mpaudio"
    " mp-common-videosnap mp-common-product mp-miniprogram"
)
_DROPPED_ROLES = _names("button navigation menu menubar toolbar search tablist dialog alertdialog")
_DROPPED_CLASSES = re.compile(
    r"(?:^|\s)(?:MsoCommentReference|MsoCommentText|msocomanchor|msocomtxt|js_tx_video_container"
    r"|js_mpvideo\S*|video_iframe\S*|mp-video\S*|js_video_channel\S*|wx_video\S*)",
    re.IGNORECASE,
)
_WECHAT = re.compile(r"rich_media|js_content|js_mpvideo|video_iframe|mmbiz|list-paddingleft")
_WECHAT_JUNK = re.compile(
    r"(?:已关注|关注|重播|分享|赞|在看|分享到朋友圈|写留言|阅读原文|关闭|观看更多|更多|退出全屏|全屏"
    r"|切换到竖屏全屏|切换到横屏模式|继续播放|继续观看|播放|倍速播放中|倍速|超清|高清|流畅|视频详情|转载"
    r"|轻点两下取消赞|轻点两下取消在看|您的浏览器不支持 video 标签|进度条，百分之\d+|[，,]?时长\d+:\d+"
    r"|[\d.]+倍|\d+:\d+|/|\d+:\d+/\d+:\d+|\s)+"
)
_WORD = re.compile(r"(?:^|\s)Mso[A-Z]")
_MSO_LIST = re.compile(r"l\d+\s+level(\d)")
_NUMBER_MARKER = re.compile(r"^[(（]?(?:(\d+)|[a-z]{1,4}|[一二三四五六七八九十]+)[.)、．）]", re.I)
_UNPRINTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_HEAVY = frozenset(("bold", "bolder", "600", "700", "800", "900"))
_LIGHT = frozenset(("normal", "lighter", "100", "200", "300", "400", "500"))


@dataclass(frozen=True)
class _State:
    """What holds at one point of the tree: how text is set there, and where it stands."""

    place: Place = Place()
    marks: frozenset[str] = frozenset()
    href: str = ""
    preformatted: bool = False
    marker: bool = False
    # "" shown; "all" with everything in it; "drawing" until a block of text breaks out of it.
    hidden: str = ""


@lru_cache(maxsize=4096)
def _styles(declared: str) -> dict[str, str]:
    pairs = (one.partition(":") for one in declared[:4000].lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}


def _attribute(tag: Tag, name: str) -> str:
    value = tag.attrs.get(name)
    return value if isinstance(value, str) else ""


@dataclass
class _Reader:
    """Reads a tree into blocks, with a stack of its own: a paste may be nested without end."""

    raw: list[tuple[Place, list[Run]]] = field(default_factory=list)
    markers: dict[int, str] = field(default_factory=dict)
    from_word: bool = False
    from_wechat: bool = False
    _open: bool = False
    _ids: Iterator[int] = field(default_factory=lambda: count(1))
    _last_item: dict[int, int] = field(default_factory=dict)

    def read(self, soup: BeautifulSoup) -> None:
        stack: list[tuple[Iterator[object], _State, bool]] = [
            (iter(soup.contents), _State(), False)
        ]
        while stack:
            nodes, state, is_block = stack[-1]
            node = next(nodes, None)
            if node is None:
                stack.pop()
                self._open = self._open and not is_block
            elif isinstance(node, Tag):
                if entered := self._enter(node, state):
                    stack.append((iter(node.contents), *entered))
            elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
                self._add(str(node), state)

    def _enter(self, tag: Tag, state: _State) -> tuple[_State, bool] | None:
        """The state inside a tag and whether it is a block; nothing if there is no going in."""
        name = tag.name.lower()
        if name == "br":
            self._add_run(Run(BREAK), state)
            return None
        style = _styles(_attribute(tag, "style"))
        if self._is_dropped(tag, name, style):
            return None
        display = style.get("display", "")
        is_block = name in _BLOCKS or display in ("block", "list-item", "table")
        if display == "inline" and name in ("div", "section", "p"):
            is_block = False
        if is_block:
            self._open = False
            state = self._block_state(tag, name, style, state)
        if name == "hr":
            if not (state.hidden or state.place.lists):
                place = replace(state.place, rule=True, heading=0, row=0, word_list="")
                self.raw.append((place, []))
            return None
        return _inline_state(tag, name, style, state), is_block

    def _is_dropped(self, tag: Tag, name: str, style: dict[str, str]) -> bool:
        seen = f"{_attribute(tag, 'class')} {_attribute(tag, 'id')}".strip()
        if _WORD.search(seen):
            self.from_word = True
        if _WECHAT.search(seen) or "mmbiz" in _attribute(tag, "data-src"):
            self.from_wechat = True
        return (
            name in _DROPPED
            or (name == "del" and self.from_word)
            or _attribute(tag, "role").lower() in _DROPPED_ROLES
            or bool(seen and _DROPPED_CLASSES.search(seen))
            or "hidden" in tag.attrs
            or style.get("display") == "none"
            or style.get("mso-hide") == "all"
            or style.get("mso-element", "").startswith("comment")
        )

    def _block_state(self, tag: Tag, name: str, style: dict[str, str], state: _State) -> _State:
        place = state.place
        if name in _HEADINGS:
            place = replace(place, heading=_HEADINGS[name])
        elif name == "p":
            place = self._paragraph_place(tag, style, place)
        elif name == "blockquote" and not place.quote:
            place = replace(place, quote=next(self._ids))
        elif name in _LISTS:
            place = self._list_place(tag, _LISTS[name], place)
        elif name == "li":
            place = self._item_place(place)
        elif name == "tr":
            place = replace(place, row=next(self._ids), cell=0)
        elif name in ("td", "th"):
            place = replace(place, cell=next(self._ids))
        hidden = "" if state.hidden == "drawing" else state.hidden
        preformatted = state.preformatted or name == "pre"
        if (place, hidden, preformatted) == (state.place, state.hidden, state.preformatted):
            return state
        return replace(state, place=place, hidden=hidden, preformatted=preformatted)

    def _paragraph_place(self, tag: Tag, style: dict[str, str], place: Place) -> Place:
        listed = style.get("mso-list", "")
        if match := _MSO_LIST.search(listed):
            return replace(place, word_list=f"{next(self._ids)} {listed.split()[0]} {match[1]}")
        names = _attribute(tag, "class")
        if "MsoTitle" in names:
            return replace(place, heading=1)
        if "MsoSubtitle" in names:
            return replace(place, heading=2)
        return place

    def _list_place(self, tag: Tag, kind: str, place: Place) -> Place:
        if len(place.lists) >= DEEPEST_LIST:
            return place
        outer = place.lists
        if outer and not outer[-1].item:
            # A list straight inside a list belongs to the item before it.
            last = self._last_item.get(outer[-1].list_id, 0)
            outer = (*outer[:-1], outer[-1]._replace(item=last)) if last else outer[:-1]
        start = _attribute(tag, "start")
        first = int(start) if kind == "ol" and re.fullmatch(r"[0-9]{1,4}", start) else 1
        return replace(place, lists=(*outer, Level(kind, next(self._ids), first, 0)), heading=0)

    def _item_place(self, place: Place) -> Place:
        lists = place.lists or (Level("ul", -1, 1, 0),)
        item = next(self._ids)
        self._last_item[lists[-1].list_id] = item
        return replace(place, lists=(*lists[:-1], lists[-1]._replace(item=item)), heading=0)

    def _add(self, text: str, state: _State) -> None:
        text = _UNPRINTED.sub("", html.unescape(text.replace(AMPERSAND, "&")))
        if state.marker and state.place.word_list:
            key = int(state.place.word_list.split()[0])
            self.markers[key] = self.markers.get(key, "") + text
        elif text:
            if state.preformatted:
                text = text.replace("\r\n", BREAK).replace("\n", BREAK)
            self._add_run(Run(text, state.marks, state.href), state)

    def _add_run(self, run: Run, state: _State) -> None:
        if state.hidden:
            return
        if not self._open:
            self.raw.append((state.place, []))
            self._open = True
        self.raw[-1][1].append(run)


def _inline_state(tag: Tag, name: str, style: dict[str, str], state: _State) -> _State:
    """The state inside a tag as far as it is about how text is set."""
    marks = _marks(name, style, state.marks)
    href = state.href
    if name == "a" and "href" in tag.attrs:
        href = _address(_attribute(tag, "href"))
    marker = state.marker or style.get("mso-list") == "ignore"
    hidden = state.hidden or ("drawing" if name == "svg" else "")
    spaces = style.get("white-space", "")
    preformatted = (state.preformatted or spaces.startswith("pre")) and spaces != "normal"
    inside = (marks, href, marker, hidden, preformatted)
    if inside == (state.marks, state.href, state.marker, state.hidden, state.preformatted):
        return state
    return _State(state.place, marks, href, preformatted, marker, hidden)


def _marks(name: str, style: dict[str, str], marks: frozenset[str]) -> frozenset[str]:
    weight = style.get("font-weight", "bold" if name in ("b", "strong") else "")
    if weight in _HEAVY:
        marks |= {"strong"}
    elif weight in _LIGHT:
        marks -= {"strong"}
    slant = style.get("font-style", "italic" if name in ("i", "em") else "")
    if slant in ("italic", "oblique"):
        marks |= {"em"}
    elif slant == "normal":
        marks -= {"em"}
    height = style.get("vertical-align", "")
    if name == "sub" or height == "sub":
        marks = (marks - {"sup"}) | {"sub"}
    elif name == "sup" or height == "super":
        marks = (marks - {"sub"}) | {"sup"}
    return marks


# -- addresses -------------------------------------------------------------------------------------

# Pages that only send the reader on: host, path, and the parameter that holds the true address.
_REDIRECTS = (
    (re.compile(r"(?:www\.)?google\.[a-z.]+"), "/url", ("q", "url")),
    (re.compile(r"lm?\.facebook\.com|l\.instagram\.com"), "/", ("u",)),
    (re.compile(r"(?:www\.)?youtube\.com"), "/redirect", ("q",)),
    (re.compile(r".*\.safelinks\.protection\.outlook\.com"), "/", ("url",)),
    (re.compile(r"link\.(?:zhihu\.com|csdn\.net)|gitee\.com"), "/", ("target",)),
    (re.compile(r"(?:www\.|link\.)?jianshu\.com"), "/", ("t",)),
    (re.compile(r"(?:www\.)?weibo\.cn|t\.cn"), "/sinaurl", ("u", "toasturl")),
    (re.compile(r"c\.pc\.qq\.com"), "/", ("pfurl", "url")),
    (re.compile(r"slack-redir\.net"), "/link", ("url",)),
    (re.compile(r"duckduckgo\.com"), "/l/", ("uddg",)),
)
_TRACKING = re.compile(
    r"utm_.*|mc_.*|oly_.*|_hs(?:enc|mi)|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid"
    r"|twclid|ttclid|igshid|igsh|mkt_tok|vero_id|spm|scm|isappinstalled",
    re.IGNORECASE,
)
_WEIXIN_TRACKING = re.compile(
    r"from|scene|subscene|ascene|clicktime|enterid|chksm|sharer_.*|devicetype|version|nettype"
    r"|session_us|sessionid|exportkey|pass_ticket|wx_header|key|uin|poc_token|srcid|mpshare"
    r"|abtest_cookie|lang|countrycode|fontscale|click_id|random",
    re.IGNORECASE,
)
_SHARED_FROM_WEIXIN = frozenset(("from=singlemessage", "from=groupmessage", "from=timeline"))
_HOST = re.compile(r"[\w\-]+(?:\.[\w\-]+)*\.?(?::[0-9]{1,5})?")
_SPACES_IN_ADDRESS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@lru_cache(maxsize=1024)
def _address(href: str) -> str:
    """Where a link truly leads, without what follows the reader there; "" if it may not lead."""
    href = _SPACES_IN_ADDRESS.sub("", href).strip()
    if href.startswith("//"):
        href = f"https:{href}"
    before = ""
    while href and href != before:
        before, href = href, _step_nearer(href)
    # The sanitiser reads addresses more strictly, and would leave a link that leads nowhere.
    tried = markup.clean(f'<a href="{html.escape(href)}">x</a>')
    return href if href and "href" in tried else ""


def _step_nearer(href: str) -> str:
    """An address with one wrapper or the tracking taken off; "" if it is no good."""
    if len(href) > LONGEST_ADDRESS or "\\" in href:
        return ""
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    if parts.scheme == "mailto" and "@" in parts.path:
        return href.replace(" ", "%20")
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        return ""
    host = parts.netloc.lower()
    target = _target(host, parts.path, parts.query)
    if target is not None:
        return target.strip()
    weixin = host.endswith("weixin.qq.com")
    query = "&".join(pair for pair in parts.query.split("&") if not _follows(pair, weixin))
    fragment = parts.fragment
    if weixin and fragment in ("rd", "wechat_redirect"):
        fragment = ""
    return urlunsplit(parts._replace(query=query, fragment=fragment)).replace(" ", "%20")


def _target(host: str, path: str, query: str) -> str | None:
    for wrapper, start, names in _REDIRECTS:
        if wrapper.fullmatch(host) and (path or "/").startswith(start):
            told = dict(reversed(parse_qsl(query)))
            found = next((told[name] for name in names if name in told), None)
            if found is not None and re.match(r"\s*[a-zA-Z][a-zA-Z0-9+.\-]*:", found):
                return _SPACES_IN_ADDRESS.sub("", found)
    return None


def _follows(pair: str, weixin: bool) -> bool:
    """Whether a part of a query is there to follow the reader, not to find the page."""
    name = pair.partition("=")[0]
    if _TRACKING.fullmatch(name) or pair in _SHARED_FROM_WEIXIN:
        return True
    return weixin and bool(_WEIXIN_TRACKING.fullmatch(name))


# -- from what was read to blocks ------------------------------------------------------------------

# White space but the ideographic space, which is typed to be seen.
_GAP = re.compile(r"[^\S\u3000]+")
_NARROW = "".join(char for char in map(chr, range(0x3000)) if char.isspace())
_INDENT = re.compile("\\s*(?:\u3000{2,}|\u00a0{2,}| {4,})")


def _arranged(reader: _Reader) -> list[Block]:
    """The blocks that were read, in the kinds that a body holds."""
    blocks: list[Block] = []
    for place, runs in reader.raw:
        if place.rule:
            blocks.append(Block(place))
        else:
            blocks.extend(_paragraphs(place, runs))
    if reader.from_wechat:
        blocks = [one for one in blocks if not _WECHAT_JUNK.fullmatch(one.text) or one.place.rule]
    blocks = _word_lists(_rows(blocks), reader.markers)
    topmost = any(one.place.heading == 1 for one in blocks)
    return [_levelled(one, topmost) for one in blocks]


def _levelled(block: Block, lowered: bool) -> Block:
    """A heading as h2 or h3: the second level goes down only where something stands above it."""
    level = block.place.heading
    if not level:
        return block
    if block.place.lists:
        return replace(block, place=replace(block.place, heading=0))
    now = 2 if level == 1 or (level == 2 and not lowered) else 3
    runs = [run for line in block.lines for run in (*line, Run(" "))]
    line = _set(run._replace(marks=run.marks - {"strong"}) for run in runs)
    return Block(replace(block.place, heading=now), (line,))


def _paragraphs(place: Place, runs: Sequence[Run]) -> Iterator[Block]:
    """Runs of one block as paragraphs: an empty line parts them, and so does a typed indent."""
    gathered: list[Line] = []
    indented: set[int] = set()
    for raw in _split_at_breaks(runs):
        line = _set(raw)
        indent = bool(_INDENT.match("".join(run.text for run in raw)[:20]))
        if gathered and (not line or indent):
            yield Block(place, tuple(gathered), frozenset(indented))
            gathered, indented = [], set()
        if line:
            if indent:
                indented.add(len(gathered))
            gathered.append(line)
    if gathered:
        yield Block(place, tuple(gathered), frozenset(indented))


def _split_at_breaks(runs: Iterable[Run]) -> Iterator[list[Run]]:
    line: list[Run] = []
    for run in runs:
        first, *others = re.split("[\u2028\u2029]", run.text)
        line.append(run._replace(text=first))
        for text in others:
            yield line
            line = [run._replace(text=text)]
    yield line


class _LineMaker:
    """Puts runs together to a line; neighbours that are set alike become one."""

    def __init__(self) -> None:
        self._made: list[tuple[Run, list[str]]] = []

    def add(self, run: Run) -> None:
        if self._made and self._made[-1][0].like(run):
            self._made[-1][1].append(run.text)
        else:
            self._made.append((run, [run.text]))

    def add_gap(self, gap: str, after: Run) -> None:
        """Add the space that white space stands for between what is here and `after`."""
        before, texts = self._made[-1]
        if space := _space(gap, texts[-1][-1], after.text[0]):
            self.add((after if before.like(after) else Run(""))._replace(text=space))

    def line(self) -> Line:
        made = [run._replace(text="".join(texts)) for run, texts in self._made]
        while made and not (last := made[-1].text.rstrip()):
            made.pop()
        if made:
            made[-1] = made[-1]._replace(text=last)
        return tuple(made)


def _space(gap: str, before: str, after: str) -> str:
    # Where markup was merely wrapped, Chinese has no space between the lines.
    return "" if "\n" in gap and is_wide(before) and is_wide(after) else " "


def _space_within(gap: re.Match[str]) -> str:
    return _space(gap[0], gap.string[gap.start() - 1], gap.string[gap.end()])


def _set(runs: Iterable[Run]) -> Line:
    """A line with its white space put in order: of the compositor's only the wide one stays."""
    maker = _LineMaker()
    gap = ""
    begun = False
    for run in runs:
        text = run.text.lstrip(_NARROW if begun else None)
        gap += run.text[: len(run.text) - len(text)]
        word = text.rstrip(_NARROW)
        if not word:
            continue
        run = run._replace(text=_GAP.sub(_space_within, word))
        if begun and gap:
            maker.add_gap(gap, run)
        maker.add(run)
        begun = True
        gap = text[len(word) :]
    return _without_soft_hyphens(maker.line())


def _without_soft_hyphens(line: Sequence[Run], *, at_end: bool = False) -> Line:
    """The line without hyphens that do not print; one at its end tells that a word goes on."""
    if not any(SOFT_HYPHEN in run.text for run in line):
        return tuple(line)
    goes_on = not at_end and line[-1].text.endswith(SOFT_HYPHEN)
    bare = [run._replace(text=run.text.replace(SOFT_HYPHEN, "")) for run in line]
    if goes_on and any(run.text for run in bare):
        bare[-1] = bare[-1]._replace(text=bare[-1].text + SOFT_HYPHEN)
    return _set(bare) if not goes_on else tuple(run for run in bare if run.text)


def _rows(blocks: Sequence[Block]) -> Iterator[Block]:
    """Rows of a table as one paragraph each, unless the table only lays out a page."""
    for row, members in groupby(blocks, key=lambda block: block.place.row):
        group = list(members)
        cells = [list(cell) for _, cell in groupby(group, key=lambda block: block.place.cell)]
        small = sum(len(block.text) for block in group) <= LONGEST_ROW
        if row and len(cells) > 1 and small and all(map(_is_small_cell, cells)):
            between = Run(IDEOGRAPHIC_SPACE)
            runs = [run for cell in cells for run in (*_in_one_line(cell), between)]
            yield Block(group[0].place, (_set(runs),))
        else:
            yield from group


def _is_small_cell(cell: Sequence[Block]) -> bool:
    return len(cell) <= 2 and all(block.place.plain for block in cell)


def _in_one_line(blocks: Iterable[Block]) -> list[Run]:
    runs = [run for block in blocks for line in block.lines for run in (*line, Run(" "))]
    return runs[:-1]


def _word_lists(blocks: Iterable[Block], markers: dict[int, str]) -> list[Block]:
    """Word's paragraphs that only look like lists, as lists."""
    made: list[Block] = []
    levels: list[tuple[int, Level]] = []
    names: list[str] = []
    ids = count(-2, -1)
    for block in blocks:
        if not block.place.word_list:
            levels, names = [], []
            made.append(block)
            continue
        key, name, depth = block.place.word_list.split()
        number = _NUMBER_MARKER.match(markers.get(int(key), "").strip())
        tag = "ol" if number else "ul"
        deep = min(int(depth), DEEPEST_LIST)
        while levels and (
            levels[-1][0] > deep
            or (levels[-1][0] == deep and (levels[-1][1].tag, names[-1]) != (tag, name))
        ):
            levels.pop()
            names.pop()
        if not levels or levels[-1][0] < deep:
            start = int(number[1]) if number and number[1] else 1
            levels.append((deep, Level(tag, next(ids), min(start, 9999), 0)))
            names.append(name)
        levels[-1] = (deep, levels[-1][1]._replace(item=next(ids)))
        lists = tuple(level for _, level in levels)
        made.append(replace(block, place=replace(block.place, lists=lists, heading=0)))
    return made


def _text_blocks(lines: Iterable[str]) -> list[Block]:
    """Plain text as blocks: chunks between empty lines, or lines, as the lines themselves tell."""
    runs: list[Run] = []
    for line in lines:
        runs += [Run(line), Run(BREAK)]
    blocks = _reflowed(list(_paragraphs(Place(), runs)), "")
    several = len(blocks) > 1
    out: list[Block] = []
    for block in blocks:
        if several and all(width(_words(line)) <= SHORT for line in block.lines):
            out.append(replace(block, indented=frozenset()))
        else:
            out.extend(Block(block.place, (line,)) for line in block.lines)
    return out


# -- lines of a narrow column ----------------------------------------------------------------------

# Lines that stay lines where a text has empty lines between its paragraphs: verse, an address.
SHORT = 20
FEWEST_LINES = 3
# How wide a column is set, in squares, or in letters for English.
COLUMN: dict[Language, tuple[float, float]] = {"zh-Hans": (8, 60), "en": (18, 130)}
# A line of Chinese is full up to a character that may not stand at its end, and its squeezes.
SLACK = 2.25
PAUSES = frozenset("，、；：,;:")
MOST_ROUNDS = 20
# No story has more lines; they are left as they are.
MOST_LINES = 20_000


def _settled(blocks: list[Block], language: str) -> list[Block]:
    """The blocks with broken lines joined, over and over until nothing more is joined."""
    blocks = [_without_traces(block) for block in _reflowed(blocks, language)]
    blocks = [block for block in blocks if block.lines or block.place.rule]
    for _ in range(MOST_ROUNDS):
        again = _reflowed(blocks, language)
        if again == blocks:
            break
        blocks = again
    return blocks


def _without_traces(block: Block) -> Block:
    lines = (_without_soft_hyphens(line, at_end=True) for line in block.lines)
    return Block(block.place, tuple(line for line in lines if line))


def _reflowed(blocks: Sequence[Block], language: str) -> list[Block]:
    out: list[Block] = []
    if sum(len(block.lines) for block in blocks) > MOST_LINES:
        return list(blocks)
    for kind, members in groupby(blocks, key=_kind_of_lines):
        group = list(members)
        if kind[0] == "lines":
            out.extend(_join_in_blocks(group, language))
        elif kind[0] == "line":
            out.extend(_join_blocks(group, language))
        else:
            out.extend(group)
    return out


def _kind_of_lines(block: Block) -> tuple[str, int]:
    """Whether a block holds broken lines, may be one itself, or has nothing to do with any."""
    text = block.text
    # Between the cells of a row stands what never stands within a sentence.
    if not block.place.plain or IDEOGRAPHIC_SPACE in text:
        return ("else", 0)
    if len(block.lines) > 1:
        return ("lines", block.place.quote)
    return ("line", block.place.quote) if width(text) <= COLUMN["en"][1] else ("else", 0)


def _join_in_blocks(group: Sequence[Block], language: str) -> Iterator[Block]:
    """Paragraphs of lines: each is judged by its own, or by all if it has too few."""
    column = _column([line for block in group for line in block.lines], language)
    for block in group:
        own = _column(block.lines, language)
        if not own and len(block.lines) < FEWEST_LINES:
            own = column
        if own:
            yield from _joined(block.lines, block.indented, block.place, own, language)
        else:
            yield block


def _join_blocks(group: Sequence[Block], language: str) -> list[Block]:
    """Paragraphs that are one line each."""
    lines = [block.lines[0] for block in group]
    column = _column(lines, language)
    if not column:
        return list(group)
    indented = frozenset(at for at, block in enumerate(group) if block.indented)
    return list(_joined(lines, indented, group[0].place, column, language))


def _language(text: str, told: str) -> Language:
    """The language of some lines; where both are in them, what the story is in."""
    if not cjk_count(text):
        return "en"
    if re.search(r"[A-Za-z]{2}", text) and told in COLUMN:
        return "en" if told == "en" else "zh-Hans"
    return language_of(text)


def _measure(text: str, language: Language) -> float:
    return len(text) if language == "en" else width(text)


def _column(lines: Sequence[Line], language: str) -> float:
    """How wide the column is whose lines these are; nought if they were not broken by one."""
    texts = [_words(line) for line in lines]
    if len(texts) < FEWEST_LINES:
        return 0
    tongue = _language("\n".join(texts), language)
    widths = [_measure(text, tongue) for text in texts]
    # A headline among the lines may be wider than they are.
    column = sorted(widths)[-1 - len(widths) // 8]
    least, most = COLUMN[tongue]
    if not least <= column <= most or max(widths) > 2 * column:
        return 0
    looks_broken = _english_broken if tongue == "en" else _chinese_broken
    return column if looks_broken(texts, widths, column) else 0


def _chinese_broken(texts: Sequence[str], widths: Sequence[float], column: float) -> bool:
    """Whether lines of Chinese are as long as each other and stop anywhere in a sentence.

    Verse stops at its punctuation; lists and headlines hold no end of a sentence.
    """
    full = [text for text, wide in zip(texts, widths, strict=True) if wide >= column - SLACK]
    stopping = sum(1 for text in full if text[-1] in PAUSES or ends_sentence(text))
    within = sum(1 for text in texts if (PAUSES | SENTENCE_END) & set(text[:-1]))
    # A line that ends its sentence may end its paragraph, and be as short as it likes.
    going_on = sum(1 for text in texts if not ends_sentence(text))
    return (
        len(full) >= max(2, 0.6 * going_on)
        and going_on >= 0.4 * len(texts)
        and stopping <= 0.4 * len(full)
        and within >= 0.3 * len(texts)
        and any(SENTENCE_END & set(text) for text in texts)
    )


def _english_broken(texts: Sequence[str], widths: Sequence[float], column: float) -> bool:
    """Whether no line of English had room for the next word, and most sentences go on."""
    pairs = list(pairwise(texts))
    on = [(line, after) for line, after in pairs if not ends_sentence(line)]
    full = sum(1 for line, after in on if _is_full_english(line, after, column))
    low = sum(1 for line, after in on if after[0].islower() or line.endswith(SOFT_HYPHENS))
    return len(on) >= 0.6 * len(pairs) and full >= 0.75 * len(on) and low >= 0.5 * len(on)


def _is_full_english(line: str, after: str, column: float) -> bool:
    return len(line) + 1 + len(after.split(" ", 1)[0]) >= 0.88 * column


def _joined(
    lines: Sequence[Line],
    indented: frozenset[int],
    place: Place,
    column: float,
    language: str,
) -> Iterator[Block]:
    """The lines of one column as paragraphs."""
    tongue = _language("\n".join(map(_words, lines)), language)
    gathered: list[Line] = [lines[0]]
    for at, (line, after) in enumerate(pairwise(lines), start=1):
        if at in indented or _ends_paragraph(_words(line), _words(after), column, tongue):
            yield Block(place, (_join(gathered, tongue),))
            gathered = []
        gathered.append(after)
    yield Block(place, (_join(gathered, tongue),))


def _ends_paragraph(line: str, after: str, column: float, language: Language) -> bool:
    wide = _measure(line, language)
    if language == "en":
        short = not _is_full_english(line, after, column)
        goes_on = after[0].islower() or line.endswith(SOFT_HYPHENS)
    else:
        short = wide < column - SLACK
        goes_on = False
    if line[-1] in PAUSES or goes_on:
        return False
    return short and (ends_sentence(line) or wide < 0.6 * column)


def _join(lines: Sequence[Line], language: Language) -> Line:
    """Lines as one, each character set as it was: only spaces and hyphens come and go."""
    if len(lines) == 1:
        return lines[0]
    text, _ = join_lines([_words(line) for line in lines], language)
    first = lines[0][0]
    if all(first.like(run) for line in lines for run in line):
        return (first._replace(text=text),)
    source = (
        (char, run) for line in lines for run in line for char in run.text if not char.isspace()
    )
    made: list[Run] = []
    for char in text:
        if char.isspace():
            made.append(Run(char))
            continue
        # What is in the source and not in the text is a hyphen that was mended.
        run = next((run for was, run in source if was == char), Run(char))
        made.append(run._replace(text=char))
    return _set(made)


# -- blocks as a body ------------------------------------------------------------------------------

_NESTING = ("strong", "em", "sub", "sup")


def _written(blocks: Iterable[Block]) -> str:
    """The blocks as a body, through the sanitiser."""
    out: list[str] = []
    quote = 0
    levels: tuple[Level, ...] = ()
    for block in blocks:
        place = block.place
        if place.quote != quote or not place.lists:
            out.extend(_close_lists(levels))
            levels = ()
        if place.quote != quote:
            out.append("</blockquote>" if quote else "")
            out.append("<blockquote>" if place.quote else "")
            quote = place.quote
        if place.rule:
            out.append("<hr>")
        elif place.lists:
            out.extend(_open_item(levels, place.lists))
            levels = place.lists
            out.append(_written_lines(block.lines))
        else:
            tag = f"h{place.heading}" if place.heading else "p"
            out.append(f"<{tag}>{_written_lines(block.lines)}</{tag}>")
    out.extend(_close_lists(levels))
    out.append("</blockquote>" if quote else "")
    return markup.clean("".join(out))


def _close_lists(levels: Sequence[Level]) -> list[str]:
    return [f"</li></{level.tag}>" for level in reversed(levels)]


def _open_item(before: tuple[Level, ...], now: tuple[Level, ...]) -> list[str]:
    """What is closed and opened between one item's text and the next."""
    same = 0
    while same < min(len(before), len(now)) and before[same] == now[same]:
        same += 1
    if same == len(now):
        return ["<br>"] if same == len(before) else _close_lists(before[same:])
    out = _close_lists(before[same + 1 :])
    if same < len(before):
        next_item = before[same].list_id == now[same].list_id
        out.append("</li><li>" if next_item else f"</li></{before[same].tag}>")
        same += next_item
    for level in now[same:]:
        start = f' start="{level.start}"' if level.start != 1 else ""
        out.append(f"<{level.tag}{start}><li>")
    return out


def _written_lines(lines: Iterable[Line]) -> str:
    return "<br>".join(map(_written_line, lines))


def _written_line(line: Line) -> str:
    out: list[str] = []
    for href, runs in groupby(line, key=lambda run: run.href):
        text = _written_runs(list(runs), _NESTING)
        out.append(f'<a href="{html.escape(href)}">{text}</a>' if href else text)
    return "".join(out)


def _written_runs(runs: Sequence[Run], nesting: Sequence[str]) -> str:
    if not nesting:
        return html.escape("".join(run.text for run in runs), quote=False)
    tag, inner = nesting[0], nesting[1:]
    out: list[str] = []
    for marked, members in groupby(runs, key=lambda run: tag in run.marks):
        text = _written_runs(list(members), inner)
        out.append(f"<{tag}>{text}</{tag}>" if marked else text)
    return "".join(out)
