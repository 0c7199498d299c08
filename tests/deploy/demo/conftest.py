from __future__ import annotations

import pytest

from deploy.demo.people import Nominee, nominees

SEED = 2026


@pytest.fixture(scope="session")
def everybody() -> tuple[Nominee, ...]:
    return nominees(SEED)
