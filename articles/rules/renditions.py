"""Public copies of photos: what there is of each, where it lies, and how it comes to be.

A copy is `public/<two digits>/<name>-<width>.<ending>` in the default storage. Its name is made
from the photo and from all that goes into it (words, crop, recipe): other content has another name,
so that what a reader's browser or a cache holds is never wrong, and what ran stays what it was. It
is served only while the record has a live story that shows it (`articles.web.media`).

Copies are made when a story is signed off, by a thread beside the requests; one that is asked for
before that, or was lost, is made then and there (`opened`). Nothing waits for a worker.
"""

import contextlib
import hashlib
import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.core.cache import cache
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction

from articles.darkroom import workshop
from articles.darkroom.copies import WHOLE, Wanted
from articles.darkroom.labels import Label
from articles.darkroom.limits import RefusedPictureError
from articles.models import Photo
from articles.rules import storing

logger = logging.getLogger("newsroom.pictures")

# Widths in pixels that the templates ask for. Never wider than the photo itself.
WIDTHS = (480, 960, 1600, 2400)
ENDINGS = ("avif", "webp", "jpg")
# Raised whenever copies are made differently: all get new names at the next sign-off.
RECIPE = 1

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Crop:
    """What a photo is cropped to for a use: width over height, and which copies there are."""

    ratio: float
    widths: tuple[int, ...]
    endings: tuple[str, ...] = ENDINGS
    by_hand_only: bool = False  # without a crop set by hand, the whole photo serves


CROPS: dict[str, Crop] = {
    Photo.Use.LEAD: Crop(3 / 2, WIDTHS, by_hand_only=True),
    Photo.Use.SQUARE: Crop(1.0, (240, 480)),
    # What the cards of shared links are cut to; the machines that fetch them know JPEG.
    Photo.Use.SHARE: Crop(1200 / 630, (1200,), ("jpg",)),
}


# -- what copies there are of a photo --------------------------------------------------------------


def widths_of(width: int, among: Iterable[int] = WIDTHS) -> list[int]:
    """The widths in pixels of the copies of a picture that is `width` wide; never more than it."""
    kept = [wide for wide in among if wide <= width]
    # A photo just short of a width would lose much by the next smaller one alone.
    if not kept or (kept[-1] * 1.25 <= width and width < max(among)):
        kept.append(width)
    return kept


def describe(photo: Photo, *, caption: str, credit: str) -> dict[str, Any]:
    """A photo's copies as the record keeps them: names, sizes, crops; with `caption` and `credit`.

    The words are those that readers see under it, and go into the copies' own metadata.
    """
    label = _label(photo, caption=caption, credit=credit)
    crops = {}
    for use, crop in CROPS.items():
        if crop.by_hand_only and use not in photo.crops:
            continue
        box = box_of(photo, use)
        width = round(photo.width * box[2] / 100)
        height = max(1, round(photo.height * box[3] / 100))
        crops[str(use)] = {
            "name": _name(photo, label, box),
            "box": list(box),
            "width": width,
            "height": height,
            "widths": widths_of(width, crop.widths),
            "formats": list(crop.endings),
        }
    return {
        "photo": photo.pk,
        "name": _name(photo, label, WHOLE),
        "width": photo.width,
        "height": photo.height,
        "widths": widths_of(photo.width),
        "formats": list(ENDINGS),
        "tones": photo.tones,
        "focal": [photo.focal_x, photo.focal_y],
        "crops": crops,
        # What the copies' own metadata says beside what readers see under the picture.
        "label": {
            key: value
            for key, value in asdict(label).items()
            if value and key not in ("caption", "credit", "alt")
        },
    }


def names_in(entry: Mapping[str, Any]) -> list[str]:
    """The names of all copies of a picture in a record's payload: the whole one's and the crops'."""
    return [entry["name"], *(crop["name"] for crop in entry.get("crops", {}).values())]


def box_of(photo: Photo, use: str) -> Box:
    """The part of a photo for a use: as set by hand, or the largest around what matters."""
    if by_hand := photo.crops.get(use):
        left, top, width, height = by_hand
        return (left, top, width, height)
    width = min(100.0, 100.0 * 100.0 / height_for(photo, use, 100.0))
    height = min(100.0, height_for(photo, use, width))
    left = min(max(photo.focal_x - width / 2, 0.0), 100.0 - width)
    top = min(max(photo.focal_y - height / 2, 0.0), 100.0 - height)
    return (round(left, 2), round(top, 2), round(width, 2), round(height, 2))


def height_for(photo: Photo, use: str, width: float) -> float:
    """How high the part for a use is when it is `width` wide, both in percent of the photo."""
    return width * photo.width / photo.height / CROPS[use].ratio


def path_of(name: str, width: int, ending: str) -> str:
    """Where a copy lies in the storage."""
    return f"public/{name[:2]}/{name}-{width}.{ending}"


def _name(photo: Photo, label: Label, box: Box) -> str:
    content = json.dumps([RECIPE, photo.sha256, asdict(label), box], sort_keys=True)
    return photo.secret + hashlib.sha256(content.encode()).hexdigest()[: 32 - len(photo.secret)]


def _label(photo: Photo, *, caption: str, credit: str) -> Label:
    return Label(
        caption=caption,
        credit=credit,
        creator=photo.photographer.name if photo.photographer else "",
        copyright=photo.copyright,
        usage_terms=photo.usage_terms,
        alt=photo.alt,
    )


# -- making them -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """Copies to be made of one original: `source` is its name in the storage."""

    source: str
    label: Label
    copies: tuple[Wanted, ...]

    def missing(self) -> tuple[Wanted, ...]:
        """Those that are not in the storage yet."""
        return tuple(one for one in self.copies if not default_storage.exists(_path(one.file)))


def order(entry: Mapping[str, Any], source: str) -> Order:
    """The order for all copies that a picture in a record's payload names."""
    wanted = list(_wanted(entry, WHOLE))
    for crop in entry.get("crops", {}).values():
        wanted += _wanted(crop, tuple(crop["box"]))
    words = {key: entry.get(key, "") for key in ("caption", "credit", "alt")}
    return Order(source, Label(**(words | entry.get("label", {}))), tuple(wanted))


def make(given: Order) -> int:
    """Make the copies of an order that are not there yet; returns how many were made.

    Raises RefusedPictureError where the original cannot be decoded any more, and OSError where it
    is gone.
    """
    missing = tuple(one for one in given.missing() if not cache.get(_removed(one.file)))
    if not missing:
        return 0
    with default_storage.open(given.source, "rb") as original:
        data = original.read()
    for file, copy in workshop.copy(data, missing, given.label).files.items():
        _put(_path(file), copy)
    return len(missing)


def opened(
    name: str, width: int, ending: str, payload: Callable[[], Mapping[str, Any]]
) -> File[bytes]:
    """A copy, open to be read; one that is not made yet, or was lost, is made first.

    `payload` gives that of the live row that shows it, and is asked only then. Raises
    FileNotFoundError where there is no such copy, and OSError where the storage does not answer.
    """
    path = path_of(name, width, ending)
    with contextlib.suppress(FileNotFoundError):
        return default_storage.open(path, "rb")
    if not fulfil(payload(), name, width, ending):
        raise FileNotFoundError(path)
    return default_storage.open(path, "rb")


def fulfil(payload: Mapping[str, Any], name: str, width: int, ending: str) -> bool:
    """Make the one copy that a reader asks for and that is not there. False: there is no such copy.

    `payload` is that of the live row that shows it. Of many who ask at once, one makes it and the
    others wait for that. Raises OSError where the storage does not answer.
    """
    entry = next((one for one in payload.get("photos", []) if name in names_in(one)), None)
    photo = Photo.objects.named(name).filter(retired_at__isnull=True).first()
    if entry is None or photo is None:
        return False
    whole = order(entry, str(photo.original.name))
    asked = tuple(one for one in whole.copies if one.file == f"{name}-{width}.{ending}")
    if not asked:
        return False
    lock = f"picture:{name}:{width}:{ending}"
    if not cache.add(lock, True, timeout=60):
        return _wait_for(path_of(name, width, ending), lock)
    try:
        make(Order(whole.source, whole.label, asked))
    except (RefusedPictureError, FileNotFoundError):
        logger.exception("no copy could be made", extra={"picture": name})
        return False
    finally:
        cache.delete(lock)
    return True


def remove(names: Collection[str]) -> None:
    """Delete the public copies of these names; those on order are not made any more."""
    for name in names:
        cache.set(_removed(name), True, timeout=24 * 60 * 60)
    with storing.taking_down(names):
        for name in names:
            folder = f"public/{name[:2]}"
            with contextlib.suppress(FileNotFoundError):
                for file in default_storage.listdir(folder)[1]:
                    if file.startswith(f"{name}-"):
                        default_storage.delete(f"{folder}/{file}")


def _wanted(copies: Mapping[str, Any], box: Box) -> Iterable[Wanted]:
    for width in copies.get("widths") or (copies["width"],):
        height = max(1, round(copies["height"] * width / copies["width"]))
        for ending in copies.get("formats", ("webp", "jpg")):
            yield Wanted(f"{copies['name']}-{width}.{ending}", width, height, box)


def _path(file: str) -> str:
    return f"public/{file[:2]}/{file}"


def _removed(file: str) -> str:
    """The cache's key for a name that was taken down while its copies may still be on order."""
    return f"picture-removed:{file.split('-')[0]}"


def _put(path: str, data: bytes) -> None:
    """Write a copy. Where another process was faster, its copy stands: they are the same."""
    written = default_storage.save(path, ContentFile(data))
    if written != path:
        default_storage.delete(written)


def _wait_for(path: str, lock: str) -> bool:
    for _ in range(100):
        time.sleep(0.1)
        if default_storage.exists(path):
            return True
        if cache.get(lock) is None:
            break
    return bool(default_storage.exists(path))


# -- beside the requests ---------------------------------------------------------------------------


class _Bench:
    """One thread a process that makes copies, in the order in which they were asked for.

    It ends with its process: what it did not get to is made when it is asked for.
    """

    def __init__(self) -> None:
        self._orders: queue.Queue[Order] = queue.Queue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, orders: Iterable[Order]) -> None:
        for one in orders:
            self._orders.put(one)
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="pictures", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            one = self._orders.get()
            try:
                make(one)
            except Exception:
                # The gate makes it when it is asked for, and tells a reader's request of the fault.
                logger.exception("copies could not be made ahead", extra={"original": one.source})
            finally:
                self._orders.task_done()

    def finish(self) -> None:
        self._orders.join()


_bench = _Bench()


def make_soon(entries: Iterable[Mapping[str, Any]]) -> None:
    """Have the copies of these pictures made once the transaction is through; returns at once."""
    given = {entry["name"]: entry for entry in entries if entry.get("photo")}
    if not given:
        return
    numbers = {entry["photo"] for entry in given.values()}
    sources = dict(Photo.objects.filter(pk__in=numbers).values_list("pk", "original"))
    orders = [
        order(entry, sources[entry["photo"]])
        for entry in given.values()
        if entry["photo"] in sources
    ]
    transaction.on_commit(lambda: _bench.put(orders))


def finish() -> None:
    """Wait until all copies that were asked for are made. For commands that end with their work."""
    _bench.finish()


def progress(entries: Iterable[Mapping[str, Any]]) -> tuple[int, int]:
    """How many of these pictures' copies are there, and how many there are to be."""
    there = wanted = 0
    for entry in entries:
        copies = order(entry, "").copies
        wanted += len(copies)
        for folder in {one.file[:2] for one in copies}:
            with contextlib.suppress(FileNotFoundError):
                lying = set(default_storage.listdir(f"public/{folder}")[1])
                there += sum(one.file in lying for one in copies if one.file[:2] == folder)
    return there, wanted
