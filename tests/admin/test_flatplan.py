"""The flatplan and the way to press, as forms: without scripts, without a mouse."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.admin import flatplan as desk_flatplan
from articles.models import Issue, Page, Placement, Section, Story, StoryPhoto, User
from articles.rules import photos, plans, workflow
from tests import cast as people
from tests.admin.test_stories import sat_down
from tests.cast import EVENING_BEFORE, SECOND, Cast, Paper

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


@pytest.fixture
def issue(paper: Paper, cast: Cast) -> Issue:
    return people.plan(paper, *(people.draft(paper, cast.wen, f"第{n}条") for n in "一二三"))


def flatplan(issue: Issue) -> str:
    return f"/admin/articles/issue/{issue.pk}/flatplan/"


def send(by: User, issue: Issue, act: str, **fields: Any) -> Any:
    """A form of the flatplan, sent as a browser without scripts does."""
    fields = {"revision": Issue.objects.get(pk=issue.pk).plan_revision, **fields}
    return sat_down(by).post(flatplan(issue), {"act": act, **fields}, follow=True)


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def large(paper: Paper, by: User, pages: int, stories: int) -> Issue:
    """An issue of many pages and stories, half of them with a photo, and a full tray."""
    issue = people.plan(paper)
    made = Story.objects.bulk_create(
        Story(
            edition=paper.edition,
            section=paper.section,
            language="zh-hans",
            author=by,
            slug=f"s{n}",
            headline=f"第{n}条消息",
            body=f"<p>{'潮水' * 200}</p>",
        )
        for n in range(stories + 70)
    )
    sheets = [Page.objects.create(issue=issue, number=str(n)) for n in range(2, pages + 1)]
    sheets.append(issue.pages.get(number="1"))
    Placement.objects.bulk_create(
        Placement(page=sheets[n % pages], story=story, position=n, weight="normal")
        for n, story in enumerate(made[:stories])
    )
    photo = people.photo(by)
    StoryPhoto.objects.bulk_create(
        StoryPhoto(story=story, photo=photo) for story in made[: stories // 2]
    )
    return issue


@pytest.mark.parametrize(("pages", "stories"), [(8, 40), (40, 200)])
def test_a_flatplan_of_any_size_opens_in_as_many_queries(
    paper: Paper, cast: Cast, pages: int, stories: int
) -> None:
    issue, client = large(paper, cast.wen, pages, stories), sat_down(cast.hai)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.get(flatplan(issue))
    assert len(asked) <= MOST_QUERIES, [query["sql"][:90] for query in asked]
    assert answer.content.decode().count('class="slot ') == stories
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{flatplan(issue)}pulse/?seen=0")
    assert len(asked) <= 8
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/admin/articles/issue/{issue.pk}/press/")
    assert len(asked) <= 2 * MOST_QUERIES


def test_each_lack_leads_to_its_place(issue: Issue, cast: Cast) -> None:
    answer = sat_down(cast.hai).get(flatplan(issue))
    said, page = answer.content.decode(), issue.pages.get()
    assert f"?panel=credits&amp;page={page.pk}#sheet-{page.pk}" in said
    story = Story.objects.get(headline="第二条")
    assert f'<li><a href="/admin/articles/story/{story.pk}/change/">' in said
    assert "1版没有图片" in said


def test_a_story_moves_without_a_script(issue: Issue, cast: Cast) -> None:
    second = plans.add_page(issue.pk, cast.hai)
    moved = Placement.objects.get(story__headline="第二条")
    form = sat_down(cast.hai).get(f"{flatplan(issue)}?panel=move&placement={moved.pk}")
    assert f'value="{second.pk}:0"' in form.content.decode()
    answer = send(cast.hai, issue, "move", placement=moved.pk, where=f"{second.pk}:0")
    assert "“第二条”现在在2版" in words(answer)
    moved.refresh_from_db()
    assert moved.page == second


def test_every_small_form_does_what_it_says(issue: Issue, paper: Paper, cast: Cast) -> None:
    page = issue.pages.get()
    story = people.draft(paper, cast.wen, "待排的稿")
    send(cast.hai, issue, "keep", where=f"{page.pk}:-1", label="天气", weight="brief")
    kept = Placement.objects.get(label="天气")
    send(cast.hai, issue, "place", story=story.pk, where=f"{page.pk}:into:{kept.pk}")
    kept.refresh_from_db()
    assert (kept.story, kept.weight) == (story, "brief")
    send(cast.hai, issue, "weigh", placement=kept.pk, weight="second", planned_length="300")
    send(cast.hai, issue, "credits", page=page.pk, editor="顾南", designer="苇杭", proofreader="")
    send(cast.hai, issue, "page", page=page.pk, number="1", name="头版", room="1800")
    send(cast.hai, issue, "add_page", number="", name="副刊", room="")
    send(cast.hai, issue, "template", name="两版", day_1="1")
    kept.refresh_from_db()
    page.refresh_from_db()
    assert (kept.weight, kept.planned_length) == ("second", 300)
    assert (page.name, page.room, page.editor, page.designer) == ("头版", 1800, "顾南", "苇杭")
    assert [str(one) for one in issue.pages.all()] == ["1 头版", "2 副刊"]
    assert paper.edition.templates.get().weekdays == "1"
    send(cast.hai, issue, "take_off", placement=kept.pk)
    send(cast.hai, issue, "remove_page", page=issue.pages.get(number="2").pk)
    assert issue.pages.count() == 1
    assert not Placement.objects.filter(story=story).exists()


def test_a_form_that_came_too_late_overwrites_nothing(issue: Issue, cast: Cast) -> None:
    page, seen = issue.pages.get(), Issue.objects.get().plan_revision
    plans.set_credits(issue.pk, page.pk, cast.shen, editor="程知秋", designer="", proofreader="")
    answer = send(
        cast.hai, issue, "credits", page=page.pk, editor="顾南", designer="苇杭", proofreader="",
        revision=seen, panel="credits",
    )  # fmt: skip
    assert answer.status_code == 200
    page.refresh_from_db()
    assert page.editor == "程知秋"


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "move", "placement": "x", "where": "1:0"},
        {"act": "move", "placement": "9" * 30, "where": "1:0"},
        {"act": "move", "where": "1:0"},
        {"act": "place", "story": "1", "where": "1:into:x"},
        {"act": "place", "story": "1", "where": ""},
        {"act": "weigh", "placement": "1", "weight": "<b>"},
        {"act": "page", "page": "1", "number": "第一版"},
        {"act": "add_page", "number": "7", "room": "-5"},
        {"act": "add_page", "number": "7", "name": "长" * 50},
        {"act": "copy", "source": "0"},
        {"act": "no such act"},
        {"act": "move", "placement": "1", "where": "1:0", "revision": ""},
    ],
)
def test_a_crafted_form_is_answered_with_words(
    issue: Issue, cast: Cast, fields: dict[str, str]
) -> None:
    before = list(Placement.objects.values()), list(Page.objects.values())
    answer = send(cast.hai, issue, **fields)
    assert answer.status_code == 200
    assert 'class="error"' in answer.content.decode()
    assert (list(Placement.objects.values()), list(Page.objects.values())) == before


@pytest.mark.parametrize(
    "query",
    ["panel=move&placement=0", "panel=move&placement=x", "panel=page", "panel=place&story=99999"],
)
def test_a_small_form_for_nothing_is_not_found(issue: Issue, cast: Cast, query: str) -> None:
    assert sat_down(cast.hai).get(f"{flatplan(issue)}?{query}").status_code == 404


def test_who_may_not_plan_looks_on(issue: Issue, cast: Cast) -> None:
    said = sat_down(cast.qiu).get(flatplan(issue)).content.decode()
    assert 'draggable="true"' not in said
    assert "slot-handle" not in said
    assert "第二条" in said
    moved = Placement.objects.first()
    assert moved is not None
    answer = sat_down(cast.qiu).post(flatplan(issue), {"act": "take_off", "placement": moved.pk})
    assert answer.status_code == 403
    assert sat_down(cast.wen).get(flatplan(issue)).status_code == 403


def test_the_tray_offers_what_may_still_come(issue: Issue, paper: Paper, cast: Cast) -> None:
    sports = Section.objects.create(edition=paper.edition, name="体育", slug="sports")
    people.draft(paper, cast.wen, "球队回来了", section=sports)
    workflow.kill(people.draft(paper, cast.wen, "撤掉的稿"), cast.shen, "失实")
    workflow.submit(people.draft(paper, cast.wen, "等一审的稿"), cast.wen, timezone.now())

    def tray(query: str = "") -> list[str]:
        said = sat_down(cast.hai).get(flatplan(issue) + query).content.decode()
        return re.findall(r'data-story="\d+" data-title="([^"]+)"', said)

    assert tray() == ["等一审的稿", "球队回来了"]
    assert tray("?q=球队") == ["球队回来了"]
    assert tray(f"?section={sports.pk}") == ["球队回来了"]
    assert tray("?status=first_read") == ["等一审的稿"]
    assert tray("?section=x&status=killed") == ["等一审的稿", "球队回来了"]


def test_the_pulse_tells_who_did_what(issue: Issue, cast: Cast) -> None:
    hai = sat_down(cast.hai)
    before = hai.get(f"{flatplan(issue)}pulse/").json()
    plans.take_off(issue.pk, Placement.objects.get(story__headline="第二条").pk, cast.shen)
    after = hai.get(f"{flatplan(issue)}pulse/?seen={before['revision']}").json()
    assert after["token"] != before["token"]
    assert after["news"] == ["shen 撤下版面：“第二条” (1 要闻 → —)"]
    own = sat_down(cast.shen).get(f"{flatplan(issue)}pulse/?seen={before['revision']}").json()
    assert own["news"] == []


def test_an_issue_is_begun_from_the_last_of_its_weekday(paper: Paper, cast: Cast) -> None:
    people.plan(paper)
    answer = sat_down(cast.hai).post(
        "/admin/articles/issue/add/",
        {"edition": paper.edition.pk, "date": "2031-03-10", "start": "weekday", "number": ""},
        follow=True,
    )
    begun = Issue.objects.get(date="2031-03-10")
    assert (begun.number, begun.pages.count()) == (2, 1)
    assert answer.redirect_chain[-1][0] == flatplan(begun)
    for wrong in ({"date": "morgen"}, {"number": "-4"}, {"start": "template:99"}, {"edition": "x"}):
        form = {"edition": paper.edition.pk, "date": "2031-03-17", "start": "", **wrong}
        again = sat_down(cast.hai).post("/admin/articles/issue/add/", form)
        assert 'class="error"' in again.content.decode()
    assert Issue.objects.count() == 2


# -- to press ------------------------------------------------------------------------------------


def test_a_publisher_signs_off_and_schedules_from_the_checklist(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, "等终审的稿")
    for reader in (None, cast.qiu, cast.hai):
        if reader is None:
            story = workflow.submit(story, cast.wen, EVENING_BEFORE)
        else:
            story = workflow.pass_read(story, reader, EVENING_BEFORE)
    issue = people.plan(paper, story)
    shen = sat_down(cast.shen)
    said = shen.get(f"/admin/articles/issue/{issue.pk}/press/").content.decode()
    ticked = re.findall(r'name="sign" value="([^"]+)"', said)
    revision = re.findall(r'name="revision" value="(\d+)"', said)[0]
    assert len(ticked) == 1
    form = {"act": "schedule", "sign": ticked, "revision": revision, "hour": "2031-03-03T06:00"}
    answer = shen.post(f"/admin/articles/issue/{issue.pk}/hour/", form, follow=True)
    assert "2031-03-03 06:00" in words(answer)
    story.refresh_from_db()
    issue.refresh_from_db()
    assert (story.status, issue.state) == ("signed_off", "scheduled")
    assert issue.record.count() == 1
    held = shen.post(
        f"/admin/articles/issue/{issue.pk}/hour/", {"act": "hold", "reason": "停机"}, follow=True
    )
    assert "停机" in words(held)


def test_the_checklist_takes_no_crafted_tick(issue: Issue, cast: Cast) -> None:
    client: Client = sat_down(cast.shen)
    for tick in ("x:y", "1:", "9999999999999999999999:a", f"{Story.objects.first().pk}:a"):  # type: ignore[union-attr]
        answer = client.post(
            f"/admin/articles/issue/{issue.pk}/hour/",
            {"act": "schedule", "sign": tick, "hour": "2031-03-03T06:00"},
            follow=True,
        )
        assert 'class="error"' in answer.content.decode()
    issue.refresh_from_db()
    assert issue.state == "planning"


def test_an_open_flatplan_is_told_of_a_lost_sign_off(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    photo = people.illustrate(story, cast.lan)
    issue = people.run(paper, cast, story)
    before = desk_flatplan.token(issue, EVENING_BEFORE)
    photo.caption = "新图说"
    photo.save()
    photos.changed(photo, cast.lan, EVENING_BEFORE + SECOND)
    assert Story.objects.get().status == "first_read"
    assert desk_flatplan.token(issue, EVENING_BEFORE) != before


def test_a_refused_checklist_comes_back_as_it_was_ticked_and_typed(
    paper: Paper, cast: Cast
) -> None:
    stories = [people.draft(paper, cast.wen, head) for head in ("要签的", "不签的")]
    for story in stories:
        workflow.submit(story, cast.wen)
        workflow.pass_read(Story.objects.get(pk=story.pk), cast.qiu)
        workflow.pass_read(Story.objects.get(pk=story.pk), cast.hai)
    issue = people.plan(paper, *stories)
    desk = sat_down(cast.shen)
    press = f"/admin/articles/issue/{issue.pk}/press/"
    waiting = desk.get(press).context["check"].to_sign
    Story.objects.filter(pk=stories[0].pk).update(release="now")
    sent = {
        "act": "schedule", "sign": f"{stories[0].pk}:{waiting[0].content}",
        "hour": "2031-03-03T07:15", "reason": "晚点", "revision": "",
    }  # fmt: skip
    answer = desk.post(f"/admin/articles/issue/{issue.pk}/hour/", sent)
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert answer.context["ticked"] == [stories[0].pk]
    assert shown.count('name="sign"') == 2
    assert len(re.findall(r'name="sign"[^>]* checked', shown)) == 1
    assert 'value="2031-03-03T07:15"' in shown
    assert "要签的" in "".join(str(message) for message in answer.context["messages"])
    assert set(Story.objects.values_list("status", flat=True)) == {"final_read"}
