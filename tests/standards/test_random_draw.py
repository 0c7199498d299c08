from __future__ import annotations

import subprocess
from hashlib import new
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.random_draw import draw, pool_hash
from standards.refusal import Refusal

POOL = ("城关镇", "柳林乡", "县水务局", "县医保局", "YL-031", "YL-007")
SEED = "2026-07-15 福彩3D第2026185期 481（演示）"

pools = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1), unique=True)


def recomputed_by_elimination(seed: str, pool: list[str], count: int) -> list[str]:
    """Finds the smallest remaining number again and again, the hash fed in pieces."""
    left, drawn = list(pool), []
    for _ in range(count):
        numbers = {}
        for item in left:
            digest = new("sha256")
            digest.update(seed.encode("utf-8"))
            digest.update(b"|")
            digest.update(item.encode("utf-8"))
            numbers[int.from_bytes(digest.digest(), "big")] = item
        winner = numbers[min(numbers)]
        left.remove(winner)
        drawn.append(winner)
    return drawn


@given(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1), pools, st.data())
def test_i03_anyone_recomputes_the_same_draw(seed: str, pool: list[str], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, len(pool)))
    assert list(draw(seed, pool, count)) == recomputed_by_elimination(seed, pool, count)


def test_i03_the_shell_lines_of_the_documentation_give_the_same_pool_hash(tmp_path: Path) -> None:
    (tmp_path / "pool.txt").write_text("".join(f"{item}\n" for item in POOL), encoding="utf-8")
    shell = subprocess.run(
        ["/bin/sh", "-c", "LC_ALL=C sort pool.txt | sha256sum"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        text=True,
    )
    assert shell.stdout.split()[0] == pool_hash(POOL)


def test_i03_the_shell_line_of_the_documentation_gives_the_first_drawn() -> None:
    tickets = {
        subprocess.run(
            ["/bin/sh", "-c", "printf '%s' \"$0\" | sha256sum", f"{SEED}|{item}"],
            capture_output=True,
            check=True,
            text=True,
        ).stdout: item
        for item in POOL
    }
    assert [tickets[number] for number in sorted(tickets)] == list(draw(SEED, POOL, len(POOL)))


def test_i03_scenario_52_changing_one_pool_entry_changes_the_pool_hash() -> None:
    assert pool_hash(POOL) != pool_hash(("城关镇", "柳林乡", "县水务局", "县医保局", "YL-031", "YL-008"))


@given(pools.filter(bool), st.data())
def test_i03_leaving_any_entry_out_changes_the_pool_hash(pool: list[str], data: st.DataObject) -> None:
    out = data.draw(st.sampled_from(pool))
    assert pool_hash(pool) != pool_hash([item for item in pool if item != out])


@given(pools.flatmap(lambda pool: st.tuples(st.just(pool), st.permutations(pool))))
def test_i03_the_order_of_the_pool_decides_nothing(two: tuple[list[str], list[str]]) -> None:
    pool, shuffled = two
    assert (pool_hash(pool), draw(SEED, pool, len(pool))) == (pool_hash(shuffled), draw(SEED, shuffled, len(pool)))


@given(pools.filter(bool), st.data())
def test_i03_a_smaller_draw_is_the_beginning_of_a_larger(pool: list[str], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, len(pool) - 1))
    assert draw(SEED, pool, count) == draw(SEED, pool, count + 1)[:count]


@pytest.mark.parametrize(
    ("seed", "pool", "count", "code"),
    [
        ("", POOL, 1, "draw.seed"),
        ("a\nb", POOL, 1, "draw.seed"),
        (SEED, POOL, 7, "draw.count"),
        (SEED, POOL, -1, "draw.count"),
        (SEED, ("城关镇", "城关镇"), 1, "draw.repeated"),
        (SEED, ("城关镇", ""), 1, "draw.item"),
        (SEED, ("城关镇\n柳林乡",), 1, "draw.item"),
    ],
)
def test_i03_a_draw_nobody_could_recompute_is_refused(seed: str, pool: tuple[str, ...], count: int, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        draw(seed, pool, count)
    assert refused.value.code == code
