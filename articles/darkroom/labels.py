"""The words that go out with a public copy: caption, credit, copyright, and nothing else.

Written anew as XMP, EXIF and, in a JPEG, IPTC-IIM. Nothing of the original's metadata is copied, so
that no place, serial number or thumbnail can go with it by oversight.
"""

import xml.etree.ElementTree as ET
from dataclasses import dataclass

from PIL import ExifTags, Image

from articles.darkroom import iptc
from articles.darkroom.xmp import NAMESPACES, RDF


@dataclass(frozen=True)
class Label:
    """What a copy says of itself."""

    caption: str = ""
    credit: str = ""
    creator: str = ""
    copyright: str = ""
    usage_terms: str = ""
    alt: str = ""

    def xmp(self) -> bytes:
        """The XMP packet, without padding: nobody edits a copy in place."""
        root = ET.Element("x:xmpmeta", {"xmlns:x": NAMESPACES["x"]})
        rdf = ET.SubElement(root, "rdf:RDF", {"xmlns:rdf": RDF})
        used = ("dc", "photoshop", "xmpRights", "Iptc4xmpCore")
        about = ET.SubElement(
            rdf,
            "rdf:Description",
            {"rdf:about": "", **{f"xmlns:{prefix}": NAMESPACES[prefix] for prefix in used}},
        )
        for name, words in (
            ("dc:description", self.caption),
            ("dc:rights", self.copyright),
            ("xmpRights:UsageTerms", self.usage_terms),
            ("Iptc4xmpCore:AltTextAccessibility", self.alt),
        ):
            if words:
                items = ET.SubElement(ET.SubElement(about, name), "rdf:Alt")
                ET.SubElement(items, "rdf:li", {"xml:lang": "x-default"}).text = words
        if self.creator:
            items = ET.SubElement(ET.SubElement(about, "dc:creator"), "rdf:Seq")
            ET.SubElement(items, "rdf:li").text = self.creator
        if self.credit:
            about.set("photoshop:Credit", self.credit)
        if self.copyright:
            about.set("xmpRights:Marked", "True")
        body = ET.tostring(root, encoding="unicode")
        opening = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        return f'{opening}{body}<?xpacket end="r"?>'.encode()

    def exif(self) -> bytes:
        """Caption, creator and copyright as EXIF. In UTF-8: Pillow would make ASCII of a str."""
        made = Image.Exif()
        for tag, words in (
            (ExifTags.Base.ImageDescription, self.caption),
            (ExifTags.Base.Artist, self.creator),
            (ExifTags.Base.Copyright, self.copyright),
        ):
            if words:
                made[tag] = words.encode()
        return made.tobytes()

    def iim(self) -> bytes:
        """An APP13 segment's content for a JPEG, which older programs look in."""
        return iptc.write(
            {
                "caption": self.caption,
                "creator": [self.creator] if self.creator else [],
                "credit": self.credit,
                "copyright": self.copyright,
            }
        )


def into_jpeg(jpeg: bytes, segment: bytes) -> bytes:
    """A JPEG with one APP13 segment more, after those that it begins with."""
    at = 2
    while jpeg[at] == 0xFF and 0xE0 <= jpeg[at + 1] <= 0xEF:
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    length = len(segment) + 2
    if length > 0xFFFF:
        return jpeg
    return jpeg[:at] + b"\xff\xed" + length.to_bytes(2, "big") + segment + jpeg[at:]
