"""Rows about which the format is silent, or open to two readings: our cases do without them.

A case of ours must be a verdict on a ledger and not on a reading. Each function below is one such
point; `silent_points` names the row and the question.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from . import case_rows, meals, service
from .case_rows import Case

MATCH_KEYS = {"min_age", "hardship", "hukou", "resident", "coop_member"}


class Point(NamedTuple):
    """A row by its id, and what the format does not say about it."""

    row: str
    question: str


def silent_points(case: Case) -> list[Point]:
    """Every point of the case at which two honest readers could differ."""
    uncovered = list(claims_without_one_policy(case))
    if uncovered:
        return uncovered
    answers = meals.answer_all(case_rows.claims(case), case_rows.policies(case))
    return [
        *odd_deaths(case),
        *odd_rules(case),
        *odd_prices(answers),
        *unknown_deaths_that_meet_a_refusal(answers),
        *months_of_reversed_meals_only(answers),
        *known_months_without_meals(case, answers),
        *meals_at_the_same_minute(case),
        *odd_attendance(case),
        *early_closes(case),
        *months_left_open(case),
        *overdrawn_funds(case),
    ]


def claims_without_one_policy(case: Case) -> Iterator[Point]:
    """No version covers the day, several do, or the canteen's community has no policy at all."""
    policies = case_rows.policies(case)
    for claim in case_rows.claims(case):
        try:
            meals.policy_in_force(policies, claim.canteen, claim.day)
        except meals.FormatIsSilentError:
            yield Point(claim.id, "not exactly one policy version covers the meal")


def odd_deaths(case: Case) -> Iterator[Point]:
    """A death that nobody recorded, or that was recorded before it happened."""
    for eater in case_rows.residents(case).values():
        if (eater.died is None) != (eater.death_recorded is None):
            yield Point(eater.id, "one of died and death_recorded is missing")
        elif eater.died and eater.death_recorded and eater.death_recorded < eater.died:
            yield Point(eater.id, "the death was recorded before it happened")


def odd_rules(case: Case) -> Iterator[Point]:
    """Keys the format does not list, or `false`: does it mean "is not" or "does not matter"?"""
    for policy in case_rows.policies(case):
        for rule in policy.rules:
            if not rule.match.keys() <= MATCH_KEYS:
                yield Point(policy.name, f"rule {rule.code} has an unknown match key")
            if any(wanted is False for wanted in rule.match.values()):
                yield Point(policy.name, f"rule {rule.code} matches on false")


def odd_prices(answers: list[meals.Answer]) -> Iterator[Point]:
    """A rule that gives nothing (subsidised?), more than the price, or from no cooperative."""
    for answer in answers:
        given = answer.split.community + answer.split.coop
        if answer.rule is not None and given == 0:
            yield Point(answer.claim.id, "the rule that holds gives nothing")
        if answer.split.personal < 0:
            yield Point(answer.claim.id, "the shares are above the price")
        if answer.split.coop > 0 and answer.claim.eater.coop_community is None:
            yield Point(answer.claim.id, "a cooperative pays, the eater has none")


def unknown_deaths_that_meet_a_refusal(answers: list[meals.Answer]) -> Iterator[Point]:
    """After a death not yet recorded, on a day without service or over the cap.

    By the order of the checks it is accepted then reversed; by what was known it is refused.
    """
    for answer in answers:
        dead = meals.ate_after_death(answer.claim.eater, answer.claim.day)
        if dead and answer.reason in ("NO_SUBSIDY_ON_THIS_DAY", "DAILY_CAP_REACHED"):
            yield Point(answer.claim.id, "refused on other grounds after a death yet unknown")


def months_of_reversed_meals_only(answers: list[meals.Answer]) -> Iterator[Point]:
    """Whether a month whose every meal was reversed is listed with zeros or not at all."""
    listed = meals.totals(answers)
    for answer in answers:
        if answer.status == meals.REVERSED and meals.month_key(answer.claim) not in listed:
            yield Point(answer.claim.id, "every meal of this month was reversed")


def known_months_without_meals(case: Case, answers: list[meals.Answer]) -> Iterator[Point]:
    """A month asked for in `known` in which nothing had been eaten yet."""
    for row in case_rows.known(case):
        then = meals.totals_known_at(answers, row.known_at)
        for key in row.keys:
            if key not in then:
                yield Point(f"known {row.known_at}", f"nothing was known of {key}")


def meals_at_the_same_minute(case: Case) -> Iterator[Point]:
    """Two claims of one person at one time: the sorting does not say which comes first."""
    seen: Counter[tuple[str, str]] = Counter()
    for claim in case_rows.claims(case):
        seen[claim.eater.id, f"{claim.day}T{claim.time}"] += 1
        if seen[claim.eater.id, f"{claim.day}T{claim.time}"] > 1:
            yield Point(claim.id, "two meals of one person at the same minute")


def odd_attendance(case: Case) -> Iterator[Point]:
    """No presence at all, a shift attended twice, or two records of one minute."""
    shift_of = {row["id"]: row["shift"] for row in case.get("attendance", [])}
    shifts: Counter[tuple[str, str]] = Counter()
    moments: Counter[tuple[str, str]] = Counter()
    for record in case_rows.attendance(case):
        shifts[record.volunteer, shift_of[record.id]] += 1
        moments[record.volunteer, f"{record.recorded_at}"] += 1
        if service.minutes_between(*service.presence(record)) == 0:
            yield Point(record.id, "no minute of presence")
        if shifts[record.volunteer, shift_of[record.id]] > 1:
            yield Point(record.id, "a second record of the same volunteer and shift")
        if moments[record.volunteer, f"{record.recorded_at}"] > 1:
            yield Point(record.id, "two records of one volunteer at the same minute")


def early_closes(case: Case) -> Iterator[Point]:
    """A month closed before it was over."""
    for month, closed_at in case_rows.closes(case).items():
        if f"{closed_at:%Y-%m}" <= month:
            yield Point(month, "the month was closed before it was over")


def months_left_open(case: Case) -> Iterator[Point]:
    """A month left open before one that was closed: months close in order, or do they?"""
    closes = case_rows.closes(case)
    for record in case_rows.attendance(case):
        month = f"{record.shift_start:%Y-%m}"
        if month not in closes and any(month < closed for closed in closes):
            yield Point(record.id, "a later month than the shift's was closed, this one was not")


def overdrawn_funds(case: Case) -> Iterator[Point]:
    """A payment of more than the fund holds; the rows are "in order"."""
    held: Counter[tuple[str, str]] = Counter()
    for number, row in enumerate(case.get("fund", []), start=1):
        held[row["community"], row["restriction"]] += row["fen"]
        if held[row["community"], row["restriction"]] < 0:
            yield Point(f"fund row {number}", "the fund does not hold this much")
