"""The process in which pictures are decoded: limits first, then one job, then its end.

Run by `workshop`: a job as JSON on standard input, its answer as JSON on standard output. It knows
neither Django's settings nor the database; what it writes, it writes into the folder it was given.
"""

import json
import sys
from pathlib import Path
from typing import Any

from articles.darkroom import limits


def main() -> None:
    job = json.load(sys.stdin)
    limits.close_in(job["memory"], job["seconds"])
    try:
        answer = JOBS[job["job"]](job)
    except limits.RefusedPictureError as error:
        answer = {"refused": error.told.code, "figures": error.told.figures}
    except MemoryError:
        answer = {"refused": "memory", "figures": {}}
    answer["peak"] = limits.peak_memory()
    json.dump(answer, sys.stdout)


def inspect(job: dict[str, Any]) -> dict[str, Any]:
    """Decode a file wholly and say what it is and what it says; write the desk's own small copies."""
    from articles.darkroom import developing, looks, metadata
    from articles.darkroom.copies import Wanted, decode_for, make
    from articles.darkroom.labels import Label

    data = Path(job["source"]).read_bytes()
    opened, kind = developing.open_checked(data, job["claimed"])
    width, height = developing.upright_size(opened)
    found = metadata.read(opened)
    # Wholly, not in draft: a picture that breaks off is noticed now, while its sender is there.
    developing.load(opened)
    desk = [min(wide, width) for wide in job["desk_widths"]]
    wanted = [
        Wanted(f"{asked}.jpg", wide, max(1, round(height * wide / width)))
        for asked, wide in zip(job["desk_widths"], desk, strict=True)
    ]
    small = decode_for(opened, wanted)
    for name, copy in make(small, wanted, Label()):
        (Path(job["folder"]) / name).write_bytes(copy)
    return {
        "kind": kind,
        "width": width,
        "height": height,
        "found": found,
        "look": looks.look_of(small),
        "tones": looks.tones_of(small),
        "focal": looks.what_matters(small),
    }


def copy(job: dict[str, Any]) -> dict[str, Any]:
    """Write copies of a picture that was inspected before."""
    from articles.darkroom import copies, developing
    from articles.darkroom.labels import Label

    wanted = [
        copies.Wanted(one["file"], one["width"], one["height"], tuple(one["box"]))
        for one in job["wanted"]
    ]
    opened, _ = developing.open_checked(Path(job["source"]).read_bytes())
    base = copies.decode_for(opened, wanted)
    for name, made in copies.make(base, wanted, Label(**job["label"])):
        (Path(job["folder"]) / name).write_bytes(made)
    return {"made": [one.file for one in wanted]}


JOBS = {"inspect": inspect, "copy": copy}

if __name__ == "__main__":
    main()
