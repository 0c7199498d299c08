"""Every read model is a function of the log: built again from position 0 it is the same, whatever was done."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.actor import Actor, Role
from contracts.errors import Problem
from contracts.nomination import CloseNominations, DeclineToNominate, ImportNominations, WithdrawNomination
from contracts.publicity import CloseNotice, PublishNotice
from contracts.review import AssignReviewers, EnrolReviewer, FixShortlist, ShowCase
from tests.services.county import SERVICES, County, awarded, drawn
from tests.services.sample import (
    NOMINATING,
    NOTICE_OVER,
    NOTICE_STARTS,
    OPEN_SEASON,
    REVIEWING,
    SEASON,
    an_id,
    form,
    points,
    register,
    sign,
    submit,
    unit,
)

MOMENTS = (NOMINATING, REVIEWING, NOTICE_STARTS, NOTICE_OVER)
NUMBERS = st.integers(0, 5)


def _rebuilt(county: County, service: str) -> None:
    log = county.hosted[service].log
    log.rebuild(log.projections)


def _assert_rebuild_equals(county: County) -> None:
    for service in SERVICES:
        live = county.read_models(service)
        _rebuilt(county, service)
        assert county.read_models(service) == live


def _sign_all(county: County, number: int) -> None:
    case = county.ask("review", ShowCase(nomination_id=an_id(f"nomination {number}")))
    for one in case.reviewers:
        actor = Actor(account="reviewer", role=Role.REVIEWER, subject_id=one)
        county.do("review", sign(case.row.nomination_id, one, points(str(90 - number))), actor)


def _move(county: County, number: int) -> None:
    county.clock.moment = MOMENTS[number % len(MOMENTS)]


def _withdraw(county: County, number: int) -> None:
    one = an_id(f"nomination {number}")
    county.do("nomination", WithdrawNomination(nomination_id=one, unit_id=unit(number % 4), reason="演示"))


def _import(county: County, number: int) -> None:
    rows = (form(number + 6, acknowledged=number != 0), form(number + 12))
    county.reply("nomination", ImportNominations(season_id=SEASON, unit_id=unit(number % 4), dry_run=False, rows=rows))


def _assign(county: County, number: int) -> None:
    for one in range(number + 1):
        with suppress(Problem):
            county.do("review", EnrolReviewer(reviewer_id=an_id(f"reviewer {one}"), name="评演示", unit_id=unit(one)))
    county.do("review", AssignReviewers(season_id=SEASON, seed="演示种子"))


def _publish(county: County, number: int) -> None:
    county.do("publicity", PublishNotice(season_id=SEASON) if number % 2 else CloseNotice(season_id=SEASON))


STEPS: tuple[Callable[[County, int], object], ...] = (
    lambda county, number: county.do("nomination", register(number)),
    lambda county, number: county.do("nomination", submit(number, number % 4)),
    lambda county, number: county.do("nomination", submit(number, number % 4, ethnicity="火星族")),
    lambda county, number: county.do("nomination", DeclineToNominate(season_id=SEASON, unit_id=unit(number))),
    lambda county, number: county.do("nomination", CloseNominations(season_id=SEASON)),
    lambda county, number: county.do("review", FixShortlist(season_id=SEASON)),
    lambda county, number: county.settle(),
    _import, _withdraw, _assign, _sign_all, _publish, _move,
)  # fmt: skip


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(range(len(STEPS))), NUMBERS), min_size=10, max_size=30))
def test_after_any_sequence_of_commands_a_rebuild_equals_the_live_rows(steps: list[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        county = County(Path(folder)).open()
        county.do("nomination", OPEN_SEASON)
        for number in range(4):
            county.do("nomination", register(number))
        for step, number in steps:
            with suppress(Problem):
                STEPS[step](county, number)
        county.settle()
        _assert_rebuild_equals(county)
        county.close()


def test_after_a_whole_campaign_a_rebuild_equals_the_live_rows(county: County) -> None:
    awarded(county)
    drawn(county)
    before = {service: county.head(service) for service in SERVICES}
    _assert_rebuild_equals(county)
    assert {service: county.head(service) for service in SERVICES} == before
    assert all(any(rows.values()) for rows in map(county.read_models, SERVICES))
