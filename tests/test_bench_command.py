"""manage.py bench: makes an archive, serves it, measures, and leaves nothing; never the paper's own."""

import datetime as dt
import json
import os
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings

from articles.bench import archive, desk, load, report, scratch
from articles.bench.serving import nginx_program
from articles.management.commands.bench import Command
from articles.models import PublishedStory

URL = "postgresql://postgres@%2Ftmp%2Fdoor/paper"


def test_a_small_run_measures_every_page_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", "the-papers-own")
    scratch_of_this_run = tmp_path / "scratch"
    scratch_of_this_run.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch_of_this_run))
    found = tmp_path / "found.json"
    call_command("bench", "--stories", "100", "--seconds", "0.1", "--parts", "pages",
                 "--workers", "1", "--json", str(found),
                 # On the engine that the tests run on.
                 "--database", os.environ.get("DATABASE_URL", ""))  # fmt: skip
    run = json.loads(found.read_text())["runs"][0]
    assert run["stories"] == 100
    assert {"story", "story list", "search at the desk"} <= run["pages"].keys()
    assert not {"asked", "headers"} & run.keys()  # by which somebody is signed in
    for kind, row in run["pages"].items():
        assert row["single"]["errors"] == 0, kind
        if "cold" in row:
            assert row["warm"]["errors"] == row["cold"]["errors"] == row["bare"]["errors"] == 0, (
                kind
            )
            assert row["ratios"]["cold ÷ bare"] > 0, kind
            assert 1 <= row["queries"] <= 6, kind
            assert row["bytes"] > 1_000, kind
    if nginx_program():
        assert run["pages"]["story"]["baked"]["errors"] == 0
    # How fast a busy machine is, no test can say: that each page was served can be.
    assert sum(row["single"]["a_second"] for row in run["pages"].values()) > 0
    told = capsys.readouterr().out
    assert "| story |" in told
    assert "| story list |" in told  # asked for by one reader alone
    assert list(scratch_of_this_run.iterdir()) == []


@pytest.mark.django_db
def test_an_issue_is_signed_off_and_scheduled_as_at_the_desk() -> None:
    archive.fill(100, dt.datetime.now(dt.UTC) - dt.timedelta(hours=2), brief=True)
    with override_settings(EDITORIAL_READS=1):
        assert desk.sign_off(stories=4) > 0
    coming = PublishedStory.objects.filter(live_from__gt=dt.datetime.now(dt.UTC))
    assert coming.count() == 4 * desk.TURNS
    assert coming.values("issue").distinct().count() == desk.TURNS


def test_it_never_runs_in_the_papers_own_database() -> None:
    papers = {"HOST": "/tmp/door", "PORT": "", "NAME": "paper"}
    assert scratch.is_the_papers(URL, papers)
    assert not scratch.is_the_papers(URL, papers | {"NAME": "another"})
    with pytest.raises(CommandError, match="No scratch database"):
        call_command("bench", "--database", URL, "--stories", "100")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"seconds": float("nan")}, "up to an hour"),
        ({"seconds": float("inf")}, "up to an hour"),
        ({"rounds": 0}, "--rounds is one or more"),
        ({"workers": 0}, "--workers is one or more"),
        ({"an_issue": 0}, "--an-issue is one or more"),
        ({"json": Path("/no/such/folder/found.json")}, "/no/such/folder"),
        ({"write_into": Path(__file__)}, "no marks"),
    ],
)
def test_what_could_not_be_kept_or_measured_is_said_before_the_measuring(
    wrong: dict[str, object], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Command, "_measure", lambda *_: pytest.fail("it measures"))
    with pytest.raises(CommandError, match=said):
        call_command("bench", stories=[100], **wrong)


def test_a_ratio_is_of_what_was_measured_in_one_turn() -> None:
    """A second in which the machine was half as fast is so for both."""
    turns = [(100, 200), (50, 100), (10, 10)]
    pairs = [
        (load.Load(one, 1, 1, 0, "none"), load.Load(other, 1, 1, 0, "none")) for one, other in turns
    ]
    assert load.ratio(pairs) == 0.5


def test_what_is_measured_stands_between_its_marks() -> None:
    text = "Before\n<!-- measured SQLite -->\nold\n<!-- end -->\n<!-- measured PostgreSQL -->\n<!-- end -->\n"
    told = report.put_into(text, "SQLite", ["| new |"])
    assert "old" not in told
    assert told.index("Before") < told.index("| new |") < told.index("measured PostgreSQL")
    assert told.count("<!-- end -->") == 2
    with pytest.raises(ValueError, match="no marks"):
        report.put_into("no such thing", "SQLite", [])


def test_growth_is_drawn_against_the_smallest_archive() -> None:
    runs = [
        {"stories": size, "pages": {"story": {"single": {"p50": p50}}}}
        for size, p50 in ((1_000, 4.0), (10_000, 6.0))
    ]
    assert "| story | 4.00 | 6.00 | 1.50 × |" in list(report.one_at_a_time(runs))
    drawn = report.plot(runs)
    assert drawn.startswith("<svg")
    assert "story 1.50×" in drawn
