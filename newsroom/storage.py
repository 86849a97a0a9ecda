"""Where pictures are kept: a folder, or a bucket that STORAGE_URL names."""

from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

EXAMPLE = "s3://KEY:SECRET@bucket/folder?endpoint=https://s3.example&region=eu-1"
INSTALL = "uv sync --frozen --inexact --group s3"


def storage_of(url: str) -> dict[str, Any]:
    """Django's storage for a STORAGE_URL, "" being files in MEDIA_ROOT.

    `s3://KEY:SECRET@BUCKET/FOLDER?endpoint=…&region=…`; without key and secret the machine's own
    credentials are used. Raises ImproperlyConfigured for what it cannot read. Nothing in the bucket
    is public: pictures reach readers through the paper, which asks the record first.
    """
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not parts.hostname or asked.keys() - {"endpoint", "region"}:
        raise ImproperlyConfigured(f"STORAGE_URL is not understood. It is like {EXAMPLE}.")
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured(f"STORAGE_URL needs packages that are not installed: {INSTALL}")
    options: dict[str, Any] = {
        "bucket_name": parts.hostname,
        "location": parts.path.strip("/"),
        # Names are drawn at random, or tell of their content: to ask first whether one is free
        # would double what is asked.
        "file_overwrite": True,
    }
    given = {
        "access_key": unquote(parts.username or ""),
        "secret_key": unquote(parts.password or ""),
        "endpoint_url": asked.get("endpoint", ""),
        "region_name": asked.get("region", ""),
    }
    options |= {name: value for name, value in given.items() if value}
    return {"BACKEND": "newsroom.bucket.Bucket", "OPTIONS": options}
