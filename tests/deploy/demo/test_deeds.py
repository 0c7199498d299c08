from __future__ import annotations

import random
import re
from itertools import combinations

from deploy.demo.deeds import fields
from deploy.demo.people import MadeUpNominee
from deploy.demo.spelling import Paragraph, Subject, choose
from standards.word_count import count_words

SUBJECT = Subject("王测", "老王", "他", "县水务局", "巡渠员", "水利", "柳林镇", 2008)


def letters(text: str) -> str:
    return re.sub(r"\W", "", text)


def common_share(text: str, other: str, run: int = 13) -> float:
    """The part of ``text`` inside runs of ``run`` or more letters that ``other`` has too."""
    text, other = letters(text), letters(other)
    inside = [False] * len(text)
    for start in range(len(text) - run + 1):
        if text[start : start + run] in other:
            inside[start : start + run] = [True] * run
    return sum(inside) / len(text)


def test_n30_the_measure_itself_tells_a_copy_from_another_text() -> None:
    original = "每年汛期前，她都要把七座小水库从坝脚走到坝顶，机器巡查之外还是习惯用手摸。"
    assert (common_share(original, original), common_share(original, "山里的夜长，天一黑寨子里就静了。")) == (1.0, 0.0)


def test_n30_no_two_texts_of_one_kind_of_work_read_as_copies(everybody: tuple[MadeUpNominee, ...]) -> None:
    by_title_end: dict[str, list[str]] = {}
    for one in everybody:
        by_title_end.setdefault(one.form.position, []).append(one.form.deeds)
    alike = [common_share(a, b) for texts in by_title_end.values() for a, b in combinations(texts, 2)]
    assert len(alike) > 300
    assert max(alike) < 0.30


def test_n30_no_two_texts_of_a_sample_read_as_copies(everybody: tuple[MadeUpNominee, ...]) -> None:
    sample = [one.form.deeds for one in everybody[::6]]
    assert max(common_share(a, b) for a, b in combinations(sample, 2)) < 0.30


def test_x21_every_text_has_600_to_1500_words(everybody: tuple[MadeUpNominee, ...]) -> None:
    counts = [count_words(one.form.deeds).words for one in everybody]
    assert min(counts) >= 600
    assert max(counts) <= 1500


def test_n32_nothing_of_the_writing_is_left_over(everybody: tuple[MadeUpNominee, ...]) -> None:
    residue = re.compile(r"[<>{}|=*×]|XX|某某|小编|范文|。。|，，|：。|，。|。，")
    assert [found[0] for one in everybody if (found := residue.search(one.form.title + one.form.deeds))] == []


def test_n36_a_text_names_its_person_and_speaks_of_no_other_as_its_own(everybody: tuple[MadeUpNominee, ...]) -> None:
    names = [one.form.name for one in everybody if len(one.form.name) > 2]
    for one in everybody:
        told = one.form.title + one.form.deeds
        assert one.form.name in one.form.deeds
        assert [name for name in names if name in told and name not in one.form.name] == []


def test_n37_a_title_gives_theme_post_and_name_in_forty_characters(everybody: tuple[MadeUpNominee, ...]) -> None:
    for one in everybody:
        post = one.form.position.removesuffix("（演示）")
        assert one.form.title.endswith(f"——记{post}{one.form.name}")
        assert len(one.form.title) <= 40


def test_every_variant_of_every_template_can_be_spelled() -> None:
    for known in fields().values():
        for template in (*known.openings, *known.scenes, *known.moments, *known.closings):
            for seed in range(12):
                rng = random.Random(seed)
                assert Paragraph(SUBJECT, rng).spell(choose(template, rng)).endswith(("。", "”", "！", "？"))


def test_the_years_of_a_paragraph_go_forward() -> None:
    sentences = ["<年>年开工，", "<年>年修好，", "<年>年验收。"]
    for seed in range(50):
        years = [int(year) for year in re.findall(r"\d{4}", Paragraph(SUBJECT, random.Random(seed)).spell(sentences))]
        assert years == sorted(years)
        assert years[-1] <= 2025


def test_a_slot_with_a_letter_keeps_its_value_through_a_paragraph() -> None:
    text = Paragraph(SUBJECT, random.Random(1)).spell(["<7-12000A>个，", "<7-12000A>个。"])
    first, second = re.findall(r"\d+", text)
    assert first == second
