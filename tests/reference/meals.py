"""Meals: what each claim is answered, and what a canteen's month adds up to.

The sentences in quotation marks are the format's own. Where it leaves two readings open, the one
taken here is told, and `silent_points` keeps such rows out of our cases.
"""

from dataclasses import dataclass
from datetime import date

from .case_rows import Claim, Policy, Resident, Rule

ACCEPTED = "ACCEPTED"
REVERSED = "ACCEPTED_THEN_REVERSED"
REFUSED = "REFUSED"
NO_RULE = "NONE"


class FormatIsSilentError(ValueError):
    """The format does not say what becomes of this row, so neither does the reference."""


@dataclass(frozen=True, slots=True)
class Split:
    """The price of one meal and who bears it; the three shares always add up to the price."""

    price: int
    community: int
    coop: int
    personal: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the ledger must say to one claim. `rule` is None when no rule of the policy holds."""

    claim: Claim
    status: str
    reason: str
    policy: Policy
    rule: Rule | None
    age: int
    split: Split


def age_on(birth: date, on: date) -> int:
    """Full years: "age on the meal's date; birthday counts; 29 February → 1 March".

    28 February comes before 29 February and 1 March after it, so someone born on 29 February has
    the birthday on the day itself in a leap year and on 1 March in every other.
    """
    birthday_has_come = (on.month, on.day) >= (birth.month, birth.day)
    return on.year - birth.year - (0 if birthday_has_come else 1)


def policy_in_force(policies: list[Policy], canteen: str, on: date) -> Policy:
    """The one version of the canteen's policy for the day: "half-open, null = open"."""
    found = [policy for policy in policies if policy.community == canteen and covers(policy, on)]
    if len(found) != 1:
        raise FormatIsSilentError(f"{len(found)} policy versions for {canteen} on {on}")
    return found[0]


def covers(policy: Policy, on: date) -> bool:
    """From its first day on, up to the day before `effective_to`."""
    has_begun = policy.effective_from <= on
    has_ended = policy.effective_to is not None and policy.effective_to <= on
    return has_begun and not has_ended


def rule_for(policy: Policy, eater: Resident, on: date) -> Rule | None:
    """Of the "`rules` in `order`: the first whose `match` holds"."""
    for rule in sorted(policy.rules, key=lambda rule: rule.order):
        if holds(rule, eater, policy.community, on):
            return rule
    return None


def holds(rule: Rule, eater: Resident, canteen: str, on: date) -> bool:
    """Every key of the rule's match holds for the eater at this canteen on this day."""
    return all(key_holds(key, rule.match[key], eater, canteen, on) for key in rule.match)


def key_holds(key: str, wanted: object, eater: Resident, canteen: str, on: date) -> bool:
    """`hukou`, `resident`, `coop_member` "mean *of the canteen's community*"."""
    match key:
        case "min_age":
            return isinstance(wanted, int) and age_on(eater.birth, on) >= wanted
        case "hardship":
            return eater.in_hardship == wanted
        case "hukou":
            return (eater.hukou and eater.community == canteen) == wanted
        case "resident":
            return (eater.lives_there and eater.community == canteen) == wanted
        case "coop_member":
            return (eater.coop_community == canteen) == wanted
        case _:
            raise FormatIsSilentError(f"match key {key}")


def split_of(policy: Policy, rule: Rule | None) -> Split:
    """Who bears the price: fen as they stand, or parts of 10,000 of the price rounded down.

    "The person pays the rest. No rule: full price."
    """
    price = policy.price_fen
    if rule is None:
        return Split(price, 0, 0, price)
    community, coop = rule.community, rule.coop
    if policy.in_basis_points:
        community = price * rule.community // 10_000
        coop = price * rule.coop // 10_000
    return Split(price, community, coop, price - community - coop)


def ate_after_death(eater: Resident, on: date) -> bool:
    """The claim's "date after death": a meal on the day of death itself stands."""
    return eater.died is not None and on > eater.died


def death_was_known(eater: Resident, on: date) -> bool:
    """The claim is "recorded on or after the day the death was recorded": at its own date."""
    return eater.death_recorded is not None and on >= eater.death_recorded


def answer_all(claims: list[Claim], policies: list[Policy]) -> list[Answer]:
    """Answer each claim in turn, knowing the answers given before it."""
    answers: list[Answer] = []
    for claim in claims:
        answers.append(answer_one(claim, policies, answers))
    return answers


def answer_one(claim: Claim, policies: list[Policy], before: list[Answer]) -> Answer:
    """Price the claim under its canteen's policy, then put it through the checks."""
    policy = policy_in_force(policies, claim.canteen, claim.day)
    rule = rule_for(policy, claim.eater, claim.day)
    status, reason = checked(claim, policy, rule, before)
    age = age_on(claim.eater.birth, claim.day)
    return Answer(claim, status, reason, policy, rule, age, split_of(policy, rule))


def checked(
    claim: Claim, policy: Policy, rule: Rule | None, before: list[Answer]
) -> tuple[str, str]:
    """The three checks "in this order": deceased, weekday, daily cap.

    A death recorded later was unknown when the meal was handed out, so the weekday and the cap are
    asked as for a living person; only a meal that was accepted can be reversed.
    """
    if ate_after_death(claim.eater, claim.day) and death_was_known(claim.eater, claim.day):
        return REFUSED, "BENEFICIARY_DECEASED"
    if claim.day.weekday() not in policy.weekdays:
        return REFUSED, "NO_SUBSIDY_ON_THIS_DAY"
    if rule is not None and cap_is_reached(claim, policy, before):
        return REFUSED, "DAILY_CAP_REACHED"
    if ate_after_death(claim.eater, claim.day):
        return REVERSED, f"DEATH_RECORDED_LATER({claim.eater.death_recorded})"
    return ACCEPTED, ""


def cap_is_reached(claim: Claim, policy: Policy, before: list[Answer]) -> bool:
    """The eater "already has" that many "subsidised, unreversed claims that day".

    "At any canteen"; "the cap is that of the canteen's policy". Deaths are recorded at 00:00, so no
    meal of this day can have been reversed between an earlier meal of the day and this one.
    """
    same_day = [
        answer
        for answer in before
        if answer.claim.eater.id == claim.eater.id
        and answer.claim.day == claim.day
        and answer.status != REFUSED
        and answer.rule is not None
    ]
    return len(same_day) >= policy.subsidised_meals_per_day


def totals(answers: list[Answer]) -> dict[str, dict[str, int]]:
    """Per `community/month` the "unreversed, accepted claims at the canteen"."""
    return added_up([answer for answer in answers if answer.status == ACCEPTED])


def totals_known_at(answers: list[Answer], known_at: date) -> dict[str, dict[str, int]]:
    """The same totals "at the end of that local day, by what had been recorded by then".

    A meal counts once its day has come; it is gone once the eater's death has been recorded.
    """
    return added_up(
        [
            answer
            for answer in answers
            if answer.claim.day <= known_at
            and (answer.status == ACCEPTED or still_stood(answer, known_at))
        ]
    )


def still_stood(answer: Answer, known_at: date) -> bool:
    """A meal reversed in the end, whose reversal was still to come on that day."""
    return answer.status == REVERSED and not death_was_known(answer.claim.eater, known_at)


def added_up(answers: list[Answer]) -> dict[str, dict[str, int]]:
    """Price, shares and number of meals per canteen and month of the meal."""
    found: dict[str, dict[str, int]] = {}
    for answer in answers:
        key = month_key(answer.claim)
        row = found.setdefault(
            key, {"price": 0, "community": 0, "coop": 0, "personal": 0, "meals": 0}
        )
        row["price"] += answer.split.price
        row["community"] += answer.split.community
        row["coop"] += answer.split.coop
        row["personal"] += answer.split.personal
        row["meals"] += 1
    return found


def month_key(claim: Claim) -> str:
    """`xianhu/2026-03`: the canteen's community and the month of the meal."""
    return f"{claim.canteen}/{claim.day:%Y-%m}"
