from __future__ import annotations

import pytest

from standards.han import is_han, is_private


@pytest.mark.parametrize(
    "character",
    [
        *("一", "鿿", "㐀", "䶿", "〇", "\uf9dc", "\ufa6d", "\ufad9", "𠀀", "𪛟", "𪜀", "𫝀", "𬭊", "𬺰", "\U0002ebf0"),
        *("\U0002ee5d", "\U0002f8a6", "\U00030000", "\U00031350", "\U000323af"),
    ],
)
def test_x10_every_block_of_chinese_characters_is_known(character: str) -> None:
    assert is_han(character)


@pytest.mark.parametrize(
    "character", ["a", "7", "·", "，", "　", "\ue81e", "あ", "한", "⼒", "\ufa6e", "\ufada", "\U0002ee5e", "\U000323b0"]
)
def test_x10_what_is_no_chinese_character_is_known_too(character: str) -> None:
    assert not is_han(character)


@pytest.mark.parametrize("character", ["\ue000", "\uf8ff", "\U000f0000", "\U0010fffd"])
def test_x11_all_three_private_use_areas_are_known(character: str) -> None:
    assert is_private(character)


@pytest.mark.parametrize("character", ["\ud7ff", "\uf900", "明"])
def test_x11_their_neighbours_are_not_private(character: str) -> None:
    assert not is_private(character)
