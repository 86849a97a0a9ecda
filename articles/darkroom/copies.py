"""Copies of a picture in several widths, crops and formats from one decoding.

What makes it quick: a JPEG is decoded at the half, quarter or eighth that is still large enough
(libjpeg's draft); everything after that works on a picture of the largest width asked for; each
smaller width is made from the next larger one; encoders run at the speeds where the bytes saved by
more work no longer pay for the time (docs/decisions/017).
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image

from articles.darkroom import developing
from articles.darkroom.labels import Label, into_jpeg

# By file ending: Pillow's format, and how hard it works.
ENCODERS: dict[str, tuple[str, dict[str, Any]]] = {
    "avif": ("AVIF", {"quality": 58, "speed": 9, "max_threads": 1}),
    "webp": ("WEBP", {"quality": 78, "method": 1}),
    "jpg": ("JPEG", {"quality": 80, "progressive": True, "optimize": True}),
}
WHOLE = (0.0, 0.0, 100.0, 100.0)


@dataclass(frozen=True)
class Wanted:
    """One copy: its file's name, its size in pixels, and the part of the picture that it shows.

    `box`: left, top, width, height in percent of the upright picture. The name's ending says the
    format.
    """

    file: str
    width: int
    height: int
    box: tuple[float, float, float, float] = WHOLE

    @property
    def ending(self) -> str:
        return self.file.rsplit(".", 1)[-1]


def decode_for(opened: Image.Image, wanted: Iterable[Wanted]) -> Image.Image:
    """The picture upright, plain, and just large enough for what is wanted of it; one decoding."""
    full_width, full_height = developing.upright_size(opened)
    scale = min(
        1.0,
        max(
            max(
                one.width / (full_width * one.box[2] / 100),
                one.height / (full_height * one.box[3] / 100),
            )
            for one in wanted
        ),
    )
    raw_width, raw_height = opened.size
    target = (max(1, round(raw_width * scale)), max(1, round(raw_height * scale)))
    opened.draft("RGB", target)
    developing.load(opened)
    if opened.mode not in ("RGB", "L", "CMYK"):
        base = developing.plain(opened)
        base = _smaller(base, target)
    else:
        info = opened.info
        base = _smaller(opened, target)
        base.info = info
        base = developing.plain(base)
    return developing.upright(base, opened)


def make(base: Image.Image, wanted: Iterable[Wanted], label: Label) -> Iterator[tuple[str, bytes]]:
    """Each copy's file name and bytes, from a picture that came through `decode_for`."""
    by_box: dict[tuple[float, float, float, float], list[Wanted]] = {}
    for one in wanted:
        by_box.setdefault(one.box, []).append(one)
    packet, exif = label.xmp(), label.exif()
    iim = label.iim()
    jobs: list[tuple[Wanted, Image.Image]] = []
    for box, copies in by_box.items():
        shown = _cut(base, box)
        by_size: dict[tuple[int, int], Image.Image] = {}
        for one in sorted(copies, key=lambda copy: -copy.width):
            size = (one.width, one.height)
            if size not in by_size:
                by_size[size] = shown = _smaller(shown, size)
            jobs.append((one, by_size[size]))

    def encode(job: tuple[Wanted, Image.Image]) -> tuple[str, bytes]:
        one, picture = job
        return one.file, encoded(picture, one.ending, packet, exif, iim)

    # The encoders let go of Python's lock; two of them use two processors.
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as threads:
        yield from threads.map(encode, jobs)


def encoded(picture: Image.Image, ending: str, xmp: bytes, exif: bytes, iim: bytes) -> bytes:
    """A picture's bytes in a format, with its label."""
    name, options = ENCODERS[ending]
    written = BytesIO()
    picture.save(written, name, xmp=xmp, exif=exif, **options)
    return into_jpeg(written.getvalue(), iim) if ending == "jpg" else written.getvalue()


def _cut(base: Image.Image, box: tuple[float, float, float, float]) -> Image.Image:
    if box == WHOLE:
        return base
    left, top, width, height = box
    return base.crop(
        (
            round(base.width * left / 100),
            round(base.height * top / 100),
            max(1, round(base.width * (left + width) / 100)),
            max(1, round(base.height * (top + height) / 100)),
        )
    )


def _smaller(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
