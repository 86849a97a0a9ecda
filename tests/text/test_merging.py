"""Two people changed one text: what goes together, and where they are asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.merging import Clash, merge_body, merge_line, merge_set


def body(*paragraphs: str) -> str:
    return "".join(f"<p>{words}</p>" for words in paragraphs)


def test_neighbouring_paragraphs_changed_by_two_people_go_together() -> None:
    merged = merge_body(body("一", "二", "三"), body("一改", "二", "三"), body("一", "二改", "三"))
    assert merged.text == body("一改", "二改", "三")
    assert merged.clashes == []


def test_what_both_add_at_one_place_is_all_kept() -> None:
    merged = merge_body(body("一"), body("一", "甲写的"), body("一", "乙写的"))
    assert merged.text == body("一", "甲写的", "乙写的")
    assert merged.clashes == []


def test_two_people_who_begin_an_empty_story_keep_both_texts() -> None:
    assert merge_body("", body("甲"), body("乙")).text == body("甲", "乙")


def test_what_both_added_alike_comes_once() -> None:
    assert merge_body(body("一"), body("一", "二"), body("一", "二")).text == body("一", "二")


def test_the_same_paragraph_is_asked_about_and_the_others_still_go_together() -> None:
    merged = merge_body(
        body("一", "二", "三"), body("一甲", "二甲", "三"), body("一", "二乙", "三乙")
    )
    assert merged.text == body("一甲", "二乙", "三乙")
    assert merged.clashes == [Clash("<p>二</p>", "<p>二甲</p>", "<p>二乙</p>")]
    # Taking theirs takes theirs there, and no more: my third paragraph stays.
    assert merged.theirs == body("一甲", "二甲", "三乙")


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "text", "clash"),
    [
        ("旧", "旧", "新", "新", False),
        ("旧", "新", "旧", "新", False),
        ("旧", "新", "新", "新", False),
        ("旧", "甲", "乙", "乙", True),
    ],
)
def test_a_line_is_whoevers_changed_it_alone(
    base: str, theirs: str, mine: str, text: str, clash: bool
) -> None:
    merged = merge_line(base, theirs, mine)
    assert (merged.text, bool(merged.clashes)) == (text, clash)


def test_of_a_choice_of_many_what_either_adds_stays_and_what_either_takes_out_goes() -> None:
    assert merge_set({1, 2, 3}, {1, 2, 4}, {2, 3, 5}) == {2, 4, 5}


paragraphs = st.lists(st.text(alphabet="潮水渔船岸abc", min_size=1, max_size=6), max_size=6)


@given(paragraphs, paragraphs, paragraphs)
def test_no_word_that_either_wrote_is_lost_unseen(
    base: list[str], theirs: list[str], mine: list[str]
) -> None:
    """Each paragraph that somebody wrote is in the text, or shown in a clash."""
    merged = merge_body(body(*base), body(*theirs), body(*mine))
    shown = merged.text + "".join(clash.theirs for clash in merged.clashes)
    for paragraph in {*theirs, *mine} - set(base):
        assert f"<p>{paragraph}</p>" in shown


@given(paragraphs, paragraphs)
def test_who_changes_alone_gets_their_text(base: list[str], mine: list[str]) -> None:
    assert merge_body(body(*base), body(*base), body(*mine)).text == body(*mine)
    assert merge_body(body(*base), body(*mine), body(*base)).text == body(*mine)
