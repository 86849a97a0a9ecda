"""A real Redis for the tests: Debian's `redis-server`, on a port of its own, keeping nothing."""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator

import redis

from articles.bench.serving import free_port

PATIENCE = 20.0


class NotStartedError(Exception):
    """Redis did not come up, or is not there; the message says what to do."""


def program() -> str:
    """Where the server is. Raises NotStartedError where it is not installed."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    raise NotStartedError("redis-server is missing. On Debian: apt install redis-server")


class Server:
    """A Redis that can be killed and brought up again, empty, at the same address."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [program(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(redis.RedisError), redis.Redis.from_url(self.url) as asked:
                asked.ping()
                return
            time.sleep(0.05)
        raise NotStartedError("Redis did not answer.")

    def flush(self) -> None:
        """It forgets all it was told, and goes on."""
        with redis.Redis.from_url(self.url) as asked:
            asked.flushall()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """A server of its own for as long as the block lasts."""
    made = Server()
    made.start()
    try:
        yield made
    finally:
        made.kill()


if __name__ == "__main__":
    try:
        print(program())
    except NotStartedError as error:
        raise SystemExit(str(error)) from error
