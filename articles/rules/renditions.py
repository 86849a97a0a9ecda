"""Public copies of photos: made at publication, without the original's metadata.

A copy is `public/<public name>-<width>.<ext>` in the default storage. It is served only while the
record has a live story that shows it (`articles.web.media`).
"""

from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageCms, ImageOps

from articles.models import Photo

WIDTHS = (480, 960, 1600)
FORMATS = {"jpg": ("JPEG", {"quality": 82, "progressive": True}), "webp": ("WEBP", {"quality": 80})}


def widths_of(photo: Photo) -> list[int]:
    """The widths in pixels of a photo's public copies. Never wider than the photo itself."""
    return [width for width in WIDTHS if width <= photo.width] or [photo.width]


def path_of(public_name: str, width: int, extension: str) -> str:
    return f"public/{public_name}-{width}.{extension}"


def make(photo: Photo) -> None:
    """Make the photo's public copies where they are not there yet."""
    missing = [
        (width, extension)
        for width in widths_of(photo)
        for extension in FORMATS
        if not default_storage.exists(path_of(photo.public_name, width, extension))
    ]
    if not missing:
        return
    with photo.original.open("rb") as source, Image.open(source) as opened:
        upright = _plain(opened)
    for width, extension in missing:
        height = max(1, round(upright.height * width / upright.width))
        copy = upright.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        format_name, options = FORMATS[extension]
        written = BytesIO()
        copy.save(written, format_name, **options)
        default_storage.save(
            path_of(photo.public_name, width, extension), ContentFile(written.getvalue())
        )


def remove(public_names: set[str]) -> None:
    """Delete the public copies of these names."""
    if not public_names:
        return
    _, files = default_storage.listdir("public")
    for name in files:
        if name.split("-", 1)[0] in public_names:
            default_storage.delete(f"public/{name}")


def _plain(opened: Image.Image) -> Image.Image:
    """The picture turned upright, in sRGB, with no metadata of any kind."""
    opened.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))
    upright = ImageOps.exif_transpose(opened)
    profile = opened.info.get("icc_profile")
    if profile and upright.mode in ("RGB", "CMYK"):
        try:
            converted = ImageCms.profileToProfile(
                upright,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
            upright = converted or upright
        except ImageCms.PyCMSError:
            pass  # a broken profile: the colours as they are
    if "A" in upright.getbands() or upright.mode == "P":
        paper = Image.new("RGBA", upright.size, "white")
        paper.alpha_composite(upright.convert("RGBA"))
        upright = paper
    plain = upright.convert("RGB")
    plain.info = {}
    return plain
