"""From a file to a plain picture: decoded within limits, upright, sRGB, eight bits, no metadata."""

import warnings
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageFile, TiffImagePlugin, UnidentifiedImageError

from articles.darkroom import limits, sniff
from articles.darkroom.limits import RefusedPictureError

# What Pillow is asked to try, by what the first bytes say. MPO: a JPEG with further pictures in it,
# as phones write for depth.
READERS = {
    "JPEG": ("JPEG", "MPO"),
    "PNG": ("PNG",),
    "WEBP": ("WEBP",),
    "AVIF": ("AVIF",),
    "TIFF": ("TIFF",),
    "HEIC": ("HEIF",),
}
Image.MAX_IMAGE_PIXELS = limits.MAX_PIXELS
ImageFile.LOAD_TRUNCATED_IMAGES = False
SRGB = ImageCms.createProfile("sRGB")


def open_checked(data: bytes, claimed: str = "") -> tuple[Image.Image, str]:
    """Open a file that is a picture, and nothing else, within the limits; not decoded yet.

    `claimed` is what its name says it is, one of `sniff.EXTENSIONS`, or ''. Returns the picture
    and its kind. Raises RefusedPictureError.
    """
    if not data:
        raise RefusedPictureError("empty")
    if len(data) > limits.MAX_BYTES:
        raise RefusedPictureError("bytes", size=len(data), most=limits.MAX_BYTES)
    kind = sniff.kind_of(data[: sniff.HEAD])
    if kind not in READERS:
        raise RefusedPictureError("kind", kind=kind)
    if claimed and claimed != kind:
        raise RefusedPictureError("claim", claimed=claimed, kind=kind)
    if other := sniff.also(data, kind):
        raise RefusedPictureError("polyglot", kind=kind, other=other)
    if kind == "HEIC":
        _teach_heic()
    opened = _opened(data, kind)
    _check_size(opened)
    _check_frames(opened, kind)
    _check_metadata(opened)
    return opened, kind


def load(opened: Image.Image) -> None:
    """Decode the whole picture. Raises RefusedPictureError where it is cut short or broken."""
    try:
        opened.load()
    except MemoryError as error:
        raise RefusedPictureError("memory") from error
    except Exception as error:  # a decoder may fail in any way on a broken file
        raise RefusedPictureError("broken") from error


def plain(picture: Image.Image) -> Image.Image:
    """A decoded picture as RGB of eight bits in sRGB, on white where it was transparent."""
    profile = picture.info.get("icc_profile")
    flat = _eight_bits(picture)
    if profile and flat.mode in ("L", "RGB", "CMYK", "LAB"):
        flat = _in_srgb(flat, profile)
    elif flat.mode == "LAB":
        flat = _converted(flat, ImageCms.createProfile("LAB")) or flat.convert("L")
    if flat.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in flat.info:
        paper = Image.new("RGBA", flat.size, "white")
        paper.alpha_composite(flat.convert("RGBA"))
        flat = paper
    flat = flat.convert("RGB")
    flat.info = {}
    return flat


def upright(picture: Image.Image, like: Image.Image) -> Image.Image:
    """`picture` turned as the EXIF of `like` says."""
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }.get(orientation_of(like))
    return picture.transpose(turn) if turn is not None else picture


def orientation_of(opened: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none or nonsense."""
    try:
        found = opened.getexif().get(0x0112, 1)
    except Exception:  # whatever a broken EXIF makes Pillow raise
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def upright_size(opened: Image.Image) -> tuple[int, int]:
    """(width, height) in pixels once the picture is upright."""
    width, height = opened.size
    return (height, width) if orientation_of(opened) >= 5 else (width, height)


def _opened(data: bytes, kind: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, about sizes: our own limits follow
            return Image.open(BytesIO(data), formats=READERS[kind])
    except Image.DecompressionBombError as error:
        raise RefusedPictureError("pixels", most=limits.MAX_PIXELS) from error
    except UnidentifiedImageError as error:
        raise RefusedPictureError("broken") from error
    except MemoryError as error:
        raise RefusedPictureError("memory") from error
    except Exception as error:
        if "MAX_TEXT" in str(error) or "Decompressed data too large" in str(error):
            raise RefusedPictureError("metadata", most=limits.MAX_METADATA) from error
        raise RefusedPictureError("broken") from error


def _check_size(opened: Image.Image) -> None:
    width, height = opened.size
    if width * height > limits.MAX_PIXELS or max(width, height) > limits.MAX_SIDE:
        raise RefusedPictureError("pixels", most=limits.MAX_PIXELS)
    if width < 1 or height < 1:
        raise RefusedPictureError("broken")


def _check_frames(opened: Image.Image, kind: str) -> None:
    if isinstance(opened, TiffImagePlugin.TiffImageFile):
        try:
            opened.seek(limits.MAX_TIFF_PAGES)
        except EOFError:
            opened.seek(0)
            return
        except Exception as error:
            raise RefusedPictureError("broken") from error
        raise RefusedPictureError("pages", most=limits.MAX_TIFF_PAGES)
    # In one HEIC file there may be several pictures; its main one is what we take.
    if kind not in ("JPEG", "HEIC") and getattr(opened, "n_frames", 1) > 1:
        raise RefusedPictureError("moves")


def _check_metadata(opened: Image.Image) -> None:
    total = sum(_size_of(value) for value in opened.info.values())
    if isinstance(opened, TiffImagePlugin.TiffImageFile):
        total += sum(_size_of(opened.tag_v2.get(tag)) for tag in (700, 33723, 34377, 34675))
    if total > limits.MAX_METADATA:
        raise RefusedPictureError("metadata", most=limits.MAX_METADATA)


def _size_of(value: object) -> int:
    if isinstance(value, (bytes, str, tuple)):
        return len(value)
    if isinstance(value, (dict, list)):
        values = value.values() if isinstance(value, dict) else value
        return sum(_size_of(part) for part in values)
    return 0


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Sixteen and thirty-two bit pictures brought to eight; the rest as they are."""
    if picture.mode.startswith("I;16"):
        return picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if picture.mode in ("I", "F"):
        low, high = (float(str(end)) for end in picture.getextrema())
        # A PNG of sixteen bits grey comes as I; a scanner's floats run from 0 to 1.
        top = 65535.0 if high > 255 else 255.0 if high > 1 else 1.0
        bottom = min(low, 0.0)
        scale = 255.0 / (max(top, high) - bottom)
        return picture.point(lambda value: value * scale + -bottom * scale).convert("L")
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode in ("YCbCr", "HSV"):
        return picture.convert("RGB")
    return picture


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    if len(profile) > limits.MAX_PROFILE:
        return picture
    try:
        embedded = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "sRGB" in (ImageCms.getProfileDescription(embedded) or "") and picture.mode == "RGB":
            return picture
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture  # a broken profile: the colours as they are
    return _converted(picture, embedded) or picture


def _converted(picture: Image.Image, profile: Any) -> Image.Image | None:
    try:
        return ImageCms.profileToProfile(picture, profile, SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, ValueError):
        return None


def _teach_heic() -> None:
    """HEIC by libheif, decoding only: loaded where one comes, and nowhere else."""
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
