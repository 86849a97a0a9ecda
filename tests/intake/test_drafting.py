"""From a printed page's proposals to drafts: what people correct, and what lands on the desk."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.intake import drafting, proposals
from articles.intake.page_text import read_page
from articles.intake.proposals import Loose, Proposal
from articles.intake.reading import Leftover, PageReading, ReadStory
from articles.models import Byline, Issue, LogEntry, Note, Page, Placement, PublishedStory, Story
from articles.rules.refusal import Refused
from articles.text.byline_lines import as_line
from articles.text.bylines import Person, parse_byline
from tests import cast as people
from tests.cast import MONDAY, Cast, Paper

FLOOD = Proposal(headline="暴雨夜 全城守堤", text="雨下了一夜。\n\n堤没有破。", lines=(1, 2, 3))
FERRY = Proposal(headline="渡轮停航两日", text="北屿渡轮今起停航。", lines=(5, 6))
SCHOOL = Proposal(headline="学校周一复课", text="校舍已消毒。", lines=(8,))


# -- bylines as a desk types them ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("⊙本报记者 赖　杰", "记者 赖杰"),
        ("记者 甲 通讯员 乙 文 丙 图", "记者 甲 通讯员 乙 文 丙 图"),
        ("（王飞 李永 文 陈小芳 图）", "王飞 李永 文 陈小芳 图"),
        ("记者 欧阳静 文/图", "记者 欧阳静 文/图"),
        ("By Jane Doe and A. B. Roe", "By Jane Doe and A. B. Roe"),
        ("By Jane Doe; photos Mei Lin Tan", "By Jane Doe; photos by Mei Lin Tan"),
        ("By Jane Doe, staff reporter", "By Jane Doe, staff reporter"),
    ],
)
def test_a_byline_is_set_as_the_desk_types_it(printed: str, typed: str) -> None:
    assert as_line(parse_byline(printed)) == typed
    assert parse_byline(typed) == parse_byline(printed)


def test_agency_reporters_keep_their_agency() -> None:
    person = Person("陈小芳", kind="agency")
    assert as_line([person], agency="路透社伦敦11月23日电") == "路透社记者 陈小芳"
    assert as_line([person]) == "新华社记者 陈小芳"


def test_nobody_makes_no_line() -> None:
    assert as_line([]) == ""


ROLES = st.sampled_from(["text", "photo", "both", "video", "graphics"])
KINDS = st.sampled_from(["staff", "correspondent", "intern", "contributor"])
CHINESE = ["王飞", "李永", "陈小芳", "欧阳静", "阿依·古丽", "林晚潮"]
ENGLISH = ["Jane Doe", "A. B. Roe", "Carlos de la Cruz", "Mei Lin Tan"]


def staffs(names: list[str]) -> st.SearchStrategy[list[Person]]:
    person: st.SearchStrategy[Person] = st.builds(Person, st.sampled_from(names), ROLES, KINDS)
    return st.lists(person, min_size=1, max_size=4, unique_by=lambda someone: someone.name)


@given(staffs(CHINESE) | staffs(ENGLISH))
def test_whoever_is_in_a_desk_line_is_read_out_of_it_again(staff: list[Person]) -> None:
    assert proposals.people_in(as_line(staff)) == staff


# -- proposals corrected -------------------------------------------------------------------------


def headlines(revised: proposals.Revised) -> list[str]:
    return [story.headline for story in revised.proposals]


def test_a_dropped_story_goes_to_what_is_in_no_story_with_all_its_words() -> None:
    dropped = Proposal(**{**vars(FERRY), "drop": True, "captions": "渡口", "residue": ("▲",)})
    revised = proposals.revise([FLOOD, dropped, SCHOOL])
    assert headlines(revised) == ["暴雨夜 全城守堤", "学校周一复课"]
    assert revised.loose == [
        Loose("渡轮停航两日\n\n北屿渡轮今起停航。\n\n渡口", (5, 6), ("▲",), dropped=True)
    ]


def test_a_story_joined_to_the_one_above_loses_nothing() -> None:
    second = Proposal(
        headline="渡轮停航两日",
        kicker="风大",
        byline="记者 王飞",
        text="北屿渡轮今起停航。",
        captions="渡口",
        lines=(5, 6),
        join=True,
    )
    [story] = proposals.revise([FLOOD, second]).proposals
    assert story.headline == "暴雨夜 全城守堤"
    assert story.text == "雨下了一夜。\n\n堤没有破。\n\n风大\n\n渡轮停航两日\n\n北屿渡轮今起停航。"
    assert (story.byline, story.captions, story.lines) == ("记者 王飞", "渡口", (1, 2, 3, 5, 6))


def test_bylines_of_joined_stories_are_one_line() -> None:
    one = Proposal(headline="甲", byline="记者 王飞 文 李永 图")
    two = Proposal(headline="乙", byline="通讯员 陈小芳", join=True)
    [story] = proposals.revise([one, two]).proposals
    assert [(who.name, who.role, who.kind) for who in proposals.people_in(story.byline)] == [
        ("王飞", "text", "staff"),
        ("李永", "photo", "staff"),
        ("陈小芳", "text", "correspondent"),
    ]


def test_the_first_story_has_nothing_above_to_join() -> None:
    alone = Proposal(headline="甲", join=True)
    assert headlines(proposals.revise([alone, FERRY])) == ["甲", "渡轮停航两日"]


def test_a_line_of_hyphens_cuts_a_story_in_two_and_source_lines_follow_their_words() -> None:
    source = "雨下了一夜。\n堤没有破。\n渡轮停航\n北屿渡轮今起停航。\n"
    story = Proposal(
        headline="守堤",
        text="雨下了一夜。\r\n\r\n堤没有破。\r\n ---- \r\n渡轮停航\r\n\r\n北屿渡轮今起停航。",
        lines=(1, 2, 3, 4),
        warnings=("jump-line",),
    )
    first, second = proposals.revise([story], source).proposals
    assert (first.headline, first.text, first.lines) == (
        "守堤",
        "雨下了一夜。\n\n堤没有破。",
        (1, 2),
    )
    assert (second.headline, second.text) == ("渡轮停航", "北屿渡轮今起停航。")
    assert (second.lines, second.warnings) == ((3, 4), ())


def test_a_long_sentence_after_a_cut_is_text_and_no_headline() -> None:
    sentence = "北屿渡轮公司昨日发布通告称因风力过大自今日清晨起" * 3
    story = Proposal(headline="守堤", text=f"堤没有破。\n---\n{sentence}\n停航。")
    assert proposals.revise([story]).proposals[1].headline == ""


def test_a_story_joined_and_cut_at_once_is_cut() -> None:
    other = Proposal(headline="乙", text="一\n---\n丙\n\n二", join=True)
    assert headlines(proposals.revise([Proposal(headline="甲"), other])) == ["甲", "丙"]


def test_packages_follow_their_parents_to_their_new_numbers() -> None:
    parent = Proposal(headline="总", text="一\n---\n分出来的\n\n二")
    page = [
        Proposal(headline="先", drop=True),
        parent,
        Proposal(headline="分一", package=1),
        Proposal(headline="分二", package=1),
    ]
    revised = proposals.revise(page).proposals
    assert [(story.headline, story.package) for story in revised] == [
        ("总", None),
        ("分出来的", None),
        ("分一", 0),
        ("分二", 0),
    ]


def test_the_parts_of_a_dropped_parent_stand_alone() -> None:
    page = [Proposal(headline="总", drop=True), Proposal(headline="分", package=0)]
    assert proposals.revise(page).proposals == [Proposal(headline="分")]


def test_stories_in_each_others_packages_are_in_none() -> None:
    page = [Proposal(headline="甲", package=1), Proposal(headline="乙", package=0)]
    assert [story.package for story in proposals.revise(page).proposals] == [None, None]


def test_a_leftover_goes_where_a_person_sends_it() -> None:
    loose = [
        Loose("第二行\n接着", (9, 10)),
        Loose("渡口一角", (11,)),
        Loose("更正\n昨日有误。", (12, 13)),
        Loose("第3版", (14,)),
    ]
    taken = proposals.take_up([FLOOD, FERRY], loose, ["text-0", "captions-1", "story", ""])
    flood, ferry, new = taken.proposals
    assert flood.text.endswith("堤没有破。\n\n第二行\n接着")
    assert flood.lines == (1, 2, 3, 9, 10)
    assert (ferry.captions, ferry.lines) == ("渡口一角", (5, 6, 11))
    assert (new.headline, new.text, new.lines) == ("更正", "昨日有误。", (12, 13))
    assert taken.loose == [loose[3]]


def test_a_doubt_is_settled_by_filling_in_what_was_missing() -> None:
    doubtful = Proposal(text="雨。", warnings=("headline-missing", "byline-name-missing"))
    assert len(doubtful.doubts()) == 2
    settled = Proposal(headline="雨", byline="记者 王飞", text="雨。", warnings=doubtful.warnings)
    assert settled.doubts() == []


def test_a_source_that_names_nobody_is_kept_beside_the_story() -> None:
    reading = PageReading((ReadStory(headline="甲", byline_text="（据新华社电）"),))
    [story] = proposals.propose(reading).proposals
    assert story.byline == ""
    assert story.set_aside() == ["（据新华社电）"]


@given(
    st.lists(
        st.builds(
            Proposal,
            headline=st.text(),
            text=st.text(),
            lines=st.just((1,)),
            package=st.none() | st.integers(0, 3),
            drop=st.booleans(),
            join=st.booleans(),
        ),
        min_size=4,
        max_size=4,
    )
)
def test_revising_never_invents_a_parent_nor_loses_a_word(page: list[Proposal]) -> None:
    revised = proposals.revise(page, "一行")
    for at, story in enumerate(revised.proposals):
        assert story.package is None or 0 <= story.package < len(revised.proposals)
        assert story.package != at
    kept = "".join(piece.text for piece in revised.loose)
    kept += "".join(story.words() for story in revised.proposals)
    marks = set(" \t\r\n-－\x00")
    for story in page:
        assert {c for c in story.words() if not c.isspace()} - marks <= set(kept)


# -- drafts --------------------------------------------------------------------------------------


@pytest.fixture
def cast(db: Any) -> Cast:
    return people.hire()


@pytest.fixture
def paper(db: Any) -> Paper:
    return people.found()


def test_each_proposal_becomes_a_draft_of_whoever_asked(paper: Paper, cast: Cast) -> None:
    made = drafting.draft([FLOOD, FERRY], edition=paper.edition, section=paper.section, by=cast.wen)
    flood, ferry = made.stories
    flood.refresh_from_db()
    assert (flood.headline, flood.status, flood.author) == ("暴雨夜 全城守堤", "draft", cast.wen)
    assert flood.body == "<p>雨下了一夜。</p><p>堤没有破。</p>"
    assert (ferry.section, ferry.language) == (paper.section, "zh-hans")
    assert not PublishedStory.objects.exists()


def test_names_are_linked_where_one_contributor_bears_them(paper: Paper, cast: Cast) -> None:
    known = people.contributor()
    people.contributor("wang-fei-1", "王飞")
    people.contributor("wang-fei-2", "王飞")
    story = Proposal(headline="守堤", byline="记者 林晚潮 王飞 通讯员 李永 文 林晚潮 图")
    made = drafting.draft([story], edition=paper.edition, by=cast.wen)
    rows = [(b.name, b.role, b.kind, b.contributor) for b in Byline.objects.all()]
    assert rows == [
        ("林晚潮", "text", "staff", known),
        ("王飞", "text", "staff", None),
        ("李永", "text", "correspondent", None),
        ("林晚潮", "photo", "correspondent", known),
    ]
    assert made.unlinked == ["王飞", "李永"]


def test_captions_and_doubts_wait_in_notes(paper: Paper, cast: Cast) -> None:
    story = Proposal(
        text="雨下了一夜。",
        captions="堤上\n\n堤下",
        warnings=("byline-name-missing", "headline-missing"),
        residue=("（下转第4版）", "▲"),
    )
    drafting.draft([story], edition=paper.edition, by=cast.wen)
    notes = " | ".join(Note.objects.values_list("text", flat=True))
    assert Note.objects.count() == 5
    assert "堤上" in notes
    assert "堤下" in notes
    assert "（下转第4版）" in notes
    assert "▲" not in notes
    assert Story.objects.get().headline == "雨下了一夜。"


def test_a_byline_that_names_nobody_is_kept_in_a_note(paper: Paper, cast: Cast) -> None:
    drafting.draft([Proposal(headline="守堤", byline="……")], edition=paper.edition, by=cast.wen)
    assert "……" in Note.objects.get().text
    assert not Byline.objects.exists()


def test_what_is_too_long_for_its_field_is_kept_whole_in_a_note(paper: Paper, cast: Cast) -> None:
    story = Proposal(headline="长" * 250, deck="副" * 301, lead="电" * 81)
    drafting.draft([story], edition=paper.edition, by=cast.wen)
    drafted = Story.objects.get()
    assert (len(drafted.headline), len(drafted.deck), len(drafted.lead_in)) == (200, 300, 80)
    kept = "".join(Note.objects.values_list("text", flat=True))
    assert "长" * 250 in kept
    assert "副" * 301 in kept


def test_markup_in_a_page_is_text_in_a_draft(paper: Paper, cast: Cast) -> None:
    story = Proposal(headline="<b>甲</b>", text="<script>alert(1)</script>\n\n一 < 二")
    drafting.draft([story], edition=paper.edition, by=cast.wen)
    assert Story.objects.get().body == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p><p>一 &lt; 二</p>"
    )


def test_lines_pasted_into_a_text_are_set_as_running_text(paper: Paper, cast: Cast) -> None:
    story = Proposal(headline="守堤", text="雨下了\r\n一夜，\r\n\r\n堤没有破。")
    drafting.draft([story], edition=paper.edition, by=cast.wen)
    assert Story.objects.get().body == "<p>雨下了一夜，</p><p>堤没有破。</p>"


def test_a_package_is_drafted_as_one(paper: Paper, cast: Cast) -> None:
    page = [Proposal(headline="分", package=1), Proposal(headline="总")]
    part, parent = drafting.draft(page, edition=paper.edition, by=cast.wen).stories
    assert Story.objects.get(pk=part.pk).package == parent


def test_the_log_keeps_what_is_in_no_draft(paper: Paper, cast: Cast) -> None:
    made = drafting.draft(
        [FLOOD],
        edition=paper.edition,
        by=cast.wen,
        loose=[Loose("第3版"), Loose("广告\n全文", residue=("★",), dropped=True)],
        source="原文",
    )
    entry = LogEntry.objects.get(subject_type="edition")
    assert entry == made.entry
    assert entry.details["leftovers"] == ["第3版"]
    assert entry.details["dropped"] == ["广告\n全文"]
    assert entry.details["residue"] == ["★"]
    assert entry.details["stories"] == [made.stories[0].pk]
    of_story = LogEntry.objects.get(subject_type="story")
    assert (of_story.verb, of_story.went_to) == ("import_page", "draft")
    assert of_story.details["lines"] == [[1, 3]]


def test_the_same_words_are_known_again_for_the_edition(paper: Paper, cast: Cast) -> None:
    made = drafting.draft([FLOOD], edition=paper.edition, by=cast.wen, source="原文\r\n第二行")
    assert drafting.drafted_before("原文\n第二行\n", paper.edition) == made.entry
    assert drafting.drafted_before("别的", paper.edition) is None
    assert drafting.drafted_before("原文\n第二行", people.found("tide", "en").edition) is None


def test_an_issue_and_page_are_made_where_missing(paper: Paper, cast: Cast) -> None:
    page = drafting.open_page(paper.edition, MONDAY, "第A03版", cast.hai)
    made = drafting.draft([FLOOD, FERRY], edition=paper.edition, by=cast.hai, page=page)
    assert (page.number, page.issue.date, page.issue.state) == ("A3", MONDAY, "planning")
    placed = Placement.objects.order_by("position").values_list("story", flat=True)
    assert list(placed) == [story.pk for story in made.stories]
    assert drafting.open_page(paper.edition, MONDAY, "a3", cast.hai) == page
    assert LogEntry.objects.filter(subject_type="page", verb="import_page").count() == 1


def test_a_page_number_that_is_none_is_refused(paper: Paper, cast: Cast) -> None:
    for typed in ("", "0", "三", "A1234", "1; drop"):
        with pytest.raises(Refused):
            drafting.open_page(paper.edition, MONDAY, typed, cast.hai)
    assert not Issue.objects.exists()


def test_a_reporter_opens_no_issue_and_places_nothing(paper: Paper, cast: Cast) -> None:
    with pytest.raises(Refused):
        drafting.open_page(paper.edition, MONDAY, "1", cast.wen)
    page = drafting.open_page(paper.edition, MONDAY, "1", cast.hai)
    with pytest.raises(Refused):
        drafting.open_page(paper.edition, MONDAY, "2", cast.wen)
    with pytest.raises(Refused):
        drafting.draft([FLOOD], edition=paper.edition, by=cast.wen, page=page)
    assert Page.objects.count() == 1
    assert not Story.objects.exists()


def test_who_may_not_draft_drafts_nothing(paper: Paper, cast: Cast) -> None:
    with pytest.raises(Refused):
        drafting.draft([FLOOD], edition=paper.edition, by=cast.lan)
    with pytest.raises(Refused):
        drafting.draft([FLOOD], edition=paper.edition, by=cast.wen, author=cast.qiu)
    assert not Story.objects.exists()
    drafting.draft([FLOOD], edition=paper.edition, by=cast.qiu, author=cast.wen)
    assert Story.objects.get().author == cast.wen


def test_a_page_or_section_of_another_edition_is_refused(paper: Paper, cast: Cast) -> None:
    tide = people.found("tide", "en")
    page = drafting.open_page(tide.edition, MONDAY, "1", cast.hai)
    with pytest.raises(Refused):
        drafting.draft([FLOOD], edition=paper.edition, by=cast.hai, page=page)
    with pytest.raises(Refused):
        drafting.draft([FLOOD], edition=paper.edition, by=cast.hai, section=tide.section)


def test_one_draft_that_fails_leaves_none(paper: Paper, cast: Cast) -> None:
    page = [FLOOD, Proposal(headline="分", package=7)]
    with pytest.raises(IndexError):
        drafting.draft(page, edition=paper.edition, by=cast.wen)
    assert not Story.objects.exists()
    assert not LogEntry.objects.exists()


def test_source_lines_are_told_as_runs() -> None:
    assert drafting.line_ranges([3, 1, 2, 7]) == [[1, 3], [7, 7]]
    assert drafting.line_ranges([1, 2, 4, 7], blank={3, 5}) == [[1, 4], [7, 7]]


def test_a_real_page_goes_from_text_to_drafts(paper: Paper, cast: Cast) -> None:
    source = Path("tests/intake/pages/zh-package-pairs.txt").read_text(encoding="utf-8")
    reading = read_page(source)
    proposed = proposals.propose(reading)
    made = drafting.draft(
        proposed.proposals,
        edition=paper.edition,
        by=cast.hai,
        page=drafting.open_page(paper.edition, MONDAY + dt.timedelta(1), "3", cast.hai),
        language=reading.language,
        loose=proposed.loose,
        source=source,
    )
    assert len(made.stories) == len(reading.stories)
    assert set(Story.objects.values_list("status", flat=True)) == {"draft"}
    parts = [story for story in reading.stories if story.package is not None]
    assert Story.objects.exclude(package=None).count() == len(parts)


def test_leftovers_of_a_reading_are_loose_pieces() -> None:
    reading = PageReading(leftovers=(Leftover("第3版", (1,)),))
    assert proposals.propose(reading).loose == [Loose("第3版", (1,))]
