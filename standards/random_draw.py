"""A draw anyone can recompute with sort and sha256sum (I-03, scenario 52).

Before the draw the hash of the pool is published. It is SHA-256 over the canonical pool: the items as UTF-8, sorted by
their bytes, each followed by one line feed. In a shell, with one item a line in ``pool.txt``::

    LC_ALL=C sort pool.txt | sha256sum

The seed is a public value nobody could know when the hash was published. An item's ticket is SHA-256, in lower-case
hexadecimal, over the seed, one vertical bar and the item, as UTF-8 and without a line feed::

    printf '%s' 'SEED|ITEM' | sha256sum

The items with the smallest tickets are drawn, smallest first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from standards.refusal import Refusal


def pool_hash(pool: Sequence[str]) -> str:
    """64 hexadecimal digits naming the pool, whatever order its items come in."""
    _check(pool)
    canonical = b"".join(item + b"\n" for item in sorted(item.encode() for item in pool))
    return hashlib.sha256(canonical).hexdigest()


def ticket(seed: str, item: str) -> str:
    """The number, in 64 hexadecimal digits, by which ``item`` takes its place in the draw."""
    return hashlib.sha256(f"{seed}|{item}".encode()).hexdigest()


def draw(seed: str, pool: Sequence[str], count: int) -> tuple[str, ...]:
    """The ``count`` items of the pool with the smallest tickets, in the order drawn."""
    _check(pool)
    if not seed or "\n" in seed:
        raise Refusal("draw.seed", "抽取种子不能为空，也不能换行。请填写已公开的种子值。")
    if not 0 <= count <= len(pool):
        raise Refusal("draw.count", f"要抽{count}个，名单池里有{len(pool)}个。请改抽取数量或补充名单池。")
    return tuple(sorted(pool, key=lambda item: ticket(seed, item))[:count])


def _check(pool: Sequence[str]) -> None:
    if len(set(pool)) < len(pool):
        raise Refusal("draw.repeated", "名单池里有重复的项，会使它多一次中签机会。请删去重复项。")
    if any(not item or "\n" in item for item in pool):
        raise Refusal("draw.item", "名单池里有空项或换行的项。请逐项一行填写。")
