"""Copies from one decoding: the right part, upright, at the size asked for."""

import io

from PIL import Image

from articles.darkroom import looks, workshop
from articles.darkroom.copies import Wanted
from articles.darkroom.labels import Label
from tests.darkroom import corpus

RED, BLUE = (220, 30, 30), (30, 30, 220)


def halves(size: tuple[int, int] = (1200, 800), **options: object) -> bytes:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, *size))
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=95, **options)
    return written.getvalue()


def colour(copy: bytes, x: float, y: float) -> tuple[int, int, int]:
    with Image.open(io.BytesIO(copy)) as picture:
        found = picture.convert("RGB").getpixel((int(picture.width * x), int(picture.height * y)))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def is_near(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < 40


def test_every_copy_has_its_size_and_its_part() -> None:
    wanted = [
        *(Wanted(f"whole-{w}.{end}", w, w * 2 // 3) for w in (960, 480) for end in ("avif", "webp", "jpg")),
        Wanted("square-240.webp", 240, 240, (60.0, 0.0, 40.0, 60.0)),
    ]  # fmt: skip
    made = workshop.copy(halves(), wanted, Label()).files
    for one in wanted:
        with Image.open(io.BytesIO(made[one.file])) as picture:
            assert picture.size == (one.width, one.height), one.file
            assert not picture.info.get("icc_profile")
    assert is_near(colour(made["whole-480.webp"], 0.2, 0.5), RED)
    assert is_near(colour(made["whole-480.avif"], 0.8, 0.5), BLUE)
    assert is_near(colour(made["square-240.webp"], 0.1, 0.5), BLUE)


def test_a_photo_that_lies_on_its_side_is_cut_as_it_is_seen() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # its top is on its right: what was left is on top
    made = workshop.copy(
        halves(exif=exif), [Wanted("a-400.jpg", 400, 300, (0.0, 0.0, 100.0, 50.0))], Label()
    )
    assert is_near(colour(made.files["a-400.jpg"], 0.5, 0.9), RED)
    with Image.open(io.BytesIO(made.files["a-400.jpg"])) as picture:
        assert picture.getexif().get(0x0112, 1) == 1


def test_the_same_picture_is_known_again_smaller_and_in_another_format() -> None:
    plain = Image.effect_mandelbrot((600, 400), (-2, -1.2, 1, 1.2), 40).convert("RGB")
    written = io.BytesIO()
    plain.save(written, "PNG")
    again = io.BytesIO()
    plain.resize((333, 222)).save(again, "JPEG", quality=40)
    other = io.BytesIO()
    plain.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(other, "PNG")
    first, second, third = (
        workshop.inspect(one.getvalue()).look for one in (written, again, other)
    )
    assert looks.difference(first, second) <= looks.ALIKE < looks.difference(first, third)


def test_a_picture_of_one_colour_looks_like_nothing() -> None:
    assert workshop.inspect(corpus.encoded("JPEG")).look == ""


def test_twelve_colours_stand_in_for_a_picture() -> None:
    tones = workshop.inspect(halves()).tones
    assert len(tones) == 72
    assert tones[0] in "def"
    assert tones[18] in "0123"


def test_what_matters_is_looked_for_where_the_detail_is() -> None:
    picture = Image.new("RGB", (800, 600), (90, 140, 200))
    detail = Image.effect_noise((120, 120), 120).convert("RGB")
    picture.paste(detail, (640, 60))
    written = io.BytesIO()
    picture.save(written, "PNG")
    x, y = workshop.inspect(written.getvalue()).focal
    assert x > 65
    assert y < 40
