"""Forms: how each parameter of a question looks, in words, for whoever missed it."""

from typing import Final

from ledger.audit.population import Kind, Strata
from ledger.audit.sampling import Method
from ledger.domain.contribution_records import ContributionKind
from ledger.domain.councils import Body
from ledger.domain.lots import ReceiptKind
from ledger.projections.detectors import Pattern
from ledger.projections.resolutions import Standing
from ledger.projections.trail import SubjectKind

PAGE_MOST: Final = 500

SLUG: Final = ("lower-case letters, digits and single hyphens", "小写字母、数字和单个连字符")
DAY: Final = ("a day that exists, written as 2026-03-02", "存在的日期，写作 2026-03-02")
MONTH: Final = ("a month, written as 2026-03", "月份，写作 2026-03")
POSITION: Final = ("a position, a whole number", "位置，为整数")
FLAG: Final = ("true or false", "true 或 false")
NUMBER: Final = ("a number from 1", "从 1 开始的编号")

UUID: Final = ("a random UUID (version 4) in lower case", "小写的随机 UUID（第 4 版）")
FORMS: Final = {
    "as_of": DAY,
    "known_at": (
        "a position, a day, or a time with its offset such as 2026-03-19T23:59:59+08:00",
        "位置、日期，或带时区的时间，如 2026-03-19T23:59:59+08:00",
    ),
    "basis": ("occurred or booked", "occurred 或 booked"),
    "at_least": POSITION,
    "Ledger-Position": POSITION,
    "limit": (f"a number from 1 to {PAGE_MOST}", f"1 至 {PAGE_MOST} 的数字"),
    "seconds": ("a number from 1 to 300", "1 至 300 的数字"),
    "Last-Event-ID": ("a position of the log", "日志中的位置"),
    "after": ("the cursor of the page before", "上一页给出的游标"),
    "format": ("json or csv", "json 或 csv"),
    "looked": ("1 or nothing", "1 或不填"),
    "account": (
        "the path of an account; one that ends in a slash stands for all below it",
        "账户路径；以斜杠结尾表示其下所有账户",
    ),
    "person": UUID,
    "slip": UUID,
    "card": UUID,
    "community": SLUG,
    "canteen": SLUG,
    "site": SLUG,
    "shift": SLUG,
    "fund": SLUG,
    "meeting": SLUG,
    "resolution": SLUG,
    "notice": SLUG,
    "contribution": SLUG,
    "certificate": UUID,
    "handover": UUID,
    "certificate_number": (
        "the number of a certificate, written as jinning-2026-0001",
        "证明编号，写作 jinning-2026-0001",
    ),
    "check_code": ("the twelve letters and digits of the check code", "十二位字母数字的校验码"),
    "source": SLUG,
    "receipt_kind": (
        f"one of {', '.join(ReceiptKind)}",
        f"以下之一：{'、'.join(ReceiptKind)}",
    ),
    "of_kind": (
        f"one of {', '.join(ContributionKind)}",
        f"以下之一：{'、'.join(ContributionKind)}",
    ),
    "body": (f"one of {', '.join(Body)}", f"以下之一：{'、'.join(Body)}"),
    "standing": (f"one of {', '.join(Standing)}", f"以下之一：{'、'.join(Standing)}"),
    "pattern": (f"one of {', '.join(Pattern)}", f"以下之一：{'、'.join(Pattern)}"),
    "payee": SLUG,
    "stage": ("a stage of what is listed, such as approved", "所列事项的阶段，如 approved"),
    "only_open": FLAG,
    "month": MONTH,
    "day": DAY,
    "from_day": DAY,
    "to_day": DAY,
    "season": ("2026-03, 2026-Q1, 2026 or all", "2026-03、2026-Q1、2026 或 all"),
    "lot": NUMBER,
    "receipt": NUMBER,
    "voucher": NUMBER,
    "number": NUMBER,
    "entry": NUMBER,
    "level": NUMBER,
    "tile": ("a tile's name, such as 000 or 000.p/5", "哈希文件名，如 000 或 000.p/5"),
    "kind": (f"one of {', '.join(SubjectKind)}", f"以下之一：{'、'.join(SubjectKind)}"),
    "subject": ("the id of what the trail is about", "所查对象的编号"),
    "population": (f"one of {', '.join(Kind)}", f"以下之一：{'、'.join(Kind)}"),
    "method": (f"one of {', '.join(Method)}", f"以下之一：{'、'.join(Method)}"),
    "by": (f"one of {', '.join(Strata)}", f"以下之一：{'、'.join(Strata)}"),
    "items": ("how many to draw, from 1 to 500", "样本数，1 至 500"),
    "nonce": (
        "a line of 1 to 80 characters without spaces at its ends",
        "一行文字，1 至 80 个字符，首尾无空格",
    ),
    "checkpoint": ("the size of a signed checkpoint", "已签名检查点的条数"),
    "code": ("the code of a problem", "问题代码"),
    "dry_run": FLAG,
    "atomic": FLAG,
}
"""How each parameter looks, in words."""
