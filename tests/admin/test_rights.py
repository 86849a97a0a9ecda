"""Who gets in where: every role at every address of the desk, taken from the URL resolver.

An address that the tables below do not know fails the test: whoever adds one says here who may
use it. Letters stand for people: n somebody on the staff without a role, w a reporter, l a
photographer, e an editor, i an issue editor, p a publisher, s a superuser. A reader's account and
nobody at all get in nowhere, except where one signs in.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from articles.models import (
    ListedWord,
    LogEntry,
    Page,
    PlanTemplate,
    PublishedIssue,
    PublishedStory,
    Redaction,
    Story,
    Syndication,
    Tag,
    User,
)
from articles.rules import assignments, history, notes, preview_links, workflow, working_copies
from tests import cast as people
from tests.admin.test_stories import sat_down
from tests.cast import EVENING_BEFORE, Cast, Paper

pytestmark = pytest.mark.django_db

EVERYONE = "nwleips"
CANARY = "没人知道的金丝雀"


# -- the desk, and one of everything on it -------------------------------------------------------


@dataclass
class Desk:
    """The people by letter, and one object of every kind, by model."""

    cast: Cast
    paper: Paper
    people: dict[str, User]
    story: Story  # another reporter's, whom none of the letters is
    one: dict[str, int] = field(default_factory=dict)
    note: int = 0
    photo: Any = None
    link: str = ""  # what opens a link to a preview
    copy: str = ""  # the name of a copy of the photo


@pytest.fixture
def desk() -> Desk:
    cast = people.hire()
    paper = people.found()
    gu = User.objects.create_user("gu", password="gu-of-the-desk", is_staff=True)
    gu.groups.add(Group.objects.get(name="reporter"))
    letters = {
        "n": User.objects.create_user("ren", is_staff=True),
        "w": cast.wen,
        "l": cast.lan,
        "e": cast.qiu,
        "i": cast.hai,
        "p": cast.shen,
        "s": User.objects.create_superuser("root"),
        "r": User.objects.create_user("reader"),
    }
    story = people.draft(paper, gu, headline=CANARY)
    found = Desk(cast, paper, letters, story)
    _furnish(found, gu)
    return found


def _furnish(desk: Desk, gu: User) -> None:
    printed = people.draft(desk.paper, desk.cast.wen, headline="登过报的稿子")
    desk.photo = people.illustrate(printed, desk.cast.lan)
    issue = people.run(desk.paper, desk.cast, printed)
    desk.note = notes.write(desk.story, gu, f"问问{CANARY}").pk
    asked = assignments.assign(desk.cast.shen, f"写{CANARY}", story=desk.story, assignee=gu)
    history.keep(desk.story, gu)
    words = urlencode({"headline": CANARY})
    working_copies.keep(gu, f"story-{desk.story.pk}", words, story=desk.story)
    row = PublishedStory.objects.get()
    desk.copy = people.copy_names(printed)[0]
    desk.link = preview_links.token(preview_links.make(printed, desk.cast.shen, "某人", 4))
    redaction = Redaction.objects.create(
        story=row.story, by=desk.cast.shen, at=EVENING_BEFORE, reason="法院裁定"
    )
    desk.one = {
        "auth_group": Group.objects.get(name="editor").pk,
        "axes_accessattempt": AccessAttempt.objects.create(failures_since_start=1).pk,
        "axes_accesslog": AccessLog.objects.create().pk,
        "axes_accessfailurelog": AccessFailureLog.objects.create().pk,
        "articles_assignment": asked.pk,
        "articles_listedword": ListedWord.objects.create(wrong="某词").pk,
        "articles_logentry": LogEntry.objects.earliest("pk").pk,
        "articles_edition": desk.paper.edition.pk,
        "articles_section": desk.paper.section.pk,
        "articles_tag": Tag.objects.create(name="渔业", slug="yuye").pk,
        "articles_user": gu.pk,
        "articles_contributor": people.contributor().pk,
        "articles_photo": desk.photo.pk,
        "articles_issue": issue.pk,
        "articles_page": Page.objects.get().pk,
        "articles_plantemplate": PlanTemplate.objects.create(
            edition=desk.paper.edition, name="四版"
        ).pk,
        "articles_publishedstory": row.pk,
        "articles_publishedissue": PublishedIssue.objects.get().pk,
        "articles_redaction": redaction.pk,
        "articles_story": desk.story.pk,
        "articles_syndication": Syndication.objects.get().pk,
    }
    Page.objects.update(picture=desk.photo.original.name, sheet_name="a" * 32)


def addresses() -> Iterator[tuple[str, str]]:
    """Every address under /admin/: its name, "" for Django's nameless ones, and its route."""

    def walk(resolver: URLResolver, before: str) -> Iterator[tuple[str, str]]:
        for pattern in resolver.url_patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield pattern.name or "", route
            else:
                yield from walk(pattern, route)

    return ((name, route) for name, route in walk(get_resolver(), "") if route.startswith("admin/"))


# -- the rules -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Model:
    """Who sees a model's list and its one object, adds, changes and deletes."""

    see: str
    add: str = ""
    change: str = ""
    delete: str = ""
    one: str | None = None  # who sees the one object, where these are fewer than see the list


DESK = "wleips"
LIBRARIES = Model(see="s", change="s", delete="s")
MODELS = {
    "auth_group": Model(see="ps", add="s", change="ps", delete="s"),
    "axes_accessattempt": LIBRARIES,
    "axes_accesslog": LIBRARIES,
    "axes_accessfailurelog": LIBRARIES,
    "articles_assignment": Model(see=DESK, add="eips", change="eips", delete="ps", one="eips"),
    "articles_listedword": Model(see=DESK, add="ps", change="ps", delete="ps"),
    "articles_logentry": Model(see=DESK),  # whose lines: below
    "articles_edition": Model(see=DESK, add="ps", change="ps", delete="s"),
    "articles_section": Model(see=DESK, add="ps", change="ps", delete="ps"),
    "articles_tag": Model(see=DESK, add=DESK, change="eips", delete="ps"),
    "articles_user": Model(see="ps", add="ps", change="ps", delete="s"),
    "articles_contributor": Model(see=DESK, add=DESK, change="eips", delete="ps"),
    "articles_photo": Model(see=DESK, add=DESK, change=DESK, delete="ps"),
    "articles_issue": Model(see="leips", add="ips", change="ips"),
    "articles_page": Model(see="leips", add="ips", change="ips", delete="ips"),
    "articles_plantemplate": Model(see="ips", change="ips", delete="ips"),
    "articles_publishedstory": Model(see="leips"),
    "articles_publishedissue": Model(see="leips"),
    "articles_redaction": Model(see="ps"),
    "articles_syndication": Model(see="ps", change="ps"),
    # The one story is another reporter's draft; stories are killed and never deleted.
    "articles_story": Model(see=DESK, add="weips", change="eips", one="leips"),
}


@dataclass(frozen=True)
class Address:
    """Who gets in at an address that is not one of a model's five; POST where `data` is given."""

    who: str
    args: Callable[[Desk], list[Any]] = lambda desk: []
    data: dict[str, str] | None = None
    query: str = ""


def its(desk: Desk) -> list[Any]:
    return [desk.story.pk]


def issue(desk: Desk) -> list[Any]:
    return [desk.one["articles_issue"]]


ADDRESSES = {
    "index": Address(EVERYONE),
    "login": Address("r"),  # the others are in already
    "logout": Address(EVERYONE, data={}),
    "password_change": Address(EVERYONE),
    "password_change_done": Address(EVERYONE),
    "jsi18n": Address(EVERYONE),
    "language": Address(EVERYONE, lambda desk: ["en"], {}),
    "autocomplete": Address(DESK, query="?app_label=articles&model_name=story&field_name=package"),
    "view_on_site": Address("", lambda desk: [999_999, desk.story.pk]),
    "app_list": Address(DESK, lambda desk: ["articles"]),
    "articles_user_me": Address(EVERYONE),
    "auth_user_password_change": Address("ps", lambda desk: [desk.one["articles_user"]]),
    "articles_assignment_done": Address(  # a refusal, for whom it does not concern: below
        EVERYONE, lambda desk: [desk.one["articles_assignment"]], {}
    ),
    "articles_assignment_notices_seen": Address(EVERYONE, data={}),
    "articles_photo_picture": Address(DESK, lambda desk: [desk.photo.pk, 240]),
    "articles_photo_copy": Address(DESK, lambda desk: [desk.photo.public_name, 640, "jpg"]),
    "articles_photo_send": Address(DESK),
    "articles_photo_copies": Address(DESK, lambda desk: [desk.photo.pk]),
    "articles_photo_crop": Address(DESK, lambda desk: [desk.photo.pk]),
    "articles_photo_retire": Address("ps", lambda desk: [desk.photo.pk]),
    "articles_photo_replace": Address("ps", lambda desk: [desk.photo.pk]),
    "articles_page_sheet": Address("leips", lambda desk: ["a" * 32, 900, "jpg"]),
    "articles_issue_hour": Address("ips", issue, {"act": "hold"}),
    "articles_issue_preview": Address("leips", issue),
    "articles_issue_flatplan": Address("leips", issue),
    "articles_issue_pulse": Address("leips", issue),
    "articles_issue_press": Address("leips", issue),
    "articles_story_from_page": Address("weips"),
    "articles_story_record": Address("leips", its),
    "articles_story_links": Address("eips", its),
    "time_machine": Address("leips"),
    "look": Address("leips", lambda desk: ["20310303T060000Z", "record", "daily/"]),
    "preview_link": Address(EVERYONE + "r", lambda desk: [desk.link]),  # whoever has it
    "link_picture": Address(EVERYONE + "r", lambda desk: [desk.link, desk.copy, 480, "jpg"]),
    "calendar": Address("leips"),
    "calendar_move": Address("ips", issue, {"hour": "2031-03-04T06:00"}),
    "calendar_day": Address("ips", data={"edition": "daily", "date": "2031-03-09"}),
    "articles_story_move": Address("leips", its, {"_move": "no such step"}),
    "articles_story_preview": Address("leips", its),
    "articles_story_pulse_new": Address("weips", data={"headline": "新", "key": "k"}),
    "articles_story_pulse": Address("leips", its, {"headline": "新", "_window": "w"}),
    "articles_story_paste": Address("weips", data={"html": "<p>字</p>"}),
    "articles_story_suggest": Address(DESK, lambda desk: ["tags"]),
    "articles_story_drop_unsaved": Address(EVERYONE, data={"key": "k"}),  # one's own words
    "articles_story_sign_in_again": Address(EVERYONE + "r", data={}),  # a way to sign in
    "articles_story_compare": Address("leips", its, query="?a=1&b=1"),
    "articles_story_restore": Address("leips", lambda desk: [desk.story.pk, 1], {}),
    "articles_story_note": Address("leips", its, {"text": "看过了"}),
    "articles_story_note_settle": Address(
        "leips", lambda desk: [desk.story.pk, desk.note], {"resolved": "1"}
    ),
    "articles_story_assign": Address("leips", its, {"kind": "text", "brief": "补写"}),
}
# Django's own patterns without a name: they send on to an object's page, or say "not here".
NAMELESS = {"<path:object_id>/", "(?P<url>.*)$"}
# These answer by sending to My day, whoever asks: what they did is tested on its own.
GOES_HOME = {"language", "articles_assignment_done", "articles_assignment_notices_seen"}
# What people may do to several rows of a list at once.
ACTIONS = {
    "auth_group": {"delete_selected": "s"},
    "axes_accessattempt": {"delete_selected": "s", "cleanup_expired_attempts": "s"},
    "axes_accesslog": {"delete_selected": "s"},
    "axes_accessfailurelog": {"delete_selected": "s"},
    "articles_edition": {"delete_selected": "s"},
    "articles_section": {"delete_selected": "ps"},
    "articles_listedword": {"delete_selected": "ps"},
    "articles_tag": {"delete_selected": "ps"},
    "articles_contributor": {"delete_selected": "ps"},
    "articles_user": {"delete_selected": "s"},
}


# -- who gets in ---------------------------------------------------------------------------------


def let_in(answer: Any) -> bool:
    """Whether the desk let somebody in: Django sends away to My day from what one may not see."""
    if answer.status_code in (301, 302):
        return (
            not answer["Location"].startswith("/admin/login/") and answer["Location"] != "/admin/"
        )
    return answer.status_code not in (401, 403, 404)


def letters(desk: Desk, ask: Callable[[Client], Any]) -> str:
    """The letters of those whom the desk lets in."""
    return "".join(
        letter for letter, person in desk.people.items() if let_in(ask(sat_down(person)))
    )


def test_every_address_of_the_desk_has_a_rule() -> None:
    five = {
        f"{model}_{what}": model
        for model in MODELS
        for what in ("changelist", "add", "history", "delete", "change")
    }
    for name, route in addresses():
        known = name in five or name in ADDRESSES or (not name and route.endswith(tuple(NAMELESS)))
        assert known, f"{route} ({name}) has no rule: say in tests/admin/test_rights.py who gets in"
    names = {name for name, route in addresses()}
    gone = (set(ADDRESSES) | set(five)) - names
    assert not gone, "rules for addresses that are gone"


@pytest.mark.parametrize("name", MODELS)
def test_only_those_whom_the_rule_names_see_and_change_things(desk: Desk, name: str) -> None:
    rule, pk = MODELS[name], desk.one[name]
    one = rule.see if rule.one is None else rule.one

    def at(what: str, *args: Any) -> str:
        return reverse(f"admin:{name}_{what}", args=args)

    assert letters(desk, lambda client: client.get(at("changelist"))) == rule.see
    assert letters(desk, lambda client: client.get(at("add"))) == rule.add
    assert letters(desk, lambda client: client.post(at("add"), {})) == rule.add
    assert letters(desk, lambda client: client.get(at("change", pk))) == one
    assert letters(desk, lambda client: client.post(at("change", pk), {})) == rule.change
    history_of = letters(desk, lambda client: client.get(at("history", pk)))
    assert set(history_of) <= set(one)
    assert letters(desk, lambda client: client.get(at("delete", pk))) == rule.delete


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_other_address_lets_in_whom_its_rule_names(desk: Desk, name: str) -> None:
    rule = ADDRESSES[name]
    url = reverse(f"admin:{name}", args=rule.args(desk)) + rule.query

    def ask(client: Client) -> Any:
        return client.get(url) if rule.data is None else client.post(url, rule.data)

    if name in GOES_HOME:
        assert {ask(sat_down(desk.people[letter]))["Location"] for letter in rule.who} == {
            "/admin/"
        }
    else:
        assert letters(desk, ask) == rule.who
    assert let_in(ask(Client())) == ("r" in rule.who), "somebody who is not signed in"


@pytest.mark.parametrize("name", ["index", "articles_user_me", "articles_story_changelist"])
def test_a_readers_account_sees_nothing_of_the_desk(desk: Desk, name: str) -> None:
    for client in (Client(), sat_down(desk.people["r"])):
        assert client.get(reverse(f"admin:{name}"))["Location"].startswith("/admin/login/")


def test_lists_offer_only_the_actions_that_the_table_names(desk: Desk) -> None:
    for model, model_admin in admin.site._registry.items():
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        offered: dict[str, str] = {}
        for letter, person in desk.people.items():
            request = RequestFactory().get("/")
            request.user = person
            if letter not in MODELS[name].see:
                continue
            for action in model_admin.get_actions(request):
                offered[action] = offered.get(action, "") + letter
        assert offered == ACTIONS.get(name, {}), name


def test_nobody_but_a_superuser_opens_a_superusers_account(desk: Desk) -> None:
    root = desk.people["s"].pk
    for what in ("articles_user_change", "auth_user_password_change"):
        url = reverse(f"admin:{what}", args=[root])
        assert letters(desk, lambda client, url=url: client.get(url)) == "s"  # type: ignore[misc]
        assert letters(desk, lambda client, url=url: client.post(url, {})) == "s"  # type: ignore[misc]


# -- what a reporter never comes upon ------------------------------------------------------------

SEARCHES = (
    "/admin/articles/story/?q={0}",
    "/admin/articles/story/?author__id__exact={1}",
    "/admin/articles/story/?status__exact=draft",
    "/admin/articles/story/?author__username=gu",
    "/admin/articles/story/?headline__startswith={0}",
    "/admin/articles/story/?_facets=True",
    "/admin/articles/logentry/?q={0}",
    "/admin/articles/logentry/?subject__startswith={0}",
    "/admin/articles/assignment/?q={0}",
    "/admin/articles/assignment/",
    "/admin/articles/photo/?q={0}",
    "/admin/autocomplete/?app_label=articles&model_name=story&field_name=package&term={0}",
    "/admin/autocomplete/?app_label=articles&model_name=assignment&field_name=story&term={0}",
    "/admin/autocomplete/?app_label=articles&model_name=placement&field_name=story&term={0}",
    "/admin/articles/story/add/?take_up=story-{2}",
    "/admin/articles/story/add/?package={2}",
    "/admin/articles/story/suggest/tags/?q={0}",
    "/admin/articles/story/suggest/people/?q={0}",
    "/admin/articles/story/suggest/colleagues/?q={0}",
)


def test_no_address_shows_a_reporter_the_words_of_anothers_draft(desk: Desk) -> None:
    wen = sat_down(desk.cast.wen)
    gu = desk.story.author
    urls = [url.format(CANARY[:3], gu.pk, desk.story.pk) for url in SEARCHES]
    for name, _route in addresses():
        if rule := ADDRESSES.get(name):
            urls.append(reverse(f"admin:{name}", args=rule.args(desk)) + rule.query)
        elif name.rsplit("_", 1)[0] in MODELS:
            model, what = name.rsplit("_", 1)
            args = [] if what in ("changelist", "add") else [desk.one[model]]
            urls.append(reverse(f"admin:{name}", args=args))
    for url in urls:
        if url == "/admin/logout/":
            continue
        answer = wen.get(url)
        assert CANARY not in body_of(answer), url
    for name, rule in ADDRESSES.items():
        if rule.data is not None and name not in ("logout", "articles_story_sign_in_again"):
            url = reverse(f"admin:{name}", args=rule.args(desk))
            answer = wen.post(url, rule.data)
            assert CANARY not in body_of(answer), url
    # What is looked for is what somebody who may see it finds.
    assert CANARY in body_of(sat_down(desk.cast.qiu).get("/admin/articles/story/"))


def body_of(answer: Any) -> str:
    """What somebody reads, also behind JSON's escapes."""
    words: str = answer.content.decode(errors="ignore")
    return words.encode().decode("unicode_escape", "ignore") if words.startswith("{") else words


def test_a_reporter_leaves_no_trace_on_anothers_draft(desk: Desk) -> None:
    wen = sat_down(desk.cast.wen)
    before = Story.objects.values().get(pk=desk.story.pk)
    traces = desk.story.notes.count(), desk.story.versions.count(), desk.story.assignments.count()
    form = {"headline": "改掉", "body": "<p>改掉</p>", "base": "1"}
    wen.post(reverse("admin:articles_story_change", args=[desk.story.pk]), form)
    for name, rule in ADDRESSES.items():
        if name.startswith("articles_story") and rule.data is not None:
            wen.post(reverse(f"admin:{name}", args=rule.args(desk)), rule.data)
    wen.post(reverse("admin:articles_assignment_done", args=[desk.one["articles_assignment"]]))
    assert Story.objects.values().get(pk=desk.story.pk) == before
    assert traces == (
        desk.story.notes.count(), desk.story.versions.count(), desk.story.assignments.count()
    )  # fmt: skip
    assert not desk.story.assignments.exclude(done_at=None).exists()
    assert not desk.story.shared_with.exists()


# -- the steps of a story ------------------------------------------------------------------------

# Who makes each step from where it begins: with somebody else's story, and with their own.
STEPS = {
    "submit": ("draft", "eips", "weips"),
    "recall": ("first_read", "eips", "weips"),
    "pass_first": ("first_read", "eips", ""),
    "pass_second": ("second_read", "eips", ""),
    "sign_off": ("final_read", "ps", ""),
    "send_back": ("first_read", "eips", "eips"),
    "take_back": ("signed_off", "eips", "eips"),
    "kill": ("draft", "ps", "ps"),
    "revive": ("killed", "ps", "ps"),
}


def test_every_step_of_a_story_is_in_the_table() -> None:
    assert set(STEPS) == set(workflow.TRANSITIONS)


def brought_to(status: str, story: Story, by: list[User]) -> None:
    """Move a draft to where a step begins, by three people who have no part in the test."""
    if status == "killed":
        workflow.kill(story, by[0], "因为")
    elif status != "draft":
        workflow.submit(story, by[0])
        ways = {"first_read": 0, "second_read": 1, "final_read": 2, "signed_off": 2}
        for reader in by[: ways[status]]:
            workflow.pass_read(story, reader)
        if status == "signed_off":
            workflow.sign_off(story, by[2])
    story.refresh_from_db()
    assert story.status == status


@pytest.mark.parametrize("step", STEPS)
def test_each_role_makes_only_its_steps(desk: Desk, step: str) -> None:
    status, with_anothers, with_own = STEPS[step]

    strangers = [User.objects.create_user(name, is_staff=True) for name in ("yi", "er", "san")]
    for stranger in strangers:
        stranger.groups.add(Group.objects.get(name="publisher"))

    def made_by(letter: str, author: User) -> bool:
        story = people.draft(desk.paper, author, headline="一步一步走")
        brought_to(status, story, strangers)
        url = reverse("admin:articles_story_move", args=[story.pk])
        sat_down(desk.people[letter]).post(url, {"_move": step, "_reason": "因为"})
        story.refresh_from_db()
        return story.status != status

    gu = desk.story.author
    others = "".join(letter for letter in EVERYONE if made_by(letter, gu))
    own = "".join(letter for letter in EVERYONE if made_by(letter, desk.people[letter]))
    assert (others, own) == (with_anothers, with_own)
