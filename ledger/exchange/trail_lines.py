"""Trails for a terminal: an indented tree in both languages, each line with its position."""

from collections.abc import Iterable, Iterator
from typing import Final

from ledger.audit.differences import Question
from ledger.audit.disbursement_grounds import DisbursementTrail
from ledger.audit.flaws import Flaw
from ledger.audit.grounds import CitedPaper, TrailStep, VoucherStep
from ledger.audit.recheck import Recheck
from ledger.audit.settlement_grounds import ClaimEntry, NamedPolicy, PayerSide, SettlementTrail

INDENT: Final = "   "
NAMES: Final = {
    "claims-closed": "核销截止 claims closed",
    "settlement-submitted": "提交 submitted",
    "settlement-checked": "审核 checked",
    "settlement-returned": "退回 returned",
    "settlement-approved": "批准 approved",
    "settlement-paid": "支付 paid",
    "settlement-payment-reversed": "付款冲销 payment reversed",
    "settlement-disbursed": "基金付出 paid out of the fund",
    "settlement-disbursement-reversed": "退回基金 back in the fund",
    "disbursement-requested": "申请 requested",
    "disbursement-approved": "批准 approved",
    "disbursement-refused": "拒绝 refused",
    "disbursement-withdrawn": "撤回 withdrawn",
    "disbursement-paid": "支付 paid",
    "disbursement-reversed": "冲销 reversed",
    "policy-published": "发布 published",
    "policy-withdrawn": "停用 withdrawn",
    "resolution-recorded": "登记 recorded",
    "resolution-revoked": "撤销 revoked",
    "meal-claimed": "核销 claimed",
    "meal-reversed": "冲销 reversed",
    "meal-reinstated": "恢复 reinstated",
}
"""What each step of a trail is called."""
QUESTIONS: Final = {
    Question.priced: "按标准重算→核销 by the policy → claimed",
    Question.stands: "核销→冲销之后 claimed → what stands of it",
    Question.settled: "本月用餐→本月结算 meals of the month → what settles in it",
    Question.asked: "本月结算→请求 what settles → asked for",
    Question.due: "请求→应付 asked for → due",
    Question.approved: "应付→批准 due → approved",
    Question.paid: "批准→支付 approved → paid",
    Question.vouchers: "支付→基金凭证 paid → vouchers of the fund",
}
"""What is compared with what."""


def of_settlement(trail: SettlementTrail, claims: Iterable[ClaimEntry]) -> Iterator[str]:
    """The tree of a settlement."""
    yield _line(
        0,
        f"结算 settlement {trail.canteen}/{trail.month}",
        f"第 {trail.submission} 次提交 submission {trail.submission}",
        f"{trail.meals} 餐 meals",
        *_kept(trail),
        f"餐费 price {yuan(trail.price_fen)}",
        f"自付 copayment {yuan(trail.copayment_fen)}",
    )
    yield from _steps(trail.steps)
    for payer in trail.payers:
        yield from _payer(payer)
    for policy in trail.policies:
        yield from _policy(policy)
    yield from _resolutions(trail.resolutions)
    yield _line(1, f"{trail.entries} 条核销与更正 claims and corrections")
    for claim in claims:
        yield from _claim(claim)
    yield from _duties(trail.duties)


def _kept(trail: SettlementTrail) -> Iterator[str]:
    """Why the price is more than that of the meals that stand."""
    if trail.kept_fen:
        kept = f"自付不退 copayment kept {yuan(trail.kept_fen)}"
        yield f"餐费（现有餐数） price of these {yuan(trail.price_fen - trail.kept_fen)}"
        yield f"{kept}（补助已冲销 {trail.kept_meals} 餐 meals without subsidy）"


def of_disbursement(trail: DisbursementTrail) -> Iterator[str]:
    """The tree of a disbursement."""
    yield _line(
        0,
        f"拨付 disbursement {trail.fund}/{trail.disbursement}",
        f"收款方 payee {trail.payee}",
        f"用途 purpose {trail.purpose}",
        f"申请 requested {yuan(trail.requested_fen)}",
        f"批准 approved {yuan(trail.approved_fen)}",
        f"已付 paid {yuan(trail.paid_fen)}",
    )
    yield from _steps(trail.steps)
    for each in trail.vouchers:
        yield _voucher(1, each)
    yield from _resolutions(trail.resolutions)
    yield from _duties(trail.duties)


def of_recheck(found: Recheck) -> Iterator[str]:
    """Each figure beside the one that it follows from, and what explains the difference."""
    yield _line(
        0,
        f"重算 recheck {found.canteen}/{found.month}",
        f"{found.claims} 次核销 claims",
        "" if found.presented else "尚未提交结算 no settlement was presented",
    )
    for each in found.comparisons:
        yield _line(
            1,
            f"{each.payer} · {QUESTIONS[each.question]}: "
            f"{yuan(each.expected_fen)} → {yuan(each.told_fen)}",
            f"未解释 unexplained {yuan(each.unexplained_fen)}" if each.unexplained_fen else "",
        )
        for why in each.reasons:
            where = " ".join(f"#{position}" for position in why.positions)
            yield _line(2, f"{yuan(why.amount_fen)} {why.zh}{why.en} {where}".rstrip())
    for flaw in found.flaws:
        yield _line(1, f"#{flaw.position} {flaw.zh}{flaw.en}")
    verdict = "全部可解释 all explained" if found.explained else "有未解释的差异 not explained"
    yield _line(0, f"{verdict}: {yuan(found.unexplained_fen)}", f"{len(found.flaws)} 处不符 flaws")


def yuan(fen: int) -> str:
    """An amount in yuan."""
    return f"{'-' * (fen < 0)}¥{abs(fen) // 100:,}.{abs(fen) % 100:02}"


def _line(depth: int, *parts: str) -> str:
    return INDENT * depth + ", ".join(part for part in parts if part)


def _step(step: TrailStep) -> str:
    name = NAMES[step.event.partition(".")[0]]
    amount = "" if step.amount_fen is None else f" {yuan(step.amount_fen)}"
    reason = "" if step.reason is None else f" ({step.reason})"
    return f"#{step.position} {step.occurred_on} {name}{amount}{reason} · {step.taken_by}"


def _steps(steps: Iterable[TrailStep]) -> Iterator[str]:
    yield _line(1, "步骤 steps")
    for step in steps:
        yield _line(2, _step(step))


def _payer(payer: PayerSide) -> Iterator[str]:
    due = payer.due
    yield _line(
        1,
        f"出资方 payer {due.payer}",
        f"分担 shares {yuan(due.shares_fen)}",
        f"已还 repaid {yuan(due.repaid_fen)}",
        f"结转 carried {yuan(due.carried_fen)}",
        f"应付 due {yuan(due.due_fen)}",
        f"批准 approved {yuan(payer.approved_fen)}",
        f"已付 paid {yuan(payer.paid_fen)}",
    )
    for each in payer.vouchers:
        yield _voucher(2, each)


def _voucher(depth: int, told: VoucherStep) -> str:
    lots = " + ".join(f"#{each.lot} {yuan(each.amount_fen)}" for each in told.lots)
    return _line(
        depth,
        f"#{told.step.position} 凭证 voucher {told.fund}/{told.voucher}",
        f"{told.step.occurred_on}",
        f"收款方 payee {told.payee}",
        f"{yuan(told.amount_fen)}",
        f"资金批次 lots {lots} · {told.step.taken_by}",
    )


def _policy(policy: NamedPolicy) -> Iterator[str]:
    yield _line(
        1,
        f"补助标准第 {policy.version} 版 policy version {policy.version}",
        f"{policy.valid_from} – {policy.valid_until or '…'}",
        f"餐价 price {yuan(policy.price_fen)}",
        f"{policy.entries} 条记录引用 entries name it",
    )
    for step in policy.steps:
        yield _line(2, _step(step))
    for cited in policy.resolutions:
        yield _line(2, f"{cited.payer.path} ← 决议 resolution {cited.resolution}")


def _resolutions(resolutions: Iterable[CitedPaper]) -> Iterator[str]:
    for each in resolutions:
        yield _line(
            1,
            f"决议 resolution {each.resolution}",
            f"{each.body}",
            f"{each.decided_on}",
            f"赞成 for {each.votes.in_favour}",
            f"反对 against {each.votes.against}",
            f"弃权 abstained {each.votes.abstained}",
        )
        yield _line(2, f"原件 SHA-256 of the paper {each.document}")
        for step in each.steps:
            yield _line(2, _step(step))


def _claim(claim: ClaimEntry) -> Iterator[str]:
    shares = " + ".join(f"{each.payer} {yuan(each.amount_fen)}" for each in claim.shares)
    yield _line(
        2,
        f"{_step(claim.step)}",
        "" if claim.kind is None else f"{claim.kind} #{claim.claim_position}",
        f"就餐人 eater {claim.person}",
        f"第 {claim.policy_version} 版 version {claim.policy_version}",
        f"规则 rule {claim.rule or '—'}",
        "按全价购买 asked for at the full price" if claim.at_full_price else "",
        f"餐价 price {yuan(claim.price_fen)} = {shares or '—'}"
        f" + 自付 copayment {yuan(claim.copayment_fen)}",
    )
    if claim.kind is None:
        for step in claim.changes:
            yield _line(3, _step(step))


def _duties(flaws: Iterable[Flaw]) -> Iterator[str]:
    found = tuple(flaws)
    yield _line(1, f"职责分离 duties: {'不符 broken' if found else '无误 by different persons'}")
    for flaw in found:
        yield _line(2, f"#{flaw.position} {flaw.zh}{flaw.en}")
