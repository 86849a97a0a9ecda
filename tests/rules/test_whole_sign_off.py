"""A whole issue's sign-off is one: the same queries at any size, and all or nothing when killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.bench import full_issue
from articles.models import Issue, LogEntry, PublishedStory, Story
from articles.rules import press
from tests import cast as people
from tests.cast import Cast, Paper

MORE = 12  # queries by which a larger issue may take more: rows are written in batches

# A process of its own signs the issue off, and stops before it commits, or after.
CHILD = """
import sys, time
import django
django.setup()
from articles.models import Issue, User
from articles.bench import full_issue
from articles.rules import logbook

def stop(*args, **kwargs):
    print("there", flush=True)
    time.sleep(120)

if sys.argv[1] == "before":
    logbook.write_all = stop  # all else is written by then, and nothing is committed
full_issue.sign_off(Issue.objects.get(), User.objects.get(username="shen"))
stop()
"""


def waiting(paper: Paper, cast: Cast, pages: int, stories: int) -> Issue:
    people.contributor()
    issue = people.plan(paper)
    full_issue.lay_out(issue, cast.wen, [cast.qiu, cast.hai], pages=pages, stories=stories)
    return issue


def queries(paper: Paper, cast: Cast, pages: int, stories: int) -> int:
    issue = waiting(paper, cast, pages, stories)
    check = press.checklist(issue, cast.shen)
    assert len(check.to_sign) == stories
    sign = {one.story.pk: one.content for one in check.to_sign}
    with CaptureQueriesContext(connection) as asked:
        press.send(issue.pk, cast.shen, sign=sign)
    assert PublishedStory.objects.filter(issue=issue).count() == stories
    return len(asked)


@pytest.mark.django_db
def test_a_larger_issue_is_signed_off_in_as_many_queries(paper: Paper, cast: Cast) -> None:
    few = queries(paper, cast, 2, 4)
    many = queries(people.found("weekend", name="望潮周末"), cast, 6, 30)
    assert many <= few + MORE


def address_of_the_test_database(folder: Path) -> str:
    """The database as another process reaches it: SQLite's memory is copied into a file."""
    if connection.vendor == "sqlite":
        file = folder / "desk.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM INTO '{file}'")
        return f"sqlite:///{file}"
    named = connection.settings_dict
    return f"postgresql://{named['USER']}@{quote(named['HOST'], safe='')}/{named['NAME']}"


def look(address: str) -> tuple[int, int, int, str]:
    """Stories signed off, rows of the record, log entries of the act, and the issue's state."""
    script = (
        "import django; django.setup()\n"
        "from articles.models import *\n"
        "print(Story.objects.filter(status='signed_off').count(), PublishedStory.objects.count(),"
        " LogEntry.objects.filter(verb__in=('sign_off', 'schedule')).count(),"
        " Issue.objects.get().state)"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(address),
        capture_output=True,
        text=True,
        check=True,
    )
    signed, rows, entries, state = told.stdout.split()
    return int(signed), int(rows), int(entries), state


def environment(address: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "DEBUG": "true",
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_is_killed_leaves_all_or_nothing(
    when: str, paper: Paper, cast: Cast, tmp_path: Path
) -> None:
    waiting(paper, cast, 2, 8)
    assert Story.objects.filter(status="final_read").count() == 8
    assert not LogEntry.objects.filter(verb="sign_off").exists()
    address = address_of_the_test_database(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, when],
        env=environment(address),
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "there\n"
        child.send_signal(signal.SIGKILL)
        child.wait(30)
    everything, nothing = (8, 8, 9, "scheduled"), (0, 0, 0, "planning")
    assert look(address) == (nothing if when == "before" else everything)
