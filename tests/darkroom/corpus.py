"""Files as they come to a desk, good and bad, made here: what each is, and what is to become of it."""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image, ImageCms, PngImagePlugin

from tests.darkroom.words import gps_exif, photoshop_segment, xmp_segment

SIZE = (60, 40)
# A HEIC of 64 x 48, teal with a yellow corner. Encoding HEVC takes a library that we do not ship.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAA"
    "AAAAACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAADYAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAA"
    "AA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNw"
    "AAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFz"
    "wIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAA"
    "Av////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAAD5tZGF0AAAAMigBr1j5Et2L4sP/"
    "0PUg6zLxzDU/7QiLd6n0ja2plOx9f/7fW2PGEN/jSNoRMk+y3E+g"
)


@dataclass(frozen=True)
class Sample:
    """A file: how it is made, what its name is, and what is to become of it.

    `outcome`: the kind it is taken as, or the code it is refused by. `colour`: what its middle is
    to be on the desk's screen, roughly. `size`: once upright.
    """

    make: Callable[[], bytes]
    outcome: str
    name: str = ""
    colour: tuple[int, int, int] | None = None
    size: tuple[int, int] | None = None
    says: dict[str, object] = field(default_factory=dict)


def encoded(format_name: str, size: tuple[int, int] = SIZE, mode: str = "RGB", colour: object = None, **options: object) -> bytes:  # fmt: skip
    written = io.BytesIO()
    picture = Image.new(mode, size, colour or "navy")  # type: ignore[arg-type]
    picture.save(written, format_name, **options)
    return written.getvalue()


def jpeg_with(*segments: bytes, colour: str = "navy") -> bytes:
    """A JPEG with these segments (marker included, length not) after its beginning."""
    plain = encoded("JPEG", colour=colour)
    made = b"".join(
        segment[:2] + struct.pack(">H", len(segment)) + segment[2:] for segment in segments
    )
    return plain[:2] + made + plain[2:]


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *before: bytes, depth: int = 8, kind: int = 2, data: bytes = b"\0" * 100) -> bytes:  # fmt: skip
    """A PNG made by hand: what it claims, chunks before its data, and its data."""
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    body = b"".join(before) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body


def rows(pixel: bytes, size: tuple[int, int] = SIZE) -> bytes:
    return (b"\0" + pixel * size[0]) * size[1]


def moving(format_name: str, count: int = 3) -> bytes:
    written = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), (index * 20, 0, 0)) for index in range(count)]
    frames[0].save(written, format_name, save_all=True, append_images=frames[1:])
    return written.getvalue()


def with_zip(picture: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("run.sh", "echo")
    return picture + written.getvalue()


def swapped_profile() -> bytes:
    """sRGB with its red and green primaries exchanged: who respects it shows red as green."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = plain.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    return swapped.replace("sRGB".encode("utf-16-be"), "test".encode("utf-16-be"))


def profile_bomb() -> bytes:
    """A colour profile in as many segments as JPEG allows: sixteen megabytes of it."""
    part = b"\0" * 65_000
    return jpeg_with(
        *(b"\xff\xe2ICC_PROFILE\0" + bytes([number, 255]) + part for number in range(1, 256))
    )


def laughs() -> bytes:
    """An XMP packet that a plain XML reader would make gigabytes of."""
    levels = "".join(
        f'<!ENTITY a{level} "{f"&a{level - 1};" * 10 if level else "ha" * 10}">'
        for level in range(10)
    )
    return f"<?xml version='1.0'?><!DOCTYPE x [{levels}]><x>&a9;</x>".encode()


def tiff_pages(count: int) -> bytes:
    written = io.BytesIO()
    pages = [Image.new("L", (8, 8), index % 256) for index in range(count)]
    pages[0].save(written, "TIFF", save_all=True, append_images=pages[1:])
    return written.getvalue()


def tiff_that_circles() -> bytes:
    """A TIFF whose second page is its first."""
    data = bytearray(tiff_pages(1))
    first = struct.unpack("<I", data[4:8])[0]
    entries = struct.unpack("<H", data[first : first + 2])[0]
    at = first + 2 + 12 * entries
    data[at : at + 4] = struct.pack("<I", first)
    return bytes(data)


def sixteen_bit_tiff() -> bytes:
    written = io.BytesIO()
    Image.new("I;16", SIZE, 257 * 128).save(written, "TIFF")
    return written.getvalue()


def turned(value: object) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = value
    return encoded("JPEG", exif=exif)


def png_with_packet(packet: bytes) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", packet.decode())
    return encoded("PNG", pnginfo=info)


TEAL, GREY = (20, 120, 120), (128, 128, 128)
HTML = b"<html><script>alert(1)</script></html>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"

SAMPLES: dict[str, Sample] = {
    # what the desk takes
    "a JPEG": Sample(lambda: encoded("JPEG"), "JPEG", "hafen.JPG", (0, 0, 128), SIZE),
    "a PNG": Sample(lambda: encoded("PNG"), "PNG", "a.png", (0, 0, 128), SIZE),
    "a WebP": Sample(lambda: encoded("WEBP"), "WEBP", "a.webp", (0, 0, 128), SIZE),
    "an AVIF": Sample(lambda: encoded("AVIF"), "AVIF", "a.avif", (0, 0, 128), SIZE),
    "a TIFF": Sample(lambda: encoded("TIFF"), "TIFF", "a.tif", (0, 0, 128), SIZE),
    "a HEIC": Sample(lambda: HEIC, "HEIC", "IMG_0001.HEIC", TEAL, (64, 48)),
    "a file without an ending": Sample(lambda: encoded("JPEG"), "JPEG", "渔港"),
    "a TIFF of three pages": Sample(lambda: tiff_pages(3), "TIFF", size=(8, 8)),
    # colours
    "sixteen bits, grey PNG": Sample(
        lambda: png(*SIZE, depth=16, kind=0, data=rows(struct.pack(">H", 257 * 128))),
        "PNG", "", GREY, SIZE,
    ),
    "sixteen bits, colour PNG": Sample(
        lambda: png(*SIZE, depth=16, data=rows(struct.pack(">HHH", 257 * 20, 257 * 120, 257 * 120))),
        "PNG", "", TEAL,
    ),
    "sixteen bits, grey TIFF": Sample(sixteen_bit_tiff, "TIFF", "", GREY),
    "CMYK": Sample(
        lambda: encoded("JPEG", mode="CMYK", colour=(0, 255, 255, 0), quality=95),
        "JPEG", "", (254, 0, 0),
    ),
    "CMYK TIFF": Sample(
        lambda: encoded("TIFF", mode="CMYK", colour=(255, 0, 0, 0)), "TIFF", "", (0, 255, 255)
    ),
    "a profile of its own": Sample(
        lambda: encoded("JPEG", colour="red", icc_profile=swapped_profile(), quality=95),
        "JPEG", "", (0, 255, 0),
    ),
    "a broken profile": Sample(
        lambda: encoded("JPEG", colour="red", icc_profile=b"nonsense" * 40), "JPEG", "", (254, 0, 0)
    ),
    "transparent": Sample(
        lambda: encoded("PNG", mode="RGBA", colour=(255, 0, 0, 0)), "PNG", "", (255, 255, 255)
    ),
    "a palette": Sample(lambda: encoded("PNG", mode="P", colour=3), "PNG"),
    "black and white": Sample(lambda: encoded("PNG", mode="1", colour=1), "PNG", "", (255,) * 3),
    # rotation
    "a phone's, lying": Sample(lambda: turned(6), "JPEG", size=(40, 60)),
    "a rotation of nonsense": Sample(lambda: turned(99), "JPEG", size=SIZE),
    # metadata that does no harm
    "GPS and a serial number": Sample(
        lambda: encoded("JPEG", exif=gps_exif()), "JPEG", says={"caption": "渔船归港"}
    ),
    "an IPTC block that breaks off": Sample(
        lambda: jpeg_with(b"\xff\xed" + photoshop_segment(b"\x1c\x02\x78\x7f\xff" + b"x" * 9)), "JPEG"
    ),
    "an XMP packet that is no XML": Sample(
        lambda: jpeg_with(b"\xff\xe1" + xmp_segment(b"<x:xmpmeta><rdf")), "JPEG"
    ),
    # bombs of pixels
    "400 million pixels": Sample(lambda: png(20_000, 20_000), "pixels"),
    "81 million pixels": Sample(lambda: png(9_000, 9_000), "pixels"),
    "a line of 900 million": Sample(lambda: png(1, 900_000_000), "pixels"),
    "a ribbon": Sample(lambda: png(31_000, 1), "pixels"),
    "nothing wide": Sample(lambda: png(0, 40), "broken"),
    # bombs of frames
    "a moving WebP": Sample(lambda: moving("WEBP"), "moves"),
    "a moving PNG": Sample(lambda: moving("PNG"), "moves"),
    "a moving AVIF": Sample(lambda: moving("AVIF"), "moves"),
    "a PNG of a million frames": Sample(
        lambda: png(*SIZE, chunk(b"acTL", struct.pack(">II", 1_000_000, 0)), data=rows(b"\0\0\0")),
        "moves",
    ),
    "a TIFF of forty pages": Sample(lambda: tiff_pages(40), "pages"),
    "a TIFF that goes round in circles": Sample(tiff_that_circles, "TIFF"),
    # bombs of metadata
    "a comment that unpacks to 200 MB": Sample(
        lambda: png(
            *SIZE, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 200_000_000, 9)),
            data=rows(b"\0\0\0"),
        ),
        "metadata",
    ),
    "a profile that unpacks to 200 MB": Sample(
        lambda: png(
            *SIZE, chunk(b"iCCP", b"p\0\0" + zlib.compress(b"\0" * 200_000_000, 9)),
            data=rows(b"\0\0\0"),
        ),
        "metadata",
    ),
    "a profile of sixteen megabytes": Sample(profile_bomb, "metadata"),
    "an XMP packet of six megabytes": Sample(
        lambda: encoded("WEBP", xmp=b"<x>" + b" " * 6_000_000 + b"</x>"), "metadata"
    ),
    "a TIFF with six megabytes of XMP": Sample(
        lambda: encoded("TIFF", tiffinfo={700: b" " * 6_000_000}), "metadata"
    ),
    "an XMP packet that multiplies": Sample(
        lambda: jpeg_with(b"\xff\xe1" + xmp_segment(laughs())), "hostile"
    ),
    "an XMP packet that reads our files": Sample(
        lambda: jpeg_with(
            b"\xff\xe1" + xmp_segment(
                b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>"
            )
        ),
        "hostile",
    ),
    "ten thousand empty keywords": Sample(
        lambda: jpeg_with(b"\xff\xed" + photoshop_segment(b"\x1c\x02\x19\0\0" * 10_000)), "JPEG"
    ),
    # cut off
    "half a JPEG": Sample(lambda: encoded("JPEG", (400, 300))[:900], "broken"),
    "half a PNG": Sample(lambda: encoded("PNG", (400, 300))[:-30], "broken"),
    "half a WebP": Sample(lambda: encoded("WEBP", (400, 300))[:-40], "broken"),
    "half an AVIF": Sample(lambda: encoded("AVIF", (400, 300))[:-40], "broken"),
    "half a HEIC": Sample(lambda: HEIC[:-30], "broken"),
    "only a beginning": Sample(lambda: b"\xff\xd8\xff\xe0", "broken"),
    "nothing": Sample(lambda: b"", "empty"),
    # not what they claim, not only what they are
    "a PNG called .jpg": Sample(lambda: encoded("PNG"), "claim", "a.jpg"),
    "a JPEG called .heic": Sample(lambda: encoded("JPEG"), "claim", "a.heic"),
    "a JPEG called .svg": Sample(lambda: encoded("JPEG"), "claim", "a.svg"),
    "SVG called .jpg": Sample(lambda: SVG, "kind", "a.jpg"),
    "SVG after a declaration": Sample(lambda: b"<?xml version='1.0'?>\n" + SVG, "kind", "a.png"),
    "HTML called .png": Sample(lambda: HTML, "kind", "a.png"),
    "a GIF": Sample(lambda: b"GIF89a" + b"\0" * 40, "kind", "a.gif"),
    "a PDF": Sample(lambda: b"%PDF-1.7\n", "kind", "a.pdf"),
    "a program": Sample(lambda: b"\x7fELF" + b"\0" * 99, "kind", "a.jpg"),
    "a video": Sample(lambda: b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "kind", "a.jpg"),
    "a JPEG and a ZIP": Sample(lambda: with_zip(encoded("JPEG")), "polyglot"),
    "a PNG and a page": Sample(lambda: encoded("PNG") + HTML, "polyglot"),
    "a page in a JPEG's comment": Sample(lambda: jpeg_with(b"\xff\xfe" + HTML), "polyglot"),
    "a PDF in a JPEG's comment": Sample(lambda: jpeg_with(b"\xff\xfe%PDF-1.7"), "polyglot"),
    "PHP behind a WebP": Sample(lambda: encoded("WEBP") + b"<?php system();", "polyglot"),
}  # fmt: skip
