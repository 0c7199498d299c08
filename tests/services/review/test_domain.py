"""Scoring, ranking, objections and awards: the rules of review."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import Conflict, Invalid
from contracts.nomination import ExemplarKind, NominationSubmitted, NominationWithdrawn
from contracts.review import (
    AwardDecided,
    AwardWithheld,
    CriterionScore,
    ObjectionRaised,
    ObjectionRuled,
    ObjectorKind,
    RaiseObjection,
    ReviewCompleted,
    RuleObjection,
    ShortlistEntry,
    ShortlistFixed,
)
from services.review.domain import assignment, case, scoring
from services.review.domain.case import Case
from services.review.domain.scoring_round import Round
from services.review.domain.scoring_round import evolve as evolve_round
from services.review.events import (
    AwardDeferred,
    AwardLapsed,
    CaseOpened,
    CaseWithdrawn,
    NoticeOpened,
    ObjectionFiled,
    ReviewersAssigned,
    RoundOpened,
    RulingReasoned,
    ScoreAggregated,
    ScoreSigned,
)
from tests.services.sample import OPEN_SEASON, RULES, SEASON, an_id, points, sign, unit
from tests.services.specification import given

NOMINATION = an_id("nomination 0")
REVIEWERS = tuple(sorted(an_id(f"reviewer {number}") for number in range(3)))
IDS = {"nomination_id": NOMINATION, "season_id": SEASON}
OPENED = CaseOpened(**IDS, unit_id=unit(1), kind=ExemplarKind.EMERGING, frontline=True)
ASSIGNED = ReviewersAssigned(**IDS, reviewers=REVIEWERS, recused=())
ENTRY = ShortlistEntry(nomination_id=NOMINATION, unit_id=unit(1), rank=1, score=Decimal("90.00"), tier="一等奖")
ROUND = evolve_round(Round(), RoundOpened(season_id=SEASON, phases=OPEN_SEASON.phases, rules=RULES))
ON_NOTICE = evolve_round(
    evolve_round(ROUND, ShortlistFixed(season_id=SEASON, entries=(ENTRY,), tiers=())), NoticeOpened(season_id=SEASON)
)
IN_REVIEW = date(2026, 5, 20)


def people(scores: Sequence[str]) -> dict[UUID, Decimal]:
    return {an_id(f"reviewer {number}"): Decimal(score) for number, score in enumerate(scores)}


def aggregate(scores: Sequence[str], *, failing: int = 0) -> scoring.Aggregate:
    sheets = {
        one: points(str(score), passed=number >= failing) for number, (one, score) in enumerate(people(scores).items())
    }
    return scoring.aggregate(RULES.rubric, RULES.trim_from, sheets, people(scores))


def signed(reviewer: UUID, score: str, **changes: Any) -> ScoreSigned:
    told = {"scores": points(score), "total": Decimal(score).quantize(Decimal("0.01")), "comment": ""}
    facts: dict[str, Any] = IDS | {"reviewer_id": reviewer} | told | changes
    return ScoreSigned(**facts)


def test_r06_s25_of_seven_scores_one_highest_and_one_lowest_are_left_out() -> None:
    scores = ["92", "88", "95", "90", "85", "91", "89"]
    result = aggregate(scores)
    assert result.mean == Decimal("90.00")
    assert sorted(people(scores)[one] for one in result.dropped) == [Decimal(85), Decimal(95)]


def test_r06_s25_with_the_lowest_recused_the_mean_is_another() -> None:
    result = aggregate(["92", "88", "95", "90", "91", "89"])
    assert (result.mean, len(result.dropped)) == (Decimal("90.50"), 2)


def test_r06_only_one_of_several_highest_is_left_out() -> None:
    assert aggregate(["90", "90", "90", "80", "80"]).mean == Decimal("86.67")


def test_r06_s27_of_four_scores_none_is_left_out_and_two_do_not_suffice() -> None:
    result = aggregate(["92", "88", "95", "90"])
    assert (result.mean, result.dropped) == (Decimal("91.25"), ())
    with pytest.raises(Conflict, match=r"round\.too_few_reviewers"):
        aggregate(["92", "88"])


def test_x18_s28_means_are_rounded_half_up() -> None:
    scores = ["90.12", "90.13", "90.12", "90.13"]
    assert aggregate(scores).mean == Decimal("90.13")


@pytest.mark.parametrize(("failing", "failed"), [(1, False), (2, True)])
def test_r04_more_than_half_of_the_panel_fails_a_nominee(failing: int, *, failed: bool) -> None:
    assert aggregate(["90", "90", "90"], failing=failing).failed is failed


def test_r04_the_total_is_weighted_and_points_do_not_buy_back_a_failure() -> None:
    assert scoring.total(RULES.rubric, points("90", "80.5")) == Decimal("86.20")
    assert scoring.total(RULES.rubric, points("90", "80.5", passed=False)) == Decimal("86.20")


@pytest.mark.parametrize(
    ("scores", "code"),
    [
        (points("100.1"), "case.points_out_of_range"),
        (points("-0.1"), "case.points_out_of_range"),
        (points("88.55"), "case.one_decimal"),
        (points("88")[:2], "case.criteria_mismatch"),
        ((*points("88"), points("88")[0]), "case.criteria_mismatch"),
        ((*points("88")[:2], CriterionScore(criterion="廉洁", points=Decimal(50))), "case.pass_or_fail"),
    ],
)
def test_r05_a_score_sheet_has_every_criterion_once_in_range_with_one_decimal(
    scores: tuple[CriterionScore, ...], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        scoring.total(RULES.rubric, scores)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("scores", "needed"),
    [
        (points("59.9"), True),
        (points("60"), False),
        (points("94.9"), False),
        (points("95"), True),
        (points("80", passed=False), True),
    ],
)
def test_r05_a_score_under_60_from_95_on_or_a_failure_needs_a_reason(
    scores: tuple[CriterionScore, ...], *, needed: bool
) -> None:
    outcome = given(case.evolve, Case(), OPENED, ASSIGNED).when(
        lambda state: case.sign_score(sign(NOMINATION, REVIEWERS[0], scores, " "), state, ROUND, IN_REVIEW)
    )
    if needed:
        outcome.refuses("case.comment_required")
    else:
        total = scoring.total(RULES.rubric, scores)
        outcome.then(signed(REVIEWERS[0], "0", scores=scores, total=total, comment=" "))


def test_r06_the_last_signature_completes_the_review_with_formula_and_dropped() -> None:
    sheets = [signed(REVIEWERS[0], "90"), signed(REVIEWERS[1], "80")]
    given(case.evolve, Case(), OPENED, ASSIGNED, *sheets).when(
        lambda state: case.sign_score(sign(NOMINATION, REVIEWERS[2], points("70", "75")), state, ROUND, IN_REVIEW)
    ).then(
        signed(REVIEWERS[2], "0", scores=points("70", "75"), total=Decimal("72.00")),
        ScoreAggregated(
            **IDS,
            formula="全部评分平均",
            reviewers=3,
            dropped=(),
            mean=Decimal("80.67"),
            plain_mean=Decimal("80.67"),
            leading_mean=Decimal("80.00"),
            failed=False,
        ),
        ReviewCompleted(**IDS, score=Decimal("80.67"), reviewers=3),
    )


@pytest.mark.parametrize(
    ("events", "reviewer", "day", "code"),
    [
        ([OPENED, ASSIGNED], an_id("reviewer 9"), IN_REVIEW, "case.not_assigned"),
        ([OPENED, ASSIGNED, signed(REVIEWERS[0], "90")], REVIEWERS[0], IN_REVIEW, "case.already_scored"),
        ([OPENED, ASSIGNED], REVIEWERS[0], date(2026, 4, 30), "case.outside_review_phase"),
        ([OPENED, ASSIGNED, CaseWithdrawn(**IDS)], REVIEWERS[0], IN_REVIEW, "case.closed"),
        ([], REVIEWERS[0], IN_REVIEW, "case.not_found"),
    ],
)
def test_r05_only_the_panel_signs_once_within_the_phase(
    events: list[object], reviewer: UUID, day: date, code: str
) -> None:
    given(case.evolve, Case(), *events).when(
        lambda state: case.sign_score(sign(NOMINATION, reviewer, points("80")), state, ROUND, day)
    ).refuses(code)


SUBMITTED = NominationSubmitted(
    **IDS, unit_id=unit(1), rank_in_unit=1, kind=ExemplarKind.EMERGING, frontline=True, words=7
)


def test_a_nomination_opens_one_case_and_its_withdrawal_closes_it_once() -> None:
    given(case.evolve, Case()).when(lambda state: case.open_case(SUBMITTED, state)).then(OPENED)
    given(case.evolve, Case(), OPENED).when(lambda state: case.open_case(SUBMITTED, state)).then()
    withdrawn = NominationWithdrawn(**IDS, unit_id=unit(1))
    given(case.evolve, Case(), OPENED).when(lambda state: case.withdraw(withdrawn, state)).then(CaseWithdrawn(**IDS))
    given(case.evolve, Case(), OPENED, CaseWithdrawn(**IDS)).when(lambda state: case.withdraw(withdrawn, state)).then()


def test_r02_s29_a_reviewer_of_the_nominees_unit_is_recused_with_the_reason() -> None:
    reviewers = {an_id(f"reviewer {number}"): unit(number) for number in range(5)}
    cases = {an_id(f"nomination {number}"): unit(number) for number in range(5)}
    for nomination_id, panel in assignment.draw_panels("种子演示", 3, cases, reviewers).items():
        assert cases[nomination_id] not in {reviewers[one] for one in panel.reviewers}
        assert [(one.reviewer_id, one.reason) for one in panel.recused] == [
            (one, "本单位") for one, of_unit in reviewers.items() if of_unit == cases[nomination_id]
        ]


def test_r02_too_few_reviewers_after_recusal_is_told_with_numbers() -> None:
    reviewers = {an_id(f"reviewer {number}"): unit(1) for number in range(3)}
    with pytest.raises(Conflict) as refused:
        assignment.draw_panels("种子演示", 3, {NOMINATION: unit(1)}, reviewers)
    assert refused.value.code == "round.too_few_reviewers"
    assert "只有 0 名" in refused.value.message


def test_r01_anybody_can_recompute_the_panels_from_the_seed() -> None:
    seed, size = "种子演示", 3
    reviewers = {an_id(f"reviewer {number}"): unit(number) for number in range(7)}
    cases = {an_id(f"nomination {number}"): unit(number % 3) for number in range(10)}
    burden = dict.fromkeys(reviewers, 0)

    def ticket(prefix: str, one: UUID) -> str:
        return hashlib.sha256(f"{prefix}|{one}".encode()).hexdigest()

    expected = {}
    for nomination_id in sorted(cases, key=lambda one: ticket(seed, one)):
        eligible = [one for one in reviewers if reviewers[one] != cases[nomination_id]]
        eligible.sort(key=lambda one: (burden[one], ticket(f"{seed}|{nomination_id}", one)))
        expected[nomination_id] = tuple(sorted(eligible[:size]))
        for one in eligible[:size]:
            burden[one] += 1
    drawn = assignment.draw_panels(seed, size, cases, reviewers)
    assert {nomination_id: panel.reviewers for nomination_id, panel in drawn.items()} == expected
    assert max(burden.values()) - min(burden.values()) <= 1


def test_r02_anybody_can_recompute_who_takes_a_reviewers_place() -> None:
    seed, leaving = "种子演示", an_id("reviewer 0")
    eligible = [an_id(f"reviewer {number}") for number in range(1, 9)]
    burden = Counter({one: 2 + number // 4 for number, one in enumerate(eligible)})
    for number in range(20):
        nomination_id = an_id(f"nomination {number}")
        expected = min(
            (one for one in eligible if burden[one] == 2),
            key=lambda one: hashlib.sha256(f"{seed}|{nomination_id}|{leaving}|{one}".encode()).hexdigest(),
        )
        assert assignment.draw_successor(seed, nomination_id, leaving, eligible, burden) == expected


OBJECTION = an_id("objection")
RAISE = RaiseObjection(
    objection_id=OBJECTION,
    nomination_id=NOMINATION,
    objector=ObjectorKind.INDIVIDUAL,
    name="钱演示",
    contact="000-0000",
    content="演示异议内容",
)
FILED = ObjectionFiled(
    objection_id=OBJECTION,
    nomination_id=NOMINATION,
    objector=ObjectorKind.INDIVIDUAL,
    name="钱演示",
    contact="000-0000",
    content="演示异议内容",
)
RAISED = ObjectionRaised(objection_id=OBJECTION, **IDS)


def ruled(*, upheld: bool) -> ObjectionRuled:
    return ObjectionRuled(objection_id=OBJECTION, **IDS, upheld=upheld)


def test_r17_r19_an_objection_is_filed_and_its_publication_names_nobody() -> None:
    given(case.evolve, Case(), OPENED).when(lambda state: case.raise_objection(RAISE, state, ON_NOTICE)).then(
        FILED, RAISED
    )


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (replace(RAISE, contact=" "), "objection.no_contact"),
        (replace(RAISE, name=""), "objection.no_contact"),
        (replace(RAISE, objector=ObjectorKind.UNIT, name="", contact="000-0000"), "objection.no_contact"),
    ],
)
def test_r17_who_objects_gives_name_and_an_individual_a_contact(command: RaiseObjection, code: str) -> None:
    given(case.evolve, Case(), OPENED).when(lambda state: case.raise_objection(command, state, ON_NOTICE)).refuses(code)


def test_r17_objections_are_taken_only_against_a_name_on_notice_and_once_under_a_number() -> None:
    opened = given(case.evolve, Case(), OPENED)
    opened.when(lambda state: case.raise_objection(RAISE, state, ROUND)).refuses("objection.not_on_notice")
    given(case.evolve, Case(), OPENED, FILED, RAISED, ruled(upheld=False)).when(
        lambda state: case.raise_objection(RAISE, state, ON_NOTICE)
    ).refuses("objection.already_raised")


def test_r17_an_objection_is_ruled_once() -> None:
    command = RuleObjection(nomination_id=NOMINATION, objection_id=OBJECTION, upheld=True, reason="演示理由")
    given(case.evolve, Case(), OPENED, FILED, RAISED).when(lambda state: case.rule_objection(command, state)).then(
        RulingReasoned(objection_id=OBJECTION, nomination_id=NOMINATION, reason="演示理由"), ruled(upheld=True)
    )
    given(case.evolve, Case(), OPENED, FILED, RAISED, ruled(upheld=True)).when(
        lambda state: case.rule_objection(command, state)
    ).refuses("objection.ruled")
    given(case.evolve, Case(), OPENED).when(lambda state: case.rule_objection(command, state)).refuses(
        "objection.not_found"
    )


LAPSED = AwardLapsed(**IDS, code="case.withdrawn", facts={})
AWARD = AwardDecided(**IDS, unit_id=unit(1), tier="一等奖", score=Decimal("90.00"), decided_on=date(2026, 6, 9))


@pytest.mark.parametrize(
    ("events", "decided"),
    [
        ([], [AWARD]),
        ([RAISED], [AwardDeferred(**IDS, code="objection.open", facts={"count": "1"})]),
        ([RAISED, ruled(upheld=False)], [AWARD]),
        ([RAISED, ruled(upheld=True)], [AwardWithheld(**IDS, tier="一等奖")]),
        ([CaseWithdrawn(**IDS)], [LAPSED]),
        ([RAISED, CaseWithdrawn(**IDS)], [LAPSED]),
        ([CaseWithdrawn(**IDS), LAPSED], []),
        ([AWARD], []),
    ],
)
def test_r16_s42_an_open_objection_defers_the_award_an_upheld_one_withholds_it(
    events: list[object], decided: list[object]
) -> None:
    given(case.evolve, Case(), OPENED, *events).when(
        lambda state: case.decide_award(ENTRY, state, date(2026, 6, 9))
    ).then(*decided)
