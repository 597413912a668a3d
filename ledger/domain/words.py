"""Chinese words for the codes that refusals name, such as the stage of a settlement.

A code is written the same in every language of the API; a sentence is for whoever reads it.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

ZH: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "kind": {
            "live": "正式",
            "demo": "演示",
            "test": "测试",
            "cash": "现金",
            "goods": "物资",
            "labour": "劳务",
            "idea": "金点子",
            "premises": "场地",
            "award": "奖励",
            "donation": "捐赠",
            "contribution": "居民贡献",
            "appropriation": "拨款",
        },
        "status": {
            "credited": "计入",
            "held": "暂挂",
            "refused": "不予计入",
            "reversed": "冲销",
        },
        "end": {
            "offset": "已抵扣",
            "carried": "已结转下月",
            "repaid": "已退还",
            "written_off": "已豁免",
            "lifted": "已解除",
        },
        "stage": {
            "none": "未提交",
            "submitted": "已提交",
            "checked": "已审核",
            "returned": "已退回",
            "requested": "已申请",
            "approved": "已批准",
            "refused": "已否决",
            "withdrawn": "申请人已撤销",
            "paid": "已付款",
            "reversed": "付款已冲销",
        },
        "display": {"ended": "期满结束", "withdrawn": "撤回"},
        "hold": {
            "month_closed": "当月已结账",
            "late_entry": "逾期补录",
            "day_over_unit_limit": "当日超过单位上限",
            "day_over_town_limit": "当日超过镇级上限",
        },
        "body": {
            "council_hall": "村（居）民议事厅",
            "residents_assembly": "村（居）民会议",
            "cooperative_members_assembly": "经济社成员大会",
            "committee": "村（居）民委员会",
            "three_party_meeting": "三方联席会议",
            "other": "其他机构",
        },
        "payer": {
            "eater": "本人",
            "canteen": "饭堂",
            "fund": "社区基金",
            "cooperative": "经济社",
            "cooperative_of_the_eater": "就餐人所在的经济社",
            "enterprise": "企业让利",
            "government": "政府补助",
            "donor": "捐赠人",
        },
        "why": {
            "person_must_not_be_erased": "个人资料已删除",
            "person_must_not_be_a_duplicate": "该编号已并入另一编号",
            "person_must_not_be_restricted": "个人资料仅保留、不再使用",
            "person_must_be_registered_on_the_day": "当日尚未登记",
            "person_must_be_alive_on_the_day": "当日已去世",
            "person_must_have_facts": "没有资料表",
            "claim_must_not_be_too_late": "登记逾期",
            "policy_must_cover_the_day": "当日没有有效的补助标准",
            "canteen_must_serve_on_the_day": "饭堂当日不供餐",
            "sitting_must_be_served": "该餐次不供应补助餐",
            "day_must_not_have_two_subsidised_meals": "当日补助餐已享受满",
        },
        "which": {
            "town_minutes_most": "镇级上限",
            "objection_days": "异议答复天数",
            "star_thresholds": "星级时长",
            "up_to_fen": "金额上限",
            "approvers": "审批人数",
        },
        "sitting": {"breakfast": "早餐", "lunch": "午餐", "dinner": "晚餐"},
        "reason": {
            "not_recorded": "未记录",
            "minutes_wrong": "时长有误",
            "wrongly_refused": "不应不予计入",
            "wrongly_reversed": "不应冲销",
            "held_too_long": "暂挂过久",
            "not_mine": "不是本人",
            "death_recorded_later": "事后登记死亡",
            "after_death": "去世之后",
            "other": "其他",
        },
        "consent": {
            "league_name": "比拼榜显示姓名",
            "public_name": "鸣谢名单显示姓名",
            "sensitive_facts": "使用敏感信息",
            "service_of_a_minor": "未成年人参加志愿服务",
        },
        "asked": {
            "fund": "基金",
            "amount_fen": "金额",
            "labour_minutes": "分钟数",
            "topic": "主题",
        },
        "case": {
            "objection": "异议",
            "audit": "审计留存",
            "fraud_suspected": "涉嫌虚报",
            "audit_sample": "审计抽样",
            "proceedings": "正在处理的案件",
        },
        "role": {
            "volunteer": "志愿者",
            "leader": "负责人",
            "confirmer": "确认人",
            "registrar": "登记员",
            "canteen_clerk": "饭堂核销员",
            "settlement_checker": "结算审核人",
            "fund_manager": "基金管理人",
            "approver": "审批人",
            "cashier": "出纳",
            "publisher": "公示人",
            "auditor": "审计人",
            "data_officer": "数据专员",
            "town_approver": "镇级审批人",
            "administrator": "管理员",
        },
        "view": {
            "statement": "服务时长清单",
            "certificates": "服务记录证明",
            "restricted": "停止使用的资料",
            "rights": "个人信息权利事项",
            "shifts": "班次",
            "site-codes": "现场签到码",
            "claims": "用餐登记",
            "balances": "余额",
            "entries": "分录",
            "funds": "基金",
            "gifts": "本人的贡献",
            "settlements": "结算",
            "disbursements": "拨付",
            "month-ends": "月末办理",
            "payees": "收款方",
            "exports": "导出",
            "grounds": "支付依据",
            "later-facts": "事后更正的情况",
            "simulations": "补助标准试算",
            "audit-trail": "核查记录",
            "receipt": "记录收据",
            "exceptions": "异常事项",
            "search": "人员查找",
            "contact": "联系方式",
            "name": "姓名",
            "facts": "人员资料",
            "notes": "说明",
            "export": "个人信息导出",
            "views": "查看记录",
            "grants": "人员与职责",
            "notices": "公示稿",
            "handovers": "日志移交",
            "league": "社区比拼",
            "policies": "补助标准",
            "resolutions": "决议",
            "councils": "会议",
            "reopenings": "重新开账",
            "contributions": "居民贡献",
            "units": "组织单位",
            "health": "运行状况",
        },
    }
)
"""By the name of a refusal's value, the word for each code that it may have."""
LISTS: Final = MappingProxyType(
    {"stages": "stage", "sittings": "sitting", "roles": "role", "asked": "asked"}
)
"""Values that are several codes, and of which kind."""


def in_chinese(values: Mapping[str, object]) -> dict[str, object]:
    """The values of a refusal as a Chinese sentence says them; what has no word stays as it is."""
    return {name: _said(name, value, "、", _word) for name, value in values.items()}


def in_english(values: Mapping[str, object]) -> dict[str, object]:
    """The same for an English sentence on a page: the words of a code without what joins them."""
    return {name: _said(name, value, ", ", _apart) for name, value in values.items()}


def _said(name: str, value: object, comma: str, word: Callable[[str, str], str]) -> object:
    kind = LISTS.get(name, name)
    if kind not in ZH or not isinstance(value, str):
        return value
    parts = value.split(", ") if name in LISTS else [str(value)]
    return comma.join(word(kind, part) for part in parts)


def _word(kind: str, code: str) -> str:
    return ZH[kind].get(code, code)


def _apart(kind: str, code: str) -> str:
    """Of an amount in fen a page asks in yuan."""
    if code not in ZH[kind]:
        return code
    return code.removesuffix("_fen").replace("_", " ").replace("-", " ")
