"""The door to the darkroom: hand a picture to a process of its own, and get back what came of it."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from articles.darkroom import limits
from articles.darkroom.copies import Wanted
from articles.darkroom.labels import Label
from articles.darkroom.limits import RefusedPictureError

HOME = Path(__file__).resolve().parents[2]
# Nothing of ours goes on to the child: no keys, no addresses of databases.
ENVIRONMENT = {
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    # One arena for each thread would count against the limit on memory without being used.
    "MALLOC_ARENA_MAX": "2",
}


@dataclass(frozen=True)
class Inspected:
    """What a file is, once it was decoded wholly, and what it says of itself.

    `width`, `height` in pixels, upright. `found`: see `metadata.read`. `focal`: percent from the
    left and from the top. `desk`: small JPEGs for the desk by the width asked for. `peak`: the
    most memory the decoding process held, in bytes.
    """

    kind: str
    width: int
    height: int
    look: str
    tones: str
    focal: tuple[int, int]
    found: dict[str, dict[str, Any]] = field(default_factory=dict)
    desk: dict[int, bytes] = field(default_factory=dict)
    peak: int = 0


def inspect(data: bytes, claimed: str = "", desk_widths: Sequence[int] = ()) -> Inspected:
    """Decode a file within the limits, in a process of its own. Raises RefusedPictureError.

    `claimed` is the format that its name claims ('' for none), `desk_widths` the widths in pixels
    of the copies wanted for the desk.
    """
    if len(data) > limits.MAX_BYTES:
        raise RefusedPictureError("bytes", size=len(data), most=limits.MAX_BYTES)
    with workplace() as folder:
        answer = _run(
            {"job": "inspect", "claimed": claimed, "desk_widths": list(desk_widths) or [240]},
            data,
            folder,
        )
        desk = {width: (folder / f"{width}.jpg").read_bytes() for width in desk_widths}
    return Inspected(
        kind=answer["kind"],
        width=answer["width"],
        height=answer["height"],
        look=answer["look"],
        tones=answer["tones"],
        focal=(answer["focal"][0], answer["focal"][1]),
        found=answer["found"],
        desk=desk,
        peak=answer["peak"],
    )


@dataclass(frozen=True)
class Copied:
    """Copies by file name, and the most memory their making held, in bytes."""

    files: dict[str, bytes]
    peak: int


def copy(data: bytes, wanted: Sequence[Wanted], label: Label) -> Copied:
    """Make copies of a picture in a process of its own. Raises RefusedPictureError."""
    with workplace() as folder:
        job = {
            "job": "copy",
            "wanted": [asdict(one) for one in wanted],
            "label": asdict(label),
        }
        answer = _run(job, data, folder)
        files = {name: (folder / name).read_bytes() for name in answer["made"]}
    return Copied(files=files, peak=answer["peak"])


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """A folder for one job, gone after it."""
    with tempfile.TemporaryDirectory(prefix="newsroom-") as name:
        yield Path(name)


def _run(job: dict[str, Any], data: bytes, folder: Path) -> dict[str, Any]:
    source = folder / "original"
    source.write_bytes(data)
    try:
        done = subprocess.run(
            [sys.executable, "-E", "-s", "-m", "articles.darkroom.child"],
            input=json.dumps(
                job
                | {"source": str(source), "folder": str(folder)}
                | {"memory": limits.MEMORY, "seconds": limits.SECONDS_OF_PROCESSOR}
            ),
            capture_output=True,
            text=True,
            cwd=HOME,
            env=ENVIRONMENT,
            timeout=limits.SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RefusedPictureError("time", most=limits.SECONDS) from error
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        # Killed: by the limit on processor time, or by the kernel for want of memory; or a decoder
        # fell over. Whatever it was, it happened in the child.
        # -24: SIGXCPU.
        code = "time" if done.returncode == -24 else "memory" if _starved(done) else "broken"
        raise RefusedPictureError(code, most=limits.SECONDS) from error
    if "refused" in answer:
        raise RefusedPictureError(answer["refused"], **answer["figures"])
    return answer


def _starved(done: "subprocess.CompletedProcess[str]") -> bool:
    return done.returncode == -9 or "MemoryError" in done.stderr or "bad_alloc" in done.stderr
