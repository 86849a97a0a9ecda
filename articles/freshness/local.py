"""Pages in the memory of a process, their freshness in the stamp file of the machine."""

import threading
from collections import OrderedDict
from collections.abc import Iterable

from articles.freshness.kept import Kept
from articles.freshness.stamps import Stamps

# Beside its bytes a page takes about this much: its names, numbers and headers, which are put
# together anew for each encoding.
OVERHEAD = 4_000
# Pages asked for with a query (searches, further pages of lists) have a shelf of their own, an
# eighth of the room: whoever invents queries does not push out what everybody reads.
ODD_SHARE = 8


class Shelf:
    """Pages up to `room` bytes; what was not used lately goes first."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.size = 0
        self._pages: OrderedDict[str, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Kept | None:
        kept = self._pages.get(key)
        if kept is not None:
            kept.used = True
        return kept

    def put(self, key: str, kept: Kept) -> None:
        kept.size = OVERHEAD + len(key) + sum(map(len, kept.bodies.values()))
        kept.size += 8 * len(kept.numbers)
        if kept.size > self.room // 4:
            return
        with self._lock:
            self._take(key)
            self._pages[key] = kept
            self.size += kept.size
            while self.size > self.room:
                oldest, page = next(iter(self._pages.items()))
                if page.used:
                    page.used = False
                    self._pages.move_to_end(oldest)
                else:
                    self._take(oldest)

    def drop(self, key: str) -> None:
        with self._lock:
            self._take(key)

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self.size = 0

    def __len__(self) -> int:
        return len(self._pages)

    def _take(self, key: str) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self.size -= page.size


class LocalStore:
    """What one process keeps, up to `room` bytes."""

    def __init__(self, stamps: Stamps, room: int) -> None:
        self.stamps = stamps
        self.keeps = room > 0
        self.plain = Shelf(room - room // ODD_SHARE)
        self.odd = Shelf(room // ODD_SHARE)

    def look(self, key: str, encoding: str) -> tuple[int, Kept | None]:
        """The mark now, and the page if none of its keys changed since it was made."""
        shelf = self._shelf(key)
        mark = self.stamps.mark()
        kept = shelf.get(key)
        if kept is None:
            return mark, None
        if kept.checked != mark:
            if self.stamps.changed(kept.numbers, kept.mark):
                shelf.drop(key)
                return mark, None
            kept.checked = mark
        return mark, kept

    def put(self, key: str, kept: Kept) -> None:
        self._shelf(key).put(key, kept)

    def write(self, change: int, numbers: Iterable[int], position: int = 0) -> None:
        self.stamps.write(change, numbers, position)

    def unknown(self, changes: Iterable[int]) -> list[int]:
        return self.stamps.unknown(changes)

    def position(self) -> int:
        return self.stamps.position()

    def everything(self) -> None:
        self.stamps.everything()

    def clear(self) -> None:
        """Forget all pages of this process."""
        self.plain.clear()
        self.odd.clear()

    def is_sound(self) -> bool:
        """Whether the stamp file is still the one that the other processes write."""
        return self.stamps.is_the_file()

    def _shelf(self, key: str) -> Shelf:
        return self.odd if "?" in key else self.plain
