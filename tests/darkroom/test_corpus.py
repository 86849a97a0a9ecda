"""Every file of the corpus comes to what is said of it, in a process that keeps to its limits."""

import io
import zlib
from collections.abc import Callable

import pytest
from django.utils import translation
from PIL import Image

from articles.darkroom import limits, workshop
from articles.darkroom.limits import RefusedPictureError
from articles.darkroom.sniff import claimed_by
from articles.intake import pictures
from tests.darkroom import corpus
from tests.darkroom.corpus import SAMPLES

KINDS = {"JPEG", "PNG", "WEBP", "AVIF", "TIFF", "HEIC"}


@pytest.mark.parametrize("name", [name for name, one in SAMPLES.items() if one.outcome in KINDS])
def test_what_is_taken(name: str) -> None:
    sample = SAMPLES[name]
    found = workshop.inspect(sample.make(), claimed_by(sample.name), (240,))
    assert found.kind == sample.outcome
    if sample.size:
        assert (found.width, found.height) == sample.size
    if sample.colour:
        shown = Image.open(io.BytesIO(found.desk[240])).convert("RGB")
        middle = shown.getpixel((shown.width * 3 // 4, shown.height * 3 // 4))
        assert isinstance(middle, tuple)
        near = max(abs(one - other) for one, other in zip(middle, sample.colour, strict=True))
        assert near <= 16, f"{middle} is not {sample.colour}"
    for what, value in sample.says.items():
        assert found.found[what]["value"] == value
    assert 0 < found.peak < 150 * limits.MEGABYTE


@pytest.mark.parametrize(
    "name", [name for name, one in SAMPLES.items() if one.outcome not in KINDS]
)
def test_what_is_refused(name: str) -> None:
    sample = SAMPLES[name]
    with pytest.raises(RefusedPictureError) as refused:
        workshop.inspect(sample.make(), claimed_by(sample.name))
    assert refused.value.told.code == sample.outcome


def big(pixel: bytes, width: int, height: int) -> bytes:
    """A real picture of that many pixels, of one colour: small as a file, whole in memory."""
    packer = zlib.compressobj(1)
    row = b"\0" + pixel * width
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    plain = corpus.png(width, height)
    return plain[:33] + corpus.chunk(b"IDAT", data) + corpus.chunk(b"IEND", b"")


def test_the_largest_picture_allowed_stays_within_the_memory_allowed() -> None:
    found = workshop.inspect(big(b"\x10\x80\x80", 10_000, 8_000), "PNG", (240, 960))
    assert (found.width, found.height) == (10_000, 8_000)
    # 80 million pixels of four bytes are 305 MB; measured as the child's peak, by the system.
    assert 300 * limits.MEGABYTE < found.peak < 700 * limits.MEGABYTE


def test_a_decoder_that_wants_more_memory_does_not_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MEMORY", 250 * limits.MEGABYTE)
    with pytest.raises(RefusedPictureError) as refused:
        workshop.inspect(big(b"\x10\x80\x80", 10_000, 8_000), "PNG")
    assert refused.value.told.code == "memory"


def test_a_decoder_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0.05)
    with pytest.raises(RefusedPictureError) as refused:
        workshop.inspect(corpus.encoded("JPEG"))
    assert refused.value.told.code == "time"


def test_the_child_is_told_nothing_of_the_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "very-secret")
    assert "SECRET_KEY" not in workshop.ENVIRONMENT
    assert workshop.inspect(corpus.encoded("JPEG")).kind == "JPEG"


@pytest.mark.parametrize("code", sorted({one.outcome for one in SAMPLES.values()} - KINDS))
def test_every_refusal_has_words_that_name_the_file_and_the_cure(code: str) -> None:
    with translation.override("en"):
        said = str(pictures.WORDS[code])
    assert "%(name)s" in said
    assert said.count(". ") >= 1, "what happened, and what to do"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: corpus.encoded("PNG"), ("港口.jpg", "JPEG", "PNG")),
        (lambda: corpus.with_zip(corpus.encoded("JPEG")), ("港口.jpg", "ZIP")),
        (lambda: corpus.SVG, ("港口.jpg", "SVG")),
    ],
)
def test_the_person_is_told_what_is_wrong_with_which_file(
    make: Callable[[], bytes], words: tuple[str, ...]
) -> None:
    with pytest.raises(pictures.PictureError) as refused:
        pictures.inspect(make(), "港口.jpg")
    for word in words:
        assert word in str(refused.value)
