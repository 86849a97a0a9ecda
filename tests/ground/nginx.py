"""A real nginx for the tests, with the configuration that the guide gives."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from articles.bench.serving import of_the_guide
from tests.ground.redis import NotStartedError, free_port

PATIENCE = 20.0


def program() -> str:
    """Where nginx is. Raises NotStartedError where it is not installed."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found:
        return found
    raise NotStartedError("nginx is missing. On Debian: apt install nginx")


@contextlib.contextmanager
def server(files: Path, paper: int, folder: Path) -> Iterator[int]:
    """nginx before `files` and a paper at the port `paper`, while the block lasts; gives its port."""
    port = free_port()
    places = " ".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n"
        f"{'user root;' if os.geteuid() == 0 else ''}\n"
        "events {}\nhttp { access_log off; include /etc/nginx/mime.types;\n"
        f"{places}\n{of_the_guide(files, paper, port, folder)}\n}}\n",
        encoding="utf-8",
    )
    with (folder / "nginx.out").open("w") as words:
        process = subprocess.Popen(
            [program(), "-p", folder, "-c", folder / "nginx.conf"], stdout=words, stderr=words
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                yield port
                return
            time.sleep(0.05)
        said = (folder / "nginx.out").read_text()
        raise NotStartedError(f"nginx did not start:\n{said}")
    finally:
        process.terminate()
        process.wait(PATIENCE)


if __name__ == "__main__":
    try:
        print(program())
    except NotStartedError as error:
        raise SystemExit(str(error)) from error
