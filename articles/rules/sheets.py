"""Pages as printed: what of a page's picture and PDF readers get, and their public copies.

A copy is `public/pages/<public name>-<width>.<ext>` in the default storage, a PDF's width is 0.
They are made when the issue is frozen into the record, and served only while a live issue shows
the page and every story on it is live (`articles.web.printed`).
"""

import contextlib
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

from articles.models import Page
from articles.rules import storing

WIDTHS = (900, 1600, 2400)
FORMATS = {"jpg": ("JPEG", {"quality": 78, "progressive": True}), "webp": ("WEBP", {"quality": 72})}


def frozen(page: Page) -> dict[str, Any] | None:
    """What the record says of a page's picture, or None where the desk has none."""
    if not page.picture or not page.sheet_name:
        return None
    return {
        "name": page.sheet_name,
        "width": page.picture_width,
        "height": page.picture_height,
        "widths": widths_of(page),
        "pdf": bool(page.pdf),
    }


def widths_of(page: Page) -> list[int]:
    """The widths in pixels of a page's public copies. Never wider than its picture."""
    return [width for width in WIDTHS if width <= page.picture_width] or [page.picture_width]


def path_of(name: str, width: int, extension: str) -> str:
    return f"public/pages/{name}-{width}.{extension}"


def make(page: Page) -> None:
    """Make the public copies of a page's picture and PDF where they are not there yet."""
    if frozen(page) is None:
        return
    missing = [
        (width, extension)
        for width in widths_of(page)
        for extension in FORMATS
        if not default_storage.exists(path_of(page.sheet_name, width, extension))
    ]
    if missing:
        with page.picture.open("rb") as source, Image.open(source) as opened:
            plain = ImageOps.exif_transpose(opened).convert("RGB")
        plain.info = {}
        for width, extension in missing:
            _keep(path_of(page.sheet_name, width, extension), _copy(plain, width, extension))
    path = path_of(page.sheet_name, 0, "pdf")
    if page.pdf and not default_storage.exists(path):
        with page.pdf.open("rb") as source:
            _keep(path, source.read())


def remove(names: set[str]) -> None:
    """Delete the public copies of these names."""
    if not names:
        return
    with storing.taking_down(names), contextlib.suppress(FileNotFoundError):
        for file in default_storage.listdir("public/pages")[1]:
            if file.split("-", 1)[0] in names:
                default_storage.delete(f"public/pages/{file}")


def desk_copy(page: Page, width: int) -> bytes:
    """A JPEG of the page's picture, at most `width` pixels wide, for people at the desk."""
    with page.picture.open("rb") as source, Image.open(source) as opened:
        opened.draft("RGB", (width, width))
        plain = ImageOps.exif_transpose(opened).convert("RGB")
    plain.thumbnail((width, width * 4))
    return _copy(plain, plain.width, "jpg")


def _copy(plain: Image.Image, width: int, extension: str) -> bytes:
    height = max(1, round(plain.height * width / plain.width))
    copy = plain.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    format_name, options = FORMATS[extension]
    written = BytesIO()
    copy.save(written, format_name, **options)
    return written.getvalue()


def _keep(path: str, data: bytes) -> None:
    default_storage.save(path, ContentFile(data))
