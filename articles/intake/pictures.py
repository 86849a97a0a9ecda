"""Pictures coming in: checked and decoded within limits before anything else is done with them."""

import hashlib
from dataclasses import dataclass
from io import BytesIO

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from articles.models import Photo, User

MAX_BYTES = 40 * 1024 * 1024
MAX_PIXELS = 80_000_000
# What the library may try to decode. A name such as photo.jpg proves nothing.
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF")


class PictureError(ValueError):
    """A file that cannot be taken in as a picture. The message is for the person who sent it."""


@dataclass(frozen=True)
class Picture:
    """What a checked file is: its format, and its size in pixels once turned upright."""

    format: str
    width: int
    height: int


def inspect(data: bytes) -> Picture:
    """Decode `data` wholly, within limits, and say what it is. Raises PictureError."""
    if len(data) > MAX_BYTES:
        raise PictureError(
            _("The picture has %(size)d MB; the most is %(most)d MB. Send a smaller one.")
            % {"size": len(data) // 1024**2, "most": MAX_BYTES // 1024**2}
        )
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as opened:
            return _decoded(opened)
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise PictureError(_too_many_pixels()) from error
    except UnidentifiedImageError as error:
        raise PictureError(
            _("This is no picture that the desk takes: JPEG, PNG, WebP, TIFF and AVIF are.")
        ) from error
    except Exception as error:  # a decoder may fail in any way on a broken file
        raise PictureError(_("The picture is broken and cannot be read. Send it anew.")) from error


def store(data: bytes, by: User, *, caption: str = "", credit: str = "", alt: str = "") -> Photo:
    """Check `data` and put it in the library as a photo sent in by `by`. Raises PictureError."""
    picture = inspect(data)
    photo = Photo(
        uploaded_by=by,
        caption=caption,
        credit=credit,
        alt=alt,
    )
    describe(photo, data, picture)
    photo.original.save("upload", ContentFile(data), save=False)
    photo.save()
    return photo


def describe(photo: Photo, data: bytes, picture: Picture) -> None:
    """Fill in what the file itself tells of a photo."""
    photo.format = picture.format
    photo.width, photo.height = picture.width, picture.height
    photo.sha256 = hashlib.sha256(data).hexdigest()


def _decoded(opened: Image.Image) -> Picture:
    if opened.width * opened.height > MAX_PIXELS:
        raise PictureError(_too_many_pixels())
    # MPO: what some phones call a JPEG with a second picture for depth in it.
    name = "JPEG" if opened.format == "MPO" else opened.format or ""
    if getattr(opened, "n_frames", 1) > 1 and opened.format not in ("TIFF", "MPO"):
        raise PictureError(_("This picture moves. Send a still one."))
    opened.load()
    upright = ImageOps.exif_transpose(opened)
    return Picture(format=name, width=upright.width, height=upright.height)


def _too_many_pixels() -> str:
    return _("The picture has more than %(most)d million pixels. Send a smaller one.") % {
        "most": MAX_PIXELS // 1_000_000
    }
