"""What a picture's file says of it, from IPTC-IIM, XMP and EXIF, in the encodings found in the wild."""

from typing import Any

import pytest

from articles.darkroom import charsets, workshop
from tests.darkroom import corpus, words
from tests.darkroom.words import alternatives, dataset, several, xmp_packet

CAPTION = "渔船归港，码头一片繁忙。"


def read(*segments: bytes) -> dict[str, dict[str, Any]]:
    return workshop.inspect(corpus.jpeg_with(*segments)).found


def values(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {name: entry["value"] for name, entry in found.items()}


def app13(iim: bytes, digest: bytes | None = None) -> bytes:
    return b"\xff\xed" + words.photoshop_segment(iim, digest)


def app1(packet: bytes) -> bytes:
    return b"\xff\xe1" + words.xmp_segment(packet)


FULL = {
    "headline": "风平浪静",
    "caption": CAPTION,
    "creator": "庄海生、林晚潮",
    "credit": "望潮日报",
    "place": "望潮市 老码头",
    "taken": "2031-03-01T17:30:00+08:00",
    "keywords": ["渔港", "渔船"],
    "copyright": "© 望潮日报",
    "instructions": "不得裁去船名",
}


def iim(encoding: str, declared: bool) -> bytes:
    fields = [
        (105, "风平浪静"), (120, CAPTION), (80, "庄海生"), (80, "林晚潮"), (110, "望潮日报"),
        (90, "望潮市"), (92, "老码头"), (25, "渔港"), (25, "渔船"), (116, "© 望潮日报"),
        (40, "不得裁去船名"),
    ]  # fmt: skip
    made = words.UTF8_DECLARED if declared else b""
    made += dataset(55, b"20310301") + dataset(60, b"173000+0800")
    # GBK knows no ©: programs of that time wrote (c).
    return made + b"".join(
        dataset(number, text.encode(encoding) if encoding == "utf-8" else text.replace("©", "(c)").encode(encoding))
        for number, text in fields
    )  # fmt: skip


def test_iptc_in_utf8_as_declared() -> None:
    assert values(read(app13(iim("utf-8", declared=True)))) == FULL


def test_iptc_in_utf8_without_a_word() -> None:
    assert values(read(app13(iim("utf-8", declared=False)))) == FULL


def test_iptc_in_gbk() -> None:
    assert values(read(app13(iim("gbk", declared=False)))) == {
        **FULL,
        "copyright": "(c) 望潮日报",
    }


def test_each_field_is_read_for_itself_where_programs_mixed_them() -> None:
    block = (
        words.UTF8_DECLARED
        + dataset(120, CAPTION.encode())
        + dataset(110, "望潮日报".encode("gbk"))
    )
    assert values(read(app13(block))) == {"caption": CAPTION, "credit": "望潮日报"}


def test_a_field_cut_in_the_middle_of_a_character_keeps_the_rest() -> None:
    found = values(
        read(app13(dataset(110, "望潮日报".encode()[:-1]) + dataset(90, "望潮".encode("gbk")[:-1])))
    )
    assert found == {"credit": "望潮日", "place": "望"}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Sébastien Müller".encode("cp1252"), "Sébastien Müller"),
        ("朱镕基".encode("gbk"), "朱镕基"),
        ("Zoë".encode(), "Zoë"),
        ("㐂二".encode("gb18030"), "㐂二"),
        (b"\0\0", ""),
    ],
)
def test_words_in_any_encoding(data: bytes, text: str) -> None:
    assert charsets.text_of(data) == text


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("新华社".encode().decode("latin-1"), "新华社"),
        ("新华社".encode("gbk").decode("latin-1"), "新华社"),
        ("Café", "Café"),
        ("新华社", "新华社"),
    ],
)
def test_words_read_in_the_wrong_encoding_are_mended(wrong: str, right: str) -> None:
    assert charsets.mended(wrong) == right


def test_xmp_says_what_iptc_has_no_room_for() -> None:
    packet = xmp_packet(
        alternatives("dc:description", ("en", "Boats"), ("x-default", CAPTION))
        + alternatives("dc:rights", ("x-default", "© 望潮日报"))
        + alternatives("xmpRights:UsageTerms", ("x-default", "只限一次使用"))
        + alternatives("Iptc4xmpCore:AltTextAccessibility", ("x-default", "三条渔船停在码头"))
        + alternatives(
            "Iptc4xmpCore:ExtDescrAccessibility", ("x-default", "左边两条船，右边一条。")
        )
        + several("dc:subject", "渔港", "渔船，渔港")
        + several("dc:creator", "Anna Reed", "Tom Hale")
        + "<Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li rdf:parseType='Resource'>"
        "<Iptc4xmpExt:City>望潮市</Iptc4xmpExt:City><Iptc4xmpExt:Sublocation>老码头"
        "</Iptc4xmpExt:Sublocation></rdf:li></rdf:Bag></Iptc4xmpExt:LocationCreated>"
        "<plus:LicenseEndDate>2032-01-01</plus:LicenseEndDate>",
        'photoshop:Credit="望潮日报" photoshop:DateCreated="2031-03-01T17:30:00+08:00"',
    )
    assert values(read(app1(packet))) == {
        "caption": CAPTION,
        "alt": "三条渔船停在码头",
        "long_description": "左边两条船，右边一条。",
        "creator": "Anna Reed, Tom Hale",
        "credit": "望潮日报",
        "place": "望潮市 老码头",
        "taken": "2031-03-01T17:30:00+08:00",
        "keywords": ["渔港", "渔船"],
        "copyright": "© 望潮日报",
        "usage_terms": "只限一次使用",
        "expires": "2032-01-01",
    }


def test_a_packet_in_gbk_is_read() -> None:
    packet = xmp_packet(alternatives("dc:description", ("x-default", CAPTION)))
    in_gbk = packet.decode().replace("\ufeff", "").encode("gbk")
    assert values(read(app1(in_gbk))) == {"caption": CAPTION}


def test_where_sources_disagree_xmp_counts_and_the_others_are_told() -> None:
    packet = xmp_packet(alternatives("dc:description", ("x-default", CAPTION)))
    caption = read(app13(dataset(120, "旧的图说".encode())), app1(packet))["caption"]
    assert caption == {"value": CAPTION, "source": "xmp", "others": {"iptc": "旧的图说"}}


def test_iptc_that_was_changed_after_the_xmp_counts() -> None:
    """A program that knows no XMP left the digest of the block as it was before."""
    packet = xmp_packet(alternatives("dc:description", ("x-default", "先写的")))
    before, after = dataset(120, "先写的".encode()), dataset(120, "后改的".encode())
    changed = read(app13(after, words.digest_of(before)), app1(packet))["caption"]
    assert (changed["value"], changed["source"]) == ("后改的", "iptc")
    untouched = read(app13(before, words.digest_of(before)), app1(packet))["caption"]
    assert (untouched["value"], untouched["source"]) == ("先写的", "xmp")


def test_a_source_that_was_cut_short_does_not_disagree() -> None:
    packet = xmp_packet(alternatives("dc:description", ("x-default", CAPTION)))
    caption = read(app13(dataset(120, CAPTION[:8].encode())), app1(packet))["caption"]
    assert caption["others"] == {}


def test_exif_says_when_and_the_owner_s_words_but_not_where() -> None:
    data = corpus.encoded("JPEG", exif=words.gps_exif())
    assert values(workshop.inspect(data).found) == {
        "caption": "渔船归港",
        "taken": "2031-03-01T17:30:00+08:00",
    }


def test_a_png_s_and_a_tiff_s_packet_are_read() -> None:
    packet = xmp_packet(alternatives("dc:description", ("x-default", CAPTION)))
    for data in (
        corpus.png_with_packet(packet),
        corpus.encoded("TIFF", tiffinfo={700: packet}),
        corpus.encoded("WEBP", xmp=packet),
        corpus.encoded("AVIF", xmp=packet),
    ):
        assert values(workshop.inspect(data).found) == {"caption": CAPTION}
