"""A season stands on a legal basis, and its rules are the same for everybody (N-01 to N-06, X-20)."""

from __future__ import annotations

from itertools import pairwise

from audit.records import Records
from audit.rules.rule import Found, rule
from contracts.nomination import LegalBasis, PhaseName, SeasonOpened
from services.inspection.events import DrawPlanned
from services.nomination.events import SeasonRefused
from services.publicity.events import NoticePlanned
from services.review.events import RoundOpened

RESERVED = ("国家", "中国", "中华", "全国", "亚洲", "全球", "世界")
LONGEST_PROJECT_NAME = 25
WHOLE = 100
LEAST_TRIMMED = 5


@rule("N-01", "每一届都有立项依据，县级活动不以单位内部奖励为依据")
def legal_basis(records: Records) -> Found:
    for event, opened in records.of(SeasonOpened):
        if opened.basis.kind is LegalBasis.INTERNAL_AWARD:
            yield event, "以“单位内部奖励”（B）为依据（N-02）"
        if not opened.basis.document_number.strip() or not opened.basis.approved_by.strip():
            yield event, "立项依据没有文号或批准机关"


@rule("N-03", "项目名称不超过 25 字，活动与项目名称不含须经批准的字样")
def project_name(records: Records) -> Found:
    for event, opened in records.of(SeasonOpened):
        if len(opened.basis.project_name) > LONGEST_PROJECT_NAME:
            yield event, f"项目名称有 {len(opened.basis.project_name)} 字"
        for word in RESERVED:
            if word in opened.name or word in opened.basis.project_name:
                yield event, f"名称含有“{word}”（N-04）"


@rule("N-06", "各阶段先后有序，推荐与公示都在其中")
def phases_in_order(records: Records) -> Found:
    for event, opened in records.of(SeasonOpened):
        for phase in opened.phases:
            if phase.ends_on < phase.starts_on:
                yield event, f"“{phase.name.value}”阶段止于开始之前"
        for earlier, later in pairwise(opened.phases):
            if later.starts_on < earlier.starts_on:
                yield event, f"“{later.name.value}”阶段早于“{earlier.name.value}”"
        for needed in (PhaseName.NOMINATION, PhaseName.NOTICE):
            if needed not in {phase.name for phase in opened.phases}:
                yield event, f"没有“{needed.value}”阶段"


@rule("R-04", "评分细则的权重合计 100")
def weights(records: Records) -> Found:
    for event, opened in records.of(SeasonOpened):
        if (told := sum(criterion.weight for criterion in opened.rules.rubric)) != WHOLE:
            yield event, f"权重合计 {told}"


@rule("R-04", "否决项没有权重")
def pass_fail_weighs_nothing(records: Records) -> Found:
    for event, opened in records.of(SeasonOpened):
        for criterion in opened.rules.rubric:
            if criterion.pass_fail and criterion.weight:
                yield event, f"否决项“{criterion.name}”的权重是 {criterion.weight}"


@rule("R-01", "评委数是单数；够 5 份评分才去掉最高分和最低分（R-06）")
def panel_by_rule(records: Records) -> Found:
    for event, opened in records.of(SeasonOpened):
        if opened.rules.panel_size % 2 == 0:
            yield event, f"每份材料 {opened.rules.panel_size} 位评委"
        if opened.rules.trim_from < LEAST_TRIMMED:
            yield event, f"{opened.rules.trim_from} 份评分就去掉最高分和最低分"


@rule("X-20", "一届只开启一次，规则从此固定，各服务用的是同一份")
def rules_fixed(records: Records) -> Found:
    for event, opened in records.of(SeasonOpened):
        if records.seasons[opened.season_id][0] is not event:
            yield event, "这一届已经开启过"
    for event, round_opened in records.of(RoundOpened):
        season = records.seasons.get(round_opened.season_id)
        if season and (round_opened.rules, round_opened.phases) != (season[1].rules, season[1].phases):
            yield event, "评审所用的规则包或阶段与开启时不同"
    for event, planned in records.of(NoticePlanned):
        season = records.seasons.get(planned.season_id)
        if season and (planned.rules, planned.basis) != (season[1].rules, season[1].basis):
            yield event, "公示所用的规则包或立项依据与开启时不同"
    for event, draw in records.of(DrawPlanned):
        rules = records.rules(draw.season_id)
        if rules and (draw.draw_count, draw.follow_up_months) != (rules.draw_count, rules.follow_up_months):
            yield event, "检查所用的抽查数或回访月数与开启时不同"


@rule("N-01", "一切都属于开启过的一届")
def in_an_opened_season(records: Records) -> Found:
    for event in records:
        season = getattr(event.data, "season_id", None)
        if season is not None and season not in records.seasons and event.type != SeasonRefused.__name__:
            yield event, f"没有开启过 {season} 这一届"


RULES = (
    legal_basis, project_name, phases_in_order, weights, pass_fail_weighs_nothing, panel_by_rule, rules_fixed,
    in_an_opened_season,
)  # fmt: skip
