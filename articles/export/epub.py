"""An issue as an EPUB 3.3 book (https://www.w3.org/TR/epub-33/), from the record alone.

A chapter a story, in page order, under the pages it ran on; the pictures' public copies; the
printed pages' numbers as the book's page list; accessibility metadata (EPUB Accessibility 1.1).
The same record makes the same bytes.
"""

import datetime as dt
import io
import re
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from django.utils import formats, translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles.models import Edition, PublishedIssue, PublishedStory
from articles.rules import renditions
from articles.text.tongues import told_apart

HTML_LANGUAGES = {"zh-hans": "zh-Hans-CN", "en": "en"}
# Readers' screens are small, and a book is carried about.
PICTURE_WIDTH = 960
WEEKDAYS = "一二三四五六日"
# The earliest time that a zip can tell: the book's own time is in its metadata.
NO_TIME = (1980, 1, 1, 0, 0, 0)

STYLE = """\
body { margin: 0 5%; line-height: 1.7; font-family: serif; }
h1 { font-size: 1.5em; line-height: 1.35; text-align: start; }
h1 .kicker { display: block; font-size: 0.65em; font-weight: normal; }
.deck, .by, figcaption, .note { font-size: 0.9em; }
.by { margin-bottom: 1.5em; }
p { margin: 0; }
.body p { text-indent: 2em; }
:lang(en) .body p, .body:lang(en) p { text-indent: 0; margin-bottom: 0.7em; }
h2, h3 { font-size: 1.1em; margin: 1.2em 0 0.4em; }
blockquote { margin: 1em 0 1em 1em; padding-left: 0.8em; border-left: 3px solid; }
blockquote p { text-indent: 0; }
figure { margin: 1em 0; break-inside: avoid; }
img { max-width: 100%; height: auto; }
.correction { margin-top: 1.5em; padding: 0.6em 0.8em; border: 1px solid; }
nav ol { list-style: none; padding-left: 1em; }
"""

CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""


@dataclass(frozen=True)
class Chapter:
    """A story of the book: its file, and the page of print that it begins, if it does."""

    file: str
    row: PublishedStory
    page: dict[str, Any] | None


def make(
    edition: Edition, issue: PublishedIssue, rows: Mapping[int, PublishedStory], base: str
) -> bytes:
    """Return an issue as a book.

    `rows` are its live stories by number: a slot without one is left out. `base` is the site's
    address without a slash at its end, which the book's links lead to.
    """
    with translation.override(edition.language):
        return _Book(edition, issue, rows, base).zipped()


class _Book:
    def __init__(
        self,
        edition: Edition,
        issue: PublishedIssue,
        rows: Mapping[int, PublishedStory],
        base: str,
    ) -> None:
        self.edition, self.issue, self.base = edition, issue, base
        self.language = HTML_LANGUAGES.get(edition.language, edition.language)
        self.title = f"{edition.name} {long_date(issue.date, edition.language)}"
        self.chapters: list[Chapter] = []
        self.pages: list[tuple[dict[str, Any], list[Chapter]]] = []
        self.pictures: dict[str, bytes] = {}
        taken: set[int] = set()
        for page in issue.payload.get("pages", []):
            here: list[Chapter] = []
            for slot in page.get("slots", []):
                row = rows.get(slot["story"])
                if row is None or row.story_id in taken:
                    continue
                taken.add(row.story_id)
                begins = page if not here else None
                here.append(Chapter(f"story-{row.story_id}.xhtml", row, begins))
            self.pages.append((page, here))
            self.chapters += here

    def zipped(self) -> bytes:
        """The book as a zip whose first member says what it is, uncompressed (OCF 3.3)."""
        files = {"cover.xhtml": self.cover(), "nav.xhtml": self.nav(), "style.css": STYLE}
        for chapter in self.chapters:
            files[chapter.file] = self.chapter(chapter)
        files["package.opf"] = self.package()  # last, when the pictures are known
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w") as book:
            _add(book, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
            _add(book, "META-INF/container.xml", CONTAINER.encode())
            for name, text in files.items():
                _add(book, f"book/{name}", text.encode())
            for name, picture in self.pictures.items():
                _add(book, f"book/{name}", picture, zipfile.ZIP_STORED)
        return written.getvalue()

    # -- the parts -----------------------------------------------------------------------------

    def cover(self) -> str:
        number = _("Issue %(number)s") % {"number": self.issue.number}
        motto = format_html("<p>{}</p>", self.edition.motto) if self.edition.motto else ""
        body = format_html(
            '<section epub:type="titlepage"><h1>{}</h1><p>{} · {}</p>{}</section>',
            self.edition.name,
            long_date(self.issue.date, self.edition.language),
            number,
            motto,
        )
        return _xhtml(self.title, self.language, body)

    def nav(self) -> str:
        """The table of contents by page, the page list and the landmarks."""
        contents, numbers = [], []
        for page, chapters in self.pages:
            if not chapters:
                continue
            heading = f"{page.get('number', '')} {page.get('name', '')}".strip()
            entries = "".join(
                format_html(
                    '<li><a href="{}" lang="{lang}" xml:lang="{lang}">{}</a></li>',
                    one.file,
                    _full_title(one.row),
                    lang=_language(one.row),
                )
                for one in chapters
            )
            contents.append(f"<li><span>{escape(heading)}</span><ol>{entries}</ol></li>")
            numbers.append(
                format_html(
                    '<li><a href="{}#page-{}">{}</a></li>',
                    chapters[0].file,
                    page.get("number", ""),
                    page.get("number", ""),
                )
            )
        contents = contents or [format_html('<li><a href="cover.xhtml">{}</a></li>', self.title)]
        pages = escape(_("Pages"))
        page_list = (
            f'<nav epub:type="page-list" role="doc-pagelist" hidden="hidden">'
            f"<h2>{pages}</h2><ol>{''.join(numbers)}</ol></nav>"
            if numbers
            else ""
        )
        heading = escape(_("In this issue"))
        body = (
            f'<nav epub:type="toc" id="toc" role="doc-toc"><h1>{heading}</h1>'
            f"<ol>{''.join(contents)}</ol></nav>{page_list}"
        )
        return _xhtml(self.title, self.language, body)

    def chapter(self, chapter: Chapter) -> str:
        row, told = chapter.row, chapter.row.payload
        mark = ""
        if chapter.page is not None:
            number = chapter.page.get("number", "")
            mark = format_html(
                '<span epub:type="pagebreak" role="doc-pagebreak" id="page-{}" aria-label="{}"></span>',
                number,
                number,
            )
        kicker = (
            format_html('<span class="kicker">{}</span> ', told["kicker"])
            if told.get("kicker")
            else ""
        )
        parts = [
            mark,
            format_html("<h1>{}{}</h1>", kicker, told.get("headline", "")),
            format_html('<p class="deck">{}</p>', told["deck"]) if told.get("deck") else "",
            self._byline(row),
            *(self._figure(photo) for photo in told.get("photos", [])[:1]),
            format_html('<div class="body">{}</div>', _body(row)),
            *(self._figure(photo) for photo in told.get("photos", [])[1:]),
            *(
                format_html(
                    '<p class="correction"><b>{}</b> {}</p>', _("Correction"), correction["text"]
                )
                for correction in told.get("corrections", [])
            ),
            format_html(
                '<p class="note"><a href="{}">{}</a></p>',
                self.base + row.get_absolute_url(),
                _("This story on the web"),
            ),
        ]
        body = f'<section role="doc-chapter" epub:type="chapter">{"".join(str(part) for part in parts)}</section>'
        return _xhtml(_full_title(row), _language(row), body)

    def package(self) -> str:
        """The package document: metadata, every file, the order of reading."""
        modified = max(
            [self.issue.live_from, *(one.row.live_from for one in self.chapters)]
        ).astimezone(dt.UTC)
        languages = dict.fromkeys([self.language, *(_language(one.row) for one in self.chapters)])
        address = self.base + self.issue.get_absolute_url()
        identifier = uuid.uuid5(uuid.NAMESPACE_URL, address)
        has_pictures = bool(self.pictures)
        access = ["textual", *(["visual"] if has_pictures else [])]
        features = [
            "structuralNavigation",
            "tableOfContents",
            "readingOrder",
            "displayTransformability",
        ]
        features += ["pageBreakMarkers", "pageNavigation"] if self.chapters else []
        features += ["alternativeText"] if has_pictures else []
        summary = _(
            "Text with headings, a table of contents and the printed page numbers. Pictures have descriptions where the paper gave them."
        )
        metas = [
            *(("schema:accessMode", mode) for mode in access),
            ("schema:accessModeSufficient", "textual"),
            *(("schema:accessibilityFeature", feature) for feature in features),
            ("schema:accessibilityHazard", "none"),
            ("schema:accessibilitySummary", summary),
        ]
        manifest = [
            '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
            '<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>',
            '<item id="style" href="style.css" media-type="text/css"/>',
            *(
                f'<item id="s{one.row.story_id}" href="{one.file}" media-type="application/xhtml+xml"/>'
                for one in self.chapters
            ),
            *(
                f'<item id="p{number}" href="{name}" media-type="image/jpeg"/>'
                for number, name in enumerate(self.pictures)
            ),
        ]
        spine = ["cover", "nav", *(f"s{one.row.story_id}" for one in self.chapters)]
        dc = [
            format_html('<dc:identifier id="id">urn:uuid:{}</dc:identifier>', identifier),
            format_html("<dc:title>{}</dc:title>", self.title),
            *(format_html("<dc:language>{}</dc:language>", one) for one in languages),
            format_html("<dc:publisher>{}</dc:publisher>", self.edition.name),
            format_html("<dc:creator>{}</dc:creator>", self.edition.name),
            format_html("<dc:date>{}</dc:date>", self.issue.date.isoformat()),
            format_html("<dc:source>{}</dc:source>", address),
            "<dc:type>periodical</dc:type>",
        ]
        return "".join(
            [
                '<?xml version="1.0" encoding="UTF-8"?>\n',
                '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" ',
                f'xml:lang="{self.language}"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n',
                *(f"{line}\n" for line in dc),
                f'<meta property="dcterms:modified">{modified:%Y-%m-%dT%H:%M:%SZ}</meta>\n',
                *(
                    format_html('<meta property="{}">{}</meta>\n', name, value)
                    for name, value in metas
                ),
                "</metadata>\n<manifest>\n",
                *(f"{line}\n" for line in manifest),
                "</manifest>\n<spine>\n",
                *(f'<itemref idref="{one}"/>\n' for one in spine),
                "</spine></package>\n",
            ]
        )

    def _byline(self, row: PublishedStory) -> str:
        names = dict.fromkeys(one.get("name", "") for one in row.payload.get("bylines", []))
        comma = "、" if row.language.startswith("zh") else ", "
        day = row.published_at.astimezone(self.edition.zone)
        return format_html(
            '<p class="by">{} {}</p>', comma.join(names), long_date(day, self.edition.language)
        )

    def _figure(self, photo: Mapping[str, Any]) -> str:
        """A picture with its caption; nothing where the copy is gone."""
        name = self._picture(photo)
        if name is None:
            return ""
        credit = f" {photo['credit']}" if photo.get("credit") else ""
        return format_html(
            '<figure><img src="{}" alt="{}"/><figcaption>{}{}</figcaption></figure>',
            name,
            photo.get("alt", ""),
            photo.get("caption", ""),
            credit,
        )

    def _picture(self, photo: Mapping[str, Any]) -> str | None:
        widths = photo.get("widths") or [photo["width"]]
        width = max((one for one in widths if one <= PICTURE_WIDTH), default=min(widths))
        name = f"picture-{photo['name']}.jpg"
        if name not in self.pictures:
            try:
                shown = {"photos": [photo]}
                with renditions.opened(photo["name"], width, "jpg", lambda: shown) as file:
                    self.pictures[name] = file.read()
            except FileNotFoundError:
                return None
        return name


def long_date(day: dt.date, language: str) -> str:
    """2026年11月23日 星期一, or Monday, 23 November 2026."""
    if language.startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}"
    return f"{formats.date_format(day, 'l')}, {formats.date_format(day, 'j F Y')}"


def _language(row: PublishedStory) -> str:
    return HTML_LANGUAGES.get(row.language, row.language)


def _full_title(row: PublishedStory) -> str:
    return f"{row.payload.get('kicker', '')} {row.payload.get('headline', '')}".strip()


def _body(row: PublishedStory) -> SafeString:
    """A story's body as XHTML: it is clean HTML in the record, whose void tags are not closed."""
    soup = BeautifulSoup(row.body, "html.parser")
    for numbered in soup.find_all("ol"):
        kept = {key: value for key, value in numbered.attrs.items() if key == "start"}
        numbered.attrs = kept
    for link in soup.find_all("a"):
        link.attrs = {key: value for key, value in link.attrs.items() if key == "href"}
    lead_in = row.payload.get("lead_in", "")
    first = soup.find("p")
    if lead_in and first is not None:
        first.insert(0, f"{lead_in} ")
    return mark_safe(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", soup.decode(formatter="minimal")))


def _xhtml(title: str, language: str, body: str) -> str:
    page = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="{language}" xml:lang="{language}"><head><title>{escape(title)}</title>'
        f'<link rel="stylesheet" type="text/css" href="style.css"/></head>\n<body>{body}</body></html>\n'
    )
    return told_apart(page, is_xml=True)


def _add(book: zipfile.ZipFile, name: str, data: bytes, how: int = zipfile.ZIP_DEFLATED) -> None:
    book.writestr(zipfile.ZipInfo(name, NO_TIME), data, compress_type=how)
