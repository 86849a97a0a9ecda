"""The stamp file: what one process says, every process of the machine knows."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import OperationalError, connections

from articles.freshness import replica
from articles.freshness.kept import NEVER, Kept
from articles.freshness.local import LocalStore, Shelf
from articles.freshness.remote import RemoteStore
from articles.freshness.replica import FAR
from articles.freshness.stamps import Stamps
from tests.ground import redis

TELL = """
import sys
from pathlib import Path
from articles.freshness.stamps import Stamps
stamps = Stamps(Path(sys.argv[1]))
for change in map(int, sys.argv[2:]):
    stamps.write(change, [change % 100])
"""


def kept(mark: int, *numbers: int, size: int = 100) -> Kept:
    return Kept(mark, numbers, 0.0, NEVER, NEVER, "d", {}, {"": b"x" * size})


def tell(path: Path, *changes: int) -> "subprocess.Popen[bytes]":
    """Another process that writes these changes down."""
    command = [sys.executable, "-c", TELL, str(path), *map(str, changes)]
    return subprocess.Popen(command, cwd=Path(__file__).parent.parent.parent, env={**os.environ})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "paper.stamps"


def test_a_page_stands_until_another_process_says_that_it_changed(path: Path) -> None:
    store = LocalStore(Stamps(path), 1_000_000)
    mark, _ = store.look("/", "")
    store.put("/", kept(mark, 7, 9))
    assert tell(path, 8).wait() == 0
    assert store.look("/", "")[1] is not None  # something else
    assert tell(path, 107).wait() == 0
    assert store.look("/", "")[1] is None


def test_a_page_made_before_a_change_and_put_after_it_does_not_stand(path: Path) -> None:
    store = LocalStore(Stamps(path), 1_000_000)
    mark, _ = store.look("/", "")
    store.write(1, [7])
    store.put("/", kept(mark, 7))
    assert store.look("/", "")[1] is None


def test_a_change_told_twice_makes_cold_once(path: Path) -> None:
    store = LocalStore(Stamps(path), 1_000_000)
    store.write(1, [7])
    mark, _ = store.look("/", "")
    store.put("/", kept(mark, 7))
    store.write(1, [7])
    assert store.look("/", "")[1] is not None
    assert store.unknown([1, 2]) == [2]


def test_no_change_is_lost_when_processes_and_threads_write_at_once(path: Path) -> None:
    stamps = Stamps(path)
    others = [tell(path, *range(start, start + 200)) for start in (1_000, 2_000, 3_000)]

    def write(start: int) -> None:
        for change in range(start, start + 200):
            stamps.write(change, [5])

    threads = [threading.Thread(target=write, args=[start]) for start in (10_000, 20_000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [other.wait() for other in others] == [0, 0, 0]
    assert stamps.mark() == 1 + 5 * 200


def test_a_stamp_file_that_was_put_aside_is_noticed(path: Path) -> None:
    store = LocalStore(Stamps(path), 1_000_000)
    assert store.is_sound()
    path.unlink()
    assert not store.is_sound()
    Stamps(path)
    assert not store.is_sound()


def test_a_broken_stamp_file_is_made_anew(path: Path) -> None:
    path.write_bytes(b"not stamps")
    assert Stamps(path).mark() == 1


def test_a_shelf_keeps_to_its_room_and_what_is_read(path: Path) -> None:
    shelf = Shelf(100_000)
    shelf.put("read", kept(1, 7))
    for number in range(1_000):
        shelf.get("read")
        shelf.put(f"page {number}", kept(1, 7))
        assert shelf.size <= 100_000
    assert shelf.get("read") is not None
    assert len(shelf) < 60
    shelf.put("huge", kept(1, 7, size=90_000))
    assert shelf.get("huge") is None


def test_searches_do_not_push_out_what_everybody_reads(path: Path) -> None:
    store = LocalStore(Stamps(path), 200_000)
    mark = store.stamps.mark()
    store.put("http://paper/", kept(mark, 7))
    for number in range(1_000):
        store.put(f"http://paper/search/?q={number}", kept(mark, 7))
    assert store.look("http://paper/", "")[1] is not None


def how_far(store: LocalStore | RemoteStore) -> list[int]:
    """The position kept after each of some changes, one of whose positions nobody could say."""
    found = []
    for change, position in ((1, 500), (2, 400), (3, FAR), (4, 900), (5, 800)):
        store.write(change, [7], position)
        found.append(store.position())
    return found


def test_a_position_that_nobody_could_say_holds_until_one_is_known(path: Path) -> None:
    assert how_far(LocalStore(Stamps(path), 1_000_000)) == [500, 500, FAR, 900, 900]
    with redis.server() as cache:
        assert how_far(RemoteStore(cache.url, lambda store: None)) == [500, 500, FAR, 900, 900]


@pytest.mark.django_db
def test_a_primary_that_went_just_after_a_commit_says_no_position(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its change is told all the same, and no replica is taken to have it."""
    assert replica.position() == 0
    monkeypatch.setattr(replica, "is_configured", lambda: True)

    def away(*args: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(connections["default"], "cursor", away)
    assert replica.position() == FAR
