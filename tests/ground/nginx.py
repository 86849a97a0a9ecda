"""A real nginx for the tests, with the configuration that the guide gives."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.ground.redis import NotStartedError, free_port

GUIDE = Path(__file__).parent.parent.parent / "docs/nginx/paper.conf"
PATIENCE = 20.0


def program() -> str:
    """Where nginx is. Raises NotStartedError where it is not installed."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found:
        return found
    raise NotStartedError("nginx is missing. On Debian: apt install nginx")


def configured(files: Path, paper: int, port: int, folder: Path) -> str:
    """The guide's configuration, for files here, without a certificate, before a paper's port.

    Raises NotStartedError where the guide no longer has a line that is changed.
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
            raise NotStartedError(f"{GUIDE.name} has no line “{line.strip()}”.")
        given = given.replace(line, mine)
    return given


@contextlib.contextmanager
def server(files: Path, paper: int, folder: Path) -> Iterator[int]:
    """nginx before `files` and a paper at the port `paper`, while the block lasts; gives its port."""
    port = free_port()
    (folder / "paper_proxy").write_text(
        "proxy_set_header Host $host;\nproxy_set_header X-Forwarded-Proto https;\n"
    )
    places = " ".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n"
        f"{'user root;' if os.geteuid() == 0 else ''}\n"
        "events {}\nhttp { access_log off; include /etc/nginx/mime.types;\n"
        f"{places}\n{configured(files, paper, port, folder)}\n}}\n",
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
