"""XMP: the newer form of a picture's words, as IPTC's Photo Metadata Standard names its fields.

Source: IPTC Photo Metadata Standard 2024.1 with its XMP properties; ISO 16684-1. Read by
defusedxml, so that a packet cannot make a small file into a large one.
"""

import xml.etree.ElementTree as ET  # only to build trees and to name their type

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as Defused

from articles.darkroom import charsets

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = "http://www.w3.org/XML/1998/namespace"
NAMESPACES = {
    "x": "adobe:ns:meta/",
    "rdf": RDF,
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}
# Our field -> the properties it is read from, the first that says something counts.
PROPERTIES = {
    "title": ("dc:title",),
    "headline": ("photoshop:Headline",),
    "caption": ("dc:description",),
    "creator": ("dc:creator",),
    "credit": ("photoshop:Credit",),
    "source": ("photoshop:Source",),
    "copyright": ("dc:rights",),
    "usage_terms": ("xmpRights:UsageTerms",),
    "instructions": ("photoshop:Instructions",),
    "keywords": ("dc:subject",),
    "city": ("photoshop:City",),
    "sublocation": ("Iptc4xmpCore:Location",),
    "province": ("photoshop:State",),
    "country": ("photoshop:Country",),
    "taken": ("photoshop:DateCreated", "exif:DateTimeOriginal", "xmp:CreateDate"),
    "alt": ("Iptc4xmpCore:AltTextAccessibility",),
    "long_description": ("Iptc4xmpCore:ExtDescrAccessibility",),
    "expires": ("plus:LicenseEndDate",),
}
MANY = {"keywords", "creator"}
# Where a place is told as a thing of its own (IPTC Extension): part -> our field.
PLACE_PARTS = {"City": "city", "Sublocation": "sublocation", "ProvinceState": "province"}
MOST_ITEMS = 500


class HostileXMPError(Exception):
    """A packet that was built to do harm: entities, a document type."""


def read(packet: bytes) -> dict[str, object]:
    """What an XMP packet says: field -> words, or a list of words for MANY. Raises HostileXMPError.

    A packet that is no XML at all says nothing.
    """
    root = _parsed(packet)
    if root is None:
        return {}
    found: dict[str, object] = {}
    descriptions = list(root.iter(f"{{{RDF}}}Description"))
    for name, properties in PROPERTIES.items():
        for one in properties:
            values = [words for about in descriptions for words in _values(about, _full(one))]
            if values:
                found[name] = values[:MOST_ITEMS] if name in MANY else values[0]
                break
    for part, name in PLACE_PARTS.items():
        if name not in found and (words := _of_place(root, part)):
            found[name] = words
    return found


def _parsed(packet: bytes) -> ET.Element | None:
    """The tree, from UTF-8 or, where that fails, from GBK, which some Chinese programs write."""
    packet = packet.strip(b"\0 \r\n\t")
    tries = [packet]
    try:
        packet.decode("utf-8")
    except UnicodeDecodeError:
        tries = [charsets.text_of(packet).encode()]
    for text in tries:
        try:
            root: ET.Element = Defused.fromstring(
                text, forbid_dtd=True, forbid_entities=True, forbid_external=True
            )
        except DefusedXmlException as error:
            raise HostileXMPError from error
        except (ET.ParseError, ValueError, LookupError):
            continue
        return root
    return None


def _full(name: str) -> str:
    prefix, local = name.split(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def _values(about: ET.Element, name: str) -> list[str]:
    """A property's values: as an attribute, plain, or in a list; of several languages, one."""
    if (attribute := about.get(name)) is not None:
        return _said([attribute])
    values: list[str] = []
    for element in about.findall(name):
        alternatives = element.findall(f"{{{RDF}}}Alt/{{{RDF}}}li")
        if alternatives:
            values += _said([_best(alternatives)])
            continue
        items = element.findall(f"*/{{{RDF}}}li")
        values += _said([item.text or "" for item in items] if items else [element.text or ""])
    return values


def _best(alternatives: list[ET.Element]) -> str:
    """Of several languages the default; else the first that says something."""
    said = [one for one in alternatives if (one.text or "").strip()]
    for one in said:
        if one.get(f"{{{XML}}}lang") == "x-default":
            return one.text or ""
    return (said[0].text or "") if said else ""


def _of_place(root: ET.Element, part: str) -> str:
    for kind in ("LocationCreated", "LocationShown"):
        for place in root.iter(_full(f"Iptc4xmpExt:{kind}")):
            for element in place.iter():
                if values := _values(element, _full(f"Iptc4xmpExt:{part}")):
                    return values[0]
    return ""


def _said(values: list[str]) -> list[str]:
    return [words for value in values if (words := charsets.mended(value))]
