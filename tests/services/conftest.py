"""The services' fixtures: a county where nothing has happened, and one that is ready to nominate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.county import County
from tests.services.sample import OPEN_SEASON, register


@pytest.fixture
def empty_county(tmp_path: Path) -> Iterator[County]:
    county = County(tmp_path).open()
    yield county
    county.close()


@pytest.fixture
def county(empty_county: County) -> County:
    """The season is open, and four units are registered."""
    empty_county.do("nomination", OPEN_SEASON)
    for number in range(1, 5):
        empty_county.do("nomination", register(number))
    empty_county.settle()
    return empty_county
