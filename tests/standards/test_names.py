from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.names import InvalidName, Name, read_name, search_key

LOOKALIKES = "\u2022\u30fb\u2027\u2219\u22c5\uff0e\ufe52"


@pytest.mark.parametrize("name", ["王芳", "𬭊", "赵䶮", "孙㛃", "朱镕", "李𱍐", "欧阳少东", "丁〇一"])
def test_x07_scenario_15_a_name_is_stored_code_point_for_code_point(name: str) -> None:
    assert read_name(name) == Name(text=name, raw=name, notes=())


@pytest.mark.parametrize("character", ["\uf9dc", "\ufa1e", "\ufa0c", "\U0002f8a6"])
def test_x07_scenario_16_a_compatibility_ideograph_stays_itself(character: str) -> None:
    assert read_name(f"李{character}").text == f"李{character}"


def test_x08_scenario_14_a_bullet_becomes_the_interpunct_and_the_note_keeps_what_was_typed() -> None:
    assert read_name("阿卜杜热合曼•买买提") == Name(
        text="阿卜杜热合曼·买买提",
        raw="阿卜杜热合曼•买买提",
        notes=("第7个字符“•”（U+2022）已改为标准间隔号“·”（U+00B7）。",),
    )


@pytest.mark.parametrize("typed", list(LOOKALIKES))
def test_x08_every_lookalike_becomes_u_00b7(typed: str) -> None:
    assert read_name(f"古丽{typed}艾则孜").text == "古丽\u00b7艾则孜"


@pytest.mark.parametrize("typed", [*LOOKALIKES, "\u00b7", "", " "])
def test_x08_scenario_14_search_finds_a_person_however_the_interpunct_is_typed(typed: str) -> None:
    assert search_key(f"古丽{typed}艾则孜") == search_key("古丽·艾则孜")


def test_x07_search_finds_the_compatibility_form_by_the_ordinary_one() -> None:
    assert search_key("李\uf9dc") == search_key("李隆")


def test_x09_fifty_code_points_are_taken_and_one_more_refused() -> None:
    assert len(read_name("𬭊" * 50).text) == 50
    with pytest.raises(InvalidName) as refused:
        read_name("𬭊" * 51)
    assert (refused.value.code, refused.value.message) == (
        "name.too_long",
        "姓名有51个字符，最多50个。请核对是否混入了别的内容。",
    )


def test_x11_a_private_use_character_is_refused_with_the_standard_one() -> None:
    with pytest.raises(InvalidName) as refused:
        read_name("赵\ue863")
    assert (refused.value.code, refused.value.message) == (
        "name.private_use",
        "姓名第2个字是自造字（U+E863），换一台电脑就显示不出。标准写法是“䶮”（U+4DAE），请改用。",
    )


def test_x11_an_unknown_private_use_character_is_refused_without_guessing() -> None:
    with pytest.raises(InvalidName) as refused:
        read_name("赵\ue000")
    assert refused.value.message == (
        "姓名第2个字是自造字（U+E000），换一台电脑就显示不出。请按身份证核对后用标准字符重新录入。"
    )


@pytest.mark.parametrize("typed", ["张　三", "张 三", "张  三"])
def test_x13_the_space_printed_in_two_character_names_is_not_stored(typed: str) -> None:
    name = read_name(typed)
    assert (name.text, name.notes) == ("张三", ("已去掉两字姓名中间的空格，印制名单时会自动加上。",))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "name.empty"),
        ("　 ", "name.empty"),
        ("王 小 明", "name.space"),
        ("·买买提", "name.interpunct"),
        ("买买提·", "name.interpunct"),
        ("古丽··艾则孜", "name.interpunct"),
        ("王⼒", "name.radical"),
        ("王Ming", "name.character"),
        ("李明，王强", "name.character"),
        ("李明1", "name.character"),
    ],
)
def test_x10_what_is_not_a_name_is_refused(typed: str, code: str) -> None:
    with pytest.raises(InvalidName) as refused:
        read_name(typed)
    assert refused.value.code == code


def test_x10_a_radical_symbol_is_answered_with_the_character_meant() -> None:
    with pytest.raises(InvalidName) as refused:
        read_name("王⼒")
    assert refused.value.message == "姓名第2个字“⼒”（U+2F12）是部首符号，不是汉字。请改用汉字“力”。"


@given(st.text(st.sampled_from("王李阿卜·•・𬭊\uf9dc\ue863 　a"), max_size=12))
def test_x07_reading_a_read_name_changes_nothing(typed: str) -> None:
    try:
        once = read_name(typed)
    except InvalidName:
        return
    assert read_name(once.text) == Name(once.text, once.text, ())
