"""A real paper under load: several processes, real servers, real clocks, and things that break."""

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from articles.bench import serving
from tests.freshness.town import Desk, Readers, Web, environment, town
from tests.ground import postgres, redis

# The long form:
# BURST_SECONDS=60 BURST_READERS=200 LOSS_SECONDS=30 .venv/bin/pytest tests/freshness/test_town.py
SECONDS = float(os.environ.get("BURST_SECONDS", "10"))
LOSS = float(os.environ.get("LOSS_SECONDS", "5"))
READERS = int(os.environ.get("BURST_READERS", "200"))
READ = (
    "SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_user_tables "
    "WHERE relname = 'articles_publishedstory'"
)


async def during(readers: Readers, number: int, work: Callable[[], None]) -> None:
    """Readers read while something is done in another thread."""
    reading = asyncio.create_task(readers.read(number))
    try:
        await asyncio.to_thread(work)
    finally:
        readers.over = True
        await reading


def a_busy_moment(desk: Desk, readers: Readers) -> None:
    """One goes live, one is updated, one is killed, one is scheduled, and put forward."""
    new = desk.do("publish")["address"]
    readers.shown[new] = time.time()
    updated = desk.do("update", desk.addresses[-1])
    readers.versions.setdefault(desk.addresses[-1], {})[updated["version"]] = updated["at"]
    del readers.shown[new]
    killed = desk.do("kill", new)
    readers.gone[new] = killed["at"]
    planned = desk.do("later", "1.5")
    readers.starts[planned["address"]] = planned["hour"]
    other = desk.do("later", "500")
    readers.starts[other["address"]] = other["hour"]
    # From when it is put forward until that is known, either hour may hold.
    del readers.starts[other["address"]]
    readers.starts[other["address"]] = desk.do("sooner", other["address"])["hour"]


@contextlib.contextmanager
def database_of(engine: str) -> Iterator[dict[str, str]]:
    """What the environment says of the database: nothing of SQLite, whose file is the town's."""
    if engine == "SQLite":
        yield {}
        return
    with postgres.pair() as databases:
        yield {"DATABASE_URL": databases.url("primary")}


@pytest.mark.parametrize("engine", ["SQLite", "PostgreSQL"])
def test_a_burst_while_stories_are_published_killed_and_rescheduled(
    engine: str, tmp_path: Path
) -> None:
    """No error, no page early or late by an instant, and the memory stays what it was."""
    with (
        database_of(engine) as database,
        town(environment(tmp_path, **database), [serving.free_port()], tmp_path, workers=2) as (
            desk,
            webs,
        ),
    ):
        readers = Readers([web.port for web in webs], desk.addresses)
        held: list[int] = []

        def work() -> None:
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                a_busy_moment(desk, readers)
                time.sleep(0.3)
                held.append(webs[0].memory())

        asyncio.run(during(readers, READERS, work))
        assert readers.wrong == [], "\n".join([*readers.wrong[:20], str(readers.counted)])
        assert readers.counted["200"] > 200
        assert readers.counted["410"] > 0
        assert readers.counted["versions read"] > 50
        assert readers.counted["no server"] == 0
        assert readers.counted["asked another server"] == 0, "a connection broke, or nothing came"
        assert held[-1] < held[len(held) // 3] + 25, f"MiB over time: {held}"
        print(f"{engine}, {SECONDS:.0f} s, {READERS} readers: {dict(readers.counted)}, MiB {held}")


def test_each_machine_is_killed_in_turn_and_readers_go_on(tmp_path: Path) -> None:
    """Two web machines, a primary with a streaming replica, Redis: whichever goes, no error."""
    with postgres.pair() as databases, redis.server() as cache:
        given = environment(
            tmp_path,
            DATABASE_URL=databases.url("primary"),
            DATABASE_REPLICA_URL=databases.url("replica"),
            CACHE_URL=cache.url,
        )
        ports = [serving.free_port(), serving.free_port()]
        with town(given, ports, tmp_path) as (desk, webs):
            readers = Readers(ports, desk.addresses, pause=0.1)
            told: list[str] = []

            def step(what: str, kill: Callable[[], None], start: Callable[[], None]) -> None:
                a_busy_moment(desk, readers)
                # What the primary did last may not have reached the replica: such pages wait.
                readers.away = what == "primary"
                kill()
                time.sleep(2)
                if what != "primary":  # without it the desk cannot work, but readers read
                    a_busy_moment(desk, readers)
                start()
                time.sleep(1.5)
                readers.away = False
                told.append(f"{what}: {dict(readers.counted)}")

            def web(number: int) -> Web:
                return webs[number]

            def work() -> None:
                time.sleep(1)
                step("one web machine", web(0).kill, web(0).start)
                step("the other web machine", web(1).kill, web(1).start)
                step("cache", cache.kill, cache.start)
                step("cache's memory", cache.flush, lambda: None)
                step(
                    "replica",
                    lambda: databases.kill("replica"),
                    lambda: databases.start("replica"),
                )
                step(
                    "primary",
                    lambda: databases.kill("primary"),
                    lambda: databases.start("primary"),
                )

            asyncio.run(during(readers, 10, work))
            print("\n".join(told))
            assert readers.wrong == [], "\n".join([*readers.wrong[:20], *told])
            assert readers.counted["no server"] == 0
            assert readers.counted["200"] > 100


def test_the_database_is_lost_under_load_and_nothing_leaks(tmp_path: Path) -> None:
    """What stands is read meanwhile. A kill just before, a start and an end meanwhile are kept to."""
    with postgres.pair() as databases:
        given = environment(tmp_path, DATABASE_URL=databases.url("primary"))
        with town(given, [serving.free_port()], tmp_path) as (desk, webs):
            readers = Readers([webs[0].port], desk.addresses, pause=0.02)
            told: list[str] = []

            def work() -> None:
                time.sleep(1)  # every page is asked for, and kept
                killed = desk.do("publish")["address"]
                readers.gone[killed] = float("inf")
                ending = desk.do("ends", str(2 + LOSS / 2))
                readers.ends[ending["address"]] = ending["hour"]
                planned = desk.do("later", str(2 + LOSS / 2))
                readers.starts[planned["address"]] = planned["hour"]
                time.sleep(1)
                told.append(f"before: {dict(readers.counted)}")
                readers.away = True
                readers.gone[killed] = desk.do("kill", killed)["at"]
                databases.kill("primary")
                time.sleep(LOSS)
                told.append(f"after {LOSS:.0f} s without it: {dict(readers.counted)}")
                databases.start("primary")
                time.sleep(1)
                readers.away = False
                before = dict(readers.counted)
                time.sleep(1)
                a_busy_moment(desk, readers)
                time.sleep(1)
                told.append(f"in the end: {dict(readers.counted)}")
                assert readers.counted["410"] > before.get("410", 0) + 2  # the killed, the ended

            asyncio.run(during(readers, 20, work))
            print("\n".join(told))
            assert readers.wrong == [], "\n".join([*readers.wrong[:20], *told])
            assert readers.counted["no server"] == 0
            assert readers.counted["200"] > 100 * LOSS
            assert readers.counted["refused while the database is away"] > 0


@pytest.mark.parametrize("shared", ["Redis", "the machine's file"])
def test_a_replica_that_lags_takes_no_page_back(shared: str, tmp_path: Path) -> None:
    """What somebody was shown, or the desk was told, is never followed by what was before it."""
    with postgres.pair() as databases, redis.server() as cache:
        databases.kill("replica")
        databases.start("replica", "recovery_min_apply_delay=700")
        given = environment(
            tmp_path,
            DATABASE_URL=databases.url("primary"),
            DATABASE_REPLICA_URL=databases.url("replica"),
            **({"CACHE_URL": cache.url} if shared == "Redis" else {}),
        )
        ports = [serving.free_port(), serving.free_port()]
        with town(given, ports, tmp_path) as (desk, _):
            readers = Readers(ports, desk.addresses, pause=0.01)

            def work() -> None:
                end = time.monotonic() + SECONDS
                while time.monotonic() < end:
                    a_busy_moment(desk, readers)
                    time.sleep(0.5)

            asyncio.run(during(readers, 20, work))
            assert readers.wrong == [], "\n".join(readers.wrong[:20])
            assert readers.counted["versions read"] > 50
            assert readers.counted["410"] > 0
            assert readers.counted["no server"] == 0
            assert readers.counted["asked another server"] == 0
            with psycopg.connect(databases.url("replica")) as asked:
                read = asked.execute(READ).fetchone()
            assert read is not None
            assert read[0] > 20, "the replica was read, too"
            print(f"{shared}: {dict(readers.counted)}; the replica read {read[0]} rows")


@pytest.mark.parametrize("name", ["redis-server"])
def test_a_missing_server_is_one_clear_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(redis.NotStartedError, match=f"apt install {name}"):
        redis.program()
