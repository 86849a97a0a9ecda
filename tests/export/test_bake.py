"""The paper as plain files: links that work, only what changed, nothing that was taken out."""

import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files import locks
from django.core.management import CommandError, call_command

from articles.export import bake
from articles.export.bake import AwayError, Bakery, Report
from articles.freshness import keys, stores
from articles.models import Change, Contributor, PublishedStory
from articles.rules import workflow
from tests import cast as people
from tests.cast import MONDAY, SECOND, SIX, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paper(cast: Cast, clock: Clock) -> Paper:
    """A daily with an issue of two stories, one illustrated, and an English edition."""
    paper, tide = people.found(), people.found("tide", "en")
    first, second = people.draft(paper, cast.wen), people.draft(paper, cast.wen, "码头夜灯换新")
    people.illustrate(first, cast.lan)
    people.run(paper, cast, first, second)
    english = people.draft(tide, cast.wen, "Boats are in", release="now")
    people.read_through(english, cast, SIX)
    clock.move_to(SIX)
    return paper


def links(folder: Path) -> dict[Path, list[str]]:
    """Every link of every baked page."""
    found = {}
    for page in folder.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        written = re.findall(r'\s(?:href|src)="([^"]*)"', text)
        for candidates in re.findall(r'\ssrcset="([^"]*)"', text):
            written += [one.strip().split(" ")[0] for one in candidates.split(",")]
        found[page] = [unescape(one) for one in written]
    return found


@pytest.mark.parametrize("relative", [False, True])
def test_every_link_between_pages_leads_to_a_file(
    paper: Paper, tmp_path: Path, relative: bool
) -> None:
    Bakery(tmp_path, "testserver", relative=relative).bake()
    current = tmp_path / "current"
    checked = 0
    for page, written in links(current).items():
        for link in written:
            plain = unquote(link.partition("#")[0])
            if not plain or plain.startswith(("http", "/search/", "/api/", "mailto:")):
                continue
            assert not relative or not plain.startswith("/"), f"{page}: {link}"
            target = current / plain.lstrip("/") if not relative else page.parent / plain
            assert (target / "index.html").exists() or target.is_file(), f"{page}: {link}"
            checked += 1
    assert checked > 100
    assert list(current.glob("media/*.webp"))
    assert (current / "static/newsroom/web.css").exists()


def test_only_what_changed_is_made_again_and_what_is_killed_goes(
    paper: Paper, cast: Cast, tmp_path: Path, clock: Clock
) -> None:
    bakery = Bakery(tmp_path, "testserver")
    assert bakery.bake().made
    again = bakery.bake()
    assert again.made == []
    story = PublishedStory.objects.live(SIX).get(edition=paper.edition, slug__startswith="ma-tou")
    clock.move_to(SIX + SECOND)
    workflow.kill(story.story, cast.shen, "失实", SIX + SECOND)
    before = (tmp_path / "current").resolve()
    report = bakery.bake()
    assert (tmp_path / "current").resolve() != before
    assert story.get_absolute_url() in report.gone
    assert "/daily/" in report.made
    assert "/tide/" in report.kept
    files = [path for path in (tmp_path / "current").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if "码头夜灯换新".encode() in path.read_bytes()]


def test_what_is_to_start_says_until_when_the_tree_is_right(
    paper: Paper, cast: Cast, tmp_path: Path
) -> None:
    later = people.draft(
        paper, cast.wen, "明早的一条", release="now", embargo_until=SIX + 60 * SECOND
    )
    people.read_through(later, cast, SIX)
    report = Bakery(tmp_path, "testserver").bake()
    assert report.until == (SIX + 60 * SECOND).timestamp()
    assert not [
        path
        for path in (tmp_path / "current").rglob("*.html")
        if "明早的一条" in path.read_text(encoding="utf-8")
    ]


def test_one_edition_since_a_day(paper: Paper, tmp_path: Path) -> None:
    report = Bakery(tmp_path, "testserver", editions=["tide"], since=MONDAY).bake()
    assert "/tide/" in report.made
    assert not [one for one in report.made if one.startswith("/daily/")]
    assert not (tmp_path / "current/daily").exists()


@pytest.mark.parametrize("relative", [False, True])
def test_at_the_top_of_chosen_editions_one_is_led_to_them(
    paper: Paper, tmp_path: Path, relative: bool
) -> None:
    Bakery(tmp_path, "testserver", editions=["tide"], relative=relative).bake()
    top = tmp_path / "current"
    for link in [
        link for page, found in links(top).items() if page.parent == top for link in found
    ]:
        assert (top / link.lstrip("/") / "index.html").exists() or (
            top / link.lstrip("/")
        ).is_file()
    front = "tide/index.html" if relative else "/tide/"
    assert f'url={front}"' in (top / "index.html").read_text()
    Bakery(tmp_path, "testserver", editions=["tide", "daily"], relative=relative).bake()
    assert "refresh" not in (top / "index.html").read_text()
    assert len(links(top)[top / "index.html"]) == 3  # the style, and a link each


def test_a_long_name_is_cut_where_a_disk_takes_no_longer_one(
    paper: Paper, cast: Cast, tmp_path: Path
) -> None:
    """A tag of 90 characters has 270 bytes."""
    story = people.draft(paper, cast.wen, "网箱", release="now")
    story.tags.add("渔" * 90)
    people.read_through(story, cast, SIX)
    Bakery(tmp_path, "testserver").bake()
    [tag] = (tmp_path / "current").glob("tags/渔渔*/index.html")
    assert len(tag.parent.name.encode()) <= 255
    page = tmp_path / "current" / story.record.get().get_absolute_url()[1:] / "index.html"
    assert f'/tags/{tag.parent.name}/"' in unquote(page.read_text(encoding="utf-8"))


def test_a_paper_that_answers_nothing_leaves_the_files_as_they_were(
    paper: Paper, tmp_path: Path, settings: Any
) -> None:
    Bakery(tmp_path, "testserver").bake()
    settings.ALLOWED_HOSTS = ["paper.example"]
    with pytest.raises(CommandError, match="ALLOWED_HOSTS"):
        call_command("bake", str(tmp_path), host="testserver")
    with pytest.raises(AwayError, match="none of its own"):
        Bakery(tmp_path, "elsewhere.example").bake()
    assert (tmp_path / "current/tide/index.html").exists()


def test_a_link_to_what_has_no_file_leads_to_the_paper(
    paper: Paper, cast: Cast, tmp_path: Path
) -> None:
    other = PublishedStory.objects.live(SIX).get(edition=paper.edition, slug__startswith="ma-tou")
    story = people.draft(
        paper,
        cast.wen,
        "旧闻两则",
        release="now",
        body=f'<p><a href="/tags/nothing/">无此标签</a>，<a href="/stories/{other.story_id}/">前文</a>。</p>',
    )
    people.read_through(story, cast, SIX)
    bakery = Bakery(tmp_path, "testserver", relative=True)
    first = bakery.bake()
    page = tmp_path / "current" / story.record.get().get_absolute_url()[1:] / "index.html"
    for address in ("/tags/nothing/", f"/stories/{other.story_id}/"):
        assert f'"https://testserver{address}"' in page.read_text(encoding="utf-8")
    assert "/tags/nothing/" in first.missing
    assert bakery.bake().made == []


def test_a_page_that_loses_what_it_links_to_is_another_file_than_the_last_trees(
    paper: Paper, tmp_path: Path
) -> None:
    """The trees share files: to write into one's would change what is being read of the other."""
    bakery = Bakery(tmp_path, "testserver", relative=True)
    bakery.bake()
    last = (tmp_path / "current").resolve()
    # By a door that announces nothing: the pages that link there stay as they are.
    Contributor.objects.filter(slug="lin-wanchao").update(slug="elsewhere")
    stores.forget()
    (last / "contributors/lin-wanchao/index.html").unlink()
    before = {page: page.read_bytes() for page in last.rglob("*.html")}
    report = bakery.bake(everything=True)
    assert "/contributors/lin-wanchao/" in report.missing
    assert {page: page.read_bytes() for page in before} == before
    for page in (tmp_path / "current").rglob("*.html"):
        assert "lin-wanchao/index.html" not in page.read_text(encoding="utf-8"), page


def test_a_page_that_breaks_is_left_out_and_said_to_have_broken(
    paper: Paper,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The earlier file does not stand in for it: who knows what was killed on it since."""
    Bakery(tmp_path, "testserver").bake()
    stores.forget()
    monkeypatch.setattr("articles.web.months.with_leads", lambda *_: 1 / 0)
    with pytest.raises(CommandError, match="Pages broke"):
        call_command("bake", str(tmp_path), "--all", host="testserver")
    assert "broke: /archive/" in capsys.readouterr().err
    assert not (tmp_path / "current/archive/index.html").exists()
    assert (tmp_path / "current/daily/index.html").exists()


def test_a_folder_that_stands_where_the_link_goes_is_refused_and_left_alone(
    paper: Paper, tmp_path: Path
) -> None:
    (tmp_path / "current").mkdir()
    with pytest.raises(CommandError, match="current is no link"):
        call_command("bake", str(tmp_path), host="testserver")
    assert not [
        one for one in tmp_path.iterdir() if one.name.startswith(("tree", "current.", "baking"))
    ]


def test_what_a_run_has_seen_is_not_asked_for_again_by_the_next(
    paper: Paper, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change of a minute ago is one that the last run saw, unless it was committed since."""
    bakery, asked = Bakery(tmp_path, "testserver"), []
    plain = Bakery._make
    minute_ago = {"at": SIX - 60 * SECOND, "keys": [keys.edition(paper.edition.pk)]}
    Change.objects.create(**minute_ago)
    bakery.bake()

    def watched(own: Bakery, address: str, tree: Path) -> Any:
        asked.append(address)
        return plain(own, address, tree)

    monkeypatch.setattr(Bakery, "_make", watched)
    bakery.bake()
    assert not [one for one in asked if one.startswith("/daily/")]
    Change.objects.create(**minute_ago)
    bakery.bake()
    assert "/daily/" in asked


def test_a_long_run_tells_how_far_it_is(
    paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bake, "TELLS_EVERY", -1)
    told: list[str] = []
    report = Bakery(tmp_path, "testserver", tell=told.append).bake()
    assert told[0] == "  1 addresses so far …"
    assert len(told) == len(report.made)


def test_two_bakes_into_one_folder_take_turns(
    paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each takes away the trees that are not its own: half-made ones of others too."""
    plain, others_may = Bakery._baked, []

    def watched(bakery: Bakery, everything: bool) -> Report:
        with (tmp_path / "baking.lock").open("w") as other:
            others_may.append(locks.lock(other, locks.LOCK_EX | locks.LOCK_NB))
        return plain(bakery, everything)

    monkeypatch.setattr(Bakery, "_baked", watched)
    for _ in range(2):
        Bakery(tmp_path, "testserver").bake()
    assert others_may == [False, False]
    with (tmp_path / "baking.lock").open("w") as other:
        assert locks.lock(other, locks.LOCK_EX | locks.LOCK_NB)


def test_the_command_says_what_it_did(
    paper: Paper, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("bake", str(tmp_path), host="testserver")
    assert "made, 0 as they were, 0 gone" in capsys.readouterr().out
    with pytest.raises(CommandError, match="There is no edition"):
        call_command("bake", str(tmp_path), host="testserver", edition=["nothing"])
    with pytest.raises(CommandError, match="“yesterday” is no day: write it like 2026-01-31"):
        call_command("bake", str(tmp_path), "--since", "yesterday", host="testserver")
