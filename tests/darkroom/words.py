"""Metadata as cameras, agencies and picture programs write it, for the tests."""

import hashlib
import io
import struct

from PIL import ExifTags, Image

UTF8_DECLARED = b"\x1c\x01\x5a\x00\x03\x1b%G"


def dataset(number: int, value: bytes) -> bytes:
    return bytes([0x1C, 2, number]) + struct.pack(">H", len(value)) + value


def photoshop_segment(iim: bytes, digest: bytes | None = None) -> bytes:
    """The content of an APP13 segment: an IIM block and, with it, the digest a program left."""

    def resource(number: int, data: bytes) -> bytes:
        head = b"8BIM" + struct.pack(">H", number) + b"\0\0" + struct.pack(">I", len(data))
        return head + data + b"\0" * (len(data) % 2)

    made = b"Photoshop 3.0\0" + resource(0x0404, iim)
    return made + (resource(0x0425, digest) if digest is not None else b"")


def digest_of(iim: bytes) -> bytes:
    return hashlib.md5(iim, usedforsecurity=False).digest()


def xmp_segment(packet: bytes) -> bytes:
    return b"http://ns.adobe.com/xap/1.0/\0" + packet


def xmp_packet(inside: str = "", attributes: str = "") -> bytes:
    """An XMP packet with these elements and attributes in its description."""
    spaces = {
        "dc": "http://purl.org/dc/elements/1.1/",
        "photoshop": "http://ns.adobe.com/photoshop/1.0/",
        "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
        "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
        "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    }
    declared = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in spaces.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {declared} {attributes}>{inside}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def alternatives(name: str, *words: tuple[str, str]) -> str:
    items = "".join(f'<rdf:li xml:lang="{language}">{text}</rdf:li>' for language, text in words)
    return f"<{name}><rdf:Alt>{items}</rdf:Alt></{name}>"


def several(name: str, *words: str) -> str:
    return f"<{name}><rdf:Bag>{''.join(f'<rdf:li>{word}</rdf:li>' for word in words)}</rdf:Bag></{name}>"


def gps_exif() -> bytes:
    """What a phone writes: where it was, which phone it is, a thumbnail; and a caption."""
    small = io.BytesIO()
    Image.new("RGB", (160, 120), "red").save(small, "JPEG")
    made = Image.Exif()
    made[ExifTags.Base.ImageDescription] = "渔船归港".encode()
    made[ExifTags.Base.Make] = "Harbour Optics"
    detail = made.get_ifd(ExifTags.IFD.Exif)
    detail[ExifTags.Base.BodySerialNumber] = "SN-4711-0815"
    detail[ExifTags.Base.DateTimeOriginal] = "2031:03:01 17:30:00"
    detail[ExifTags.Base.OffsetTimeOriginal] = "+08:00"
    place = made.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = (24.0, 27.0, 12.0)
    place[ExifTags.GPS.GPSLongitudeRef] = "E"
    place[ExifTags.GPS.GPSLongitude] = (118.0, 5.0, 24.0)
    return made.tobytes()
