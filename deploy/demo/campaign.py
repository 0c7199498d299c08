"""A whole season of the made-up county, played through the gateway as its people would.

Every step has a key of its own that depends on the seed alone. A run that was interrupted is repeated from the stage
it stopped in: what was done already answers as it did, and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from contracts.nomination import NominationForm, PhaseName
from deploy.clock import CampaignClock
from deploy.demo import people
from deploy.demo.cast import LEADER, OFFICE, PASSWORD, Cast, comment_on, unit_account
from deploy.demo.client import Caller, Refused
from deploy.demo.county import UNITS, Unit
from deploy.demo.faults import faulty_rows
from deploy.demo.plan import Plan
from deploy.demo.refusals import Refusals, told_by
from deploy.demo.scores import criterion_scores
from deploy.demo.visits import visit
from deploy.waiting import until
from eventlog.codec import to_json
from gateway.workbook import cells_of, write_template
from standards.working_days import BEIJING, Calendar

STAGES = ("nomination", "review", "notice", "publicity", "inspection")
WAIT_SECONDS = 300.0
FAULTS_A_UNIT = 4
SEED_SOURCE = "云岭县体育彩票演示摇号 2026 年第 195 期号码（演示，于公布名单池次日产生）"

Report = Callable[[str, int, int], None]
"""(what is being done, so many, of so many)"""


@dataclass
class Campaign:
    """``threads``: how many people work at the same time; the outcome does not depend on it."""

    base_url: str
    cast: Cast
    plan: Plan
    clock: CampaignClock
    refusals: Refusals
    report: Report
    threads: int

    def __post_init__(self) -> None:
        self.office = self.caller(OFFICE)
        self.season_id = self.cast.season_id
        self._season = f"/seasons/{self.season_id}"

    def caller(self, account: str) -> Caller:
        return Caller(self.base_url, account, PASSWORD)

    def run(self, last: str) -> None:
        for stage in STAGES[: STAGES.index(last) + 1]:
            if not self._is_done(stage):
                getattr(self, f"play_{stage}")()

    def play_nomination(self) -> None:
        self._at(self._phase(PhaseName.MOBILISATION)[0])
        self.office.post("/seasons", self._season_body(), self.cast.key("season"))
        for done, unit in enumerate(UNITS, start=1):
            body = {"name": unit.name, "sector": unit.sector, "level": unit.level}
            self.office.post("/units", body, self.cast.key(f"unit {unit.code}"))
            self.report("登记单位", done, len(UNITS))
        for done, (day, unit) in enumerate(self._in_order(), start=1):
            self._at(day, hour=10)
            self._nominate(unit)
            self.report("各单位报送推荐", done, len(UNITS))
        self._at(self._phase(PhaseName.NOMINATION)[1], hour=18)
        self.office.post(f"{self._season}/nominations/closing", {}, self.cast.key("closing"))
        self._wait("评审收齐材料", lambda: self._round()["state"] == "待分派")

    def play_review(self) -> None:
        first, last = self._phase(PhaseName.REVIEW)
        self._at(first)
        for done, reviewer in enumerate(self.cast.reviewers, start=1):
            body = {"name": reviewer.name, "unit_id": str(self.cast.unit_id(reviewer.unit))}
            self.office.post("/reviewers", body, self.cast.key(f"reviewer {reviewer.person_id}"))
            self.report("评委入库", done, len(self.cast.reviewers))
        body = {"seed": f"云岭县评委抽取公开种子 {self.cast.seed}"}
        self.office.post(f"{self._season}/assignments", body, self.cast.key("assignments"))
        self._score(list(_working_days(first + timedelta(days=1), last)))
        self._at(last, hour=17)
        self.office.post(f"{self._season}/shortlist", {}, self.cast.key("shortlist"))
        self._wait("公示名单拟好", lambda: self._notice()["state"] != "未到")

    def play_notice(self) -> None:
        self._at(self._phase(PhaseName.NOTICE)[0])
        self.office.post(f"{self._season}/notice", {}, self.cast.key("notice"))
        self._wait("评审得知公示", lambda: self._round()["state"] == "公示中")
        self._object()

    def play_publicity(self) -> None:
        ends_at = datetime.fromisoformat(self._notice()["ends_at"])
        self.clock.stand_at(ends_at + timedelta(hours=1))
        self._wait("公示办结", lambda: self._notice()["state"] == "已办结")
        self._wait("作出表彰决定", lambda: self._round()["state"] == "公示已满")
        awards = self._round()["awards"]
        exemplars = f"{self._season}/exemplars"
        self._wait("榜样发布", lambda: len(self.office.get(exemplars)["rows"]) == awards)
        follow_ups = awards * len(self.plan.season.rules.follow_up_months)
        path = f"{self._season}/follow-ups"
        self._wait("排定回访", lambda: len(self.office.get(path)["rows"]) == follow_ups)

    def play_inspection(self) -> None:
        self._at(self.plan.draw_on - timedelta(days=1))
        for inspector in self.cast.inspectors:
            body = {"name": inspector.name, "unit_id": str(self.cast.unit_id(inspector.unit))}
            self.office.post("/inspectors", body, self.cast.key(f"inspector {inspector.person_id}"))
        self.office.post(f"{self._season}/pool", {"seed_source": SEED_SOURCE}, self.cast.key("pool"))
        self._at(self.plan.draw_on, hour=15)
        self.office.post(f"{self._season}/draw", {"seed": self.cast.public_seed}, self.cast.key("draw"))
        self._visit(self.office.get(f"{self._season}/inspections")["rows"])

    def _in_order(self) -> list[tuple[date, Unit]]:
        """Every unit submits the day after it last met over its nominees."""
        first, _ = self._phase(PhaseName.NOMINATION)
        days = []
        for unit in UNITS:
            met = [form.decided_on for form in self._forms(unit) if form.decided_on is not None]
            days.append((max(met, default=first) + timedelta(days=1), unit))
        return sorted(days, key=lambda one: one[0])

    def _nominate(self, unit: Unit) -> None:
        caller = self.caller(unit_account(unit))
        path = f"{self._season}/units/{self.cast.unit_id(unit)}"
        if unit.code in people.DECLINING_UNITS:
            caller.post(f"{path}/declination", {}, self.cast.key(f"decline {unit.code}"))
            return
        forms = self._forms(unit)
        self._try_faulty_rows(caller, unit, forms)
        workbook = self._workbook([cells_of(form) for form in forms])
        caller.upload(f"{path}/imports", workbook, self.cast.key(f"check {unit.code}"), dry_run=True)
        caller.upload(f"{path}/imports", workbook, self.cast.key(f"import {unit.code}"), dry_run=False)

    def _try_faulty_rows(self, caller: Caller, unit: Unit, forms: Sequence[NominationForm]) -> None:
        """A few units first send what cannot be right, each a workbook of faulty rows behind one good row."""
        turn = self._faulty_units().get(unit.code)
        if turn is None:
            return
        taken = self._forms(self._nominating()[0])[0]
        rows = faulty_rows(forms, taken)[turn * FAULTS_A_UNIT : (turn + 1) * FAULTS_A_UNIT]
        workbook = self._workbook([cells_of(forms[0]), *(row.cells for row in rows)])
        path = f"{self._season}/units/{self.cast.unit_id(unit)}/imports"
        try:
            answer = caller.upload(path, workbook, self.cast.key(f"faulty {unit.code}"), dry_run=False)
        except Refused as refused:
            answer = dict(refused.problem)
        self.refusals.keep(unit.code, told_by(answer, rows, before=1))

    def _faulty_units(self) -> dict[str, int]:
        """The last units to submit, numbered: one of them repeats a person the first has nominated."""
        count = -(-len(faulty_rows(self._forms(UNITS[0]), self._forms(UNITS[0])[0])) // FAULTS_A_UNIT)
        return {unit.code: turn for turn, unit in enumerate(self._nominating()[-count:])}

    def _nominating(self) -> list[Unit]:
        return [unit for _, unit in self._in_order() if unit.code not in people.DECLINING_UNITS]

    def _workbook(self, rows: Sequence[Mapping[str, str]]) -> bytes:
        return write_template(self.season_id, self.plan.season.name, rows)

    def _forms(self, unit: Unit) -> list[NominationForm]:
        return [one.form for one in self.cast.nominees if one.unit.code == unit.code]

    def _score(self, days: Sequence[date]) -> None:
        merits = self._merits()
        queues = {
            reviewer: [row["nomination_id"] for row in self._own_cases(reviewer)] for reviewer in self.cast.reviewers
        }
        total = sum(len(queue) for queue in queues.values())
        done = 0
        with ThreadPoolExecutor(self.threads) as pool:
            for number, day in enumerate(days):
                self._at(day, hour=16)
                shares = [
                    (reviewer, queue[len(queue) * number // len(days) : len(queue) * (number + 1) // len(days)])
                    for reviewer, queue in queues.items()
                ]
                for signed in pool.map(lambda share: self._sign(share[0], share[1], merits), shares):
                    done += signed
                    self.report("评委评分", done, total)

    def _sign(self, reviewer: people.Official, cases: Sequence[str], merits: Mapping[str, float]) -> int:
        caller = self.caller(self.cast.account_of(self.cast.reviewer_id(reviewer)))
        for case in cases:
            rubric = self.plan.season.rules.rubric
            scores = criterion_scores(self.cast.seed, reviewer.person_id, UUID(case), merits[case], rubric)
            body = {"scores": to_json(scores), "comment": comment_on(scores)}
            caller.post(f"/cases/{case}/scores", body, self.cast.key(f"score {reviewer.person_id} {case}"))
        return len(cases)

    def _object(self) -> None:
        """One named objection, ruled unfounded before the notice ends."""
        case = self._notice()["entries"][4]["nomination_id"]
        body = {
            "objector": "个人", "name": "演示人物己", "contact": "000-0000006（演示）",
            "content": "反映事迹材料中的数字与实际不符，请核实。（演示）",
        }  # fmt: skip
        days = list(_working_days(*self._phase(PhaseName.NOTICE)))
        self._at(days[2], hour=11)
        self.office.post(f"/cases/{case}/objections", body, self.cast.key("objection"))
        self._at(days[4], hour=15)
        ruling = {"upheld": False, "reason": "经查阅台账并走访，材料所列数字属实。（演示）"}
        path = f"/cases/{case}/objections/{self.cast.objection_id}/ruling"
        self.caller(LEADER).post(path, ruling, self.cast.key("ruling"))

    def _visit(self, inspections: Sequence[Mapping[str, Any]]) -> None:
        days = list(_working_days(self.plan.draw_on + timedelta(days=5), self.plan.draw_on + timedelta(days=40)))
        for done, inspection in enumerate(inspections, start=1):
            self._at(days[done - 1], hour=16)
            caller = self.caller(self.cast.account_of(UUID(inspection["inspectors"][0])))
            found = visit(self.cast.seed, inspection["inspection_id"], days[done - 1])
            path = f"/inspections/{inspection['inspection_id']}"
            for number, finding in enumerate(found.findings):
                key = self.cast.key(f"finding {inspection['inspection_id']} {number}")
                caller.post(f"{path}/findings", finding, key)
            caller.post(f"{path}/report", found.report, self.cast.key(f"report {inspection['inspection_id']}"))
            self.report("现场检查", done, len(inspections))

    def _season_body(self) -> dict[str, Any]:
        whole: dict[str, Any] = to_json(self.plan.season)
        del whole["season_id"]  # the gateway names it
        return whole

    def _merits(self) -> dict[str, float]:
        """By nomination id; the list of nominations says which id a person got."""
        by_form = {(one.form.name, one.form.workplace, one.form.title): one.merit for one in self.cast.nominees}
        rows = self.office.pages(f"{self._season}/nominations")
        return {row["nomination_id"]: by_form[row["name"], row["workplace"], row["title"]] for row in rows}

    def _own_cases(self, reviewer: people.Official) -> list[dict[str, Any]]:
        return self.caller(self.cast.account_of(self.cast.reviewer_id(reviewer))).pages(f"{self._season}/cases")

    def _round(self) -> dict[str, Any]:
        return self.office.get(f"{self._season}/round")

    def _notice(self) -> dict[str, Any]:
        return self.office.get(f"{self._season}/notice")

    def _is_done(self, stage: str) -> bool:
        seasons = {row["season_id"]: row for row in self.office.get("/seasons")["rows"]}
        season = seasons.get(str(self.season_id))
        if season is None or season["nominations_open"]:
            return False
        state: str = self._round()["state"]
        match stage:
            case "nomination":
                return state != "推荐中"
            case "review":
                return str(self._notice()["state"]) != "未到"
            case "notice":
                return state in ("公示中", "公示已满") and self._objection_ruled()
            case "publicity":
                shown = len(self.office.get(f"{self._season}/exemplars")["rows"])
                return state == "公示已满" and shown == int(self._round()["awards"]) > 0
        rows = self.office.get(f"{self._season}/inspections")["rows"]
        return bool(rows) and all(row["state"] == "已出结果" for row in rows)

    def _objection_ruled(self) -> bool:
        case = self.office.get(f"/cases/{self._notice()['entries'][4]['nomination_id']}")
        return bool(case["objections"]) and int(case["row"]["open_objections"]) == 0

    def _phase(self, name: PhaseName) -> tuple[date, date]:
        phase = next(phase for phase in self.plan.season.phases if phase.name is name)
        return phase.starts_on, phase.ends_on

    def _at(self, day: date, hour: int = 9) -> None:
        self.clock.stand_at(datetime.combine(day, time(hour), BEIJING))

    def _wait(self, what: str, condition: Callable[[], bool]) -> None:
        self.report(what, 0, 1)
        until(condition, WAIT_SECONDS, what)
        self.report(what, 1, 1)


def _working_days(first: date, last: date) -> Iterator[date]:
    calendar = Calendar()
    day = first
    while day <= last:
        if calendar.is_working_day(day):
            yield day
        day += timedelta(days=1)
