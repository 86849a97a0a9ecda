"""Load on one server: `wrk` where it is installed, else a small client in a process of its own."""

import contextlib
import itertools
import json
import re
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

CONNECTIONS = 8
FORWARDED = {"X-Forwarded-Proto": "https"}  # as by the proxy in front
RUN_UP = 2.0  # seconds of load before a measurement: its first pages are the start of a process


@dataclass(frozen=True)
class Load:
    """Answers a second, the times in milliseconds, and how many answers were not 200."""

    a_second: float
    p50: float
    p99: float
    errors: int
    client: str


def press(port: int, paths: Sequence[str], seconds: float, folder: Path) -> Load:
    """Ask for `paths` in turn, over kept connections to 127.0.0.1, for some seconds."""
    if shutil.which("wrk") and seconds >= 1:  # it knows whole seconds only
        return _wrk(port, paths, seconds, folder)
    done = subprocess.run(
        [sys.executable, "-m", "articles.bench.load"],
        input=json.dumps([port, list(paths), seconds]), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return Load(**json.loads(done.stdout))


def median(measured: Sequence[Load]) -> Load:
    """Of several measurements of one thing the median of each figure, and all errors."""
    return Load(
        statistics.median(one.a_second for one in measured),
        statistics.median(one.p50 for one in measured),
        statistics.median(one.p99 for one in measured),
        sum(one.errors for one in measured),
        measured[0].client,
    )


def ratio(measured: Sequence[tuple[Load, Load]]) -> float:
    """Of pairs measured seconds apart the median of how many times as much a second the first did."""
    return statistics.median(one.a_second / (other.a_second or 1) for one, other in measured)


def quoted(path: str) -> str:
    """An address as it goes over the wire."""
    return quote(path, safe="/?=&%")


def _wrk(port: int, paths: Sequence[str], seconds: float, folder: Path) -> Load:
    script = folder / "load.lua"
    script.write_text(
        "local paths = {" + ", ".join(json.dumps(path) for path in paths) + "}\nlocal at = 0\n"
        + "".join(f"wrk.headers[{json.dumps(k)}] = {json.dumps(v)}\n" for k, v in FORWARDED.items())
        + "function request()\n  at = at % #paths + 1\n  return wrk.format('GET', paths[at])\nend\n"
        "function done(summary, latency, requests)\n"
        "  io.write(string.format('took %d %d %d %d %d\\n', summary.requests, summary.duration, "
        "latency:percentile(50), latency:percentile(99), "
        "summary.errors.status + summary.errors.connect + summary.errors.read "
        "+ summary.errors.timeout))\nend\n",
        encoding="utf-8",
    )  # fmt: skip
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--timeout", "30s",
         "-s", str(script),
         f"http://127.0.0.1:{port}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = re.search(r"took (\d+) (\d+) (\d+) (\d+) (\d+)", done.stdout)
    if found is None:
        raise RuntimeError(f"wrk said: {done.stdout}{done.stderr}")
    requests, took, p50, p99, errors = map(int, found.groups())
    return Load(requests / (took / 1e6), p50 / 1e3, p99 / 1e3, errors, "wrk")


# -- the small client ----------------------------------------------------------------------------


@dataclass
class Asked:
    """One of the servers that a reader goes to and fro between: its pages, and what was found."""

    port: int
    paths: Sequence[str]
    headers: Mapping[str, str]
    took: list[float] = field(default_factory=list, init=False)
    errors: int = field(default=0, init=False)
    requests: Iterator[bytes] = field(init=False)
    line: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        self.requests = itertools.cycle(_requests(self.paths, FORWARDED | dict(self.headers)))

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """While a connection to it is kept."""
        self.line = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        try:
            yield
        finally:
            self.line.close()

    def once(self) -> float:
        """Ask for the next of its pages. Returns the milliseconds to the answer's last byte."""
        request, got, began = next(self.requests), b"", time.perf_counter()
        self.line.sendall(request)
        while not _is_whole(got):
            piece = self.line.recv(1 << 18)
            if not piece:
                raise ConnectionError(f"Port {self.port} hung up: {request!r}")
            got += piece
        took = (time.perf_counter() - began) * 1e3
        self.errors += not got.startswith(b"HTTP/1.1 200")
        return took

    def load(self) -> Load:
        """What was found. A second is one of this server's own, without the others' pages."""
        return _found(self.took, sum(self.took) / 1e3, self.errors)


def in_turn(servers: Sequence[Asked], seconds: float) -> list[Load]:
    """One reader goes from server to server, a page at each, for some seconds after the run-up.

    What slows the machine then slows all of them: a busy second has as many pages of each.
    """
    with contextlib.ExitStack() as stack:
        for one in servers:
            stack.enter_context(one.opened())
        for stage in (min(seconds, RUN_UP), seconds):
            for one in servers:
                one.took.clear()
            began = time.perf_counter()
            while time.perf_counter() - began < stage or not servers[-1].took:
                for one in servers:
                    one.took.append(one.once())
    return [one.load() for one in servers]


def _requests(paths: Sequence[str], headers: Mapping[str, str]) -> list[bytes]:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode() for path in paths]


def ask(port: int, paths: Sequence[str], seconds: float) -> Load:
    """What the small client measures: HTTP/1.1 with kept connections, answers with a length."""
    requests = _requests(paths, FORWARDED)
    watch, took, errors, asked = selectors.DefaultSelector(), [], 0, 0
    waiting: dict[Any, tuple[float, bytes]] = {}

    def send(one: socket.socket) -> None:
        nonlocal asked
        one.sendall(requests[asked % len(requests)])
        asked += 1
        waiting[one] = (time.perf_counter(), b"")

    for _ in range(CONNECTIONS):
        one: socket.socket = socket.create_connection(("127.0.0.1", port))
        watch.register(one, selectors.EVENT_READ)
        send(one)
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        for key, _events in watch.select(1):
            one = cast(socket.socket, key.fileobj)
            since, got = waiting[one]
            piece = one.recv(1 << 18)
            got += piece
            if not piece or _is_whole(got):
                took.append((time.perf_counter() - since) * 1e3)
                errors += not got.startswith(b"HTTP/1.1 200")
                if not piece:
                    watch.unregister(one)
                    one.close()
                    one = socket.create_connection(("127.0.0.1", port))
                    watch.register(one, selectors.EVENT_READ)
                send(one)
            else:
                waiting[one] = (since, got)
    spent = time.perf_counter() - began
    for one in list(waiting):
        one.close()
    return _found(took, spent, errors)


def _found(took: list[float], spent: float, errors: int) -> Load:
    """What the small client found: milliseconds of each answer, in so many seconds."""
    took = sorted(took)
    at = [took[int(len(took) * share)] if took else 0.0 for share in (0.5, 0.99)]
    return Load(len(took) / spent, at[0], at[1], errors, "built-in client")


def _is_whole(got: bytes) -> bool:
    head, apart, body = got.partition(b"\r\n\r\n")
    if not apart:
        return False
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    if length is None:
        return body.endswith(b"0\r\n\r\n")  # in chunks
    return len(body) >= int(length[1])


if __name__ == "__main__":
    print(json.dumps(ask(*json.loads(sys.stdin.read())).__dict__))
