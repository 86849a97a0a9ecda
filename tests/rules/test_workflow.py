"""A story's way over the desk: who may move it, and what is written down."""

import pytest
from django.db import transaction

from articles.models import (
    Byline,
    Contributor,
    LogEntry,
    Photo,
    PublishedStory,
    Read,
    Section,
    Story,
    User,
)
from articles.rules import publishing, workflow
from articles.rules.refusal import Refused
from tests import cast as people
from tests.cast import EVENING_BEFORE, Cast, Paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(paper: Paper, cast: Cast) -> Story:
    return people.draft(paper, cast.wen)


def test_three_people_read_a_story_and_the_last_signs_it_off(story: Story, cast: Cast) -> None:
    story = workflow.submit(story, cast.wen)
    assert story.status == "first_read"
    story = workflow.pass_read(story, cast.qiu)
    assert story.status == "second_read"
    story = workflow.pass_read(story, cast.hai)
    assert story.status == "final_read"
    story = workflow.sign_off(story, cast.shen)
    assert story.status == "signed_off"
    assert [read.reader for read in story.reads.all()] == [cast.qiu, cast.hai, cast.shen]


@pytest.mark.parametrize(
    ("reads", "statuses"),
    [
        (1, ["final_read", "signed_off"]),
        (2, ["first_read", "final_read", "signed_off"]),
        (3, ["first_read", "second_read", "final_read", "signed_off"]),
    ],
)
def test_a_small_paper_drops_reads(
    story: Story, cast: Cast, settings: object, reads: int, statuses: list[str]
) -> None:
    settings.EDITORIAL_READS = reads  # type: ignore[attr-defined]
    story = workflow.submit(story, cast.wen)
    passed = [story.status]
    readers = iter([cast.qiu, cast.hai])
    while story.status != "signed_off":
        if story.status == "final_read":
            story = workflow.sign_off(story, cast.shen)
        else:
            story = workflow.pass_read(story, next(readers))
        passed.append(story.status)
    assert passed == statuses


def test_every_move_is_logged_with_who_when_from_to_and_why(story: Story, cast: Cast) -> None:
    story = workflow.submit(story, cast.wen, EVENING_BEFORE)
    workflow.send_back(story, cast.qiu, "电话号码要核实", EVENING_BEFORE)
    sent_back, submitted = LogEntry.objects.all()
    assert (submitted.verb, submitted.actor) == ("submit", cast.wen)
    assert (sent_back.verb, sent_back.actor, sent_back.at) == (
        "send_back",
        cast.qiu,
        EVENING_BEFORE,
    )
    assert (sent_back.came_from, sent_back.went_to) == ("first_read", "draft")
    assert sent_back.reason == "电话号码要核实"


def test_sending_back_needs_a_reason(story: Story, cast: Cast) -> None:
    story = workflow.submit(story, cast.wen)
    with pytest.raises(Refused):
        workflow.send_back(story, cast.qiu, "  ")
    assert Story.objects.get().status == "first_read"


def test_a_reporter_reads_nothing(story: Story, cast: Cast) -> None:
    story = workflow.submit(story, cast.wen)
    with pytest.raises(Refused):
        workflow.pass_read(story, cast.wen)
    with pytest.raises(Refused):
        workflow.sign_off(story, cast.wen)


def test_an_editor_does_not_sign_off(story: Story, cast: Cast) -> None:
    story = workflow.pass_read(workflow.submit(story, cast.wen), cast.qiu)
    story = workflow.pass_read(story, cast.hai)
    for person in (cast.wen, cast.lan, cast.qiu, cast.hai):
        with pytest.raises(Refused):
            workflow.sign_off(story, person)


def test_nobody_does_two_reads_of_one_story(story: Story, cast: Cast) -> None:
    story = workflow.pass_read(workflow.submit(story, cast.wen), cast.qiu)
    with pytest.raises(Refused):
        workflow.pass_read(story, cast.qiu)
    assert workflow.pass_read(story, cast.hai).status == "final_read"


def test_nobody_reads_their_own_story(paper: Paper, cast: Cast) -> None:
    story = workflow.submit(people.draft(paper, cast.qiu), cast.qiu)
    with pytest.raises(Refused):
        workflow.pass_read(story, cast.qiu)


def test_nobody_reads_a_story_they_have_a_byline_on(story: Story, cast: Cast) -> None:
    name = people.contributor("qiu", "邱一帆")
    name.user = cast.qiu
    name.save()
    Byline.objects.create(story=story, name="邱一帆", contributor=name)
    story = workflow.submit(story, cast.wen)
    with pytest.raises(Refused):
        workflow.pass_read(story, cast.qiu)


def test_a_publisher_alone_overrides_with_a_reason_that_stays(paper: Paper, cast: Cast) -> None:
    story = workflow.submit(people.draft(paper, cast.shen), cast.shen)
    story = workflow.pass_read(story, cast.shen, override_reason="春节值班只有一人")
    read = Read.objects.get()
    assert (read.reader, read.override_reason) == (cast.shen, "春节值班只有一人")
    assert LogEntry.objects.get(verb="pass_first").details == {
        "override_reason": "春节值班只有一人"
    }


def test_an_editor_cannot_override(paper: Paper, cast: Cast) -> None:
    story = workflow.submit(people.draft(paper, cast.qiu), cast.qiu)
    with pytest.raises(Refused):
        workflow.pass_read(story, cast.qiu, override_reason="没有别人")


@pytest.mark.parametrize(
    "change",
    [
        {"headline": "渔港防波堤完工"},
        {"kicker": "三年工期"},
        {"deck": "可停泊渔船二百艘"},
        {"body": "<p>换了一段话。</p>"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_changed_words_void_the_reads_before(
    story: Story, cast: Cast, change: dict[str, str]
) -> None:
    story = workflow.pass_read(workflow.submit(story, cast.wen), cast.qiu)
    for field, value in change.items():
        setattr(story, field, value)
    story.save()
    story = workflow.settle(story, cast.hai)
    assert story.status == "first_read"
    assert LogEntry.objects.filter(verb="content_changed").count() == 1


def test_a_changed_caption_or_byline_voids_the_reads_before(story: Story, cast: Cast) -> None:
    people.illustrate(story, cast.lan)
    story = workflow.pass_read(workflow.submit(story, cast.wen), cast.qiu)
    picture = Photo.objects.get()
    picture.caption = "渔船出港"
    picture.save()
    assert workflow.settle(story, cast.lan).status == "first_read"

    story.refresh_from_db()
    story = workflow.pass_read(story, cast.qiu)
    Byline.objects.filter(story=story).update(name="林晚")
    assert workflow.settle(story, cast.hai).status == "first_read"


def test_a_voided_read_stops_the_next_one_even_if_nobody_settled_it(
    story: Story, cast: Cast
) -> None:
    story = workflow.pass_read(workflow.submit(story, cast.wen), cast.qiu)
    story.headline = "另一个标题"
    story.save()
    with pytest.raises(Refused):
        workflow.pass_read(story, cast.hai)


def test_new_tags_and_sections_void_no_read(story: Story, cast: Cast) -> None:
    story = workflow.pass_read(workflow.submit(story, cast.wen), cast.qiu)
    story.tags.add("渔港")
    assert workflow.settle(story, cast.hai).status == "second_read"


def test_a_reader_passes_only_what_they_saw(story: Story, cast: Cast) -> None:
    story = workflow.submit(story, cast.wen)
    with pytest.raises(Refused):
        workflow.pass_read(story, cast.qiu, seen="0" * 64)


def test_a_story_without_a_section_is_not_submitted(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, section=None)
    with pytest.raises(Refused):
        workflow.submit(story, cast.wen)


def test_saving_a_story_never_changes_its_status(story: Story) -> None:
    story.status = "signed_off"
    story.save()
    assert Story.objects.get().status == "draft"
    story.save(update_fields=["status", "headline"])
    assert Story.objects.get().status == "draft"


def test_a_story_cannot_be_made_with_another_status(paper: Paper, cast: Cast) -> None:
    with pytest.raises(ValueError, match="use the rules"), transaction.atomic():
        people.draft(paper, cast.wen, status="signed_off")
    with pytest.raises(ValueError, match="use the rules"):
        Story.objects.bulk_create([Story(headline="x", status="signed_off")])


def test_no_bulk_update_changes_a_status(story: Story) -> None:
    with pytest.raises(TypeError):
        Story.objects.update(status="signed_off")
    story.status = "signed_off"
    with pytest.raises(TypeError):
        Story.objects.bulk_update([story], ["status"])


def test_the_table_offers_each_person_only_what_they_may_do(story: Story, cast: Cast) -> None:
    def offered(person: User) -> list[str]:
        return [row.name for row in workflow.available(person, story)]

    assert offered(cast.wen) == ["submit"]
    assert offered(cast.lan) == []
    assert offered(cast.shen) == ["submit", "kill"]
    story = workflow.submit(story, cast.wen)
    assert offered(cast.wen) == ["recall"]
    assert offered(cast.qiu) == ["recall", "pass_first", "send_back"]


def test_a_killed_story_is_brought_back_as_a_draft(story: Story, cast: Cast) -> None:
    story = workflow.kill(story, cast.shen, "重复")
    assert story.status == "killed"
    assert workflow.revive(story, cast.shen, "并不重复").status == "draft"


def test_the_desk_takes_back_stories_of_its_own_sections_alone(
    paper: Paper, story: Story, cast: Cast
) -> None:
    sport = Section.objects.create(edition=paper.edition, name="体育", slug="sport")
    cast.qiu.sections.add(sport)
    qiu = User.objects.get(pk=cast.qiu.pk)
    story = workflow.submit(story, cast.wen)
    with pytest.raises(Refused, match="栏目"):
        workflow.recall(story, qiu)
    workflow.recall(story, cast.wen)  # the writer's own
    story = workflow.submit(story, cast.wen)
    other = User.objects.create_user("other", is_staff=True)
    other.groups.set(cast.qiu.groups.all())
    story = workflow.pass_read(story, other)
    story = workflow.sign_off(workflow.pass_read(story, cast.hai), cast.shen)
    with pytest.raises(Refused, match="栏目"):
        workflow.take_back(story, qiu)
    cast.shen.sections.add(sport)
    shen = User.objects.get(pk=cast.shen.pk)
    assert workflow.kill(story, shen, "失实").status == "killed"


def test_another_address_of_a_contributors_page_voids_no_read(
    paper: Paper, story: Story, cast: Cast
) -> None:
    people.read_through(story, cast, EVENING_BEFORE)
    Contributor.objects.update(slug="lin-w-c")
    issue = publishing.schedule(people.plan(paper, story), cast.hai, at=EVENING_BEFORE)
    assert issue.state == "scheduled"
    assert workflow.settle(story, cast.qiu, EVENING_BEFORE).status == "signed_off"
    assert PublishedStory.objects.get().payload["bylines"][0]["contributor"] == "lin-w-c"


def test_another_person_under_a_name_voids_the_reads(story: Story, cast: Cast) -> None:
    story = workflow.pass_read(workflow.submit(story, cast.wen), cast.qiu)
    Byline.objects.update(contributor=people.contributor("another", "林晚潮"))
    assert workflow.settle(story, cast.qiu).status == "first_read"
