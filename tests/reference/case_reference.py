"""The reference: a case's rows in, everything a ledger must answer out.

It reads the rows and never the expected values beside them: `stripped` takes those away,
`expected` works them out from the format's text, `filled` writes them back. The rules are next
door, one subject a file: `meals`, `service`, `money`.
"""

import copy

from . import case_rows, meals, money, service, treasury
from .case_rows import Case, KnownRow, Row

CLAIM_ANSWERS = (
    *("status", "reason", "policy", "rule", "age"),
    *("price", "community", "coop", "personal"),
)
ATTENDANCE_ANSWERS = ("minutes", "status", "reason")
CASE_ANSWERS = (
    *("hours_minutes", "stars", "balances", "award_total_fen", "meal_totals", "fund_figures"),
)
SETTLEMENT_ANSWERS = ("meals", "due", "left")
STORY_ANSWERS = ("status", "reason")


def expected(case: Case) -> Case:
    """All expected values: `claims` and `attendance` by id, the totals as the format names them."""
    answers = meals.answer_all(case_rows.claims(case), case_rows.policies(case))
    judged = service.judge_all(case_rows.attendance(case), case_rows.closes(case))
    minutes = service.minutes_in_the_end(judged, case.get("opening_minutes", {}))
    found: Case = {
        "claims": {answer.claim.id: claim_answer(answer) for answer in answers},
        "attendance": {served.record.id: attendance_answer(served) for served in judged},
        "hours_minutes": minutes,
        "stars": {volunteer: service.stars(total) for volunteer, total in minutes.items()},
        "balances": money.balances(case.get("fund", [])),
        "award_total_fen": money.award_total(case.get("awards", [])),
        "meal_totals": meals.totals(answers),
    }
    if "known" in case:
        found["known"] = [known_then(answers, row) for row in case_rows.known(case)]
    if "settlements" in case or "story" in case:
        found |= told(case)
    return found


def told(case: Case) -> Case:
    """What settlements come to, what becomes of the story, and what the funds hold after it."""
    kept = treasury.Treasury(case)
    kept.tell()
    figures = kept.figures()
    return {
        "settlements": {
            row["id"]: treasury.settlement(case, row) for row in case.get("settlements", [])
        },
        "story": kept.verdicts,
        "balances": {fund: each["held"] for fund, each in figures.items()},
        "fund_figures": figures,
    }


def claim_answer(answer: meals.Answer) -> Row:
    """One claim's expected fields; a refused claim too shows how it would have been priced."""
    return {
        "status": answer.status,
        "reason": answer.reason,
        "policy": answer.policy.name,
        "rule": answer.rule.code if answer.rule else meals.NO_RULE,
        "age": answer.age,
        "price": answer.split.price,
        "community": answer.split.community,
        "coop": answer.split.coop,
        "personal": answer.split.personal,
    }


def attendance_answer(served: service.Served) -> Row:
    """One attendance's expected fields."""
    return {"minutes": served.minutes, "status": served.status, "reason": served.reason}


def known_then(answers: list[meals.Answer], row: KnownRow) -> Row:
    """The totals of the listed months as they were known; all months where none is listed."""
    then = meals.totals_known_at(answers, row.known_at)
    listed = {key: then[key] for key in row.keys or then}
    return {"known_at": row.known_at.isoformat(), "meal_totals": listed}


def filled(case: Case) -> Case:
    """A copy of the case with every expected value as the reference has it."""
    answers = expected(stripped(case))
    whole = stripped(case)
    for row in whole.get("claims", []):
        row.update(answers["claims"][row["claim"]])
    for row in whole.get("attendance", []):
        row.update(answers["attendance"][row["id"]])
    for row in whole.get("settlements", []):
        row.update(answers["settlements"][row["id"]])
    for row in whole.get("story", []):
        row.update(zip(STORY_ANSWERS, answers["story"][row["id"]], strict=True))
    return whole | {name: answers[name] for name in (*CASE_ANSWERS, "known") if name in answers}


def stripped(case: Case) -> Case:
    """A copy of the case without any expected value; of `known` the days and months stay."""
    bare = {name: copy.deepcopy(case[name]) for name in case if name not in CASE_ANSWERS}
    for row in bare.get("claims", []):
        forget(row, CLAIM_ANSWERS)
    for row in bare.get("attendance", []):
        forget(row, ATTENDANCE_ANSWERS)
    for row in bare.get("settlements", []):
        forget(row, SETTLEMENT_ANSWERS)
    for row in bare.get("story", []):
        forget(row, STORY_ANSWERS)
    for row in bare.get("known", []):
        row["meal_totals"] = dict.fromkeys(row.get("meal_totals", ()))
    return bare


def forget(row: Row, names: tuple[str, ...]) -> None:
    """Drop the named fields of the row."""
    for name in names:
        row.pop(name, None)
