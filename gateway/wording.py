"""The Chinese of operations and events, each once: API summaries, page headings, buttons and the log use it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from contracts.errors import SENTENCES
from contracts.fields import Withheld
from contracts.rpc import TimelineEntry
from contracts.timeline import PERSONAL_DATA
from gateway import telling

SERVICES = {
    "nomination": "推荐",
    "review": "评审",
    "publicity": "宣传",
    "inspection": "检查",
    "gateway": "门户",
}
"""Log name to the word for it."""


@dataclass(frozen=True)
class Operation:
    """``title`` says the deed, as link and heading; ``explanation`` what follows from it; ``button`` does it."""

    title: str
    explanation: str
    button: str = "办理"


OPERATIONS = {
    "OpenSeason": Operation("开启一届竞赛活动", "立项依据、阶段和规则包从此固定；改动规则须重新报批。", "开启"),
    "RegisterUnit": Operation("登记单位", "登记后该单位可以报送推荐，也可以申明本次不推荐。", "登记"),
    "CloseNominations": Operation(
        "关闭推荐阶段", "关闭后不再接收推荐，评审随即开始建档。此事不能撤回。", "关闭推荐阶段"
    ),
    "DeclineToNominate": Operation(
        "申明本次不推荐", "没有合适人选可以不推荐，不影响任何考核。申明不能撤销，本届不能再报送。", "申明本次不推荐"
    ),
    "SubmitNomination": Operation("报送推荐", "报送即核对名额、字数、重复和知情同意；不合的当场说明。", "报送"),
    "ImportNominations": Operation("用表格报送推荐", "先检查后报送：任何一行不合，整份都不报送，并逐行说明。", "报送"),
    "WithdrawNomination": Operation("撤回推荐", "撤回后名额退还本单位；撤回原因留痕。", "撤回"),
    "ErasePersonalData": Operation(
        "删除个人信息",
        "删除后谁也不能恢复，日志和证明照样有效；受表彰的、有异议的不能删除。",
        "删除个人信息",
    ),
    "EnrolReviewer": Operation("评委入库", "入库后可被抽取；评委所在单位推荐的材料自动回避。", "入库"),
    "AssignReviewers": Operation(
        "抽取评委并分派材料", "按种子抽取，任何人可以复算；与推荐单位同单位的评委自动回避。", "抽取并分派"
    ),
    "ReplaceReviewer": Operation(
        "更换评委",
        "换下还没有签名的评委；接替的人仍按本届种子抽取，本单位的、已在组内的、换下过的不抽。",
        "抽取接替的评委",
    ),
    "SignScore": Operation("签名评分", "签名后不能再改，请核对无误再签。", "签名"),
    "BreakTie": Operation(
        "登记并列表决",
        "各项比较都相同、名额又不够的，由评委组表决定先后；票数与理由记入日志，理由里不写姓名。登记后不能改。",
        "登记表决",
    ),
    "FixShortlist": Operation(
        "提出建议名单", "按分数排名，够最低分的进等次；没有人够分的名额空缺，不降格递补。", "提出建议名单"
    ),
    "RaiseObjection": Operation("登记异议", "提出人与内容加密保存，推荐单位看不到；裁定前不能决定授奖。", "登记"),
    "ReadObjection": Operation("阅看异议", "谁在什么时候看过，记入日志。", "阅看"),
    "RuleObjection": Operation("裁定异议", "成立的，该名额空缺；不成立的，公示期满后照常决定。", "裁定"),
    "PublishNotice": Operation(
        "发布公示", "公示期从发布起算，截止时刻按规则包与官方工作日表算出并写进公示。", "发布公示"
    ),
    "CloseNotice": Operation("办结公示", "公示期满才能办结；办结后由评审作出决定。", "办结公示"),
    "AdoptCalendarTable": Operation(
        "录入放假调休安排",
        "照国务院办公厅的通知录入一年的放假日期和调休上班日期，一行一个，写成 2027-01-01 的样子；"
        "正在公示的截止时刻随之重算，只会延长。",
        "录入",
    ),
    "EnrolInspector": Operation("检查员入库", "入库后可被抽取；不检查自己所在的单位。", "入库"),
    "PublishPool": Operation(
        "公布抽查名单池", "先公布名单池的摘要，再等公开种子产生，事后谁都不能改名单。", "公布名单池"
    ),
    "DrawUnits": Operation("抽取检查对象", "用公开种子从已公布的名单池抽取，任何人可以复算。", "抽取"),
    "RecordFinding": Operation("登记问题", "写事实、地点、日期和对照的规定，不写评价。", "登记"),
    "FileVerification": Operation(
        "报送核查结果", "把 biaobing audit verify 目录 --json 印出的报告原样报来，记入门户自己的日志。", "报送"
    ),
    "ReportInspection": Operation("出具检查结果", "没有发现问题也要出具；出具后不能再登记问题。", "出具"),
    "ListSeasons": Operation("竞赛活动一览", "新的在前。"),
    "ShowSeason": Operation("一届竞赛活动", "立项依据、阶段、规则包与进展。"),
    "ListUnits": Operation("单位一览", "给出活动编号时，推荐数与申明是那一届的。"),
    "ShowUnit": Operation("一个单位", "名称、领域、类别。"),
    "ListNominations": Operation("推荐件一览", "按报送先后；单位只看到本单位的。"),
    "ShowNomination": Operation("一份推荐件", "推荐表全文。"),
    "NameNominees": Operation(
        "推荐件对应的人", "供名单页面按编号取姓名；评委所见已遮盖姓名与单位，检查员和别的单位看不到事迹。"
    ),
    "ListReviewers": Operation("评委一览", "应评、已评与最近一次签名。"),
    "ListCases": Operation("评审材料一览", "排名后按名次，之前按报送先后；评委只看到分给自己的。"),
    "ShowCase": Operation("一份评审材料", "评分表、回避、异议；评委只看到自己和自己的评分表。"),
    "ShowObjection": Operation("一件异议", "状态与裁定理由；提出人与内容不在其中。"),
    "ShowRound": Operation("评审进展", "分派、评分、等次与空缺。"),
    "ShowNotice": Operation("公示", "名单、起止、计算规则。"),
    "ListCalendarTables": Operation("放假调休安排一览", "县竞赛办录入的各年工作日表。"),
    "ListExemplars": Operation("榜样一览", "按等次，再按名次。"),
    "ListFollowUps": Operation("跟踪回访一览", "按到期日。"),
    "ShowDraw": Operation("抽查", "名单池原文与摘要、种子、抽中的单位。"),
    "ListInspections": Operation("检查一览", "检查员只看到派给自己的。"),
    "ShowInspection": Operation("一次检查", "问题、结果。"),
    "ListComplaints": Operation("查看投诉建议", "不记录是谁写的。"),
    "ListVerifications": Operation("历次核查结果", "审计人员报来的，新的在前。"),
    "TellLogs": Operation("各本日志到哪里", "每本日志的事件数，以及等人处理的搁置事件。"),
    "TellTimeline": Operation("一件事的经过", "凡提到这个编号的事件，跨服务按因果先后。"),
}

EVENTS = {
    # nomination
    "SeasonOpened": "开启{county}{year}年度“{name}”",
    "SeasonRefused": "没有开启这一届：{sentence}",
    "NominationsClosed": "关闭推荐阶段，共 {nominations} 份推荐件",
    "UnitRegistered": "登记单位“{name}”",
    "NominationFiled": "收下推荐表，事迹材料 {words} 字，归为{kind}",
    "NominationSubmitted": "报送推荐，本单位第 {rank_in_unit} 位，{kind}",
    "NominationRefused": "没有收下这份推荐：{sentence}",
    "ImportRefused": "整份表格退回，共 {rows} 行",
    "WithdrawalReasoned": "写明撤回原因",
    "NominationWithdrawn": "撤回推荐",
    "PlaceTaken": "占用本单位一个名额",
    "PlaceReturned": "退还本单位一个名额",
    "NominationDeclined": "申明本次不推荐",
    "NomineeReserved": "记下此人本届已有推荐件",
    "NomineeReleased": "此人本届可以重新推荐",
    "SelectionMade": "得知建议名单已经提出",
    "LegalHoldPlaced": "档案须留存：{ground}",
    "LegalHoldLifted": "不再因此留存档案：{ground}",
    "ErasureRefused": "没有删除个人信息：{sentence}",
    "PersonalDataErased": "已删除个人信息，依据：{ground}",
    "PersonalDataErasureAcknowledged": "已删除本服务保存的个人信息，涉及 {events} 个事件",
    # review
    "ReviewerEnrolled": "评委入库",
    "RoundOpened": "按本届规则包开设评审轮次",
    "NominationsEnded": "得知推荐阶段已经关闭",
    "PanelsDrawn": "用种子“{seed}”为 {cases} 份材料抽取 {reviewers} 位评委",
    "TieBroken": "评委组就并列的材料表决先后，赞成 {votes_for} 票，反对 {votes_against} 票",
    "NoticeOpened": "得知公示已经发布",
    "NoticeEnded": "得知公示已经办结",
    "CaseOpened": "建立评审材料",
    "CaseWithdrawn": "随推荐撤回，停止评审",
    "ReviewerReplaced": "更换一位评委，接替的人按种子抽取",
    "ReviewersAssigned": "分派给评委，应回避的已经排除",
    "ScoreSigned": "评委签名评分，{total} 分",
    "ScoreAggregated": "合成得分 {mean}（{formula}，{reviewers} 份评分表）",
    "ReviewCompleted": "评审完成，{reviewers} 位评委，得分 {score}",
    "ShortlistFixed": "提出建议名单",
    "ObjectionFiled": "收到异议，提出人与内容加密保存",
    "ObjectionRaised": "公示期间有异议，待裁定",
    "ObjectionRead": "阅看异议的提出人与内容",
    "RulingReasoned": "写明裁定理由",
    "ObjectionRuled": "裁定异议：{upheld}",
    "AwardDeferred": "暂不决定：{sentence}",
    "AwardLapsed": "推荐已经撤回，不再决定授奖，名额空缺",
    "AwardDecided": "{decided_on}决定授予{tier}，得分 {score}",
    "AwardWithheld": "异议成立，{tier}的这个名额空缺",
    # publicity
    "NoticePlanned": "备好本届公示的规则",
    "NoticeDrafted": "拟好公示名单，待发布",
    "EntryWithdrawn": "得知推荐已经撤回，公示里不再有此人",
    "NoticePublished": "发布公示，到 {ends_at} 期满（{rule}）",
    "CalendarTableAdopted": "按{document}录入{year}年放假调休安排",
    "NoticeExtended": "放假安排有变，公示期由 {ended_at} 顺延到 {ends_at}",
    "NoticeClosed": "公示期满，办结公示",
    "ExemplarPublished": "以{tier}榜样向社会展示",
    # inspection
    "UnitNoted": "列入可抽查的单位",
    "InspectorEnrolled": "检查员入库",
    "DrawPlanned": "按规则包计划抽查 {draw_count} 个单位",
    "PoolPublished": "公布抽查名单池，种子将取自“{seed_source}”",
    "InspectionDrawn": "用公开种子“{seed}”抽取检查对象",
    "FollowUpsScheduled": "排定跟踪回访日期",
    "InspectionOpened": "派出检查，两名检查员随机抽取",
    "FindingRecorded": "{found_on}在{place}登记{severity}问题：{fact}",
    "InspectionReported": "{visited_on}到场，{findings} 个问题：{conclusion}",
    # gateway
    "AccountOpened": "开立{role}账号“{account}”",
    "SignedIn": "“{account}”登录",
    "SignInRefused": "登录被拒：账号或口令不对",
    "ComplaintReceived": "收到一件投诉建议",
    "SignedOut": "“{account}”退出",
    "VerificationFiled": "“{account}”报来日志核查的结果：{findings} 处不符",
    # every log
    "LogContinued": "接着日志 {previous_origin} 办，带来 {carried} 个事件：{reason}",
    "PartitionArchived": "日志 {origin} 从第 {first} 号起、到第 {end} 号之前的事件已归档并核对",
}
"""Event type to what it says happened, with the event's plain fields in braces."""

BOOKKEEPING = frozenset({
    "NominationFiled", "PlaceTaken", "PlaceReturned", "NomineeReserved", "NomineeReleased", "ScoreAggregated",
    "ObjectionFiled", "ObjectionRead", "RulingReasoned", "NoticeDrafted", "WithdrawalReasoned", "LegalHoldPlaced",
    "LegalHoldLifted",
})  # fmt: skip
"""Events that stand beside the one that says it: shown in the log, left out of a short course."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_WORDS = {("upheld", "True"): "成立", ("upheld", "False"): "不成立"}


def sentence_of(entry: TimelineEntry) -> str:
    """The event as a sentence; a type nobody has worded yet shows its own name."""
    if entry.type not in EVENTS:
        return entry.type
    facts = {detail.name: _told(detail.name, detail.value) for detail in entry.details}
    if "code" in facts:
        facts["sentence"] = _refusal(facts["code"])
    erased = "（个人信息已删除）" if facts.get(PERSONAL_DATA) == Withheld.ERASED.value else ""
    return EVENTS[entry.type].format_map(_Facts(facts)) + erased


def short_course(entries: Iterable[TimelineEntry]) -> list[tuple[TimelineEntry, str]]:
    """Events with their sentences, without the bookkeeping."""
    return [(entry, sentence_of(entry)) for entry in entries if entry.type not in BOOKKEEPING]


class _Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "—"


def _refusal(code: str) -> str:
    """What a refusal's code means; its sentence up to the first particular."""
    return code if code not in SENTENCES or "{" in SENTENCES[code] else SENTENCES[code].rstrip("。")


def _told(name: str, value: str) -> str:
    if (name, value) in _WORDS:
        return _WORDS[name, value]
    if _MOMENT.fullmatch(value):
        return telling.moment(datetime.fromisoformat(value))
    if _DATE.fullmatch(value):
        return telling.day(date.fromisoformat(value))
    return value
