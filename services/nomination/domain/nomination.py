"""A nomination: submitted once, withdrawn at most once. Every reason to refuse one is here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from contracts.errors import Conflict
from contracts.nomination import (
    ExemplarKind,
    NominationForm,
    NominationSubmitted,
    NominationWithdrawn,
    SubmitNomination,
    WithdrawNomination,
)
from services.nomination.domain.season import Season, outside_nomination_phase
from services.nomination.domain.unit import Participation, Unit
from services.nomination.events import (
    NominationFiled,
    NominationRefused,
    NomineeReleased,
    NomineeReserved,
    WithdrawalReasoned,
)
from standards.ethnicity import ETHNICITIES
from standards.names import read_name, search_key
from standards.word_count import count_words

LEAST_AGE_YEARS = 16
EARLIEST_BIRTH_YEAR = 1900


@dataclass(frozen=True)
class Nomination:
    nominee_id: UUID | None = None
    submitted: NominationSubmitted | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class Nominee:
    """One person in one season."""

    reserved_by: object = None


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What else a submission depends on."""

    season: Season
    unit: Unit
    participation: Participation
    nominee_id: UUID
    nominee: Nominee
    today: date


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One reason to refuse: ``pointer`` names the field of the form, if it is one field's."""

    code: str
    facts: dict[str, str]
    pointer: str | None = None


def evolve(state: Nomination, event: object) -> Nomination:
    match event:
        case NominationFiled():
            return Nomination(nominee_id=event.nominee_id)
        case NominationSubmitted():
            return replace(state, submitted=event)
        case NominationWithdrawn():
            return replace(state, withdrawn=True)
    return state


def evolve_nominee(state: Nominee, event: object) -> Nominee:
    match event:
        case NomineeReserved():
            return Nominee(reserved_by=event.nomination_id)
        case NomineeReleased():
            return Nominee()
    return state


def submit(command: SubmitNomination, state: Nomination, circumstances: Circumstances) -> Sequence[object]:
    if state.submitted is not None:
        raise Conflict("nomination.already_submitted")
    ids = {"nomination_id": command.nomination_id, "season_id": command.season_id, "unit_id": command.unit_id}
    for fault in faults(command.form, circumstances):
        return [NominationRefused(**ids, code=fault.code, facts=fault.facts)]
    name = read_name(command.form.name)
    form = replace(command.form, name=name.text)
    kind = ExemplarKind.ESTABLISHED if form.honours else ExemplarKind.EMERGING
    words = count_words(form.deeds).words
    return [
        NominationFiled(
            **ids,
            nominee_id=circumstances.nominee_id,
            identity=identity_of(form),
            form=form,
            name_as_typed=name.raw,
            name_notes=name.notes,
            kind=kind,
            words=words,
        ),
        NominationSubmitted(**ids, rank_in_unit=form.rank_in_unit, kind=kind, frontline=form.frontline, words=words),
    ]


def withdraw(command: WithdrawNomination, state: Nomination) -> Sequence[object]:
    if state.submitted is None:
        raise Conflict("nomination.not_found")
    if state.withdrawn:
        raise Conflict("nomination.withdrawn")
    if state.submitted.unit_id != command.unit_id:
        raise Conflict("nomination.not_found")
    return [
        WithdrawalReasoned(nomination_id=command.nomination_id, reason=command.reason),
        NominationWithdrawn(
            nomination_id=command.nomination_id,
            season_id=state.submitted.season_id,
            unit_id=state.submitted.unit_id,
        ),
    ]


def identity_of(form: NominationForm) -> str:
    """What makes two forms speak of one person (N-15): folded name, birth month, workplace."""
    return "|".join((search_key(form.name), form.birth_month, search_key(form.workplace)))


def faults_in_import(
    form: NominationForm, circumstances: Circumstances, places_taken: int, in_this_import: Collection[str]
) -> Iterator[Fault]:
    """All reasons to refuse a row, with the rows before it in the same workbook counted in."""
    if identity_of(form) in in_this_import:
        yield Fault(code="nomination.duplicate", facts={}, pointer="name")
    participation = replace(circumstances.participation, places_taken=places_taken)
    yield from faults(form, replace(circumstances, participation=participation))


def faults(form: NominationForm, circumstances: Circumstances) -> Iterator[Fault]:
    """All reasons to refuse, the gravest first."""
    if not circumstances.unit.registered:
        yield Fault(code="unit.not_found", facts={})
    if (closed := outside_nomination_phase(circumstances.season, circumstances.today)) is not None:
        yield Fault(code=closed[0], facts=closed[1])
    if circumstances.participation.declined:
        yield Fault(code="nomination.unit_declined", facts={})
    quota = circumstances.season.rules.unit_quota
    if circumstances.participation.places_taken >= quota:
        yield Fault(code="nomination.over_quota", facts={"quota": str(quota)})
    if circumstances.nominee.reserved_by is not None:
        yield Fault(code="nomination.duplicate", facts={}, pointer="name")
    yield from _faults_of_text(form, circumstances.season.rules.word_limit)
    yield from _faults_of_facts(form, circumstances.today)


def _faults_of_text(form: NominationForm, limit: int) -> Iterator[Fault]:
    counted = count_words(form.deeds)
    if counted.words > limit:
        facts = {"words": counted.words, "han": counted.han, "characters": counted.characters, "limit": limit}
        yield Fault(
            code="nomination.too_many_words",
            facts={name: str(number) for name, number in facts.items()},
            pointer="deeds",
        )


def _faults_of_facts(form: NominationForm, today: date) -> Iterator[Fault]:
    if form.ethnicity not in ETHNICITIES:
        yield Fault(code="nomination.unknown_ethnicity", facts={}, pointer="ethnicity")
    if not form.acknowledged:
        yield Fault(code="nomination.no_acknowledgement", facts={}, pointer="acknowledged")
    if form.decided_on is None:
        yield Fault(code="nomination.no_unit_decision", facts={}, pointer="decided_on")
    elif form.decided_on > today:
        yield Fault(
            code="nomination.decision_in_future",
            facts={"decided_on": form.decided_on.isoformat()},
            pointer="decided_on",
        )
    born = date(int(form.birth_month[:4]), int(form.birth_month[5:]), 1)
    if born.year < EARLIEST_BIRTH_YEAR or today < born.replace(year=born.year + LEAST_AGE_YEARS):
        yield Fault(code="nomination.born_too_late", facts={}, pointer="birth_month")
    for honour in form.honours:
        if honour.awarded_on > today:
            yield Fault(
                code="nomination.honour_in_future",
                facts={"awarded_on": honour.awarded_on.isoformat()},
                pointer="honours",
            )
