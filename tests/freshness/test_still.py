"""A PostgreSQL that takes the call and then stands still: readers are not held by it."""

import asyncio
import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from articles.bench import serving
from articles.freshness import patience
from articles.freshness.postgresql.base import CANCEL
from tests.freshness.town import ask, environment, town
from tests.ground import postgres

# Seconds: what a page may take where it is the first to find out, and some for a busy machine.
BOUND = patience.PAGE + CANCEL + 1.5
AT_ONCE = 1.5
STILL = 14.0  # long enough for the first pages, a rest, and one that tries again


@dataclass
class Answer:
    sent: float
    took: float
    status: int


@dataclass
class Asking:
    """Readers who ask without pause, and what they were answered."""

    port: int
    kept: list[str]
    answers: dict[str, list[Answer]] = field(default_factory=lambda: {"kept": [], "cold": []})
    over: bool = False

    async def read(self) -> None:
        await asyncio.gather(
            *(self._reader("kept", number) for number in range(12)),
            *(self._reader("cold", number) for number in range(6)),
        )

    async def _reader(self, kind: str, number: int) -> None:
        connection = await asyncio.open_connection("127.0.0.1", self.port)
        step = number
        while not self.over:
            step += 1
            # Nobody keeps that a story is not there: each time the database is asked.
            cold = f"/stories/{900_000 + step * 100 + number}/x/"
            address = cold if kind == "cold" else self.kept[step % len(self.kept)]
            sent = time.monotonic()
            status, _ = await ask(*connection, address)
            self.answers[kind].append(Answer(sent, time.monotonic() - sent, status))
            await asyncio.sleep(0.05)
        connection[1].close()

    def between(self, kind: str, start: float, end: float) -> list[Answer]:
        return [one for one in self.answers[kind] if start <= one.sent < end]


@contextlib.contextmanager
def stopped(databases: postgres.Pair) -> Iterator[None]:
    """All of the server's processes stand still; calls are taken by the system alone."""
    databases.stand_still("primary")
    try:
        yield
    finally:
        databases.go_on("primary")


@contextlib.contextmanager
def locked(databases: postgres.Pair) -> Iterator[None]:
    """Somebody holds the table of what is published."""
    with psycopg.connect(databases.url("primary")) as holder:
        holder.execute("LOCK TABLE articles_publishedstory IN ACCESS EXCLUSIVE MODE")
        yield


async def under_load(asking: Asking, work: Callable[[], None]) -> None:
    reading = asyncio.create_task(asking.read())
    try:
        await asyncio.to_thread(work)
    finally:
        asking.over = True
        await reading


@pytest.mark.parametrize("how", [stopped, locked])
def test_readers_go_on_while_the_database_stands_still(
    how: Callable[[postgres.Pair], contextlib.AbstractContextManager[None]], tmp_path: Path
) -> None:
    with postgres.pair() as databases:
        given = environment(tmp_path, DATABASE_URL=databases.url("primary"))
        with town(given, [serving.free_port()], tmp_path) as (desk, webs):
            asking = Asking(webs[0].port, desk.addresses)
            times: list[float] = []
            acts: list[float] = []

            def act() -> None:
                desk.do("publish")
                acts.append(time.monotonic())

            def work() -> None:
                time.sleep(2)  # every page is asked for, and kept
                acting = threading.Thread(target=act)
                with how(databases):
                    times.append(time.monotonic())
                    acting.start()
                    time.sleep(STILL)
                    times.append(time.monotonic())
                acting.join()
                time.sleep(patience.REST + 3)
                times.append(time.monotonic())

            asyncio.run(under_load(asking, work))
            began, ended, last = times
            found_out = began + BOUND
            counted = {
                f"{kind} {name}": (
                    Counter(one.status for one in some),
                    round(max((one.took for one in some), default=0), 2),
                )
                for kind in asking.answers
                for name, some in {
                    "before": asking.between(kind, 0, began),
                    "first": asking.between(kind, began, found_out),
                    "then": asking.between(kind, found_out, ended),
                    "after": asking.between(kind, ended, last),
                }.items()
            }
            print(f"{how.__name__}: {counted}")
            kept, cold = asking.answers["kept"], asking.answers["cold"]
            assert {one.status for one in kept if one.sent < ended} == {200}, counted
            assert max(one.took for one in kept) < BOUND, counted
            assert max(one.took for one in cold) < BOUND, counted
            # What stands is served at once as soon as it is known that nothing comes.
            then = asking.between("kept", found_out, ended)
            assert len(then) > 100, counted
            assert max(one.took for one in then) < AT_ONCE, counted
            # Of the others one at a time tries; the rest is told at once.
            refused = asking.between("cold", began, ended - BOUND)
            assert {one.status for one in refused} == {503}, counted
            slow = [one for one in asking.between("cold", found_out, ended) if one.took > AT_ONCE]
            assert len(slow) <= 2, counted
            # Who works at the desk is not cut off: it was done when the server went on.
            assert acts
            assert acts[0] > ended
            back = ended + patience.REST + 1
            for kind, right in (("kept", 200), ("cold", 404)):
                well = asking.between(kind, back, last)
                assert {one.status for one in well} == {right}, counted
                assert max(one.took for one in well) < AT_ONCE, counted


def test_who_opens_a_connection_anew_is_answered_while_the_old_ones_stand_still(
    tmp_path: Path,
) -> None:
    """One waits in vain; nobody uses a connection of before any more."""
    with postgres.pair() as databases:
        given = environment(tmp_path, DATABASE_URL=databases.url("primary"))
        with town(given, [serving.free_port()], tmp_path) as (desk, webs):
            asking = Asking(webs[0].port, desk.addresses)
            times: list[float] = []

            def work() -> None:
                time.sleep(2)
                times.append(time.monotonic())
                databases.stand_still("primary", to_newcomers=False)
                time.sleep(BOUND + patience.REST + 3)
                times.append(time.monotonic())

            asyncio.run(under_load(asking, work))
            began, last = times
            well = asking.between("cold", began + BOUND + patience.REST, last)
            assert len(well) > 30
            assert {one.status for one in well} == {404}
            assert max(one.took for one in well) < AT_ONCE


def test_a_replica_that_stands_still_is_passed_by(tmp_path: Path) -> None:
    """Slower for the first who ask it; no error for anybody."""
    with postgres.pair() as databases:
        given = environment(
            tmp_path,
            DATABASE_URL=databases.url("primary"),
            DATABASE_REPLICA_URL=databases.url("replica"),
        )
        with town(given, [serving.free_port()], tmp_path) as (desk, webs):
            asking = Asking(webs[0].port, desk.addresses)
            times: list[float] = []

            def work() -> None:
                time.sleep(2)
                times.append(time.monotonic())
                databases.stand_still("replica")
                time.sleep(STILL)
                times.append(time.monotonic())
                databases.go_on("replica")
                time.sleep(2)

            asyncio.run(under_load(asking, work))
            began, ended = times
            for kind, right in (("kept", 200), ("cold", 404)):
                answers = asking.answers[kind]
                assert {one.status for one in answers} == {right}
                assert max(one.took for one in answers) < BOUND
                then = asking.between(kind, began + BOUND, ended)
                assert len(then) > 30
                slow = [one for one in then if one.took > AT_ONCE]
                assert len(slow) <= 3, slow
