"""The production server on this machine's own address, started for a measurement and ended after."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

GUIDE = Path(__file__).parent.parent.parent / "docs/nginx/paper.conf"
TYPES = Path("/etc/nginx/mime.types")
PATIENCE = 240.0  # of a machine that is busy with other things, too


class NotUpError(Exception):
    """A server did not come up; the message holds its last words."""


@dataclass
class Server:
    """A running server. `started_in`: seconds until its first answer."""

    port: int
    started_in: float
    pid: int

    def memory(self) -> list[int]:
        """What each worker process has of its own and shares in part (PSS), in bytes; Linux only."""
        found = []
        for child in _children(self.pid):
            with contextlib.suppress(OSError):
                lines = Path(f"/proc/{child}/smaps_rollup").read_text().splitlines()
                found += [int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")]
        return found


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextlib.contextmanager
def granian(
    application: str, environment: Mapping[str, str], workers: int, ask: str
) -> Iterator[Server]:
    """Serve a WSGI application with granian. It is up once `ask` is answered with 200."""
    port = free_port()
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi",
               "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers),
               "--blocking-threads", "2", "--no-ws", "--log-level", "error",
               application]  # fmt: skip
    with _running(command, {**os.environ, **environment}, port, ask) as server:
        yield server


def nginx_program() -> str | None:
    """Where nginx is, if it is installed. Debian has it where only root looks."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextlib.contextmanager
def nginx(files: Path, workers: int, folder: Path) -> Iterator[Server | None]:
    """Serve a folder's files with nginx; gives None where it is not installed."""
    program = nginx_program()
    if program is None:
        yield None
        return
    port = free_port()
    plain = f"server {{ listen 127.0.0.1:{port}; root {files}; }}"
    with _nginx(program, plain, port, workers, folder / "plain", "/0") as server:
        yield server


@contextlib.contextmanager
def nginx_as_in_the_guide(
    files: Path, paper: int, workers: int, folder: Path, ask: str
) -> Iterator[Server | None]:
    """Serve baked files with nginx as the guide has it; gives None where it is not installed.

    What has no file is passed on to the port `paper`. It is up once `ask` is answered with 200.
    """
    program = nginx_program()
    if program is None:
        yield None
        return
    port = free_port()
    written = of_the_guide(files, paper, port, folder)
    with _nginx(program, written, port, workers, folder / "guide", ask) as server:
        yield server


def of_the_guide(files: Path, paper: int, port: int, folder: Path) -> str:
    """The guide's configuration of nginx, without a certificate, before the paper's port `paper`.

    What is passed on is passed on with headers in a file of `folder`. Raises NotUpError where the
    guide no longer has a line that is changed.
    """
    given = GUIDE.read_text(encoding="utf-8")
    for line, mine in {
        "listen 443 ssl;": f"listen 127.0.0.1:{port};",
        "    ssl_certificate /etc/ssl/paper.example.pem;\n": "",
        "    ssl_certificate_key /etc/ssl/private/paper.example.key;\n": "",
        "root /srv/paper/current;": f"root {files};",
        "127.0.0.1:8000": f"127.0.0.1:{paper}",
        "/etc/nginx/paper_proxy": str(folder / "paper_proxy"),
    }.items():
        if line not in given:
            raise NotUpError(f"{GUIDE.name} has no line “{line.strip()}”.")
        given = given.replace(line, mine)
    (folder / "paper_proxy").write_text(
        "proxy_set_header Host $host;\nproxy_set_header X-Forwarded-Proto https;\n"
    )
    return given


@contextlib.contextmanager
def _nginx(
    program: str, servers: str, port: int, workers: int, folder: Path, ask: str
) -> Iterator[Server]:
    folder.mkdir(exist_ok=True)
    types = f"include {TYPES};" if TYPES.exists() else "types { text/html html; text/xml xml; }"
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes {workers}; pid {folder}/nginx.pid; "
        f"error_log {folder}/nginx.log; {'user root;' if os.geteuid() == 0 else ''}\n"
        f"events {{}}\nhttp {{ access_log off; {types}\n"
        f"default_type text/html; keepalive_requests 10000000; {places}\n{servers} }}\n",
        encoding="utf-8",
    )
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with _running(command, dict(os.environ), port, ask) as server:
        yield server


@contextlib.contextmanager
def _running(
    command: list[str], environment: dict[str, str], port: int, ask: str
) -> Iterator[Server]:
    began = time.monotonic()
    with (
        tempfile.TemporaryFile() as words,
        subprocess.Popen(
            command,
            env=environment,
            stdout=words,
            stderr=words,
            start_new_session=True,  # Ctrl-C is for the bench, which ends its servers itself
        ) as process,
    ):
        try:
            while not _answers(port, ask):
                if process.poll() is not None or time.monotonic() - began > PATIENCE:
                    words.seek(0)
                    said = words.read().decode(errors="replace")[-2000:]
                    raise NotUpError(f"{Path(command[0]).name} did not come up. {said}")
                time.sleep(0.05)
            yield Server(port, time.monotonic() - began, process.pid)
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # its workers too, should any be left


def _answers(port: int, ask: str) -> bool:
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asking.request("GET", ask, headers={"X-Forwarded-Proto": "https"})
        return asking.getresponse().status == 200
    except OSError:
        return False
    finally:
        asking.close()


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        tasks = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in tasks]
    return []
