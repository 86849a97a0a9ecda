"""The bucket that STORAGE_URL names, as Django's storage: django-storages with five things mended.

A file is fetched by one request (the library asks three times). A bucket that does not answer is an
OSError, as a disk that does not, and is given up within seconds. No address is ever signed for a
browser. What is written has no access list of its own: newer buckets of AWS refuse one. Threads share one client.
"""

import contextlib
import shutil
import time
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from types import SimpleNamespace
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

# What is larger than this lies in a temporary file while it is read, not in memory.
IN_MEMORY = 4 * 1024**2
CHUNK = 256 * 1024
# Seconds. A reader waits for a picture, and a worker's thread with it.
TO_CONNECT, TO_ANSWER = 2, 5
# Connections that are kept open for the threads of a process.
AT_ONCE = 32
# Seconds that a bucket which did not answer is left alone.
REST = 3.0


class BucketError(OSError):
    """The bucket does not answer, or refuses."""


# Until when a bucket that did not answer is not asked again, by the clock that only goes forward.
_away_until = 0.0


@contextlib.contextmanager
def _answering() -> Iterator[None]:
    """The library's errors as what Django and the paper know.

    While a bucket is away, its silence is waited for once in a while only: else everybody's
    threads wait for pictures, and none is left for the pages.
    """
    global _away_until
    if time.monotonic() < _away_until:
        raise BucketError("The bucket did not answer a moment ago.")
    try:
        yield
    except ClientError as error:
        told = error.response.get("Error", {}).get("Code", "")
        if told == "NoSuchKey":
            raise FileNotFoundError(str(error)) from error
        raise BucketError(f"The bucket refuses: {error}") from error
    except (BotoCoreError, Boto3Error) as error:
        _away_until = time.monotonic() + REST
        raise BucketError(f"The bucket does not answer: {error}") from error


class Bucket(S3Storage):  # type: ignore[misc]
    """Files in a bucket, none of them public."""

    def __init__(self, **options: Any) -> None:
        options["client_config"] = Config(
            connect_timeout=TO_CONNECT,
            read_timeout=TO_ANSWER,
            max_pool_connections=AT_ONCE,
            retries={"mode": "standard", "total_max_attempts": 2},
            # Checksums that not every service of this kind knows.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        # A copy made ahead must not need threads that an ending process starts no more.
        options["transfer_config"] = TransferConfig(use_threads=False)
        super().__init__(**options)
        # The library has a client for each thread: 17 MB and a quarter of a second each. Clients
        # may be shared, and what is made of this one is not changed by who asks.
        self._connections = SimpleNamespace()

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        """A file to be read, fetched whole: it breaks off here or not at all."""
        if mode != "rb":
            raise ValueError(f"Files in the bucket are opened to be read, not by {mode!r}.")
        key = self._normalize_name(clean_name(name))
        held = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by who reads it
        try:
            with _answering():
                answer = self.connection.meta.client.get_object(Bucket=self.bucket_name, Key=key)
                with contextlib.closing(answer["Body"]) as body:
                    shutil.copyfileobj(body, held, CHUNK)
        except BaseException:
            held.close()
            raise
        held.seek(0)
        return File(held, name)

    def _save(self, name: str, content: Any) -> str:
        with _answering():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with _answering():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _answering():
            return bool(super().exists(name))

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with _answering():
            folders, files = super().listdir(name)
            return folders, files

    def size(self, name: str) -> int:
        with _answering():
            return int(super().size(name))

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """As for files on a disk: an address of the paper, which serves what the record shows."""
        return settings.MEDIA_URL + str(filepath_to_uri(name) or "")
