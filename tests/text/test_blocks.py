"""A body's outermost blocks, and where a piece of it ends."""

from hypothesis import given
from hypothesis import strategies as st

from articles.text import markup
from articles.text.blocks import blocks, opening

BODY = (
    "<p>第一段<strong>粗</strong>。</p><h2>小标题</h2><blockquote><p>引语</p><p>某人</p></blockquote>"
    "<ul><li><p>一</p></li></ul><hr><p>末段<br>两行。</p>"
)


def test_blocks_are_the_outermost_ones() -> None:
    assert [block[:4] for block in blocks(BODY)] == [
        "<p>第",
        "<h2>",
        "<blo",
        "<ul>",
        "<hr>",
        "<p>末",
    ]
    assert "".join(blocks(BODY)) == BODY
    assert blocks("") == []


@given(st.lists(st.sampled_from(["<p>潮</p>", "<h2>港</h2>", "<ul><li>a<br>b</li></ul>", "<hr>"])))
def test_nothing_is_lost_between_blocks(parts: list[str]) -> None:
    body = markup.clean("".join(parts))
    assert "".join(blocks(body)) == body


def test_a_piece_ends_with_a_paragraph_and_says_whether_more_comes() -> None:
    assert opening("<p>一二三。</p><h2>四</h2><p>五六七八九十。</p>", 7) == (
        "<p>一二三。</p>",
        True,
    )
    assert opening("<p>一二三。</p><p>四。</p>", 100) == ("<p>一二三。</p><p>四。</p>", False)
    long = f"<p>{'长' * 500}</p>"
    assert opening(long + "<p>短</p>", 10) == (long, True)
