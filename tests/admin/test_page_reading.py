"""The screen that makes drafts of a printed page, as people at the desk meet it."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from articles.admin import page_forms, page_reading
from articles.models import Byline, Issue, LogEntry, Page, PublishedIssue, Story, User
from articles.rules import publishing
from tests import cast as people
from tests.cast import MONDAY, Cast, Paper

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/articles/story/from-page/?lang=en"
PAGE = Path("tests/intake/pages/zh-headlines-first.txt").read_text(encoding="utf-8")
WORDS = ("kicker", "headline", "deck", "lead", "byline", "text", "captions")


@pytest.fixture
def cast() -> Cast:
    hired = people.hire()
    User.objects.update(language="en")
    return hired


def sat_down(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def read(client: Client, paper: Paper, text: str = PAGE, **fields: Any) -> Any:
    """The first step's button."""
    data = {"text": text, "edition": paper.edition.pk, "_read": "1", **fields}
    return client.post(ADDRESS, data)


def form_of(shown: Any, /, **changed: Any) -> dict[str, Any]:
    """The second step's form as the browser would post it back."""
    data = {"state": shown.context["state"]}
    data |= {
        name: value
        for name in ("edition", "section", "date", "page", "author")
        if (value := shown.context["destination"].data.get(name))
    }
    for story in shown.context["stories"]:
        form = story["form"]
        for name in (*WORDS, "package"):
            value = form[name].value()
            data[form.add_prefix(name)] = "" if value is None else value
    return data | changed


def headlines() -> list[str]:
    return list(Story.objects.order_by("pk").values_list("headline", flat=True))


def test_a_reporter_makes_drafts_of_a_page(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.wen)
    page = read(client, paper, section=paper.section.pk)
    assert page.status_code == 200
    assert not Story.objects.exists()
    found = [story["form"]["headline"].value() for story in page.context["stories"]]
    answer = client.post(ADDRESS, form_of(page, _draft="1"))
    drafts = Story.objects.order_by("pk")
    assert headlines() == found
    assert {(story.author, story.status, story.section) for story in drafts} == {
        (cast.wen, "draft", paper.section)
    }
    numbers = ",".join(str(story.pk) for story in drafts)
    assert answer["Location"] == f"/admin/articles/story/?id__in={numbers}"
    listed = client.get(answer["Location"]).content.decode()
    assert "5 drafts were made." in listed
    assert "八旬老人走失" in listed


def test_the_story_list_leads_there_for_those_who_write(paper: Paper, cast: Cast) -> None:
    address = "/admin/articles/story/from-page/"
    assert address in sat_down(cast.wen).get("/admin/articles/story/").content.decode()
    assert address not in sat_down(cast.lan).get("/admin/articles/story/").content.decode()


def test_a_photographer_is_turned_away(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.lan)
    assert client.get(ADDRESS).status_code == 403
    assert read(client, paper).status_code == 403
    assert Client().get(ADDRESS).status_code == 302


def test_the_original_stands_beside_with_its_lines_and_where_they_went(
    paper: Paper, cast: Cast
) -> None:
    page = read(sat_down(cast.wen), paper)
    html = page.content.decode()
    lines = PAGE.splitlines()
    shown = re.findall(r'<li id="L(\d+)".*?<span class="page-words">(.*?)</span>', html)
    assert [unescape(text) for _, text in shown] == [line.rstrip() for line in lines]
    for story in page.context["stories"]:
        assert story["ranges"]
        for first, _last in story["ranges"]:
            assert f'href="#L{first}"' in html
    owners = {row["number"]: row["story"] for row in page.context["rows"]}
    headline = next(n for n, line in enumerate(lines, 1) if "主桥顺利合龙" in line)
    assert owners[headline] == 2


def test_an_editor_cuts_joins_and_drops_before_anything_is_made(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.qiu)
    page = read(client, paper)
    before = [story["form"]["headline"].value() for story in page.context["stories"]]
    data = form_of(page, _apply="1")
    data["story-0-text"] = "第一段。\r\n\r\n---\r\n另一条\r\n\r\n另一条的正文。"
    data["story-2-join"] = "on"
    data["story-3-drop"] = "on"
    page = client.post(ADDRESS, data)
    after = [story["form"]["headline"].value() for story in page.context["stories"]]
    assert after == [before[0], "另一条", before[1], before[4]]
    dropped = [piece for _, piece in page.context["loose"] if piece.dropped]
    assert before[3] in dropped[0].text
    assert not Story.objects.exists()

    client.post(ADDRESS, form_of(page, _draft="1"))
    assert headlines() == after
    assert before[3] in LogEntry.objects.get(subject_type="edition").details["dropped"][0]


def test_what_was_dropped_can_be_taken_up_again(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.qiu)
    page = client.post(
        ADDRESS, form_of(read(client, paper), **{"story-3-drop": "on", "_apply": "1"})
    )
    at = next(at for at, (_, piece) in enumerate(page.context["loose"]) if piece.dropped)
    page = client.post(ADDRESS, form_of(page, **{f"loose-{at}-choice": "story", "_apply": "1"}))
    assert "八旬老人走失" in page.context["stories"][-1]["form"]["headline"].value()


def test_a_leftover_is_added_to_a_story(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.qiu)
    page = read(client, paper)
    pieces = [piece.text for _, piece in page.context["loose"]]
    page = client.post(ADDRESS, form_of(page, **{"loose-0-choice": "text-1", "_apply": "1"}))
    assert page.context["stories"][1]["form"]["text"].value().endswith(pieces[0])
    assert [piece.text for _, piece in page.context["loose"]] == pieces[1:]


def test_corrections_are_made_and_drafted_in_one_go(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.qiu)
    data = form_of(read(client, paper), _draft="1")
    data |= {"story-0-headline": "改过的标题", "story-1-drop": "on", "story-2-package": "0"}
    client.post(ADDRESS, data)
    assert headlines()[0] == "改过的标题"
    assert len(headlines()) == 4
    assert Story.objects.get(package__headline="改过的标题").headline == headlines()[1]


def test_a_byline_is_shown_back_as_people(paper: Paper, cast: Cast) -> None:
    known = people.contributor()
    client = sat_down(cast.qiu)
    data = form_of(read(client, paper), **{"story-0-byline": "记者 林晚潮 文 通讯员 李永 图"})
    page = client.post(ADDRESS, data)
    shown = page.context["stories"][0]["people"]
    assert [(who["name"], who["known"]) for who in shown] == [("林晚潮", True), ("李永", False)]
    assert "staff reporter · text" in page.content.decode()
    listed = client.post(ADDRESS, form_of(page, _draft="1"), follow=True).content.decode()
    assert Byline.objects.get(name="林晚潮").contributor == known
    assert "李永" in listed


def test_an_issue_editor_puts_the_drafts_on_a_new_page(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.hai)
    page = read(client, paper, date="2031-03-03", page="A03", author=cast.wen.pk)
    assert not Issue.objects.exists()
    client.post(ADDRESS, form_of(page, _draft="1"))
    [made] = Page.objects.all()
    assert (made.number, made.issue.date, made.issue.edition) == ("A3", MONDAY, paper.edition)
    assert list(made.placements.values_list("story__headline", flat=True)) == headlines()
    assert {story.author for story in Story.objects.all()} == {cast.wen}


def test_a_scheduled_issue_is_brought_up_to_its_new_page(paper: Paper, cast: Cast) -> None:
    publishing.schedule(people.plan(paper), cast.hai)
    client = sat_down(cast.hai)
    page = read(client, paper, date="2031-03-03", page="2")
    client.post(ADDRESS, form_of(page, _draft="1"))
    assert len(Story.objects.all()) == 5
    assert LogEntry.objects.filter(verb="replan").count() == 1
    assert PublishedIssue.objects.get().slots.count() == 5


def test_reporters_and_editors_are_not_asked_what_they_may_not_decide(
    paper: Paper, cast: Cast
) -> None:
    def asked(person: User) -> set[str]:
        return set(sat_down(person).get(ADDRESS).context["form"].fields)

    assert asked(cast.wen) == {"text", "file", "edition", "section"}
    assert asked(cast.qiu) == {"text", "file", "edition", "section", "author"}
    assert asked(cast.hai) == {"text", "file", "edition", "section", "date", "page", "author"}


def test_a_reporter_cannot_slip_in_a_page_or_another_author(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.wen)
    data = form_of(read(client, paper), date="2031-03-03", page="1", author=cast.qiu.pk)
    client.post(ADDRESS, data | {"_draft": "1"})
    assert {story.author for story in Story.objects.all()} == {cast.wen}
    assert not Issue.objects.exists()


def test_drafts_belong_only_to_people_who_write(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.hai)
    for someone in (cast.lan.pk, 999, "x"):
        client.post(ADDRESS, form_of(read(client, paper), author=someone, _draft="1"))
    assert not Story.objects.exists()


# -- the first step's errors ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no text yet."),
        (" \n\u3000\n", "There is no text yet."),
        ("字" * 200_001, "a page has at most 200000"),
        ("\x01\x02\x03甲", "This is no text that can be read."),
    ],
    ids=["nothing", "spaces", "too long", "control characters"],
)
def test_text_that_is_no_page_is_told_why(paper: Paper, cast: Cast, text: str, said: str) -> None:
    page = read(sat_down(cast.wen), paper, text)
    assert page.status_code == 200
    assert said in page.content.decode()


def test_what_was_pasted_is_still_there_after_an_error(paper: Paper, cast: Cast) -> None:
    page = read(sat_down(cast.hai), paper, date="2031-03-03", section=paper.section.pk)
    form = page.context["form"]
    assert "Say which page" in page.content.decode()
    assert (form["text"].value(), form["date"].value()) == (PAGE, "2031-03-03")


def test_a_text_file_is_read_whatever_its_encoding(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.wen)
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        sent = SimpleUploadedFile("第3版.txt", PAGE.encode(encoding), "text/plain")
        assert read(client, paper, "", file=sent).context["count"] == 5


def test_an_uploaded_text_is_kept_when_something_else_is_wrong(paper: Paper, cast: Cast) -> None:
    sent = SimpleUploadedFile("page.txt", PAGE.encode())
    page = read(sat_down(cast.hai), paper, "", file=sent, page="3")
    assert page.context["form"]["text"].value() == PAGE


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "is not a text file"),
        (b"", "The file is empty."),
        (b"\xff\xff\xff", "is not a text file"),
        (b"a" * 800_001, "a page has at most"),
    ],
    ids=["picture", "empty", "no encoding", "too large"],
)
def test_a_file_that_is_no_text_is_told_why(
    paper: Paper, cast: Cast, data: bytes, said: str
) -> None:
    sent = SimpleUploadedFile("<b>page.txt", data, "text/plain")
    page = read(sat_down(cast.wen), paper, "", file=sent)
    assert page.status_code == 200
    assert said in page.content.decode()
    assert "<b>page" not in page.content.decode()


def test_text_and_a_file_at_once_is_a_question(paper: Paper, cast: Cast) -> None:
    sent = SimpleUploadedFile("page.txt", b"other words")
    page = read(sat_down(cast.wen), paper, file=sent)
    assert "not both" in page.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"edition": "999"},
        {"edition": "9" * 40},
        {"edition": "x\x00"},
        {"section": "-1"},
        {"date": "2031-02-30", "page": "1"},
        {"date": "0001-01-01", "page": "1"},
        {"date": "9999-12-31", "page": "1"},
        {"date": "2031-03-03", "page": "A0"},
        {"date": "2031-03-03", "page": "1; DROP"},
        {"date": "2031-03-03", "page": "9" * 4000},
        {"author": "9" * 40},
    ],
    ids=str,
)
def test_a_wrong_destination_is_marked_and_nothing_is_made(
    paper: Paper, cast: Cast, wrong: dict[str, str]
) -> None:
    client = sat_down(cast.hai)
    assert "form" in read(client, paper, **wrong).context
    page = client.post(ADDRESS, form_of(read(client, paper), _draft="1") | wrong)
    assert page.status_code == 200
    assert page.context["destination"].errors
    assert not Story.objects.exists()
    assert not Issue.objects.exists()


def test_a_section_of_another_edition_is_marked(paper: Paper, cast: Cast) -> None:
    tide = people.found("tide", "en")
    page = read(sat_down(cast.wen), paper, section=tide.section.pk)
    assert "belongs to another edition" in page.content.decode()


def test_an_english_page_in_a_chinese_edition_is_pointed_out(paper: Paper, cast: Cast) -> None:
    text = Path("tests/intake/pages/en-package-briefs.txt").read_text(encoding="utf-8")
    client = sat_down(cast.wen)
    page = read(client, paper, text)
    assert page.context["other_language"]
    client.post(ADDRESS, form_of(page, _draft="1"))
    assert set(Story.objects.values_list("language", flat=True)) == {"en"}


def test_more_stories_than_a_page_has_are_not_taken(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.wen)
    data = form_of(read(client, paper), _draft="1")
    data["story-0-text"] = "\n---\n".join(f"第{n}条" for n in range(70))
    page = client.post(ADDRESS, data)
    assert "the most is 60" in page.content.decode()
    assert not Story.objects.exists()


# -- crafted requests ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "crafted",
    [
        {"story-0-package": "0"},
        {"story-0-package": "77"},
        {"story-0-package": "-1"},
        {"story-0-package": "x"},
        {"loose-0-choice": "text-77"},
        {"loose-0-choice": "headline-0"},
        {"story-0-headline": "长" * 1001},
        {"story-0-text": "长" * 200_001},
    ],
    ids=lambda crafted: str(crafted)[:40],
)
def test_a_crafted_correction_is_marked_and_nothing_is_made(
    paper: Paper, cast: Cast, crafted: dict[str, str]
) -> None:
    client = sat_down(cast.hai)
    page = client.post(ADDRESS, form_of(read(client, paper), _draft="1") | crafted)
    assert page.status_code == 200
    assert page.context["errors"]
    assert not Story.objects.exists()


def test_a_state_that_was_not_handed_out_is_not_believed(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.wen)
    good = form_of(read(client, paper), _draft="1")
    others = form_of(read(sat_down(cast.qiu), paper))["state"]
    for state in ("", "x", ".eJw:1:2", good["state"][:-1], others, "甲\x00"):
        answer = client.post(ADDRESS, good | {"state": state})
        assert (answer.status_code, answer["Location"]) == (302, "/admin/articles/story/from-page/")
    assert not Story.objects.exists()


def test_no_request_makes_anything_but_a_draft(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.shen)
    data = form_of(read(client, paper), _draft="1")
    data |= {"status": "signed_off", "story-0-status": "signed_off", "release": "now"}
    client.post(ADDRESS, data)
    assert set(Story.objects.values_list("status", "release")) == {("draft", "issue")}
    assert set(LogEntry.objects.values_list("verb", flat=True)) == {"import_page"}


def test_script_in_a_page_is_shown_and_kept_as_words(paper: Paper, cast: Cast) -> None:
    script = "<script>alert(1)</script>"
    client = sat_down(cast.wen)
    page = read(client, paper, f"{script}\n\n渡轮停航\n{script}今起停航。\n")
    assert script not in page.content.decode()
    data = form_of(page, _draft="1")
    data["story-0-headline"] = data["story-0-text"] = f"渡轮{script}"
    client.post(ADDRESS, data)
    story = Story.objects.earliest("pk")
    assert story.body == "<p>渡轮&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert script not in client.get(f"/admin/articles/story/{story.pk}/change/").content.decode()


def test_too_many_fields_are_refused_and_not_an_error_of_the_server(
    paper: Paper, cast: Cast
) -> None:
    client = sat_down(cast.wen)
    data = form_of(read(client, paper)) | {f"x-{n}": "1" for n in range(1001)}
    assert client.post(ADDRESS, data).status_code == 400


def test_a_page_of_many_scraps_still_fits_into_one_form(paper: Paper, cast: Cast) -> None:
    scraps = "\n\n".join(f"第{n}版" for n in range(1, 400))
    client = sat_down(cast.wen)
    page = read(client, paper, f"{PAGE}\n\n{scraps}")
    fields = page.content.decode().count(" name=")
    assert fields < 1000
    kept = "".join(piece.text for _, piece in page.context["loose"])
    words = "".join(str(story["form"]["text"].value()) for story in page.context["stories"])
    assert all(f"第{n}版" in kept + words for n in range(1, 400))


def test_a_post_without_the_forms_token_is_refused(paper: Paper, cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.wen, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(ADDRESS, {"text": PAGE}).status_code == 403


def test_blank_lines_without_end_do_not_swell_the_screen(paper: Paper, cast: Cast) -> None:
    page = read(sat_down(cast.wen), paper, "渡轮停航\n" + " \n" * 50_000 + "北屿渡轮今起停航。")
    assert len(page.content) < 200_000
    assert page.context["rows"][-1]["number"] == 50_002


def test_what_is_in_no_draft_can_be_read_in_the_log(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.wen)
    client.post(ADDRESS, form_of(read(client, paper), _draft="1", **{"story-1-drop": "on"}))
    entry = LogEntry.objects.get(subject_type="edition")
    told = client.get(f"/admin/articles/logentry/{entry.pk}/change/").content.decode()
    assert "岚州日报" in told
    assert "沙堤大桥" in told


# -- pressing twice ------------------------------------------------------------------------------


def test_pressing_the_button_twice_makes_the_drafts_once(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.wen)
    data = form_of(read(client, paper), _draft="1")
    client.post(ADDRESS, data)
    page = client.post(ADDRESS, data)
    assert page.status_code == 200
    assert "These words were drafted before, by wen" in page.content.decode()
    assert Story.objects.count() == 5


def test_a_colleague_is_asked_before_drafting_the_same_page_again(paper: Paper, cast: Cast) -> None:
    first = sat_down(cast.wen)
    first.post(ADDRESS, form_of(read(first, paper), _draft="1"))
    client = sat_down(cast.qiu)
    page = client.post(ADDRESS, form_of(read(client, paper), _draft="1"))
    assert Story.objects.count() == 5
    again = form_of(page, _draft="1", again=page.context["before"].pk)
    client.post(ADDRESS, again)
    assert Story.objects.count() == 10
    client.post(ADDRESS, again)
    assert Story.objects.count() == 10


def test_the_same_page_goes_into_another_edition_unasked(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.wen)
    for one in (paper, people.found("weekend")):
        client.post(ADDRESS, form_of(read(client, one), _draft="1"))
    assert Story.objects.count() == 10


def test_back_to_the_text_brings_the_text_back(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.hai)
    page = read(client, paper, date="2031-03-03", page="3")
    form = client.post(ADDRESS, form_of(page, _back="1")).context["form"]
    assert form["text"].value() == PAGE
    assert (form["page"].value(), form["edition"].value()) == ("3", str(paper.edition.pk))


def test_a_page_without_stories_left_makes_no_drafts(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.wen)
    data = form_of(read(client, paper), _draft="1") | {f"story-{n}-drop": "on" for n in range(5)}
    page = client.post(ADDRESS, data)
    assert "Nothing is left to make a draft of." in page.content.decode()
    assert not LogEntry.objects.exists()


def test_everything_on_the_screen_obeys_the_strict_policy(paper: Paper, cast: Cast) -> None:
    page = read(sat_down(cast.hai), paper)
    html = page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert "no-store" in page["Cache-Control"]


def test_the_limits_fit_what_django_takes() -> None:
    of_a_story = len(page_forms.StoryForm.base_fields)
    assert page_forms.MOST_STORIES * of_a_story + page_reading.MOST_LOOSE + 20 < 1000


def test_a_nul_is_taken_out_of_a_page_and_the_rest_is_read(paper: Paper, cast: Cast) -> None:
    page = read(sat_down(cast.wen), paper, "渔港修好了\0防波堤")
    assert page.status_code == 200
    assert "渔港修好了防波堤" in page.content.decode()
