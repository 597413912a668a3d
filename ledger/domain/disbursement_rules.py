"""The rules of disbursements: who may decide about one, at which stage, and how many must.

Each rule gives its refusal, or None; their precedence is that of `refusals.Code`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from ledger.domain import allowances, bands, communities, funds, payees, resolutions
from ledger.domain.bands import Measure
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Refused, Stream
from ledger.domain.disbursement_records import Disbursement, Stage
from ledger.domain.fund_state import Fund
from ledger.domain.payees import Payee, PaymentDropped
from ledger.domain.refusals import Code
from ledger.domain.values import Count, Fen, FundId, Month, PersonId, ResolutionId, Slug

UNDO: Final = timedelta(minutes=10)


STANDING: Final = (Stage.requested, Stage.approved, Stage.paid)
"""What is promised or paid, and counts against a resolution."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked for, under which resolution; `number` is its own once it has one."""

    fund: FundId
    payee: Slug
    purpose: Slug
    amount_fen: Fen
    resolution: ResolutionId | None
    number: Count | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A disbursement with its fund, payee and community; `today` is the community's."""

    name: tuple[FundId, Count]
    stream: Stream[Fund]
    fund: Fund
    disbursement: Disbursement
    payee: Payee
    community: Community
    today: date

    @property
    def entry(self) -> tuple[date, Month]:
        """When what is decided today occurred, and which month books it."""
        return self.today, self.community.books(self.today)

    @property
    def asking(self) -> Asking:
        """What was asked for."""
        it, (fund, number) = self.disbursement, self.name
        return Asking(fund, it.payee, it.purpose, it.amount_fen, it.resolution, number)

    @property
    def sum_fen(self) -> Fen:
        """All requests for the payee and purpose around this one, whatever their fund."""
        it = self.disbursement
        return bands.sum_around(self.payee.asked.values(), it.purpose, it.requested_on)

    @property
    def measured(self) -> Measure:
        """Which approvals it needs, by the bands of the day of the request."""
        in_force = self.community.bands_on(self.disbursement.requested_on)
        return bands.measure(in_force, self.sum_fen)


def streams_of(
    name: FundId, payee: Slug | None, resolution: ResolutionId | None, known: Known
) -> Iterator[Stream[Any]]:
    """What must be read of a fund that pays: its home, what is cited, who is behind a payee."""
    yield funds.stream(name)
    fund = known.get(funds.stream(name))
    if fund is not None and fund.community is not None:
        yield communities.stream(fund.community)
    if resolution is not None:
        yield resolutions.stream(resolution)
    if payee is not None:
        yield from payees.streams_of(payee, known)


def look(name: FundId, number: Count, known: Known, context: Context) -> Seen | None:
    """What is known of a disbursement of a known fund; None where there is none of that number."""
    here = funds.stream(name)
    fund = known[here]
    it = fund.disbursements.get(number)
    if it is None or fund.community is None:
        return None
    community = known[communities.stream(fund.community)]
    payee = known[payees.stream(it.payee)]
    return Seen((name, number), here, fund, it, payee, community, community.day_of(context))


def dropped(seen: Seen) -> tuple[Stream[Payee], PaymentDropped]:
    """What tells the payee's stream that the request does not count any more."""
    payee = seen.disbursement.payee
    return payees.stream(payee), PaymentDropped(payee, *seen.name, seen.today)


def unless_by_another(seen: Seen, context: Context, *done: PersonId | None) -> Refused | None:
    """Request, approval and payment are of three persons, two approvals of two."""
    if context.actor not in done:
        return None
    return Refused(Code.disbursement_steps_must_be_by_different_persons, number=seen.name[1])


def unless_in(seen: Seen, *stages: Stage) -> Refused | None:
    """Each step follows the one before it, once."""
    stage = seen.disbursement.stage
    if stage in stages:
        return None
    return Refused(
        Code.disbursement_must_be_at_the_step_before,
        number=seen.name[1],
        stage=stage.value,
        stages=", ".join(stages),
    )


def unless_undone_in_time(seen: Seen, context: Context) -> Iterator[Refused]:
    """By its author, for ten minutes; afterwards somebody else refuses it."""
    until = seen.disbursement.requested_at + UNDO
    if context.actor != seen.disbursement.requested_by:
        yield Refused(Code.undo_must_be_by_its_author)
    if context.decided_at > until:
        yield Refused(Code.undo_must_be_within_ten_minutes, until=until)


def unless_within(amount_fen: Fen, seen: Seen) -> Refused | None:
    """Not more is approved than was asked, and not more paid than was approved.

    Who approves second approves the same amount as the first.
    """
    it = seen.disbursement
    if it.stage is Stage.requested and it.approved_by and amount_fen != it.amount_fen:
        return Refused(
            Code.amount_must_be_that_of_the_first_approval,
            amount_fen=amount_fen,
            approved_fen=it.amount_fen,
        )
    if amount_fen <= it.amount_fen:
        return None
    return Refused(
        Code.amount_must_not_exceed_what_was_decided,
        amount_fen=amount_fen,
        decided_fen=it.amount_fen,
    )


def _unless_small(asked: Asking, measured: Measure) -> Refused | None:
    if not measured.band.resolution:
        return None
    return Refused(
        Code.payment_must_cite_a_resolution,
        payee=asked.payee,
        purpose=asked.purpose,
        sum_fen=measured.sum_fen,
        limit_fen=measured.limit_fen,
    )


def unless_resolved(
    asked: Asking, measured: Measure, fund: Fund, known: Known, day: date
) -> Refused | None:
    """Sums of a band that asks for it are for a council to decide; what is cited must allow it."""
    cited = asked.resolution
    if cited is None:
        return _unless_small(asked, measured)
    if fund.community is None:
        return Refused(Code.fund_must_be_known, fund=asked.fund)
    return allowances.payment_refusal(
        cited,
        known[resolutions.stream(cited)],
        home=fund.community,
        fund=asked.fund,
        payment=allowances.Payment(asked.payee, asked.purpose, asked.amount_fen),
        before=(
            allowances.Payment(each.payee, each.purpose, each.amount_fen)
            for number, each in fund.disbursements.items()
            if number != asked.number and each.resolution == cited and each.stage in STANDING
        ),
        day=day,
    )
