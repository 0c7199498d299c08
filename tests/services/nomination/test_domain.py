"""Every reason to refuse a season or a nomination, and what is recorded when there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import SENTENCES
from contracts.nomination import (
    CloseNominations,
    DeclineToNominate,
    ExemplarKind,
    LegalBasis,
    NominationsClosed,
    NominationSubmitted,
    NominationWithdrawn,
    OpenSeason,
    Phase,
    PhaseName,
    SeasonOpened,
    UnitRegistered,
    WithdrawNomination,
)
from services.nomination.domain import nomination, season, unit
from services.nomination.domain.nomination import Circumstances, Nomination, Nominee, identity_of
from services.nomination.domain.season import Season
from services.nomination.domain.unit import Participation, Unit
from services.nomination.events import (
    NominationDeclined,
    NominationFiled,
    NominationRefused,
    PlaceReturned,
    PlaceTaken,
    SeasonRefused,
    WithdrawalReasoned,
)
from tests.services.sample import BASIS, HONOUR, OPEN_SEASON, RULES, SEASON, form, register, submit
from tests.services.specification import given

FACTS = {name: getattr(OPEN_SEASON, name) for name in vars(OPEN_SEASON)}
OPENED = SeasonOpened(**FACTS)
TODAY = date(2026, 4, 1)
COMMAND = submit(0)
IDS = {"nomination_id": COMMAND.nomination_id, "season_id": SEASON, "unit_id": COMMAND.unit_id}
SUBMITTED = NominationSubmitted(**IDS, rank_in_unit=1, kind=ExemplarKind.EMERGING, frontline=True, words=7)
NOMINEE = UUID("00000000-0000-4000-8000-00000000000a")
FILED = NominationFiled(
    nomination_id=COMMAND.nomination_id,
    season_id=SEASON,
    unit_id=COMMAND.unit_id,
    nominee_id=NOMINEE,
    identity=identity_of(COMMAND.form),
    form=COMMAND.form,
    name_as_typed="赵演示",
    name_notes=(),
    kind=ExemplarKind.EMERGING,
    words=7,
)
USUAL = Circumstances(
    season=Season(opened=OPENED),
    unit=Unit(name="演示单位1"),
    participation=Participation(),
    nominee_id=NOMINEE,
    nominee=Nominee(),
    today=TODAY,
)


def opening(**changes: Any) -> OpenSeason:
    return replace(OPEN_SEASON, **changes)


def test_n01_a_season_opens_on_its_legal_basis() -> None:
    given(season.evolve, Season()).when(lambda state: season.open_season(OPEN_SEASON, state)).then(OPENED)


def test_n01_a_season_without_a_basis_leaves_only_its_refusal() -> None:
    refused = SeasonRefused(season_id=SEASON, code="season.no_legal_basis", facts={})
    given(season.evolve, Season()).when(lambda state: season.open_season(opening(basis=None), state)).then(refused)


def test_n02_a_county_season_cannot_be_an_internal_award() -> None:
    command = opening(basis=replace(BASIS, kind=LegalBasis.INTERNAL_AWARD))
    given(season.evolve, Season()).when(lambda state: season.open_season(command, state)).refuses(
        "season.basis_b_county"
    )


@pytest.mark.parametrize("word", ["国家", "中国", "中华", "全国", "亚洲", "全球", "世界"])
def test_n04_reserved_words_are_refused_in_either_name(word: str) -> None:
    refused = SeasonRefused(season_id=SEASON, code="season.name_reserved", facts={"word": word})
    season_named = opening(name=f"{word}排头兵")
    project_named = opening(basis=replace(BASIS, project_name=f"{word}排头兵"))
    given(season.evolve, Season()).when(lambda state: season.open_season(season_named, state)).then(refused)
    given(season.evolve, Season()).when(lambda state: season.open_season(project_named, state)).then(refused)


def _phase(name: PhaseName, first: date, last: date) -> Phase:
    return Phase(name=name, starts_on=first, ends_on=last)


@pytest.mark.parametrize(
    ("phases", "code"),
    [
        ([_phase(PhaseName.NOMINATION, date(2026, 4, 30), date(2026, 3, 1))], "season.phases_disordered"),
        ([OPEN_SEASON.phases[1], OPEN_SEASON.phases[0], OPEN_SEASON.phases[2]], "season.phases_disordered"),
        (OPEN_SEASON.phases[:2], "season.phase_missing"),
        (OPEN_SEASON.phases[1:], "season.phase_missing"),
        ([*OPEN_SEASON.phases, OPEN_SEASON.phases[2]], "season.repeated"),
    ],
)
def test_n06_phases_follow_each_other_and_none_that_is_needed_is_missing(phases: list[Phase], code: str) -> None:
    command = opening(phases=tuple(phases))
    given(season.evolve, Season()).when(lambda state: season.open_season(command, state)).refuses(code)


def test_r04_weights_sum_to_a_hundred() -> None:
    rubric = (replace(RULES.rubric[0], weight=59), *RULES.rubric[1:])
    command = opening(rules=replace(RULES, rubric=rubric))
    given(season.evolve, Season()).when(lambda state: season.open_season(command, state)).refuses(
        "season.weights_not_100"
    )


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (replace(RULES, rubric=(*RULES.rubric[:2], replace(RULES.rubric[2], weight=5))), "season.pass_fail_weighs"),
        (replace(RULES, panel_size=4), "season.panel_even"),
    ],
)
def test_r01_r04_a_pass_fail_criterion_weighs_nothing_and_a_panel_is_odd(rules: Any, code: str) -> None:
    given(season.evolve, Season()).when(lambda state: season.open_season(opening(rules=rules), state)).refuses(code)


@pytest.mark.parametrize(
    "rules",
    [
        replace(RULES, rubric=(*RULES.rubric, replace(RULES.rubric[0], weight=0))),
        replace(RULES, tiers=(*RULES.tiers, RULES.tiers[0])),
        replace(RULES, follow_up_months=(3, 3)),
    ],
)
def test_x20_a_rule_pack_names_nothing_twice(rules: Any) -> None:
    given(season.evolve, Season()).when(lambda state: season.open_season(opening(rules=rules), state)).refuses(
        "season.repeated"
    )


def test_a_season_opens_once_and_closes_once() -> None:
    given(season.evolve, Season(), OPENED).when(lambda state: season.open_season(OPEN_SEASON, state)).refuses(
        "season.already_open"
    )
    closing = CloseNominations(season_id=SEASON)
    closed = NominationsClosed(season_id=SEASON, nominations=3)
    given(season.evolve, Season(), OPENED).when(lambda state: season.close_nominations(closing, state, 3)).then(closed)
    given(season.evolve, Season(), OPENED, closed).when(
        lambda state: season.close_nominations(closing, state, 3)
    ).refuses("season.nominations_closed")
    given(season.evolve, Season()).when(lambda state: season.close_nominations(closing, state, 0)).refuses(
        "season.not_found"
    )


def test_a_unit_is_registered_once() -> None:
    registered = UnitRegistered(**vars(register(1)))
    given(unit.evolve_unit, Unit()).when(lambda state: unit.register_unit(register(1), state)).then(registered)
    given(unit.evolve_unit, Unit(), registered).when(lambda state: unit.register_unit(register(1), state)).refuses(
        "unit.already_registered"
    )


DECLINE = DeclineToNominate(season_id=SEASON, unit_id=COMMAND.unit_id)
DECLINED = NominationDeclined(season_id=SEASON, unit_id=COMMAND.unit_id)


def test_n10_a_unit_may_nominate_nobody() -> None:
    given(unit.evolve_participation, Participation()).when(
        lambda state: unit.decline_to_nominate(DECLINE, state, USUAL.unit, USUAL.season)
    ).then(DECLINED)


@pytest.mark.parametrize(
    ("events", "the_unit", "the_season", "code"),
    [
        ([DECLINED], USUAL.unit, USUAL.season, "nomination.unit_declined"),
        ([PlaceTaken(**IDS)], USUAL.unit, USUAL.season, "nomination.unit_has_nominations"),
        ([], Unit(), USUAL.season, "unit.not_found"),
        ([], USUAL.unit, Season(), "season.not_found"),
        ([], USUAL.unit, Season(opened=OPENED, closed=True), "season.nominations_closed"),
    ],
)
def test_n10_declining_is_refused_where_it_would_say_nothing(
    events: list[object], the_unit: Unit, the_season: Season, code: str
) -> None:
    given(unit.evolve_participation, Participation(), *events).when(
        lambda state: unit.decline_to_nominate(DECLINE, state, the_unit, the_season)
    ).refuses(code)


def test_n12_a_nomination_is_filed_and_its_publication_names_nobody() -> None:
    given(nomination.evolve, Nomination()).when(lambda state: nomination.submit(COMMAND, state, USUAL)).then(
        FILED, SUBMITTED
    )


def test_x08_s14_a_wrong_interpunct_is_mended_and_the_raw_form_kept() -> None:
    typed, stored = "阿卜杜热合曼\u2022买买提", "阿卜杜热合曼·买买提"
    filed = nomination.submit(submit(0, name=typed), Nomination(), USUAL)[0]
    assert isinstance(filed, NominationFiled)
    assert (filed.form.name, filed.name_as_typed) == (stored, typed)
    assert [note for note in filed.name_notes if "U+2022" in note] == list(filed.name_notes)


def test_n16_whether_old_or_new_exemplar_follows_from_the_honours() -> None:
    kinds = [
        event.kind
        for honours in ((), (HONOUR,))
        for event in nomination.submit(submit(0, honours=honours), Nomination(), USUAL)
        if isinstance(event, NominationSubmitted)
    ]
    assert kinds == [ExemplarKind.EMERGING, ExemplarKind.ESTABLISHED]


def _in(**changes: Any) -> Circumstances:
    return replace(USUAL, **changes)


@pytest.mark.parametrize(
    ("changes", "circumstances", "code"),
    [
        ({}, _in(unit=Unit()), "unit.not_found"),
        ({}, _in(season=Season(opened=OPENED, closed=True)), "season.nominations_closed"),
        ({}, _in(today=date(2026, 2, 28)), "season.outside_nomination_phase"),
        ({}, _in(today=date(2026, 5, 1)), "season.outside_nomination_phase"),
        ({}, _in(participation=Participation(declined=True)), "nomination.unit_declined"),
        ({}, _in(participation=Participation(places_taken=2)), "nomination.over_quota"),
        ({}, _in(nominee=Nominee(reserved_by=SEASON)), "nomination.duplicate"),
        ({"deeds": "字" * 1501}, USUAL, "nomination.too_many_words"),
        ({"ethnicity": "火星族"}, USUAL, "nomination.unknown_ethnicity"),
        ({"acknowledged": False}, USUAL, "nomination.no_acknowledgement"),
        ({"decided_on": None}, USUAL, "nomination.no_unit_decision"),
        ({"decided_on": date(2026, 4, 2)}, USUAL, "nomination.decision_in_future"),
        ({"birth_month": "2010-05"}, USUAL, "nomination.born_too_late"),
        ({"honours": (replace(HONOUR, awarded_on=date(2026, 4, 2)),)}, USUAL, "nomination.honour_in_future"),
    ],
)
def test_n11_n13_n15_x21_a_refused_nomination_leaves_only_its_refusal(
    changes: dict[str, Any], circumstances: Circumstances, code: str
) -> None:
    outcome = nomination.submit(submit(0, **changes), Nomination(), circumstances)
    (refused,) = outcome
    assert isinstance(refused, NominationRefused)
    assert refused.code == code
    assert SENTENCES[code].format(**refused.facts).endswith("。")


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 4, 30)])
def test_n06_both_ends_of_the_nomination_phase_belong_to_it(day: date) -> None:
    command = submit(0, decided_on=date(2026, 3, 1))
    assert nomination.submit(command, Nomination(), _in(today=day))[1:] == [SUBMITTED]


def test_x21_s11_the_word_limit_counts_1500_in_and_one_more_out_with_three_counts() -> None:
    assert len(nomination.submit(submit(0, deeds="字" * 1500), Nomination(), USUAL)) == 2
    (refused,) = nomination.submit(submit(0, deeds="字" * 1500 + "，"), Nomination(), USUAL)
    assert vars(refused)["facts"] == {"words": "1501", "han": "1500", "characters": "1501", "limit": "1500"}


def test_n13_sixteen_years_are_counted_from_the_birth_month() -> None:
    assert len(nomination.submit(submit(0, birth_month="2010-04"), Nomination(), USUAL)) == 2


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"name": "赵 演示"}, True),
        ({"position": "站长", "contact": "111-1111"}, True),
        ({"birth_month": "1985-04"}, False),
        ({"workplace": "另一单位"}, False),
        ({"name": "钱演示"}, False),
    ],
)
def test_n15_name_birth_month_and_workplace_make_one_person(changes: dict[str, Any], *, same: bool) -> None:
    assert (nomination.identity_of(form(0)) == nomination.identity_of(form(0, **changes))) is same


WITHDRAW = WithdrawNomination(nomination_id=COMMAND.nomination_id, unit_id=COMMAND.unit_id, reason="演示撤回")
WITHDRAWN = NominationWithdrawn(**IDS)


def test_a_nomination_is_withdrawn_once_with_its_reason_and_by_its_own_unit() -> None:
    reasoned = WithdrawalReasoned(nomination_id=COMMAND.nomination_id, reason="演示撤回")
    submitted = given(nomination.evolve, Nomination(), FILED, SUBMITTED)
    submitted.when(lambda state: nomination.withdraw(WITHDRAW, state)).then(reasoned, WITHDRAWN)
    other = replace(WITHDRAW, unit_id=SEASON)
    submitted.when(lambda state: nomination.withdraw(other, state)).refuses("nomination.not_found")
    given(nomination.evolve, Nomination(), FILED, SUBMITTED, WITHDRAWN).when(
        lambda state: nomination.withdraw(WITHDRAW, state)
    ).refuses("nomination.withdrawn")
    given(nomination.evolve, Nomination()).when(lambda state: nomination.withdraw(WITHDRAW, state)).refuses(
        "nomination.not_found"
    )


def test_n11_a_withdrawn_nomination_returns_its_place() -> None:
    state = given(unit.evolve_participation, Participation(), PlaceTaken(**IDS), PlaceReturned(**IDS)).state
    assert state.places_taken == 0
