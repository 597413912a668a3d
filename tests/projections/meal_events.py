"""Events of meals, by hand: Chen's lunch in Jinning on 2 March, unless told otherwise."""

from datetime import UTC, date, datetime

from ledger.domain.meal_records import (
    MealClaimed,
    MealReinstated,
    MealReversalReason,
    MealReversed,
    ReversalKind,
)
from ledger.domain.sites import SiteKind, SiteRegistered
from ledger.domain.tiers import PayerShare, Sitting
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    Month,
    PayerPath,
    PersonId,
    RuleCode,
    SiteId,
    Title,
    month_of,
)
from tests.projections.by_hand import LEADER
from tests.projections.service_events import CHEN, JINNING, MARCH_2, NEW_YEAR

CANTEEN = SiteId("jinning-canteen")
FUND, COOPERATIVE = PayerPath("fund/jinning-meals"), PayerPath("cooperative/jinning/e1")
DONOR = PayerPath("donor/mr-li")


def canteen(name: SiteId = CANTEEN, community: CommunityId = JINNING) -> SiteRegistered:
    return SiteRegistered(name, community, SiteKind.canteen, Title("饭堂"), NEW_YEAR, NEW_YEAR)


def shares(**fen: int) -> tuple[PayerShare, ...]:
    paths = {"fund": FUND, "cooperative": COOPERATIVE, "donor": DONOR}
    return tuple(PayerShare(paths[name], Fen(amount)) for name, amount in fen.items())


def claimed(
    number: int = 1,
    on: date = MARCH_2,
    *,
    who: PersonId = CHEN,
    at: SiteId = CANTEEN,
    price: int = 1500,
    borne: tuple[PayerShare, ...] = shares(fund=600),
    booked_in: Month | None = None,
) -> MealClaimed:
    return MealClaimed(
        who,
        at,
        JINNING,
        Count(number),
        on,
        Sitting.lunch,
        facts_version=Count(1),
        policy_version=Count(1),
        rule=RuleCode("AGE70") if borne else None,
        price_fen=Fen(price),
        shares=borne,
        copayment_fen=Fen(price - sum(share.amount_fen for share in borne)),
        subsidised_limit=Count(1),
        booked_in=booked_in or month_of(on),
        settles_in=month_of(on),
        adjusts=None,
        claimed_by=LEADER,
        claimed_at=datetime(on.year, on.month, on.day, 4, tzinfo=UTC),
    )


def reversed_(
    claim: MealClaimed,
    booked_in: Month | None = None,
    kind: ReversalKind = ReversalKind.subsidy_withdrawn,
    reason: MealReversalReason = MealReversalReason.death_recorded_later,
) -> MealReversed:
    return MealReversed(
        claim.person,
        claim.canteen,
        claim.community,
        claim.claim,
        kind,
        reason,
        claim.price_fen,
        claim.shares,
        claim.copayment_fen,
        claim.occurred_on,
        booked_in or claim.booked_in,
        booked_in or claim.settles_in,
        claim.settles_in if booked_in else None,
    )


def reinstated(claim: MealClaimed, booked_in: Month | None = None) -> MealReinstated:
    like = reversed_(claim, booked_in)
    return MealReinstated(
        like.person,
        like.canteen,
        like.community,
        like.claim,
        like.kind,
        like.price_fen,
        like.shares,
        like.copayment_fen,
        like.occurred_on,
        like.booked_in,
        like.settles_in,
        like.adjusts,
    )
