"""The ground itself: which engine, whose files, what counts as passed."""

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from tests.ground import chromium, port, suite

ROOT = Path(__file__).parent.parent


@pytest.mark.django_db
def test_the_engine_is_the_one_that_was_asked_for() -> None:
    asked = os.environ.get("DATABASE_URL", "sqlite").partition(":")[0]
    assert connection.vendor == asked
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
            assert int(cursor.fetchone()[0].partition(".")[0]) >= 18
        else:
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)
            assert Path(str(connection.settings_dict["NAME"])).is_file()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_the_roles_outlive_a_test_that_commits(turn: str) -> None:
    assert Group.objects.filter(name="reporter").exists()


def test_the_project_is_set_up_as_in_production() -> None:
    assert settings.DEBUG is False
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "newsroom.settings"


def test_files_go_to_a_folder_of_the_test(tmp_path: Path) -> None:
    name = default_storage.save("originals/boat.txt", ContentFile(b"boat"))
    assert (tmp_path / "media" / name).read_bytes() == b"boat"


@pytest.mark.parametrize("turn", ["first", "second"])
def test_the_cache_is_empty_at_the_start(turn: str) -> None:
    assert cache.get("boat") is None
    cache.set("boat", turn)


def test_the_clock_goes_right_unless_it_is_moved(clock: Any) -> None:
    before = time.time()
    there = dt.datetime(2031, 3, 3, 6, 0, tzinfo=dt.UTC)
    clock.move_to(there)
    assert dt.datetime.now(dt.UTC) == there
    clock.move_to(there, tick=True)
    assert there <= dt.datetime.now(dt.UTC) < there + dt.timedelta(minutes=1)
    clock.back()
    assert before <= time.time() < before + 60


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_a_skipped_test_fails_the_run_in_ci_only(tmp_path: Path, ci: str, status: int) -> None:
    (tmp_path / "test_one.py").write_text(
        "import pytest\ndef test_good(): pass\ndef test_skipped(): pytest.skip('no')\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.ground.no_skips", "-p", "no:django",
         "-c", os.devnull, "--rootdir", str(tmp_path), "-p", "no:cacheprovider", str(tmp_path)],
        cwd=ROOT, env={**os.environ, "CI": ci}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stdout + done.stderr
    assert ("In CI a skipped test is a failure" in done.stdout) is (status == 1)


RESULTS = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure>no</failure></testcase>
<testcase name="d"><error>no</error></testcase>
<testcase name="e"><skipped type="pytest.skip"/></testcase>
<testcase name="f"><skipped type="pytest.xfail"/></testcase>
</testsuite></testsuites>"""


def test_the_suite_counts_what_came_out_how(tmp_path: Path) -> None:
    results = tmp_path / "results.xml"
    results.write_text(RESULTS)
    assert suite.count(results) == suite.Count(passed=2, failed=2, skipped=1, xfailed=1)


@pytest.mark.parametrize("status", [2, 3, -9])
def test_a_run_that_broke_off_is_a_failure(tmp_path: Path, status: int) -> None:
    assert suite.outcome(status, tmp_path / "never-written.xml") == suite.Count(failed=1)


def test_a_chromium_that_is_named_and_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(FileNotFoundError, match="CHROMIUM=/nowhere/chromium"):
        chromium.find.__wrapped__()


def test_without_any_chromium_the_cure_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FileNotFoundError, match="apt install chromium"):
        chromium.find.__wrapped__()


def test_a_port_in_use_is_one_line_with_its_cure() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = port.complaint(str(taken.getsockname()[1]))
    assert said is not None
    assert "is taken by another program" in said
    assert "PORT=8000 make demo" in said


@pytest.mark.parametrize("typed", ["0", "70000", "http", "-1"])
def test_a_port_that_is_none_is_said(typed: str) -> None:
    said = port.complaint(typed)
    assert said is not None
    assert "is not a port number" in said


def test_make_lists_its_targets() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("install", "demo", "test", "test-next", "lint", "fmt", "messages", "pictures"):
        assert f"make {target} " in done.stdout
