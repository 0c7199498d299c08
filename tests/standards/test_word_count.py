from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.word_count import WordCount, count_words

texts = st.text(st.sampled_from("云岭县水渠，。（）“”—…·0129abZ.,%-+ \n　𬭊〇"))


def test_x21_fixture_counts_twenty() -> None:
    assert count_words("2017年合格率96.2%，李明（女）说：“好！”Python 3.11") == WordCount(
        words=20, han=9, characters=35
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("　 \n\t", 0),
        (",.-()%", 0),
        ("一,二", 2),
        ("3.5%", 1),
        ("3-5月", 2),
        ("(3)月", 2),
        ("5G基站", 3),
        ("——……", 4),
        ("阿依古丽·买买提", 8),
        ("１２", 2),
        ("𬭊䶮㛃镕𱍐", 5),
        ("e-mail地址", 3),
        ("赵\ue863", 2),
    ],
)
def test_x21_each_kind_of_text_counts_by_the_rule(text: str, words: int) -> None:
    assert count_words(text).words == words


def test_scenario_11_fifteen_hundred_and_one_more() -> None:
    text = "字" * 1499 + "2026"
    assert (count_words(text).words, count_words(text + "。").words) == (1500, 1501)


@given(texts)
def test_x21_white_space_around_a_text_adds_nothing(text: str) -> None:
    assert count_words(f"\n　{text} ") == count_words(text)


@given(texts, texts)
def test_x21_two_paragraphs_count_as_their_sum(first: str, second: str) -> None:
    one, two, both = count_words(first), count_words(second), count_words(f"{first}\n{second}")
    assert both == WordCount(one.words + two.words, one.han + two.han, one.characters + two.characters)


@given(texts)
def test_x21_a_word_never_counts_more_than_its_characters(text: str) -> None:
    count = count_words(text)
    assert count.han <= count.words <= count.characters
