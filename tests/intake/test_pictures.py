"""Pictures coming in: what is taken, and what is turned away with a word why."""

import io
import struct
import zlib

import pytest
from PIL import Image

from articles.darkroom import limits
from articles.intake import pictures
from articles.intake.pictures import PictureError


def encoded(format_name: str, size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "navy").save(written, format_name, **options)
    return written.getvalue()


def measured(data: bytes) -> tuple[str, int, int]:
    found = pictures.inspect(data)
    return found.kind, found.width, found.height


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that say they are a picture of this many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 100)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_the_desks_formats_are_taken(format_name: str) -> None:
    assert measured(encoded(format_name)) == (format_name, 60, 40)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><body>not a picture</body></html>",
        b"GIF89a" + b"\0" * 40,
        b"%PDF-1.7",
        encoded("JPEG")[:200],
        encoded("PNG")[:-30],
    ],
    ids=["empty", "svg", "html", "gif", "pdf", "cut jpeg", "cut png"],
)
def test_what_is_no_whole_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PictureError):
        pictures.inspect(data)


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (9_000, 9_000), (1, 900_000_000)])
def test_a_bomb_of_pixels_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    with pytest.raises(PictureError):
        pictures.inspect(png_that_claims(width, height))


def test_a_moving_picture_is_refused() -> None:
    written = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    frames[0].save(written, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    with pytest.raises(PictureError):
        pictures.inspect(written.getvalue())


def test_a_phones_sideways_photo_is_measured_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert measured(encoded("JPEG", exif=exif)) == ("JPEG", 40, 60)


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BYTES", 100)
    with pytest.raises(PictureError):
        pictures.inspect(encoded("PNG", (400, 400)))
