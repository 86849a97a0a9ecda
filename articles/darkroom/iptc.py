"""IPTC-IIM: the old form of a picture's words, which agencies and archives still send.

Source: IPTC Information Interchange Model 4.2. A dataset is 0x1C, record, number, length in two
bytes, value. Chinese comes as UTF-8 where 1:90 says ESC % G, and as GBK where nothing is said.
"""

import hashlib
from collections.abc import Iterator

from PIL import Image

from articles.darkroom import charsets

# Dataset of record 2 -> our field.
DATASETS = {
    5: "title",
    25: "keywords",
    40: "instructions",
    55: "date",
    60: "time",
    80: "creator",
    90: "city",
    92: "sublocation",
    95: "province",
    101: "country",
    105: "headline",
    110: "credit",
    115: "source",
    116: "copyright",
    120: "caption",
}
MANY = {"keywords", "creator"}
UTF8 = b"\x1b%G"
# More than any program writes; a file with a million empty keywords is none of these.
MOST = 2000


def read(opened: Image.Image) -> dict[str, object]:
    """What the IIM block of a picture says: field -> words, or a list of words for MANY."""
    block = _block(opened)
    found: dict[str, object] = {}
    utf8 = False
    for record, number, value in _datasets(block):
        if (record, number) == (1, 90):
            utf8 = value.startswith(UTF8)
        if record != 2 or number not in DATASETS:
            continue
        name = DATASETS[number]
        words = charsets.text_of(value, declared_utf8=utf8)
        if not words:
            continue
        if name in MANY:
            kept = found.setdefault(name, [])
            assert isinstance(kept, list)
            kept.append(words)
        else:
            found.setdefault(name, words)
    return found


def is_newer_than_xmp(opened: Image.Image) -> bool:
    """Whether a program that knows only IIM changed it after the XMP was written.

    A program that writes both leaves a digest of the IIM block (Photoshop resource 0x0425). Where
    it does not fit the block, the block was changed since (Metadata Working Group, 2010, 3.1).
    """
    resources = opened.info.get("photoshop")
    if not isinstance(resources, dict):
        return False
    digest, block = resources.get(0x0425), resources.get(0x0404)
    if not isinstance(digest, bytes) or not isinstance(block, bytes) or len(digest) != 16:
        return False
    return digest != b"\0" * 16 and hashlib.md5(block, usedforsecurity=False).digest() != digest


def write(fields: dict[str, str | list[str]]) -> bytes:
    """A Photoshop segment (APP13) with an IIM block in UTF-8, for a JPEG. `fields` as from `read`."""
    block = bytes([0x1C, 1, 90, 0, 3]) + UTF8
    numbers = {name: number for number, name in DATASETS.items()}
    for name, value in fields.items():
        for words in value if isinstance(value, list) else [value]:
            data = words.encode()[:0x7FFF].decode("utf-8", "ignore").encode()
            if data:
                block += bytes([0x1C, 2, numbers[name]]) + len(data).to_bytes(2, "big") + data
    even = block + b"\0" * (len(block) % 2)
    resource = b"8BIM\x04\x04\0\0" + len(block).to_bytes(4, "big") + even
    return b"Photoshop 3.0\0" + resource


def _block(opened: Image.Image) -> bytes:
    resources = opened.info.get("photoshop")
    if isinstance(resources, dict) and isinstance(resources.get(0x0404), bytes):
        return bytes(resources[0x0404])
    tags = getattr(opened, "tag_v2", None)
    if tags is None:
        return b""
    value = tags.get(33723)  # TIFF's own tag for IIM; some programs give it as numbers of 4 bytes
    if isinstance(value, bytes):
        return value
    if isinstance(value, tuple) and all(isinstance(part, int) for part in value):
        return b"".join((part & 0xFFFFFFFF).to_bytes(4, "little") for part in value)
    return b""


def _datasets(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    for _ in range(MOST):
        if at + 5 > len(block) or block[at] != 0x1C:
            return
        record, number = block[at + 1], block[at + 2]
        length = int.from_bytes(block[at + 3 : at + 5], "big")
        at += 5
        if length & 0x8000:  # an extended dataset: the length's own length
            wide = length & 0x7FFF
            if wide > 4 or at + wide > len(block):
                return
            length = int.from_bytes(block[at : at + wide], "big")
            at += wide
        if at + length > len(block):
            return
        yield record, number, block[at : at + length]
        at += length
