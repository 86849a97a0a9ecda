"""EXIF: what the camera says. The words are its owner's, if any; the place (GPS) is not read."""

from PIL import ExifTags, Image

from articles.darkroom import charsets

# What cameras write where a caption would stand.
CAMERAS_OWN = ("DIGITAL CAMERA", "SONY DSC", "DCIM", "EXIF_JPEG", "SAMSUNG", "DSC_", "MINOLTA")
XP_KEYWORDS, XP_COMMENT = 0x9C9E, 0x9C9C  # Windows writes these, in UTF-16


def read(opened: Image.Image) -> dict[str, object]:
    """What EXIF says: field -> words; 'taken' as YYYY-MM-DDTHH:MM:SS, with the zone if it is told."""
    try:
        base = opened.getexif()
        detail = base.get_ifd(ExifTags.IFD.Exif)
    except Exception:  # a broken EXIF says nothing
        return {}
    found: dict[str, object] = {}
    caption = _words(base.get(ExifTags.Base.ImageDescription)) or _utf16(base.get(XP_COMMENT))
    if caption and not any(own in caption.upper() for own in CAMERAS_OWN):
        found["caption"] = caption
    if creator := _words(base.get(ExifTags.Base.Artist)):
        found["creator"] = [name.strip() for name in creator.split(";") if name.strip()]
    if rights := _words(base.get(ExifTags.Base.Copyright)):
        found["copyright"] = rights
    if keywords := _utf16(base.get(XP_KEYWORDS)):
        found["keywords"] = [word.strip() for word in keywords.split(";") if word.strip()]
    if taken := _taken(detail):
        found["taken"] = taken
    return found


def _taken(detail: dict[int, object]) -> str:
    written = _words(detail.get(ExifTags.Base.DateTimeOriginal))
    day, _, hour = written.partition(" ")
    if day.count(":") != 2 or day.startswith("0000"):
        return ""
    zone = _words(detail.get(ExifTags.Base.OffsetTimeOriginal))
    return f"{day.replace(':', '-')}T{hour or '00:00:00'}{zone}"


def _words(value: object) -> str:
    # Pillow reads EXIF's text as Western; what it was is in the bytes.
    if isinstance(value, str):
        try:
            return charsets.text_of(value.encode("latin-1"))
        except UnicodeEncodeError:
            return charsets.mended(value)
    return charsets.text_of(value) if isinstance(value, bytes) else ""


def _utf16(value: object) -> str:
    if isinstance(value, tuple) and all(isinstance(one, int) and 0 <= one < 256 for one in value):
        value = bytes(value)
    if not isinstance(value, bytes):
        return ""
    return charsets.text_of(value.decode("utf-16-le", "ignore").encode())
