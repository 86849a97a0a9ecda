"""What a picture's metadata says, from its three sources together.

Where they disagree: XMP before IIM before EXIF, since programs that know XMP keep it up to date
and it alone has room and letters for everything; but IIM first where its digest shows that it was
changed after the XMP (`iptc.is_newer_than_xmp`). What another source says differently is told
too, so that a person chooses.
"""

import re
from typing import Any

from PIL import Image

from articles.darkroom import exif, iptc, limits, xmp
from articles.darkroom.limits import RefusedPictureError

FIELDS = (
    "headline", "caption", "alt", "long_description", "creator", "credit", "place", "taken",
    "keywords", "copyright", "usage_terms", "instructions", "expires",
)  # fmt: skip
XMP_IN_TIFF = 700


def read(opened: Image.Image) -> dict[str, dict[str, Any]]:
    """What is said of each field, and by whom: {field: {"value", "source", "others"}}.

    `value` is text, for keywords a list; dates are ISO 8601, with or without a zone. `others`
    holds what the other sources say that is not the same: {source: value}. Raises
    RefusedPictureError for metadata that is built to do harm.
    """
    sources = {"xmp": _xmp(opened), "iptc": iptc.read(opened), "exif": exif.read(opened)}
    order = ["xmp", "iptc", "exif"]
    if iptc.is_newer_than_xmp(opened):
        order = ["iptc", "xmp", "exif"]
    said = {name: _arranged(source) for name, source in sources.items()}
    found: dict[str, dict[str, Any]] = {}
    for field in FIELDS:
        values = {name: said[name][field] for name in order if said[name].get(field)}
        if not values:
            continue
        first, value = next(iter(values.items()))
        others = {name: other for name, other in values.items() if not _same(field, value, other)}
        found[field] = {"value": value, "source": first, "others": others}
    return found


def _xmp(opened: Image.Image) -> dict[str, object]:
    packet = opened.info.get("xmp")
    if packet is None and (tags := getattr(opened, "tag_v2", None)) is not None:
        packet = tags.get(XMP_IN_TIFF)
    if packet is None and isinstance(text := opened.info.get("XML:com.adobe.xmp"), str):
        packet = text.encode()
    if isinstance(packet, str):
        packet = packet.encode()
    if not isinstance(packet, bytes):
        return {}
    try:
        return xmp.read(packet)
    except xmp.HostileXMPError as error:
        raise RefusedPictureError("hostile", most=limits.MAX_METADATA) from error


def _arranged(source: dict[str, object]) -> dict[str, Any]:
    """A source's own fields as ours."""
    made: dict[str, Any] = {
        name: source[name]
        for name in (
            "headline", "caption", "alt", "long_description", "copyright", "usage_terms",
            "instructions", "taken", "expires",
        )
        if source.get(name)
    }  # fmt: skip
    if isinstance(names := source.get("creator"), list):
        made["creator"] = "、".join(names) if _is_chinese("".join(names)) else ", ".join(names)
    made["credit"] = source.get("credit") or source.get("source")
    if isinstance(words := source.get("keywords"), list):
        # One field with commas in it is several keywords; the same word twice is one.
        split = [part.strip() for word in words for part in re.split(r"[,，;；]", str(word))]
        made["keywords"] = list(dict.fromkeys(part for part in split if part))
    parts = [str(source[name]) for name in ("province", "city", "sublocation") if source.get(name)]
    parts = list(dict.fromkeys(parts))
    if parts:
        chinese = _is_chinese("".join(parts))
        made["place"] = " ".join(parts) if chinese else ", ".join(reversed(parts))
    if not made.get("taken") and (date := str(source.get("date") or "")):
        made["taken"] = _iim_date(date, str(source.get("time") or ""))
    return made


def _iim_date(date: str, time: str) -> str:
    """IIM's CCYYMMDD and HHMMSS±HHMM as ISO 8601."""
    day = re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)", date)
    if not day:
        return ""
    hour = re.match(r"(\d\d):?(\d\d):?(\d\d)(?:([+-]\d\d):?(\d\d))?", time)
    made = "-".join(day.groups())
    if hour:
        made += f"T{hour[1]}:{hour[2]}:{hour[3]}" + (f"{hour[4]}:{hour[5]}" if hour[4] else "")
    return made


def _same(field: str, one: Any, other: Any) -> bool:
    """Whether two sources say the same: a source that was cut short says the same so far."""
    if field == "keywords":
        return set(other) <= set(one)
    if field in ("taken", "expires"):
        length = min(len(one), len(other), 19)
        return bool(one[:length] == other[:length])
    plain, shorter = (re.sub(r"\s+", "", str(said)) for said in (one, other))
    return plain == shorter or (len(shorter) >= 8 and plain.startswith(shorter))


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)
