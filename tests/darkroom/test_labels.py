"""What goes out with a public copy, read back by exiftool: the words, and nothing of the camera."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from articles.darkroom import workshop
from articles.darkroom.copies import Wanted
from articles.darkroom.labels import Label
from tests.darkroom import corpus, words

LABEL = Label(
    caption="渔船归港，码头一片繁忙。",
    credit="庄海生 摄",
    creator="庄海生",
    copyright="© 望潮日报",
    usage_terms="只限一次使用",
    alt="三条渔船停在码头",
)
CAMERA = ("GPS", "Serial", "Thumbnail", "Make", "SN-4711", "Harbour Optics", "DateTimeOriginal")


def exiftool(folder: Path, file: str, data: bytes) -> dict[str, Any]:
    """All that exiftool finds in a file: 'group:tag' -> value."""
    if not shutil.which("exiftool"):
        pytest.fail("exiftool is missing. On Debian: apt install libimage-exiftool-perl")
    (folder / file).write_bytes(data)
    told = subprocess.run(
        ["exiftool", "-j", "-G1", "-a", "-u", "-charset", "iptc=UTF8", folder / file],
        capture_output=True,
        check=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(told.stdout)[0]
    return found


def original() -> bytes:
    """A phone's photo, which says where it was taken, and by which phone."""
    return corpus.encoded("JPEG", (800, 600), exif=words.gps_exif())


@pytest.mark.parametrize("ending", ["jpg", "webp", "avif"])
def test_the_words_are_there_and_the_camera_is_not(ending: str, tmp_path: Path) -> None:
    before = exiftool(tmp_path, "before.jpg", original())
    assert {"ExifIFD:SerialNumber", "GPS:GPSLatitude"} <= set(before), "the test's own ground"

    file = f"copy-480.{ending}"
    copy = workshop.copy(original(), [Wanted(file, 480, 360)], LABEL).files[file]
    found = exiftool(tmp_path, file, copy)

    assert found["XMP-dc:Description"] == LABEL.caption
    assert found["XMP-photoshop:Credit"] == LABEL.credit
    assert found["XMP-dc:Creator"] == LABEL.creator
    assert found["XMP-dc:Rights"] == LABEL.copyright
    assert found["XMP-xmpRights:UsageTerms"] == LABEL.usage_terms
    assert found["XMP-iptcCore:AltTextAccessibility"] == LABEL.alt
    assert found["IFD0:ImageDescription"] == LABEL.caption
    assert found["IFD0:Copyright"] == LABEL.copyright
    if ending == "jpg":
        assert found["IPTC:Caption-Abstract"] == LABEL.caption
        assert found["IPTC:Credit"] == LABEL.credit
        assert found["IPTC:CopyrightNotice"] == LABEL.copyright
    told = [name for name in found if name.split(":")[0] not in ("SourceFile", "File", "System")]
    assert not [name for name in told if any(word in name for word in CAMERA)]
    assert not [word for word in CAMERA if word.encode() in copy]


def test_what_a_copy_says_is_read_again_by_the_desk() -> None:
    """The round is closed: a colleague's paper that takes our copy finds our words in it."""
    for ending in ("jpg", "webp", "avif"):
        file = f"copy-480.{ending}"
        copy = workshop.copy(original(), [Wanted(file, 480, 360)], LABEL).files[file]
        found = {name: one["value"] for name, one in workshop.inspect(copy).found.items()}
        assert found == {
            "caption": LABEL.caption,
            "credit": LABEL.credit,
            "creator": LABEL.creator,
            "copyright": LABEL.copyright,
            "usage_terms": LABEL.usage_terms,
            "alt": LABEL.alt,
        }


def test_a_copy_without_words_has_no_metadata(tmp_path: Path) -> None:
    copy = workshop.copy(original(), [Wanted("a-480.jpg", 480, 360)], Label()).files["a-480.jpg"]
    found = exiftool(tmp_path, "a.jpg", copy)
    assert not [
        name for name in found if name.startswith(("XMP-dc", "IPTC:Caption", "GPS", "IFD1"))
    ]
