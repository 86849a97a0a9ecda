"""How wide type is, which language a text is in, and how long a story counts."""

import pytest

from articles.text.words import cjk_count, is_cjk, language_of, unclosed, width, word_count


def test_a_rare_character_beyond_the_basic_plane_is_chinese() -> None:
    assert is_cjk("𠮷")
    assert cjk_count("𠮷田") == 2


@pytest.mark.parametrize(
    ("text", "count"),
    [("新馆开放，3000人", 6), ("It's a half-open door", 4), ("使用AI平台", 5), ("", 0)],
)
def test_a_story_is_counted_in_characters_or_words(text: str, count: int) -> None:
    assert word_count(text) == count


def test_a_letter_is_half_as_wide_as_a_character() -> None:
    assert width("新馆") == 2 * width("ab")
    assert width("新 馆") == width("新馆")


def test_the_language_is_that_of_most_words() -> None:
    assert language_of("新馆开放，AI导览") == "zh-Hans"
    assert language_of("The museum 博物馆 opened its doors today") == "en"
    assert language_of("123") == "en"


def test_open_quotes_are_counted() -> None:
    assert unclosed("举办“邻里") == 1
    assert unclosed("举办“邻里”（第一届") == 1
