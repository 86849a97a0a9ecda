"""When each key last changed, in a file that all the paper's processes on a machine look into.

The file is mapped into memory: a look costs no system call. It is written under a lock, the keys
first and the mark last: who reads the new mark finds every key of it.
"""

import contextlib
import fcntl
import mmap
import os
import secrets
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from articles.freshness.keys import BUCKETS
from articles.freshness.replica import further

# Numbers of eight bytes: what the file is, which file it is, the mark, the log position that a
# replica must have reached, how many changes were written; then the last changes; then the keys.
WHAT, WHICH, MARK, POSITION, COUNT = range(5)
FIRST_CHANGE = 16
CHANGES = 4096
FIRST_KEY = FIRST_CHANGE + CHANGES
SIZE = (FIRST_KEY + BUCKETS) * 8
MAGIC = 0x4E45575354414D31  # "NEWSTAM1"


class Stamps:
    """The stamp file at `path`; made, for its owner alone, where there is none.

    Raises OSError where it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with self._alone():
            if os.fstat(self._file).st_size != SIZE:
                os.ftruncate(self._file, 0)
                os.ftruncate(self._file, SIZE)
            self._map = mmap.mmap(self._file, SIZE)
            self._view = memoryview(self._map).cast("Q")
            if self._view[WHAT] != MAGIC:
                self._view[WHICH] = secrets.randbits(62)
                self._view[MARK] = 1
                self._view[WHAT] = MAGIC
        self.which = self._view[WHICH]

    def mark(self) -> int:
        return self._view[MARK]

    def position(self) -> int:
        """The position in the database's log that the newest change has, or 0."""
        return self._view[POSITION]

    def changed(self, numbers: Iterable[int], mark: int) -> bool:
        """Whether any of these keys changed after `mark`."""
        view = self._view
        return any(view[FIRST_KEY + number] > mark for number in numbers)

    def unknown(self, changes: Iterable[int]) -> list[int]:
        """Those of these changes that were not written here, of the last CHANGES."""
        known = set(self._view[FIRST_CHANGE:FIRST_KEY])
        return [change for change in changes if change not in known]

    def write(self, change: int, numbers: Iterable[int], position: int = 0) -> None:
        """Write a change down, once: its keys have changed now."""
        with self._alone():
            if not self.unknown([change]):
                return
            mark = self._view[MARK] + 1
            for number in numbers:
                self._view[FIRST_KEY + number] = mark
            self._view[POSITION] = further(self._view[POSITION], position)
            count = self._view[COUNT]
            self._view[FIRST_CHANGE + count % CHANGES] = change
            self._view[COUNT] = count + 1
            self._view[MARK] = mark

    def everything(self) -> None:
        """Every key has changed: something is not known."""
        with self._alone():
            mark = self._view[MARK] + 1
            for number in range(FIRST_KEY, FIRST_KEY + BUCKETS):
                self._view[number] = mark
            self._view[MARK] = mark

    def is_the_file(self) -> bool:
        """Whether the file at the path is still this one."""
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(self._file))
        except OSError:
            return False

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock:  # flock knows processes, not threads
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)
