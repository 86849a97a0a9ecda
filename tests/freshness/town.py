"""A paper in processes of its own: web servers, a desk that is told what to do, and its readers.

Run as a module it is the desk: it makes a paper with some stories, then does what the lines on its
standard input say, and answers each by a line of JSON.
"""

import asyncio
import contextlib
import datetime as dt
import functools
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0
VERSION = re.compile("这是第([0-9]+)版".encode())


def environment(folder: Path, **more: str) -> dict[str, str]:
    """What the processes of one paper are started with."""
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "DEBUG": "true",
        "SECRET_KEY": "the-town-has-one-secret-" + "0" * 40,
        "ALLOWED_HOSTS": "127.0.0.1",
        "MEDIA_ROOT": str(folder / "media"),
        "DATABASE_URL": f"sqlite:///{folder / 'town.sqlite3'}",
        **more,
    }


class Desk:
    """The desk's process."""

    def __init__(self, given: dict[str, str], stories: int = 6) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.freshness.town", str(stories)],
            cwd=ROOT,
            env=given,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addresses: list[str] = self._answer()["addresses"]

    def do(self, what: str, argument: str = "") -> dict[str, Any]:
        """One move: `publish`, `kill ADDRESS`, `later SECONDS`, `sooner ADDRESS`, `ends SECONDS`,
        `update ADDRESS`."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what} {argument}\n")
        self._process.stdin.flush()
        return self._answer()

    def go_home(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the desk's process ended"
        answer: dict[str, Any] = json.loads(line)
        return answer


class Web:
    """A web server's processes, to be killed and started again at the same port."""

    def __init__(self, given: dict[str, str], port: int, log: Path, workers: int = 1) -> None:
        self.given, self.port, self.log, self.workers = given, port, log, workers
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            str(Path(sys.executable).parent / "granian"),
            *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)),
            *("--workers", str(self.workers), "--blocking-threads", "4", "--no-ws"),
            "newsroom.wsgi:application",
        ]
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self.given, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if asyncio.run(get(self.port, "/healthz")) == 200:
                return
            time.sleep(0.1)
        raise AssertionError(f"the web server did not start:\n{self.log.read_text()}")

    def kill(self) -> None:
        """At once, with its workers."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, 9)
            self._process.wait()
            self._process = None

    def memory(self) -> int:
        """What its processes hold, in MiB."""
        assert self._process is not None
        held = 0
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError, IndexError):
                if int(os.getpgid(int(entry.name))) == self._process.pid:
                    pages = int((entry / "statm").read_text().split()[1])
                    held += pages * os.sysconf("SC_PAGE_SIZE")
        return held // (1024 * 1024)


async def get(port: int, address: str) -> int:
    """The status that a server answers, or 0."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        status, _ = await ask(reader, writer, address)
        writer.close()
        return status
    except (OSError, asyncio.IncompleteReadError, ValueError):
        return 0


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str
) -> tuple[int, bytes]:
    """Ask for an address on an open connection. Raises OSError, IncompleteReadError, ValueError."""
    writer.write(f"GET {quote(address, safe='/?=&%')} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    status, length = int(head[9:12]), 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
        elif line.startswith(b"transfer-encoding:"):
            return status, await _in_chunks(reader)
    return status, await reader.readexactly(length)


async def _in_chunks(reader: asyncio.StreamReader) -> bytes:
    """A body of a length that nobody knew: Django's own page of an error."""
    body = b""
    while length := int(await reader.readline(), 16):
        body += (await reader.readexactly(length + 2))[:-2]
    await reader.readline()
    return body


@dataclass
class Readers:
    """Many readers, each with a connection kept open; every answer is held against what is known.

    `gone` are addresses with the instant at which the desk was told that they are killed,
    `starts` those that go live at an instant, `ends` those that are taken out at one, `shown` those
    that the desk was told are live, and nobody is taking out. What was updated says which version
    it is: nobody is shown one before another that somebody had already. One whose server is away
    asks the other. While the database is `away`, what has changed or is to change
    may be refused (503), and what lists it (`lists`); all else is read.
    """

    ports: list[int]
    addresses: list[str]
    gone: dict[str, float] = field(default_factory=dict)
    starts: dict[str, float] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    over: bool = False
    pause: float = 0.0  # seconds that each reader looks at a page
    ends: dict[str, float] = field(default_factory=dict)
    shown: dict[str, float] = field(default_factory=dict)
    versions: dict[str, dict[int, float]] = field(default_factory=dict)
    lists: tuple[str, ...] = ("/", "/daily/", "/sections/daily-news/", "/feeds/daily.xml")
    away: bool = False

    async def read(self, readers: int) -> None:
        """Until `over`."""
        await asyncio.gather(*(self._reader(number) for number in range(readers)))

    async def _reader(self, number: int) -> None:
        step, at = number, number % len(self.ports)
        connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        while not self.over:
            step += 1
            pool = [*self.addresses, *self.gone, *self.starts, *self.ends]
            address = pool[step * 7919 % len(pool)]
            for _attempt in range(2 * len(self.ports)):
                sent, away = time.time(), self.away
                try:
                    async with asyncio.timeout(20):
                        if connection is None:
                            connection = await asyncio.open_connection("127.0.0.1", self.ports[at])
                        status, body = await ask(*connection, address)
                except (OSError, asyncio.IncompleteReadError, ValueError, TimeoutError):
                    if connection is not None:
                        connection[1].close()
                    connection = None
                    at = (at + 1) % len(self.ports)
                    self.counted["asked another server"] += 1
                    continue
                if status == 503 and (away or self.away) and self._may_be_refused(address):
                    self.counted["refused while the database is away"] += 1
                else:
                    self._judge(address, status, body, sent, time.time())
                await asyncio.sleep(self.pause)
                break
            else:
                self.counted["no server"] += 1
                await asyncio.sleep(0.05)
        if connection is not None:
            connection[1].close()

    def _may_be_refused(self, address: str) -> bool:
        changing = self.gone.keys() | self.starts.keys() | self.ends.keys()
        return address in changing or address in self.lists

    def _judge(self, address: str, status: int, body: bytes, sent: float, got: float) -> None:
        self.counted[str(status)] += 1
        if status >= 500:
            title = body.partition(b"<title>")[2].partition(b"</title>")[0].split()
            self.wrong.append(f"{address}: {status} {b' '.join(title).decode()}")
        elif address in self.gone and sent > self.gone[address] and status != 410:
            self.wrong.append(
                f"{address}: {status} {sent - self.gone[address]:.3f} s after its kill"
            )
        elif address in self.starts and got < self.starts[address] and status != 404:
            self.wrong.append(f"{address}: {status} before its hour")
        elif address in self.starts and sent >= self.starts[address] and status not in (200, 410):
            late = sent - self.starts[address]
            self.wrong.append(f"{address}: {status} {late:.3f} s after its hour")
        elif address in self.ends and got < self.ends[address] and status != 200:
            self.wrong.append(f"{address}: {status} before its end")
        elif address in self.ends and sent >= self.ends[address] and status != 410:
            self.wrong.append(
                f"{address}: {status} {sent - self.ends[address]:.3f} s after its end"
            )
        elif address in self.addresses and address not in self.gone and status != 200:
            self.wrong.append(f"{address}: {status}")
        if status == 200:
            if address in self.lists:
                self._judge_list(address, body, sent, got)
            self._judge_version(address, body, sent, got)

    def _judge_list(self, address: str, body: bytes, sent: float, got: float) -> None:
        for killed, since in (self.gone | self.ends).items():
            if sent > since and killed.encode() in body:
                self.wrong.append(f"{address} shows {killed} after its kill or end")
        for coming, hour in self.starts.items():
            if got < hour and coming.encode() in body:
                self.wrong.append(f"{address} shows {coming} before its hour")
        if not address.startswith("/feeds/"):
            return
        live = {one: at for one, at in (self.starts | self.shown).items() if at < sent}
        # The feed has the newest thirty: the newest of all is one of them.
        newest = max(live, key=live.__getitem__, default=None)
        if newest and newest not in self.gone and newest.encode() not in body:
            late = sent - live[newest]
            self.wrong.append(f"{address} lacks {newest} {late:.3f} s after its hour")

    def _judge_version(self, address: str, body: bytes, sent: float, got: float) -> None:
        if (said := VERSION.search(body)) is None:
            return
        self.counted["versions read"] += 1
        version, known = int(said[1]), self.versions.setdefault(address, {})
        for other, since in known.items():
            if other > version and since < sent:
                self.wrong.append(
                    f"{address}: version {version} {sent - since:.3f} s after {other}"
                )
        known[version] = min(got, known.get(version, got))


def in_time(seconds: float, act: Callable[[dt.datetime], object]) -> dt.datetime:
    """Do something with an hour so far ahead. Too near for a busy machine, it is refused: then
    with a later one."""
    from django.utils import timezone

    from articles.rules.refusal import Refused

    while True:
        hour = timezone.now() + dt.timedelta(seconds=seconds)
        try:
            act(hour)
        except Refused:
            assert seconds < PATIENCE
            seconds *= 2
        else:
            return hour


def desk() -> None:
    """The desk's own process."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import close_old_connections
    from django.utils import timezone

    from articles.models import Issue, PublishedStory, Story
    from articles.rules import publishing, workflow
    from tests import cast as people

    call_command("migrate", verbosity=0)
    paper, cast = people.found(), people.hire()
    issues: dict[str, int] = {}
    updates = 0

    def publish(until: dt.datetime | None = None) -> str:
        now = timezone.now()
        name = f"第{time.time_ns()}条"
        story = people.draft(paper, cast.wen, name, release="now", live_until=until)
        people.read_through(story, cast, now)
        return PublishedStory.objects.get(story=story, act="publish").get_absolute_url()

    def later(seconds: float) -> tuple[str, dt.datetime]:
        now = timezone.now()
        story = people.draft(paper, cast.wen, f"第{time.time_ns()}条")
        people.read_through(story, cast, now)
        date = dt.date(2040, 1, 1) + dt.timedelta(days=len(issues))
        issue = people.plan(paper, story, date=date)
        hour = in_time(seconds, lambda hour: publishing.schedule(issue, cast.hai, hour))
        address = PublishedStory.objects.get(story=story).get_absolute_url()
        issues[address] = issue.pk
        return address, hour

    def answer(**told: Any) -> None:
        print(json.dumps(told), flush=True)

    answer(addresses=["/", "/daily/", "/sections/daily-news/", "/feeds/daily.xml"]
           + [publish() for _ in range(int(sys.argv[1]))])  # fmt: skip
    for line in sys.stdin:
        what, argument = line.split(" ", 1)
        close_old_connections()  # the database may have been away
        if what == "publish":
            answer(address=publish())
        elif what == "ends":
            until = timezone.now() + dt.timedelta(seconds=float(argument))
            answer(address=publish(until), hour=until.timestamp())
        elif what == "later":
            address, hour = later(float(argument))
            answer(address=address, hour=hour.timestamp())
        elif what == "sooner":
            issue = Issue.objects.get(pk=issues[argument.strip()])
            move = functools.partial(publishing.reschedule, issue, cast.hai)
            hour = in_time(0.7, move)
            answer(hour=hour.timestamp())
        elif what == "update":
            story = Story.objects.get(pk=int(argument.strip().split("/")[2]))
            workflow.take_back(story, cast.shen)
            story = Story.objects.get(pk=story.pk)
            updates += 1
            story.body = f"<p>这是第{updates}版。</p>"
            story.save()
            people.read_through(story, cast, timezone.now())
            answer(at=time.time(), version=updates)
        elif what == "kill":
            story = Story.objects.get(pk=int(argument.strip().split("/")[2]))
            workflow.kill(story, cast.shen, "失实")
            answer(at=time.time())


@contextlib.contextmanager
def town(
    given: dict[str, str], ports: list[int], folder: Path, workers: int = 1
) -> Iterator[tuple[Desk, list[Web]]]:
    """A desk and a web server at each of these ports, for as long as the block lasts."""
    staff = Desk(given)
    webs = [Web(given, port, folder / f"web-{port}.log", workers) for port in ports]
    try:
        for web in webs:
            web.start()
        yield staff, webs
    finally:
        for web in webs:
            web.kill()
        staff.go_home()


if __name__ == "__main__":
    desk()
