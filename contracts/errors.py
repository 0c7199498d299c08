"""The five errors that cross a service boundary, and the sentence behind each code.

A sentence says what is wrong and how to mend it; it is written here once and shown by API, pages and reports alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

SENTENCES: dict[str, str] = {
    # form of a request
    "request.invalid": "提交的内容有 {count} 处需要改正，见逐项说明。",
    "request.unreadable": "请求的形式不对，读不懂。请对照接口文档。",
    "request.unknown_operation": "没有名为“{name}”的操作。请对照接口文档。",
    "request.expired": "这条命令的办理期限已过，没有执行。请重新提交。",
    "request.key_reused": "同一个 Idempotency-Key 已用于另一份内容。请换一个新的键再提交。",
    "request.key_missing": "缺少 Idempotency-Key。请为每次提交生成一个不重复的键（例如 UUID），重试时沿用同一个。",
    "request.stale_version": "您看到的是第 {expected} 版，现在已是第 {actual} 版。请刷新后再办理。",
    "request.too_much": "这一次要记的内容超过一个事件能放下的 65 535 字节（名单过长或文字过多）。请分次办理或缩短。",
    "request.busy": "同一份资料正被别人办理，请稍后再试。",
    "request.outcome_unknown": "数据库没有答复。提交的可能已经办理，请刷新核对后用同一个键重试；查询的请稍后再查。",
    "request.not_json": "请求正文不是有效的 JSON。请核对格式，并写明 Content-Type: application/json。",
    "request.no_workbook": "没有附上推荐表。请选择填好的 xlsx 文件再提交。",
    "request.no_report": "没有附上核查报告。请选择 biaobing audit verify 目录 --json > report.json 得到的文件再提交。",
    "request.no_unit": "没有选推荐单位。请选定单位再提交。",
    "request.workbook_gone": "检查过的表格只保留半小时，现已清除。请重新上传检查。",
    "request.key_unfit": "Idempotency-Key 应为 8 至 100 个可见的英文字符（例如 UUID）。请换一个键。",
    "request.version_unfit": 'If-Match 应是上次读到的 ETag，例如 "3"。请先读取再办理。',
    "request.too_large": "提交的内容超过 {limit} 兆字节。请拆成几份提交。",
    "request.method": "这个地址不接受 {method}，可以用：{allowed}。",
    "request.foreign_origin": "这次提交不是从本站页面发出的，没有办理。请回到本站页面重新提交。",
    "request.form_stale": "页面停留太久，表单已失效，没有办理。请核对内容后再提交一次。",
    "request.refused": "请求没有被接受（HTTP {status}）。请对照接口文档。",
    # who may act
    "identity.signed_out": "请先登录。",
    "identity.token_invalid": "身份凭证无效或已过期，请重新登录。",
    "identity.wrong_password": "账号或口令不对。",
    "identity.too_many_tries": "口令连续输错，请 {seconds} 秒后再试。",
    "identity.account_exists": "账号“{account}”已经开立。",
    "identity.subject_missing": "{role}账号要写明代表谁。请用 --subject 给出登记时的{role}编号。",
    "identity.role_forbidden": "您的身份（{role}）不能办理“{operation}”。请联系县竞赛办。",
    "identity.not_own": "{role}账号只能办理自己名下的事项。",
    # what an auditor files
    "verification.not_a_report": "这不是日志核查的报告：{what}。"
    "请原样报送 biaobing audit verify 目录 --json > report.json 得到的文件。",
    # nomination
    "season.not_found": "没有这一届竞赛活动。请核对编号。",
    "season.already_open": "这一届竞赛活动已经开启。",
    "season.no_legal_basis": "需选择立项依据（A/B/C/D），并写明文号与批准机关（N-01）。",
    "season.basis_b_county": "县级活动不能以“单位内部奖励”（B）为依据（N-02）。",
    "season.name_reserved": "活动名称含有“{word}”，未经批准不得使用（N-04）。",
    "season.weights_not_100": "评分细则各指标权重合计应为 100，现为 {total}（R-04）。",
    "season.pass_fail_weighs": "否决项“{criterion}”的权重应为 0，现为 {weight}：否决项不能用分数补回（R-04）。",
    "season.panel_even": "每份材料的评委数应为单数，现为 {size}（R-01）。请改为 3、5、7、9 等。",
    "season.phases_disordered": "阶段“{phase}”的起止日期不对，或早于前一阶段（N-06）。",
    "season.nominations_closed": "推荐阶段已经关闭，不能再办理推荐。",
    "season.outside_nomination_phase": "今天（{today}）不在推荐阶段（{starts_on} 至 {ends_on}），不能报送。",
    "season.repeated": "“{what}”里有重复的项：{which}。请改为各不相同。",
    "season.phase_missing": "计划里缺少“{phase}”阶段（N-06）。请补上起止日期。",
    "unit.not_found": "没有登记这个单位。请先由县竞赛办登记。",
    "unit.already_registered": "单位“{name}”已经登记。",
    "nomination.not_found": "没有这份推荐件。请核对编号。",
    "nomination.already_submitted": "这份推荐件已经报送。",
    "nomination.already_erased": "这份推荐件的个人信息已经删除。",
    "nomination.awarded": "这份推荐件已经决定授奖，不能再撤回（N-19）。本人要放弃的，请单位书面告知县竞赛办。",
    "nomination.erasure_held": "现在不能删除个人信息：{grounds}（X-16）。在此之前只保存，不作他用。",
    "nomination.duplicate": "这名被推荐人（同名、同出生年月、同工作单位）本届已有推荐件，不能重复推荐（N-15）。",
    "nomination.over_quota": "本单位名额为 {quota} 名，已报满（N-11）。请按推荐顺序取舍。",
    "nomination.too_many_words": "事迹材料 {words} 字（汉字 {han}，字符 {characters}），上限 {limit} 字（X-21）。",
    "nomination.no_acknowledgement": "尚无本人知情并同意（N-13）。请征得本人同意后再报。",
    "nomination.no_unit_decision": "尚无单位集体研究日期（N-13）。请补上会议日期。",
    "nomination.decision_in_future": "单位集体研究日期 {decided_on} 晚于今天，请核对。",
    "nomination.born_too_late": "出生年月不合理：报送时应年满 16 周岁，且不早于 1900 年。",
    "nomination.honour_in_future": "所受表彰的日期 {awarded_on} 晚于今天，请核对（N-33）。",
    "nomination.withdrawn": "这份推荐件已经撤回。",
    "nomination.unknown_ethnicity": "民族不在国家认定的民族名称中。请写全称，例如“汉族”“回族”。",
    "nomination.import_refused": "这份表格上次已整份退回。请改正后用新的 Idempotency-Key 重新提交。",
    "nomination.unit_declined": "本单位已申明本次不推荐，申明不能撤销，本届不能再报送推荐。如有疑问请联系县竞赛办。",
    "nomination.unit_has_nominations": "本单位已有推荐件，不能再申明本次不推荐。",
    # review
    "case.not_found": "没有这份评审材料。请核对编号。",
    "case.withdrawn": "推荐已经撤回，不再决定授奖，名额空缺（N-19）。",
    "case.not_assigned": "这份材料没有分给您评审。",
    "case.already_scored": "您已为这份材料签名评分，不能再签。",
    "case.not_on_panel": "这位评委不在这份材料的评委组里。请重新打开页面再选。",
    "case.reviewer_signed": "这位评委已经签名评分，不能更换。",
    "case.no_successor": "没有可以接替的评委：其余的与被推荐人同单位，或已在评委组里，或已被换下。请先补充评委。",
    "case.closed": "这份材料的评审已经结束。",
    "case.criteria_mismatch": "评分指标应为：{expected}。请逐项给分。",
    "case.comment_required": "还不能签名：{reason}，请写明理由（R-05）。",
    "case.one_decimal": "“{criterion}”最多保留一位小数（R-05）。",
    "case.points_out_of_range": "“{criterion}”应在 0 至 100 之间。",
    "case.pass_or_fail": "“{criterion}”是否决项，只能判合格（100）或不合格（0）。",
    "case.outside_review_phase": "今天（{today}）不在评审阶段，不能评分。",
    "reviewer.already_enrolled": "这位评委已经入库。",
    "round.not_found": "这一届还没有评审轮次。",
    "round.not_closed": "推荐阶段尚未关闭，不能分派评委。",
    "round.not_assigned": "还没有分派评委，不能提出建议名单。",
    "round.tie_at_boundary": "{tier}最后一名（{score} 分）与下一名各项比较仍相同，须由评委组表决（R-11）。"
    "请先登记并列表决的结果，再提出建议名单。",
    "round.not_tied": "这几份材料不是须表决的并列：要把并列的材料列全，各列一次，不多列（R-11）。"
    "请按“评审”页上的并列重新排列。",
    "round.vote_not_carried": "赞成 {votes_for} 票，反对 {votes_against} 票，表决没有通过，不能据此定名次。"
    "请评委组重新表决。",
    "round.already_assigned": "评委已经分派。",
    "round.cases_missing": "推荐阶段关闭时有 {nominations} 份推荐，其中 {missing} 份还没有到评审，不能分派评委。"
    "请稍候再试；一直不到的，请系统管理员查看评审服务搁置的事件。",
    "round.too_few_reviewers": "可用评委只有 {available} 名，每份材料需要 {needed} 名（回避后）。请补充评委。",
    "round.unscored_cases": "还有 {count} 份材料没有评完，不能提出建议名单。",
    "round.shortlist_fixed": "建议名单已经提出，不能再改。",
    "objection.not_found": "没有这件异议。",
    "objection.not_on_notice": "这名被推荐人不在公示名单中，或公示已经办结。"
    "公示期内寄出、现在才收到的，请连同信封报领导小组研究。",
    "objection.open": "被推荐人有 {count} 件异议尚未裁定，暂不能决定授奖（R-16）。",
    "objection.already_raised": "这件异议已经登记。",
    "objection.ruled": "这件异议已经裁定。",
    "objection.no_contact": "以个人名义提出异议，请写明真实姓名与联系方式（R-17）。",
    # publicity
    "notice.not_found": "没有这份公示。",
    "notice.already_published": "这份公示已经发布。",
    "notice.already_closed": "这份公示已经办结。",
    "calendar.already_adopted": "{year}年的这张工作日表已经录入，内容相同，不必再录。",
    "notice.not_over": "公示期到 {ends_at} 才满，还不能办结。",
    # inspection
    "inspection.not_found": "没有这次检查。",
    "inspection.pool_published": "抽查名单池已经公布，不能再改。",
    "inspection.pool_missing": "还没有公布抽查名单池，不能抽取（I-03）。",
    "inspection.too_few_inspectors": "可派检查员只有 {available} 名，每单位要 {needed} 名（回避后）。请补充检查员。",
    "inspector.already_enrolled": "这位检查员已经入库。",
    "inspection.already_drawn": "抽查对象已经抽出。",
    "inspection.draw_too_large": "要抽 {count} 个单位，名单池只有 {pool} 个。",
    "inspection.other_inspector": "这次检查没有派给您。",
    "inspection.reported": "这次检查已经出具结果。",
    # not there, or not now
    "service.unavailable": "“{service}”服务暂时联系不上，您的提交可能尚未办理。请稍后用同一个键重试。",
    "internal": "系统内部出错，已记录，编号 {incident}。请把编号告诉县竞赛办。",
    "page.not_found": "没有这个页面。",
}


@dataclass(frozen=True)
class FieldProblem:
    """One thing to mend: where (RFC 6901 pointer), the machine code, the sentence."""

    pointer: str
    code: str
    message: str


class Problem(Exception):
    """What the caller is told. ``code`` is stable; ``message`` is for people."""

    status: ClassVar[int]

    def __init__(
        self, code: str, fields: tuple[FieldProblem, ...] = (), message: str | None = None, **facts: object
    ) -> None:
        self.code = code
        self.fields = fields
        self.message = SENTENCES[code].format(**facts) if message is None else message
        super().__init__(f"{code}: {self.message}")


class Invalid(Problem):
    """The content is wrong; ``fields`` says where."""

    status = 422

    @classmethod
    def of(cls, fields: list[FieldProblem]) -> Invalid:
        return cls("request.invalid", tuple(fields), count=len(fields))


class NotFound(Problem):
    """The named thing is not there, or not for this caller to see."""

    status = 404


class Conflict(Problem):
    """The content is fine, but the state of things does not allow it."""

    status = 409


class Forbidden(Problem):
    """It is not this caller's to do."""

    status = 403


class Uncertain(Problem):
    """It may or may not have been done; the same key asks again safely, and tells."""

    status = 503


@dataclass(frozen=True, kw_only=True)
class Refused:
    """What a refusal worth auditing says, as the base of a service's refusal events. No personal data in ``facts``."""

    code: str
    facts: Mapping[str, str]


KINDS: dict[str, type[Problem]] = {kind.__name__: kind for kind in (Invalid, NotFound, Conflict, Forbidden, Uncertain)}
