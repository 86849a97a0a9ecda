"""Pictures coming in: decoded within limits before anything else, then kept with what they say."""

import datetime as dt
import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.darkroom import looks, sniff, workshop
from articles.darkroom.limits import MAX_BYTES, MAX_PIXELS, MAX_TIFF_PAGES, RefusedPictureError
from articles.darkroom.workshop import Inspected
from articles.models import Photo, PhotoLook, User
from articles.rules import storing

__all__ = ["MAX_BYTES", "MAX_PIXELS", "Inspected", "PictureError"]

# The widths in pixels of the small copies that the desk's own screens show.
DESK_WIDTHS = (240, 960)
# What of a file's metadata goes into which field of a photo.
FIELDS = {
    "caption": "caption",
    "alt": "alt",
    "long_description": "long_description",
    "credit": "credit",
    "place": "place",
    "taken": "taken_at",
    "keywords": "keywords",
    "copyright": "copyright",
    "usage_terms": "usage_terms",
    "instructions": "instructions",
    "expires": "expires_at",
}


class PictureError(ValueError):
    """A file that cannot be taken in as a picture. The message is for the person who sent it."""


def inspect(data: bytes, name: str = "") -> Inspected:
    """Decode `data` wholly, within limits, in a process of its own, and say what it is.

    `name` is the file's name, whose ending has to be right. Raises PictureError.
    """
    claimed = sniff.claimed_by(name)
    try:
        return workshop.inspect(data, claimed, DESK_WIDTHS)
    except RefusedPictureError as error:
        raise PictureError(_words_for(error, name)) from error


def store(data: bytes, by: User, *, name: str = "", **words: Any) -> Photo:
    """Check `data` and put it in the library as a photo sent in by `by`.

    Raises PictureError, or Refused where the storage does not take it.

    `words` are fields of the photo, such as caption or credit. Without any, what the file's own
    metadata says is kept aside until a person has checked it (`Photo.found`, `proposed`).
    """
    return keep(inspect(data, name), data, by, **words)


@transaction.atomic
def keep(inspected: Inspected, data: bytes, by: User, **words: Any) -> Photo:
    """Put a file that was inspected in the library. Arguments as for `store`.

    Raises Refused where the storage does not take it.
    """
    photo = Photo(
        uploaded_by=by,
        format=inspected.kind,
        width=inspected.width,
        height=inspected.height,
        sha256=hashlib.sha256(data).hexdigest(),
        look=inspected.look,
        tones=inspected.tones,
        focal_x=inspected.focal[0],
        focal_y=inspected.focal[1],
        found={} if words else inspected.found,
        checked=bool(words),
    )
    for field, value in words.items():
        setattr(photo, field, value)
    with storing.at_hand():
        photo.original.save("upload", ContentFile(data), save=False)
        _keep_desk_copies(photo, inspected.desk)
    photo.save()
    PhotoLook.objects.bulk_create(
        PhotoLook(photo=photo, part=part, bits=bits)
        for part, bits in enumerate(looks.parts_of(inspected.look))
    )
    return photo


def desk_copies(photo: Photo) -> dict[int, bytes]:
    """The desk's small copies of a photo made anew, by width in pixels. Raises PictureError."""
    with photo.original.open("rb") as original:
        inspected = inspect(original.read())
    _keep_desk_copies(photo, inspected.desk)
    return inspected.desk


def _keep_desk_copies(photo: Photo, copies: dict[int, bytes]) -> None:
    for width, copy in copies.items():
        default_storage.save(photo.desk_copy(width), ContentFile(copy))


def same_bytes(data: bytes) -> Photo | None:
    """The photo in the library that is this very file."""
    return Photo.objects.filter(sha256=hashlib.sha256(data).hexdigest()).order_by("pk").first()


def alike(photo: Photo, most: int = 5) -> list[Photo]:
    """Photos in the library that look like this one (resized, recompressed), the likest first."""
    if not photo.look:
        return []
    numbers: set[int] = set()
    for part, bits in enumerate(looks.parts_of(photo.look)):
        same = PhotoLook.objects.filter(part=part, bits=bits).exclude(photo=photo)
        numbers.update(same.order_by("-photo").values_list("photo", flat=True)[:500])
    found = [
        (looks.difference(photo.look, other.look), other)
        for other in Photo.objects.filter(pk__in=numbers)
    ]
    likest = sorted((pair for pair in found if pair[0] <= looks.ALIKE), key=lambda pair: pair[0])
    return [other for _bits, other in likest[:most]]


def proposed(photo: Photo) -> dict[str, Any]:
    """What the file's metadata proposes for the photo's fields, by name of field.

    Instants without a zone are taken to be the paper's own time, as cameras are set to it.
    """
    said = {name: entry["value"] for name, entry in photo.found.items() if entry.get("value")}
    made: dict[str, Any] = {}
    for name, field in FIELDS.items():
        value = said.get(name)
        if name == "credit" and not value:
            value = said.get("creator")
        if name in ("taken", "expires"):
            value = _instant(value) if value else None
        elif name == "keywords" and value:
            value = ", ".join(value)
        if value:
            limit = getattr(Photo._meta.get_field(field), "max_length", None)
            made[field] = value[:limit] if isinstance(value, str) and limit else value
    return made


def _instant(written: str) -> dt.datetime | None:
    try:
        instant = parse_datetime(written if "T" in written else f"{written[:10]}T00:00:00")
    except ValueError:
        return None
    if instant is None:
        return None
    return instant if timezone.is_aware(instant) else timezone.make_aware(instant)


def _words_for(error: RefusedPictureError, name: str) -> str:
    """What is said to the person who sent a picture that was refused: what, and what to do."""
    told, figures = error.told.code, error.told.figures
    most, size = figures.get("most"), figures.get("size")
    values = {
        "name": name or _("The file"),
        "kind": figures.get("kind") or "",
        "claimed": figures.get("claimed") or "",
        "other": figures.get("other") or "",
        "megabytes": f"{size / 1024**2:.0f}" if isinstance(size, int) else "",
        "most_megabytes": MAX_BYTES // 1024**2,
        "megapixels": MAX_PIXELS // 1_000_000,
        "pages": MAX_TIFF_PAGES,
        "seconds": most,
    }
    if told == "kind" and figures.get("kind"):
        told = "other kind"
    return str(WORDS.get(told, WORDS["broken"])) % values


WORDS = {
    "empty": gettext_lazy("%(name)s is empty. Send it anew."),
    "bytes": gettext_lazy(
        "%(name)s has %(megabytes)s MB; the most is %(most_megabytes)s MB. Send a smaller one."
    ),
    "kind": gettext_lazy(
        "%(name)s is no picture that the desk takes. Send it as JPEG, PNG, WebP, AVIF, TIFF or HEIC."
    ),
    "other kind": gettext_lazy(
        "%(name)s is %(kind)s, which the desk does not take. Export it as JPEG, PNG, WebP, AVIF, "
        "TIFF or HEIC."
    ),
    "claim": gettext_lazy(
        "%(name)s claims by its name to be %(claimed)s, but is %(kind)s. Give it the right ending, "
        "or export it anew."
    ),
    "polyglot": gettext_lazy(
        "%(name)s is a %(kind)s picture with %(other)s hidden in it. Open it in a picture program "
        "and save it anew, or ask whoever sent it what it is."
    ),
    "pixels": gettext_lazy(
        "%(name)s has more than %(megapixels)s million pixels. Send a smaller one."
    ),
    "moves": gettext_lazy("%(name)s moves. Send a still picture."),
    "pages": gettext_lazy(
        "%(name)s has more than %(pages)s pages. Send its pages as pictures of their own."
    ),
    "metadata": gettext_lazy(
        "%(name)s carries more metadata than any camera writes. Save it anew without metadata."
    ),
    "hostile": gettext_lazy(
        "The metadata of %(name)s is built to do harm. Save it anew without metadata, and find out "
        "where it comes from."
    ),
    "memory": gettext_lazy(
        "%(name)s would take more memory than a picture may. Export it anew, smaller or as JPEG."
    ),
    "time": gettext_lazy(
        "%(name)s took too long to decode, and was given up. Export it anew as a plain JPEG."
    ),
    "broken": gettext_lazy("%(name)s is broken or was cut off, and cannot be read. Send it anew."),
}
