"""The short name a story goes by in its address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.slugs import MOST_LETTERS, slug_for


@pytest.mark.parametrize(
    ("headline", "slug"),
    [
        ("新馆开放", "xin-guan-kai-fang"),
        ("绿道上的女孩", "lv-dao-shang-de-nv-hai"),
        ("书香飘满新馆 读者如约而至", "shu-xiang-piao-man-xin-guan-du-zhe"),
        ("“AI”走进课堂", "ai-zou-jin-ke-tang"),
        ("Council backs harbor wall", "council-backs-harbor-wall"),
        ("It's Café time!", "its-cafe-time"),
        ("！！", ""),
    ],
)
def test_a_headline_gives_its_slug(headline: str, slug: str) -> None:
    assert slug_for(headline) == slug


def test_a_long_english_headline_is_cut_at_a_word() -> None:
    slug = slug_for("word " * 40)
    assert len(slug) <= MOST_LETTERS
    assert slug.endswith("word")


@given(st.text(max_size=500))
def test_a_slug_is_ascii_and_short(text: str) -> None:
    slug = slug_for(text)
    assert slug.isascii()
    assert len(slug) <= MOST_LETTERS
    assert slug == slug.lower().strip("-")
