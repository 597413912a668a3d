"""The policies of a case, and the resolutions that they cite.

The community's share of a meal is borne by its fund for canteens, or by its unrestricted one where
the case names no such fund. The format gives a resolution no votes and no document, so these are
invented.
"""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import Final

from ledger.demo import names
from ledger.demo.rows import Case, CaseError, Policy, Rule
from ledger.domain.councils import Body
from ledger.domain.policies import PublishPolicy
from ledger.domain.resolution_records import SubsidyAllowed, Votes
from ledger.domain.resolutions import RecordResolution
from ledger.domain.sites import Weekday
from ledger.domain.tiers import (
    CitedResolution,
    Condition,
    Payer,
    PayerKind,
    ShareLine,
    Sitting,
    Tier,
)
from ledger.domain.values import (
    BasisPoints,
    Count,
    Fen,
    PayerName,
    ResolutionId,
    RuleCode,
    Sha256,
)

UNRESTRICTED_ROW: Final = "UNRESTRICTED"
CANTEEN_ROW: Final = "RESTRICTED:CANTEEN"
MEMBERS: Final = Payer(PayerKind.cooperative_of_the_eater)
CARRIED: Final = Votes(Count(9), Count(0))
MATCHES: Final = ("hardship", "hukou", "resident", "coop_member")


def commands(case: Case, day: date) -> Iterator[tuple[Policy, object]]:
    """Each version, and before it the resolutions that no version before it cited."""
    recorded = set[ResolutionId]()
    for policy in versions(case):
        for command in _resolved(case, policy, day):
            if command.resolution not in recorded:
                recorded.add(command.resolution)
                yield policy, command
        yield policy, _published(case, policy)


def versions(case: Case) -> list[Policy]:
    """The versions in the order in which they are published: the ledger numbers them so."""
    return sorted(case.policies, key=lambda policy: (policy.community, policy.effective_from))


def _resolved(case: Case, policy: Policy, day: date) -> Iterator[RecordResolution]:
    """The council hall agrees to the fund's share, the members to that of the cooperatives."""
    bodies = (Body.council_hall, Body.cooperative_members_assembly)
    for cited, body in zip(_cited(case, policy), bodies, strict=True):
        document = Sha256(sha256(cited.resolution.encode()).hexdigest())
        allowed = (SubsidyAllowed(names.canteen(policy.community), cited.payer),)
        home = names.community(policy.community)
        yield RecordResolution(
            cited.resolution, home, body, day, CARRIED, document, subsidies=allowed
        )


def _cited(case: Case, policy: Policy) -> tuple[CitedResolution, CitedResolution]:
    community, members = names.resolutions(policy.community, policy.resolution)
    return CitedResolution(_payer(case, policy), community), CitedResolution(MEMBERS, members)


def _payer(case: Case, policy: Policy) -> Payer:
    fund = names.fund(policy.community, paying_fund(case, policy.community))
    return Payer(PayerKind.fund, PayerName(fund))


def _published(case: Case, policy: Policy) -> PublishPolicy:
    payer = _payer(case, policy)
    return PublishPolicy(
        names.canteen(policy.community),
        policy.effective_from,
        policy.effective_to,
        Fen(policy.price),
        tuple(Weekday(day) for day in policy.weekdays),
        tuple(Sitting),
        Count(policy.max_subsidised_meals_per_day),
        Count(31),
        tuple(_tier(rule, policy, payer) for rule in policy.rules),
        _cited(case, policy),
        gap_is_meant=True,
    )


def paying_fund(case: Case, home: str) -> str:
    """The restriction of the fund that bears the community's share of its canteen's meals."""
    held = {row.restriction for row in case.fund if row.community == home}
    return CANTEEN_ROW if CANTEEN_ROW in held else UNRESTRICTED_ROW


def _tier(rule: Rule, policy: Policy, payer: Payer) -> Tier:
    lines = [(payer, rule.community), (MEMBERS, rule.coop)]
    return Tier(
        Count(rule.order),
        RuleCode(rule.code),
        _condition(rule, policy),
        tuple(_line(who, share, policy) for who, share in lines if share),
    )


def _line(payer: Payer, share: int, policy: Policy) -> ShareLine:
    if policy.basis_points:
        return ShareLine(payer, basis_points=BasisPoints(share))
    return ShareLine(payer, fixed_fen=Fen(share))


def _condition(rule: Rule, policy: Policy) -> Condition:
    """What is asked; a tier cannot ask that something is not so, and the format does not say it."""
    asked = dict(rule.match)
    age = asked.pop("min_age", None)
    for key, wanted in asked.items():
        if key not in MATCHES or wanted is not True:
            where = f"{policy.cited} {rule.code}: {key}={wanted}"
            raise CaseError(f"No tier can match on {where}. 档次不支持条件 {where}。")
    return Condition(
        age_least=None if age is None else Count(age),
        hardship="hardship" in asked,
        registered="hukou" in asked,
        habitual="resident" in asked,
        cooperative_member="coop_member" in asked,
    )
