"""A bucket for the tests: moto's server, which speaks S3 over HTTP and checks who asks.

It runs in a process of its own, so that what is tested is what goes over the wire, and notes each
request. It can be killed and brought up again, with what it kept gone.
"""

import contextlib
import http.client
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from articles.bench.serving import free_port

PATIENCE = 30.0
NAME = "pictures"
FOLDER = "paper"
# As many calls as it takes to make a user with keys go unchecked; after that each is checked.
UNCHECKED = 3
# The server's log sets what failed in colours.
COLOURS = re.compile(r"\x1b\[\d+m")


class NotStartedError(Exception):
    """The server did not come up, or is not installed."""


class Bucket:
    """An S3 service on 127.0.0.1 with one empty bucket, and the STORAGE_URL that names it."""

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.url = ""
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Bring it up, empty; nothing happens where it runs."""
        if self._process is not None:
            return
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
                env={"INITIAL_NO_AUTH_ACTION_COUNT": str(UNCHECKED)},
                stdout=log,
                stderr=log,
                cwd="/",
            )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError):
                if self.ask("GET", "/moto-api/")[0] == 200:
                    self._make_bucket()
                    return
            time.sleep(0.05)
        raise NotStartedError(f"The bucket did not come up: {self._told()[-2000:]}")

    def _make_bucket(self) -> None:
        """Somebody with keys, who may do all, and a bucket of theirs."""
        people = self._client("iam", "unchecked", "unchecked")
        people.create_user(UserName="paper")
        everything = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'  # fmt: skip
        people.put_user_policy(UserName="paper", PolicyName="all", PolicyDocument=everything)
        made = people.create_access_key(UserName="paper")["AccessKey"]
        key, secret = made["AccessKeyId"], made["SecretAccessKey"]
        self.files = self._client("s3", key, secret)
        self.files.create_bucket(Bucket=NAME)
        who = f"{quote(key, safe='')}:{quote(secret, safe='')}"
        self.url = f"s3://{who}@{NAME}/{FOLDER}?endpoint={self.endpoint}&region=us-east-1"

    def _client(self, kind: str, key: str, secret: str) -> Any:
        import boto3

        return boto3.client(
            kind,
            region_name="us-east-1",
            endpoint_url=self.endpoint,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
        )

    def lying(self) -> list[str]:
        """All that lies in it."""
        pages = self.files.get_paginator("list_objects_v2").paginate(Bucket=NAME)
        return [one["Key"] for page in pages for one in page.get("Contents", ())]

    def ask(self, method: str, address: str) -> tuple[int, bytes]:
        """Ask without any credentials: what a stranger is answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request(method, address)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def empty(self) -> None:
        for key in self.lying():
            self.files.delete_object(Bucket=NAME, Key=key)

    @contextlib.contextmanager
    def asked(self) -> Iterator[list[str]]:
        """The requests that reach it while the block lasts, as `GET /pictures/…`."""
        before = len(self._requests())
        found: list[str] = []
        yield found
        found += self._requests()[before:]

    def _requests(self) -> list[str]:
        lines = [line.split('"')[1] for line in self._told().splitlines() if line.count('"') >= 2]
        plain = [COLOURS.sub("", line).rsplit(" ", 1)[0] for line in lines]
        return [line for line in plain if f" /{NAME}" in line]

    def _told(self) -> str:
        return self._log.read_text(errors="replace")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextlib.contextmanager
def server() -> Iterator[Bucket]:
    """A service of its own for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="newsroom-bucket-") as folder:
        made = Bucket(Path(folder) / "log")
        try:
            made.start()
            yield made
        finally:
            made.kill()
