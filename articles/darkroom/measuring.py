"""How long copies take and how much memory they hold, beside Pillow's plain way of making the same.

For `manage.py bench`. Both ways run in processes of their own, so that the peaks of memory are
theirs alone.
"""

import json
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from articles.darkroom import workshop
from articles.darkroom.copies import ENCODERS, Wanted
from articles.darkroom.labels import Label

WIDTHS = (480, 960, 1600, 2400)
# What somebody writes who has an hour: open, resize, save, for each copy, with Pillow's defaults.
PLAIN = """
import io, json, sys
from PIL import Image
from articles.darkroom.limits import peak_memory
asked = json.load(sys.stdin)
for width, height, name in asked["copies"]:
    with Image.open(asked["source"]) as opened:
        opened.convert("RGB").resize((width, height)).save(io.BytesIO(), name)
print(peak_memory())
"""


@dataclass(frozen=True)
class Measured:
    """Seconds and peak bytes of ours and of Pillow's plain way, for the same copies."""

    megapixels: float
    copies: int
    seconds: float
    peak: int
    plain_seconds: float
    plain_peak: int

    @property
    def ratio(self) -> float:
        """How many times as long the plain way takes."""
        return self.plain_seconds / self.seconds


def measure(megapixels: int = 24) -> Measured:
    """Make four widths in three formats of a picture of that many megapixels, both ways."""
    data, size = picture(megapixels)
    wanted = [
        Wanted(f"copy-{width}.{ending}", width, round(width * size[1] / size[0]))
        for width in WIDTHS
        for ending in ENCODERS
    ]
    began = time.perf_counter()
    ours = workshop.copy(data, wanted, Label(caption="measured"))
    seconds = time.perf_counter() - began
    with workshop.workplace() as folder:
        source = folder / "original"
        source.write_bytes(data)
        asked = {
            "source": str(source),
            "copies": [[one.width, one.height, ENCODERS[one.ending][0]] for one in wanted],
        }
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", PLAIN],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=True,
            cwd=workshop.HOME,
        )
        plain_seconds = time.perf_counter() - began
    return Measured(
        megapixels=size[0] * size[1] / 1e6,
        copies=len(wanted),
        seconds=seconds,
        peak=ours.peak,
        plain_seconds=plain_seconds,
        plain_peak=int(done.stdout),
    )


def picture(megapixels: int) -> tuple[bytes, tuple[int, int]]:
    """A JPEG with large shapes and fine grain, as photographs have; always the same."""
    width = round((megapixels * 1_000_000 * 3 / 2) ** 0.5)
    size = (width, round(width * 2 / 3))
    made = _grain(size, 400, 1)
    for cell, seed, share in ((60, 2, 0.35), (12, 3, 0.18), (3, 4, 0.05)):
        made = Image.blend(made, _grain(size, cell, seed), share)
    written = BytesIO()
    made.save(written, "JPEG", quality=92)
    return written.getvalue(), size


def _grain(size: tuple[int, int], cell: int, seed: int) -> Image.Image:
    small = (size[0] // cell + 1, size[1] // cell + 1)
    dots = random.Random(seed).randbytes(small[0] * small[1] * 3)
    return Image.frombytes("RGB", small, dots).resize(size, Image.Resampling.BICUBIC)
