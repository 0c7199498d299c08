from __future__ import annotations

import pytest

from deploy.demo.people import MadeUpNominee, nominees

SEED = 2026


@pytest.fixture(scope="session")
def everybody() -> tuple[MadeUpNominee, ...]:
    return nominees(SEED)
