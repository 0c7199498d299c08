"""One function per command: load, decide, append."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID, uuid5

from sqlalchemy import func, select

from contracts.errors import SENTENCES, Conflict
from contracts.nomination import (
    CloseNominations,
    DeclineToNominate,
    ErasePersonalData,
    HoldGround,
    ImportNominations,
    ImportReport,
    NominationWithdrawn,
    OpenSeason,
    PersonalDataErased,
    RegisterUnit,
    RowVerdict,
    SubmitNomination,
    WithdrawNomination,
)
from contracts.review import ShortlistFixed
from eventlog.event import Provenance
from eventlog.log import Appended, Transaction
from eventlog.stream import StreamName
from services.nomination.domain import custody, nomination, season, unit
from services.nomination.events import (
    ImportRefused,
    LegalHoldLifted,
    LegalHoldPlaced,
    NominationFiled,
    NomineeReleased,
    NomineeReserved,
    PlaceReturned,
    PlaceTaken,
    SelectionMade,
)
from services.nomination.store import NOMINATION, NOMINEE, SUBMITTED
from standards.names import read_name
from standards.refusal import Refusal
from standards.working_days import BEIJING


def open_season(command: OpenSeason, tx: Transaction, by: Provenance) -> Appended:
    stream = StreamName("season", command.season_id)
    return tx.decide(stream, season.evolve, season.Season(), lambda state: season.open_season(command, state), by)


def close_nominations(command: CloseNominations, tx: Transaction, by: Provenance) -> Appended:
    query = select(func.count()).where(
        NOMINATION.c.season_id == str(command.season_id), NOMINATION.c.state == SUBMITTED
    )
    submitted = tx.connection.execute(query).scalar_one()
    return tx.decide(
        StreamName("season", command.season_id),
        season.evolve,
        season.Season(),
        lambda state: season.close_nominations(command, state, submitted),
        by,
    )


def register_unit(command: RegisterUnit, tx: Transaction, by: Provenance) -> Appended:
    stream = StreamName("unit", command.unit_id)
    return tx.decide(stream, unit.evolve_unit, unit.Unit(), lambda state: unit.register_unit(command, state), by)


def decline_to_nominate(command: DeclineToNominate, tx: Transaction, by: Provenance) -> Appended:
    the_season, _ = tx.load(StreamName("season", command.season_id), season.evolve, season.Season())
    registered, _ = tx.load(StreamName("unit", command.unit_id), unit.evolve_unit, unit.Unit())
    return tx.decide(
        _participation(command.season_id, command.unit_id),
        unit.evolve_participation,
        unit.Participation(),
        lambda state: unit.decline_to_nominate(command, state, registered, the_season),
        by,
    )


def submit_nomination(command: SubmitNomination, tx: Transaction, by: Provenance) -> Appended:
    circumstances = _circumstances(command, tx, by)
    appended = tx.decide(
        StreamName("nomination", command.nomination_id),
        nomination.evolve,
        nomination.Nomination(),
        lambda state: nomination.submit(command, state, circumstances),
        by,
    )
    filed = appended.events[0].data
    if appended.duplicate or not isinstance(filed, NominationFiled):
        return appended
    ids = {"nomination_id": filed.nomination_id, "season_id": filed.season_id, "unit_id": filed.unit_id}
    tx.extend(_participation(filed.season_id, filed.unit_id), PlaceTaken(**ids), by.derived("place"))
    taken = NomineeReserved(nomination_id=filed.nomination_id)
    tx.extend(StreamName("nominee", filed.nominee_id), taken, by.derived("nominee"))
    return appended


def withdraw_nomination(command: WithdrawNomination, tx: Transaction, by: Provenance) -> Appended:
    def decision(state: nomination.Nomination) -> Sequence[object]:
        withdrawn = nomination.withdraw(command, state)
        kept, _ = tx.load(_custody(command.nomination_id), custody.evolve, custody.Custody())
        custody.check_withdrawable(kept)
        return withdrawn

    stream = StreamName("nomination", command.nomination_id)
    appended = tx.decide(stream, nomination.evolve, nomination.Nomination(), decision, by)
    withdrawn = appended.events[-1].data
    if appended.duplicate or not isinstance(withdrawn, NominationWithdrawn):
        return appended
    ids = {"nomination_id": command.nomination_id, "season_id": withdrawn.season_id, "unit_id": withdrawn.unit_id}
    tx.extend(_participation(withdrawn.season_id, withdrawn.unit_id), PlaceReturned(**ids), by.derived("place"))
    state, _ = tx.load(stream, nomination.evolve, nomination.Nomination())
    released = NomineeReleased(nomination_id=command.nomination_id)
    assert state.nominee_id is not None, "submitted before it was withdrawn"
    tx.extend(StreamName("nominee", state.nominee_id), released, by.derived("nominee"))
    return appended


def erase_personal_data(command: ErasePersonalData, tx: Transaction, by: Provenance) -> Appended:
    stream = StreamName("nomination", command.nomination_id)
    the_nomination, _ = tx.load(stream, nomination.evolve, nomination.Nomination())
    made = custody.Selection()
    if the_nomination.submitted is not None:
        of_season = StreamName("selection", the_nomination.submitted.season_id)
        made, _ = tx.load(of_season, custody.evolve_selection, made)
    appended = tx.decide(
        _custody(command.nomination_id),
        custody.evolve,
        custody.Custody(),
        lambda state: custody.erase(command, state, the_nomination, made),
        by,
    )
    if not appended.duplicate and isinstance(appended.events[0].data, PersonalDataErased):
        tx.erase(command.nomination_id)
    return appended


def note_shortlist(fixed: ShortlistFixed, tx: Transaction, by: Provenance) -> None:
    tx.extend(StreamName("selection", fixed.season_id), SelectionMade(season_id=fixed.season_id), by)
    for entry in fixed.entries:
        place_hold(entry.nomination_id, HoldGround.SHORTLISTED, tx, by.derived(str(entry.nomination_id)))


def place_hold(nomination_id: UUID, ground: HoldGround, tx: Transaction, by: Provenance) -> None:
    tx.extend(_custody(nomination_id), LegalHoldPlaced(nomination_id=nomination_id, ground=ground), by)


def lift_hold(nomination_id: UUID, ground: HoldGround, tx: Transaction, by: Provenance) -> None:
    tx.extend(_custody(nomination_id), LegalHoldLifted(nomination_id=nomination_id, ground=ground), by)


def import_nominations(command: ImportNominations, tx: Transaction, by: Provenance) -> ImportReport:
    """Every row or none. A workbook with a fault is turned back with all its faults, and that is recorded."""
    rows = [
        SubmitNomination(
            nomination_id=uuid5(by.command_id, f"row {number}"),
            season_id=command.season_id,
            unit_id=command.unit_id,
            form=form,
        )
        for number, form in enumerate(command.rows)
    ]
    verdicts = _verdicts(rows, tx, by)
    faulty = [verdict.code for verdict in verdicts if verdict.code is not None]
    if not faulty and not command.dry_run and tx.outcome(by) is not None:
        # Turned back once, this key stays turned back, even though what was in the way has gone since.
        raise Conflict("nomination.import_refused")
    if faulty and not command.dry_run:
        refused = ImportRefused(
            season_id=command.season_id, unit_id=command.unit_id, rows=len(rows), reasons=Counter(faulty)
        )
        tx.extend(StreamName("import", by.command_id), refused, by)
    if not faulty and not command.dry_run:
        for number, row in enumerate(rows):
            submit_nomination(row, tx, by.derived(f"row {number}"))
    submitted = 0 if faulty or command.dry_run else len(rows)
    return ImportReport(dry_run=command.dry_run, submitted=submitted, verdicts=tuple(verdicts))


def _verdicts(rows: Sequence[SubmitNomination], tx: Transaction, by: Provenance) -> list[RowVerdict]:
    """What would become of each row, with the rows before it counted in."""
    if rows and tx.outcome(by.derived("row 0")) is not None:
        return [_good(number, row) for number, row in enumerate(rows)]  # submitted before, whole
    seen: set[str] = set()
    verdicts: list[RowVerdict] = []
    for number, row in enumerate(rows):
        circumstances = _circumstances(row, tx, by)
        places = circumstances.participation.places_taken + number
        faults = nomination.faults_in_import(row.form, circumstances, places, seen)
        found = [*_unfit_name(number, row), *(_verdict(number, row, fault) for fault in faults)]
        verdicts += found or [_good(number, row)]
        seen.add(nomination.identity_of(row.form))
    return verdicts


def _good(number: int, row: SubmitNomination) -> RowVerdict:
    return RowVerdict(row=number, nomination_id=row.nomination_id, code=None, message=None, pointer=None)


def _unfit_name(number: int, row: SubmitNomination) -> Iterator[RowVerdict]:
    try:
        read_name(row.form.name)
    except Refusal as unfit:
        yield RowVerdict(
            row=number, nomination_id=row.nomination_id, code=unfit.code, message=unfit.message, pointer="name"
        )


def _verdict(number: int, row: SubmitNomination, fault: nomination.Fault) -> RowVerdict:
    return RowVerdict(
        row=number,
        nomination_id=row.nomination_id,
        code=fault.code,
        message=SENTENCES[fault.code].format(**fault.facts),
        pointer=fault.pointer,
    )


def _circumstances(command: SubmitNomination, tx: Transaction, by: Provenance) -> nomination.Circumstances:
    of_season, of_unit = StreamName("season", command.season_id), StreamName("unit", command.unit_id)
    of_participation = _participation(command.season_id, command.unit_id)
    nominee_id = _known_nominee(tx, command) or uuid5(by.command_id, "nominee")
    of_nominee = StreamName("nominee", nominee_id)
    tx.fetch(of_season, of_unit, of_participation, of_nominee, StreamName("nomination", command.nomination_id))
    return nomination.Circumstances(
        season=tx.load(of_season, season.evolve, season.Season())[0],
        unit=tx.load(of_unit, unit.evolve_unit, unit.Unit())[0],
        participation=tx.load(of_participation, unit.evolve_participation, unit.Participation())[0],
        nominee_id=nominee_id,
        nominee=tx.load(of_nominee, nomination.evolve_nominee, nomination.Nominee())[0],
        today=by.occurred_at.astimezone(BEIJING).date(),
    )


def _custody(nomination_id: UUID) -> StreamName:
    return StreamName("custody", nomination_id)


def _participation(season_id: UUID, unit_id: UUID) -> StreamName:
    return StreamName("participation", uuid5(season_id, str(unit_id)))


def _known_nominee(tx: Transaction, command: SubmitNomination) -> UUID | None:
    """Whom the season's earlier nominations of the same person (N-15) named; erased ones are forgotten."""
    query = select(NOMINEE.c.nominee_id).where(
        NOMINEE.c.season_id == str(command.season_id), NOMINEE.c.identity == nomination.identity_of(command.form)
    )
    found = tx.connection.execute(query).scalar_one_or_none()
    return None if found is None else UUID(found)
