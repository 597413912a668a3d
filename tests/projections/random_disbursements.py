"""Random histories of two funds' disbursements, and what is plain about them at any position.

Each turn is tried on the disbursements as the rules remember them, and happens if it is the next
step there. What a register should say is read off the same memory, from the events known so far.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, TypeAlias

from ledger.domain import disbursement_records
from ledger.domain.disbursement_records import (
    Disbursement,
    DisbursementApproved,
    DisbursementPaid,
    DisbursementRequested,
    DisbursementReversed,
    Stage,
)
from ledger.domain.values import Count, FundId, PersonId, Slug
from tests.projections.by_hand import LEADER
from tests.projections.disbursement_events import (
    BAKER,
    GENERAL,
    OTHERS,
    SHOP,
    approved,
    paid,
    refused,
    requested,
    reversed_,
    withdrawn,
)
from tests.projections.service_events import CHEN

Name: TypeAlias = tuple[Count, FundId]


@dataclass
class Try:
    """What is tried with one of a fund's disbursements, or with a new one."""

    dice: Random
    on: date
    fund: FundId
    known: dict[Count, Disbursement]

    def at(self, *stages: Stage) -> tuple[Name, Disbursement] | None:
        """One that has come to one of these stages."""
        found = [number for number, each in self.known.items() if each.stage in stages]
        if not found:
            return None
        number = self.dice.choice(found)
        return (number, self.fund), self.known[number]


def _request(it: Try) -> object:
    payee, by = it.dice.choice((SHOP, BAKER)), it.dice.choice((LEADER, CHEN))
    fen = it.dice.randrange(1, 900)
    return requested(len(it.known) + 1, it.fund, fen=fen, to=payee, by=by, on=it.on)


def _approve(it: Try) -> object:
    found = it.at(Stage.requested)
    if found is None:
        return None
    name, asked = found
    approval = len(asked.approved_by) + 1
    needed = max(approval, it.dice.choice((1, 2)))
    fen = asked.amount_fen if approval > 1 else it.dice.randint(1, asked.amount_fen)
    return approved(
        *name, fen=fen, released=asked.amount_fen - fen, approval=approval, needed=needed, on=it.on
    )


def _refuse(it: Try) -> object:
    found = it.at(Stage.requested, Stage.approved)
    return found and refused(*found[0], fen=found[1].amount_fen, on=it.on)


def _withdraw(it: Try) -> object:
    found = it.at(Stage.requested)
    return found and withdrawn(*found[0], fen=found[1].amount_fen, on=it.on)


def _pay(it: Try) -> object:
    found = it.at(Stage.approved)
    if found is None:
        return None
    name, asked = found
    fen, voucher = it.dice.randint(1, asked.amount_fen), it.dice.randrange(1, 99)
    return paid(*name, fen=fen, voucher=voucher, to=asked.payee, on=it.on)


def _reverse(it: Try) -> object:
    found = it.at(Stage.paid)
    if found is None:
        return None
    name, asked = found
    return reversed_(*name, fen=asked.amount_fen, voucher=asked.voucher, to=asked.payee, on=it.on)


TRIED = (_request, _request, _approve, _approve, _refuse, _withdraw, _pay, _pay, _reverse)


def happened(dice: Random, turns: int) -> list[object]:
    """What came of so many turns, each on a day of its own."""
    funds: dict[FundId, dict[Count, Disbursement]] = {GENERAL: {}, OTHERS: {}}
    events: list[object] = []
    for number in range(turns):
        fund = dice.choice((GENERAL, OTHERS))
        on = date(2026, 3, 1) + timedelta(days=number)
        event: Any = dice.choice(TRIED)(Try(dice, on, fund, funds[fund]))
        if event:
            funds[fund] = dict(disbursement_records.entered(funds[fund], event, ()))
            events.append(event)
    return events


# -- what is plain -----------------------------------------------------------------------------


@dataclass
class Plain:
    """A disbursement as the rules remember it, and what no rule asks for."""

    it: Disbursement
    requested_fen: int
    last_step_on: date
    approved_fen: int | None = None
    needed: int | None = None

    @property
    def paid_fen(self) -> int:
        return self.it.amount_fen if self.it.stage is Stage.paid else 0

    @property
    def figures(self) -> tuple[Any, ...]:
        """Stage, amounts, approvals, voucher, what it waits for and since when."""
        waits = {Stage.requested: "approval", Stage.approved: "payment"}.get(self.it.stage)
        amounts = (self.requested_fen, self.approved_fen, self.paid_fen, self.it.amount_fen)
        approvals = (len(self.it.approved_by), self.needed, self.it.voucher or None)
        since = self.it.requested_on if waits == "approval" else self.last_step_on
        return (self.it.stage, *amounts, *approvals, waits, since if waits else None)


@dataclass
class Books:
    """All disbursements of both funds, newest first, and what each payee has."""

    plain: dict[Name, Plain] = field(default_factory=dict)
    got: dict[Slug, list[int]] = field(default_factory=lambda: {SHOP: [0, 0], BAKER: [0, 0]})

    def see(self, event: Any) -> None:
        name = (event.disbursement, event.fund)
        before = {} if isinstance(event, DisbursementRequested) else {name[0]: self.plain[name].it}
        it = disbursement_records.entered(before, event, ())[name[0]]
        if isinstance(event, DisbursementRequested):
            self.plain[name] = Plain(it, event.amount_fen, event.occurred_on)
        each = self.plain[name]
        each.it, each.last_step_on = it, event.occurred_on
        if isinstance(event, DisbursementApproved):
            each.needed = event.approvals_needed
            each.approved_fen = event.amount_fen if it.stage is Stage.approved else None
        if isinstance(event, DisbursementPaid | DisbursementReversed):
            sign = 1 if isinstance(event, DisbursementPaid) else -1
            count, fen = self.got[event.payee]
            self.got[event.payee] = [count + sign, fen + sign * event.amount_fen]

    def undone(self, fund: FundId) -> dict[PersonId, tuple[int, int]]:
        """How often each asked, and took it back."""
        found: dict[PersonId, tuple[int, int]] = {}
        for (_, where), each in self.plain.items():
            if where == fund:
                count, undone = found.get(each.it.requested_by, (0, 0))
                withdrawn = each.it.stage is Stage.withdrawn
                found[each.it.requested_by] = count + 1, undone + withdrawn
        return found


def plain(events: Sequence[object]) -> Books:
    """The books after these events."""
    books = Books()
    for event in events:
        books.see(event)
    return books
