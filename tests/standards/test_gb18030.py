from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.gb18030 import decode, encode, standard_character

# Unicode → GB 18030-2022, written out by hand from the published list of changes, both sides of each exchange.
CHANGED_2022 = {
    0x9FB4: "FE59", 0x9FB5: "FE61", 0x9FB6: "FE66", 0x9FB7: "FE67",
    0x9FB8: "FE6D", 0x9FB9: "FE7E", 0x9FBA: "FE90", 0x9FBB: "FEA0",
    0xFE10: "A6D9", 0xFE12: "A6DA", 0xFE11: "A6DB", 0xFE13: "A6DC", 0xFE14: "A6DD",
    0xFE15: "A6DE", 0xFE16: "A6DF", 0xFE17: "A6EC", 0xFE18: "A6ED", 0xFE19: "A6F3",
    0xE81E: "82359037", 0xE826: "82359038", 0xE82B: "82359039", 0xE82C: "82359130",
    0xE832: "82359131", 0xE843: "82359132", 0xE854: "82359133", 0xE864: "82359134",
    0xE78D: "84318236", 0xE78F: "84318237", 0xE78E: "84318238", 0xE790: "84318239", 0xE791: "84318330",
    0xE792: "84318331", 0xE793: "84318332", 0xE794: "84318333", 0xE795: "84318334", 0xE796: "84318335",
}  # fmt: skip


def test_x11_eighteen_double_byte_and_eighteen_four_byte_positions_follow_2022() -> None:
    assert len(CHANGED_2022) == 36
    assert {point: encode(chr(point)).hex().upper() for point in CHANGED_2022} == CHANGED_2022
    assert {ord(decode(bytes.fromhex(position))) for position in CHANGED_2022.values()} == set(CHANGED_2022)


def test_x11_the_change_of_2005_is_kept() -> None:
    assert (encode("ḿ").hex(), encode("\ue7c7").hex()) == ("a8bc", "8135f437")


@pytest.mark.parametrize(("position", "point"), [("FE51", 0xE816), ("95329031", 0x20087), ("A1A4", 0xB7)])
def test_x11_unchanged_positions_stay(position: str, point: int) -> None:
    assert (ord(decode(bytes.fromhex(position))), encode(chr(point)).hex().upper()) == (point, position)


def test_x11_scenario_15_rare_names_come_back_as_they_left() -> None:
    names = "𬭊、䶮、㛃、镕、𱍐、堃、喆、龴龵"
    assert decode(encode(names)) == names


def test_x07_scenario_16_compatibility_ideographs_come_back_as_they_left() -> None:
    assert decode(encode("\uf9dc\ufa1e\U0002f8a6")) == "\uf9dc\ufa1e\U0002f8a6"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_x11_every_text_survives_the_round_trip(text: str) -> None:
    assert decode(encode(text)) == text


def test_x11_bytes_that_are_not_gb18030_are_refused() -> None:
    with pytest.raises(UnicodeDecodeError):
        decode(b"\xff\xff")


@pytest.mark.parametrize(
    ("private", "standard"),
    [("\ue81e", "\u9fb4"), ("\ue863", "䶮"), ("\ue816", "\U00020087"), ("\ue843", "\u9fb9"), ("\ue844", "䜣")],
)
def test_x11_private_use_characters_of_old_fonts_have_a_known_standard_form(private: str, standard: str) -> None:
    assert standard_character(private) == standard


def test_x11_the_whole_private_row_of_gbk_is_known_and_none_of_it_private() -> None:
    known = [standard_character(chr(point)) for point in range(0xE815, 0xE865)]
    assert not [form for form in known if form is None or 0xE000 <= ord(form) <= 0xF8FF]


def test_x11_other_private_use_characters_are_unknown() -> None:
    assert (standard_character("\ue000"), standard_character("明")) == (None, None)
