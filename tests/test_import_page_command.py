"""manage.py import_page, as whoever runs the server meets it."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from articles.models import Issue, LogEntry, Page, Story, User
from articles.rules import publishing
from tests import cast as people
from tests.cast import MONDAY, Cast, Paper

FILE = "tests/intake/pages/zh-headlines-first.txt"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db: Any) -> Cast:
    return people.hire()


@pytest.fixture
def paper(db: Any) -> Paper:
    return people.found()


def import_page(*arguments: str) -> str:
    said = io.StringIO()
    call_command("import_page", *arguments, stdout=said, stderr=said)
    return said.getvalue()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as error:
        import_page(*arguments)
    return str(error.value)


def test_it_prints_the_stories_without_any_database() -> None:
    """No `db` fixture: a query would fail the test."""
    read = json.loads(import_page(FILE, "--json"))
    assert [story["headline"] for story in read["stories"]][2] == "全国铁路三月中旬货运量稳步增长"


def test_it_prints_the_stories_where_no_database_answers() -> None:
    ran = subprocess.run(
        [sys.executable, "manage.py", "import_page", FILE, "--json"],
        env={**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"},
        capture_output=True,
        check=True,
    )
    assert len(json.loads(ran.stdout)["stories"]) == 5


def test_a_wrong_file_ends_with_status_1_and_a_sentence() -> None:
    ran = subprocess.run(
        [sys.executable, "manage.py", "import_page", "no-such.txt", "--json"], capture_output=True
    )
    assert ran.returncode == 1
    assert b"no-such.txt" in ran.stderr
    assert b"Traceback" not in ran.stderr


def test_the_first_publisher_drafts_a_page(paper: Paper, cast: Cast) -> None:
    told = import_page(FILE)
    assert Story.objects.count() == 5
    assert {(story.author, story.status) for story in Story.objects.all()} == {(cast.shen, "draft")}
    for story in Story.objects.all():
        assert f"/admin/articles/story/{story.pk}/change/" in told
        assert story.headline in told
    assert "岚州日报" in told  # a leftover
    assert "周晓岚" in told  # a name without a contributor
    assert not Issue.objects.exists()


def test_drafts_are_put_on_a_page_made_for_them(paper: Paper, cast: Cast) -> None:
    import_page(FILE, "--edition", "daily", "--date", "2031-03-03", "--page", "A02", "--by", "hai")
    [page] = Page.objects.all()
    assert (page.number, page.issue.date, page.placements.count()) == ("A2", MONDAY, 5)
    assert {entry.actor for entry in LogEntry.objects.all()} == {cast.hai}


def test_a_scheduled_issue_is_brought_up_to_its_plan(paper: Paper, cast: Cast) -> None:
    publishing.schedule(people.plan(paper), cast.hai)
    import_page(FILE, "--date", "2031-03-03", "--page", "2")
    assert LogEntry.objects.filter(verb="replan").count() == 1


def test_a_superuser_drafts_where_there_is_no_publisher(paper: Paper) -> None:
    root = User.objects.create_superuser("root", password="root-of-the-desk")
    User.objects.create_superuser("gone", password="gone-from-the-desk", is_active=False)
    import_page(FILE)
    assert {story.author for story in Story.objects.all()} == {root}


def test_it_reads_from_the_pipe(paper: Paper, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.TextIOWrapper(io.BytesIO(Path(FILE).read_bytes()))
    monkeypatch.setattr(sys, "stdin", pipe)
    import_page("-")
    assert Story.objects.count() == 5


def test_it_says_when_the_same_words_were_drafted_before(paper: Paper, cast: Cast) -> None:
    assert "drafted before" not in import_page(FILE)
    assert "drafted before, by shen" in import_page(FILE)


def test_files_that_are_no_page_are_named(paper: Paper, cast: Cast, tmp_path: Path) -> None:
    assert "There is no file" in refused(str(tmp_path / "none.txt"))
    assert "is a folder" in refused(str(tmp_path))
    picture = tmp_path / "page.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    assert "page.png" in refused(str(picture))
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    assert "empty.txt" in refused(str(empty))
    assert not Story.objects.exists()


def test_an_unknown_edition_is_answered_with_those_there_are(paper: Paper, cast: Cast) -> None:
    people.found("tide", "en")
    assert "daily, tide" in refused(FILE, "--edition", "weekly")
    assert "daily, tide" in refused(FILE)
    import_page(FILE, "--edition", "tide")
    assert {story.edition.slug for story in Story.objects.all()} == {"tide"}


def test_a_paper_without_editions_is_told_how_to_get_one(cast: Cast) -> None:
    assert "manage.py demo" in refused(FILE)


@pytest.mark.parametrize("date", ["tomorrow", "2031-02-30", "3.3.2031"])
def test_a_wrong_date_is_told_how_to_write_it(paper: Paper, cast: Cast, date: str) -> None:
    assert "Write it like 2026-11-24" in refused(FILE, "--date", date, "--page", "1")


def test_a_page_needs_its_date_and_a_date_its_page(paper: Paper, cast: Cast) -> None:
    assert "together" in refused(FILE, "--date", "2031-03-03")
    assert "together" in refused(FILE, "--page", "1")


def test_a_wrong_page_number_leaves_no_issue_behind(paper: Paper, cast: Cast) -> None:
    assert "page number" in refused(FILE, "--date", "2031-03-03", "--page", "zero")
    assert not Issue.objects.exists()


def test_an_unknown_account_or_none_at_all_is_named(paper: Paper) -> None:
    assert "--by" in refused(FILE)
    assert "“nobody”" in refused(FILE, "--by", "nobody")


def test_an_account_drafts_only_what_its_role_may(paper: Paper, cast: Cast) -> None:
    import_page(FILE, "--by", "wen")
    assert "Your role" in refused(FILE, "--by", "lan")
    refused(FILE, "--by", "wen", "--date", "2031-03-03", "--page", "1")
    assert Story.objects.count() == 5
    assert not Issue.objects.exists()
