"""What a file is by its first bytes, and what else it is at the same time.

A picture that is a page, a script or an archive as well (a polyglot) is how things get past a door
that only looks at beginnings. None of it would be served, since readers only ever get copies that
we wrote; it is refused all the same, because colleagues download originals.
"""

import re

# The formats that the desk takes, by Pillow's names, and what their files are called.
EXTENSIONS = {
    "JPEG": ("jpg", "jpeg", "jpe", "jfif"),
    "PNG": ("png",),
    "WEBP": ("webp",),
    "AVIF": ("avif",),
    "TIFF": ("tif", "tiff"),
    "HEIC": ("heic", "heif", "hif"),
}
NOT_TAKEN = {
    "gif": "GIF",
    "svg": "SVG",
    "svgz": "SVG",
    "pdf": "PDF",
    "htm": "HTML",
    "html": "HTML",
    "bmp": "BMP",
    "psd": "PSD",
    "zip": "ZIP",
    "mp4": "MP4",
    "mov": "MOV",
}
AVIF_BRANDS = {b"avif", b"avis"}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|svg|iframe|\?php)[\s>/]|<\?php", re.IGNORECASE
)
# Where programs that are generous about beginnings look: browsers 1445 bytes, PDF readers 1024.
HEAD = 4096
# A ZIP's directory ends in its last 22 bytes, or before a comment of at most 65,535.
TAIL = 66_000


def kind_of(head: bytes) -> str:
    """What a file is by its first bytes: one of EXTENSIONS, another thing's name, or ''."""
    if head[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "TIFF"
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    for beginning, name in (
        (b"GIF8", "GIF"),
        (b"BM", "BMP"),
        (b"%PDF-", "PDF"),
        (b"PK\x03\x04", "ZIP"),
        (b"8BPS", "PSD"),
        (b"\x1f\x8b", "GZIP"),
    ):
        if head.startswith(beginning):
            return name
    if found := MARKUP.search(head[:HEAD]):
        return "SVG" if b"<svg" in found[0].lower() or b"<svg" in head[:HEAD].lower() else "HTML"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        return "XML"
    return ""


def _by_brand(head: bytes) -> str:
    size = min(int.from_bytes(head[:4], "big"), 256)
    brands = {head[8:12]} | {head[at : at + 4] for at in range(16, size, 4)}
    if brands & AVIF_BRANDS:
        return "AVIF"
    if brands & HEIC_BRANDS:
        return "HEIC"
    return "MP4"


def claimed_by(name: str) -> str:
    """The format that a file's name claims; '' where it claims none that we know."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    for kind, endings in EXTENSIONS.items():
        if ending in endings:
            return kind
    return NOT_TAKEN.get(ending, "")


def also(data: bytes, kind: str) -> str:
    """What a picture is besides: 'PDF', 'ZIP', 'HTML' or 'SVG', or ''."""
    head = data[:HEAD]
    if b"%PDF-" in head:
        return "PDF"
    if _ends_as_zip(data[-TAIL:]):
        return "ZIP"
    rest = after_the_picture(data, kind)
    for part in (head, rest[:HEAD], rest[-HEAD:]):
        if found := MARKUP.search(part):
            return "SVG" if b"<svg" in found[0].lower() else "HTML"
    return ""


def after_the_picture(data: bytes, kind: str) -> bytes:
    """What follows the end of the picture itself in its file."""
    if kind == "JPEG":
        return data[data.rfind(b"\xff\xd9") + 2 :]
    if kind == "PNG":
        end = data.rfind(b"IEND")
        return data[end + 8 :] if end >= 0 else b""
    if kind == "WEBP":
        return data[8 + int.from_bytes(data[4:8], "little") :]
    return b""


def _ends_as_zip(tail: bytes) -> bool:
    """Whether a ZIP's directory stands at the end: its two signatures, and lengths that fit."""
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        return False
    comment = int.from_bytes(tail[end + 20 : end + 22], "little")
    entries = int.from_bytes(tail[end + 10 : end + 12], "little")
    return end + 22 + comment <= len(tail) and (entries == 0 or b"PK\x01\x02" in tail[:end])
