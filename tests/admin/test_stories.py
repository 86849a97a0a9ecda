"""The desk's screens for stories, as each of the five people meets them."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from articles.models import LogEntry, Photo, PublishedStory, Story, StoryPhoto, User
from articles.rules import workflow
from tests import cast as people
from tests.cast import EVENING_BEFORE, SIX, Cast, Paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(paper: Paper, cast: Cast) -> Story:
    return people.draft(paper, cast.wen)


def sat_down(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def form_of(client: Client, story: Story) -> dict[str, Any]:
    """The fields of a story's form as the browser would post them back."""
    page = client.get(f"/admin/articles/story/{story.pk}/change/")
    form = page.context["adminform"].form
    data = {name: form.initial.get(name) or "" for name in form.fields}
    data["shared_with"] = [person.pk for person in story.shared_with.all()]
    data["tags"] = ", ".join(str(tag) for tag in story.tags.all())
    for formset in page.context["inline_admin_formsets"]:
        management = formset.formset.management_form
        data |= {f"{management.prefix}-{k}": v for k, v in management.initial.items()}
        for row in formset.formset.initial_forms:
            data |= {
                f"{row.prefix}-{name}": ("" if row.initial.get(name) is None else row.initial[name])
                for name in row.fields
            }
            data[f"{row.prefix}-id"] = row.instance.pk
            data[f"{row.prefix}-story"] = story.pk
    for instant in ("embargo_until", "live_until"):
        data.pop(instant)
        data |= {f"{instant}_0": "", f"{instant}_1": ""}
    data["_copy"] = page.context["form_key"]
    return {name: value for name, value in data.items() if value is not None}


def save(client: Client, story: Story, **changes: Any) -> Any:
    data = form_of(client, story) | changes
    return client.post(f"/admin/articles/story/{story.pk}/change/", data, follow=True)


def test_a_reporter_mends_a_draft(story: Story, cast: Cast) -> None:
    page = save(sat_down(cast.wen), story, headline="渔港防波堤完工")
    assert page.status_code == 200
    assert Story.objects.get().headline == "渔港防波堤完工"
    assert Story.objects.get().bylines.get().name == "林晚潮"


def test_a_new_story_belongs_to_whoever_begins_it(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.wen)
    client.post(
        "/admin/articles/story/add/",
        {
            "headline": "新码头",
            "edition": paper.edition.pk,
            "section": paper.section.pk,
            "language": "zh-hans",
            "release": "issue",
            "body": "<p>字<script>alert(1)</script></p>",
            "status": "signed_off",
            "author": cast.shen.pk,
            "bylines-TOTAL_FORMS": 0,
            "bylines-INITIAL_FORMS": 0,
            "story_photos-TOTAL_FORMS": 0,
            "story_photos-INITIAL_FORMS": 0,
        },
    )
    story = Story.objects.get()
    assert (story.author, story.status, story.body) == (cast.wen, "draft", "<p>字</p>")
    assert story.slug


def test_a_crafted_post_moves_no_status(story: Story, cast: Cast) -> None:
    save(sat_down(cast.wen), story, status="signed_off", _status="signed_off")
    assert Story.objects.get().status == "draft"


def test_a_reporter_submits_and_an_editor_sends_back(story: Story, cast: Cast) -> None:
    save(sat_down(cast.wen), story, _move="submit")
    assert Story.objects.get().status == "first_read"
    page = save(sat_down(cast.qiu), story, _move="send_back", _reason="数字要核实")
    assert Story.objects.get().status == "draft"
    assert "数字要核实" in page.content.decode()
    assert LogEntry.objects.filter(verb="send_back", reason="数字要核实").exists()


@pytest.mark.parametrize("name", ["pass_first", "pass_second", "sign_off", "kill", "revive", "no"])
def test_a_reporter_cannot_press_a_button_that_is_not_theirs(
    story: Story, cast: Cast, name: str
) -> None:
    workflow.submit(story, cast.wen)
    client = sat_down(cast.wen)
    address = f"/admin/articles/story/{story.pk}/move/"
    client.post(address, {"_move": name, "_reason": "试试"})
    assert Story.objects.get().status == "first_read"
    assert client.get(address).status_code == 403


def test_a_reporter_neither_sees_nor_edits_a_colleagues_draft(paper: Paper, cast: Cast) -> None:
    others = people.draft(paper, cast.qiu, "别人的稿子")
    others.bylines.all().delete()
    client = sat_down(cast.wen)
    assert "别人的稿子" not in client.get("/admin/articles/story/").content.decode()
    # The admin answers an unknown object by going back to its first page.
    assert client.get(f"/admin/articles/story/{others.pk}/change/").status_code == 302
    assert client.get(f"/admin/articles/story/{others.pk}/preview/").status_code == 404
    assert client.post(f"/admin/articles/story/{others.pk}/move/", {}).status_code == 404


def test_a_reporter_finds_a_colleagues_draft_by_no_side_door(paper: Paper, cast: Cast) -> None:
    others = people.draft(paper, cast.qiu, "别人的稿子")
    others.bylines.all().delete()
    issue = people.plan(paper, others)
    workflow.submit(others, cast.qiu)
    client = sat_down(cast.wen)
    for address in (
        "/admin/",
        "/admin/autocomplete/?app_label=articles&model_name=story&field_name=package&term=别人",
        f"/admin/articles/story/{others.pk}/history/",
        "/admin/articles/logentry/",
        "/admin/articles/publishedstory/",
        f"/admin/articles/issue/{issue.pk}/change/",
        f"/admin/articles/issue/{issue.pk}/preview/",
        f"/admin/articles/page/{issue.pages.get().pk}/change/",
    ):
        answer = client.get(address)
        assert "别人的稿子" not in answer.content.decode(), address


def test_a_story_is_no_part_of_itself(story: Story, cast: Cast) -> None:
    page = save(sat_down(cast.wen), story, package=story.pk)
    assert page.status_code == 200
    assert Story.objects.get().package is None


def test_a_submitted_story_is_the_desks(story: Story, cast: Cast) -> None:
    workflow.submit(story, cast.wen)
    client = sat_down(cast.wen)
    page = client.get(f"/admin/articles/story/{story.pk}/change/")
    assert page.status_code == 200
    assert not page.context["has_change_permission"]
    posted = client.post(f"/admin/articles/story/{story.pk}/change/", {"headline": "改"})
    assert posted.status_code == 403


def test_who_only_reads_a_story_sees_its_text_and_no_html(story: Story, cast: Cast) -> None:
    workflow.submit(story, cast.wen)
    page = sat_down(cast.wen).get(f"/admin/articles/story/{story.pk}/change/").content.decode()
    assert "<p>防波堤昨日完工" in page
    assert "&lt;p&gt;" not in page


def test_nobody_edits_a_signed_off_story(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    people.read_through(story, cast, EVENING_BEFORE)
    for person in (cast.wen, cast.qiu, cast.hai, cast.shen):
        posted = sat_down(person).post(f"/admin/articles/story/{story.pk}/change/", {})
        assert posted.status_code == 403


def test_three_people_sign_a_story_off_by_buttons(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, release="now")
    save(sat_down(cast.wen), story, _move="submit")
    save(sat_down(cast.qiu), story, _move="pass_first")
    save(sat_down(cast.hai), story, _move="pass_second")
    save(sat_down(cast.shen), story, _move="sign_off")
    assert Story.objects.get().status == "signed_off"
    assert PublishedStory.objects.count() == 1


def test_a_reader_who_mends_the_words_sends_the_story_to_its_first_read(
    story: Story, cast: Cast
) -> None:
    save(sat_down(cast.wen), story, _move="submit")
    save(sat_down(cast.qiu), story, _move="pass_first")
    save(sat_down(cast.hai), story, headline="改了标题", _move="pass_second")
    assert Story.objects.get().status == "first_read"


def test_the_list_takes_the_same_queries_at_any_length(
    paper: Paper, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        people.draft(paper, cast.wen, f"第{number}条")
    client = sat_down(cast.qiu)
    with django_assert_max_num_queries(12):
        assert client.get("/admin/articles/story/").status_code == 200


def test_originals_are_shown_to_the_desk_only(story: Story, cast: Cast) -> None:
    photo = people.illustrate(story, cast.lan)
    address = f"/admin/articles/photo/{photo.pk}/picture/240/"
    shown = sat_down(cast.wen).get(address)
    assert shown["Content-Type"] == "image/jpeg"
    assert "private" in shown["Cache-Control"]
    assert Client().get(address).status_code == 302
    assert Client().get(f"/media/{photo.original.name}").status_code == 404


def test_a_photographer_puts_a_photo_with_a_draft_and_not_with_a_signed_off_story(
    paper: Paper, story: Story, cast: Cast
) -> None:
    done = people.read_through(people.draft(paper, cast.wen, "签发了"), cast, EVENING_BEFORE)
    photo = people.photo(cast.lan)
    client = sat_down(cast.lan)

    def put_with(target: Story) -> Any:
        return client.post(
            f"/admin/articles/photo/{photo.pk}/change/",
            {
                "caption": "渔船",
                "alt": "船",
                "credit": "庄海生",
                "uses-TOTAL_FORMS": 1,
                "uses-INITIAL_FORMS": 0,
                "uses-0-story": target.pk,
                "uses-0-photo": photo.pk,
                "uses-0-caption": "",
                "uses-0-position": 0,
            },
        )

    assert put_with(done).status_code == 200
    assert not StoryPhoto.objects.exists()
    assert put_with(story).status_code == 302
    assert StoryPhoto.objects.get().story == story


def test_a_reporter_neither_sees_nor_changes_others_stories_by_way_of_a_photo(
    paper: Paper, cast: Cast
) -> None:
    bo = User.objects.create_user("bo", is_staff=True)
    bo.groups.add(Group.objects.get(name="reporter"))
    hers = people.draft(paper, cast.wen, "别人的稿")
    photo = people.illustrate(people.draft(paper, cast.wen, "别人的草稿"), cast.lan)
    use = StoryPhoto.objects.create(story=hers, photo=photo, caption="别人的图说")
    people.read_through(hers, cast, EVENING_BEFORE)
    client = sat_down(bo)
    address = f"/admin/articles/photo/{photo.pk}/change/"
    assert "别人的" not in client.get(address).content.decode()
    words = {"caption": photo.caption, "alt": photo.alt, "credit": photo.credit}
    row = {"uses-0-story": hers.pk, "uses-0-photo": photo.pk, "uses-0-position": 0}
    fresh = {"uses-TOTAL_FORMS": 1, "uses-INITIAL_FORMS": 0, "uses-0-caption": "塞进去的"}
    gone = {"uses-TOTAL_FORMS": 1, "uses-INITIAL_FORMS": 1, "uses-0-id": use.pk}
    page = client.post(address, words | row | fresh)
    assert page.status_code == 200
    assert "别人的" not in page.content.decode()
    client.post(address, words | row | gone | {"uses-0-DELETE": "on"})
    assert StoryPhoto.objects.count() == 2
    assert Story.objects.get(pk=hers.pk).status == "signed_off"


def test_a_new_caption_in_the_library_voids_the_reads_of_its_stories(
    story: Story, cast: Cast
) -> None:
    photo = people.illustrate(story, cast.lan)
    workflow.pass_read(workflow.submit(story, cast.wen), cast.qiu)
    sat_down(cast.lan).post(
        f"/admin/articles/photo/{photo.pk}/change/",
        {
            "caption": "另一句图说",
            "alt": photo.alt,
            "credit": photo.credit,
            "uses-TOTAL_FORMS": 0,
            "uses-INITIAL_FORMS": 0,
        },
    )
    assert Photo.objects.get().caption == "另一句图说"
    assert Story.objects.get().status == "first_read"


def test_a_file_that_is_no_picture_is_turned_away_with_a_word_why(cast: Cast) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = sat_down(cast.lan).post(
        "/admin/articles/photo/add/",
        {
            "original": SimpleUploadedFile("photo.jpg", b"<svg onload=alert(1)>", "image/jpeg"),
            "caption": "我的图说",
            "uses-TOTAL_FORMS": 0,
            "uses-INITIAL_FORMS": 0,
        },
    )
    assert page.status_code == 200
    assert "我的图说" in page.content.decode()
    assert not Photo.objects.exists()


def test_the_log_and_the_record_cannot_be_edited_in_the_admin(story: Story, cast: Cast) -> None:
    workflow.submit(story, cast.wen)
    entry = LogEntry.objects.get()
    client = sat_down(cast.shen)
    for name in ("logentry", "publishedstory", "publishedissue", "redaction"):
        assert client.get(f"/admin/articles/{name}/add/").status_code == 403
    assert client.post(f"/admin/articles/logentry/{entry.pk}/change/", {}).status_code == 403
    assert client.post(f"/admin/articles/logentry/{entry.pk}/delete/", {}).status_code == 403


def test_the_editors_import_map_is_let_through_by_its_own_hash(story: Story, cast: Cast) -> None:
    import base64
    import hashlib

    page = sat_down(cast.wen).get(f"/admin/articles/story/{story.pk}/change/")
    inline = re.findall(
        r"<script(?![^>]*\bsrc=)([^>]*)>(.*?)</script>", page.content.decode(), re.S
    )
    run = [body for attributes, body in inline if "application/json" not in attributes]
    policy = page["Content-Security-Policy"]
    assert len(run) == 1
    digest = base64.b64encode(hashlib.sha256(run[0].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_a_story_is_made_part_only_of_one_that_the_person_sees(
    story: Story, paper: Paper, cast: Cast
) -> None:
    theirs = people.draft(paper, cast.hai, "别人的底稿")
    page = save(sat_down(cast.wen), story, package=theirs.pk)
    assert "package" in page.context["adminform"].form.errors
    assert "别人的底稿" not in page.content.decode()
    assert Story.objects.get(pk=story.pk).package is None


def test_a_story_stays_part_of_the_one_an_editor_chose(
    story: Story, paper: Paper, cast: Cast
) -> None:
    story.package = people.draft(paper, cast.hai, "别人的底稿")
    story.save()
    save(sat_down(cast.wen), story, headline="渔港防波堤完工")
    story.refresh_from_db()
    assert story.headline == "渔港防波堤完工"
    assert story.package.headline == "别人的底稿"


def test_an_embargo_typed_with_a_new_story_is_in_its_editions_zone(cast: Cast) -> None:
    people.found()
    tide = people.found("tide", "en", time_zone="America/New_York")
    sat_down(cast.wen).post(
        "/admin/articles/story/add/",
        {
            "headline": "Snow",
            "body": "<p>Snow.</p>",
            "edition": tide.edition.pk,
            "section": tide.section.pk,
            "language": "en",
            "release": "embargo",
            "embargo_until_0": "2031-03-03",
            "embargo_until_1": "06:00",
            "story_photos-TOTAL_FORMS": 0,
            "story_photos-INITIAL_FORMS": 0,
        },
    )
    embargo = Story.objects.get(headline="Snow").embargo_until
    assert embargo is not None
    assert f"{embargo.astimezone(tide.edition.zone):%Y-%m-%d %H:%M}" == "2031-03-03 06:00"


def test_the_publisher_looks_again_where_the_embargo_was_lifted_meanwhile(
    story: Story, cast: Cast
) -> None:
    Story.objects.update(release="embargo", embargo_until=SIX)
    story.refresh_from_db()
    workflow.submit(story, cast.wen, EVENING_BEFORE)
    workflow.pass_read(story, cast.qiu, EVENING_BEFORE)
    workflow.pass_read(story, cast.hai, EVENING_BEFORE)
    publisher = sat_down(cast.shen)
    seen = publisher.get(f"/admin/articles/story/{story.pk}/change/").context["seen"]
    save(sat_down(cast.qiu), story, release="now")
    move = f"/admin/articles/story/{story.pk}/move/"
    answer = publisher.post(move, {"_move": "sign_off", "_seen": seen}, follow=True)
    assert "解禁" in "".join(str(message) for message in answer.context["messages"])
    assert Story.objects.get().status == "final_read"
    assert not PublishedStory.objects.exists()
    seen = publisher.get(f"/admin/articles/story/{story.pk}/change/").context["seen"]
    publisher.post(move, {"_move": "sign_off", "_seen": seen})
    assert Story.objects.get().status == "signed_off"


def test_packages_form_no_ring(paper: Paper, story: Story, cast: Cast) -> None:
    second, third = (people.draft(paper, cast.wen, headline) for headline in "乙丙")
    desk = sat_down(cast.shen)
    save(desk, story, package=second.pk)
    save(desk, second, package=third.pk)
    page = save(desk, third, package=story.pk)
    assert page.context["adminform"].form.errors["package"]
    third.refresh_from_db()
    assert third.package is None


@pytest.mark.parametrize("instant", ["9999-12-31", "0001-01-01"])
def test_an_embargo_no_calendar_reaches_is_refused_and_stays_typed(
    story: Story, cast: Cast, instant: str
) -> None:
    typed = {"release": "embargo", "embargo_until_0": instant, "embargo_until_1": "23:59"}
    page = save(sat_down(cast.wen), story, headline="新题", **typed)
    assert page.status_code == 200
    form = page.context["adminform"].form
    assert form.errors["embargo_until"]
    assert form["headline"].value() == "新题"
    assert instant in page.content.decode()
    assert Story.objects.get().embargo_until is None
