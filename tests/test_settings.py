"""Settings from the environment: what refuses to start, and says why; what guards the doors."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from newsroom.storage import storage_of
from tests import cast as people

ROOT = Path(__file__).parent.parent


def start(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *(command or ("check",))],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_without_a_secret_key_refuses_to_start_and_says_why() -> None:
    refused = start()
    assert refused.returncode != 0
    assert "SECRET_KEY is not set" in refused.stderr


def test_a_number_of_reads_that_no_desk_has_is_refused() -> None:
    refused = start(SECRET_KEY="x" * 50, EDITORIAL_READS="4")
    assert refused.returncode != 0
    assert "EDITORIAL_READS" in refused.stderr


def test_a_bucket_is_named_by_one_url() -> None:
    told = storage_of("s3://k%2Fy:secret@pictures/paper?endpoint=https://s3.example&region=eu-1")
    options = told["OPTIONS"]
    assert (options["bucket_name"], options["location"]) == ("pictures", "paper")
    assert (options["access_key"], options["secret_key"]) == ("k/y", "secret")
    assert options["endpoint_url"] == "https://s3.example"
    refused = start(SECRET_KEY="x" * 50, STORAGE_URL="ftp://somewhere")
    assert refused.returncode != 0
    assert "STORAGE_URL is not understood" in refused.stderr


def test_a_bucket_without_its_packages_is_refused_with_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "storages", None)
    with pytest.raises(ImproperlyConfigured, match="--group s3"):
        storage_of("s3://pictures")


def test_a_replica_of_something_that_has_none_is_refused() -> None:
    refused = start(SECRET_KEY="x" * 50, DATABASE_REPLICA_URL="postgresql://a@b/c")
    assert refused.returncode != 0
    assert "DATABASE_REPLICA_URL" in refused.stderr


def test_a_database_that_takes_a_call_and_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        door = f"postgresql://a@127.0.0.1:{mute.getsockname()[1]}/paper"
        began = time.monotonic()
        refused = start("migrate", "--check", SECRET_KEY="x" * 50, DATABASE_URL=door)
    assert "timeout" in refused.stderr
    assert time.monotonic() - began < 30


def test_behind_a_pooler_nothing_is_prepared() -> None:
    door = "postgresql://a@b/c?options=-c%20search_path%3Dpaper"
    ask = "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS'])"
    for wish, is_prepared in (("true", True), ("false", False)):
        told = start("shell", "--no-imports", "-c", ask, SECRET_KEY="x" * 50, DATABASE_URL=door,
                     PREPARED_STATEMENTS=wish).stdout  # fmt: skip
        assert "-c search_path=paper" in told
        assert ("force_generic_plan" in told, "prepare_threshold" in told) == (is_prepared,) * 2


def test_with_debug_it_starts_on_nothing_at_all() -> None:
    assert start(DEBUG="true").returncode == 0


@pytest.mark.django_db
def test_ten_wrong_passwords_lock_the_name() -> None:
    people.hire()
    client = Client()
    wrong = {"username": "wen", "password": "guess"}
    answers = [client.post("/admin/login/", wrong).status_code for _ in range(11)]
    assert answers[0] == 200
    assert answers[-1] == 429
    right = {"username": "wen", "password": "wen-of-the-desk"}
    assert client.post("/admin/login/", right).status_code == 429


@pytest.mark.django_db
def test_the_desk_is_guarded_as_the_readers_pages_are() -> None:
    cast = people.hire()
    client = Client()
    client.force_login(cast.shen, backend="django.contrib.auth.backends.ModelBackend")
    for address in ("/admin/", "/admin/articles/story/", "/admin/articles/photo/add/"):
        answer = client.get(address)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer["X-Frame-Options"] == "DENY"
        assert "no-store" in answer["Cache-Control"] or "max-age=0" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_person_chooses_the_desks_language() -> None:
    cast = people.hire()
    client = Client()
    client.force_login(cast.wen, backend="django.contrib.auth.backends.ModelBackend")
    assert "工作台" in client.get("/admin/", headers={"accept-language": "zh-CN"}).content.decode()
    answer = client.post("/admin/language/en/", {"next": "//elsewhere.example/"})
    assert answer["Location"] == "/admin/"
    assert "The desk" in client.get("/admin/").content.decode()
    assert client.post("/admin/language/xx/").status_code == 404
