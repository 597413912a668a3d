"""Who had a hand in what, and whom it is about, as the events up to a position tell it.

Nothing of the rules is in here. Ids lead to persons, and what is kept is as small as that: who took
which step of which case, who stands behind a payee, who ran a canteen, which relations a person's
newest sheet declares, and which recoveries a share was part of.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple, TypeAlias
from zoneinfo import ZoneInfoNotFoundError

from ledger.domain import operators
from ledger.domain.community_records import CommunityRegistered
from ledger.domain.disbursement_records import DisbursementApproved, DisbursementRequested
from ledger.domain.facts import FactSheet
from ledger.domain.fund_records import UNRESTRICTED, FundOpened
from ledger.domain.identity_records import PersonsMerged, PersonsSeparated
from ledger.domain.operators import Running
from ledger.domain.payees import PayeeRegistered
from ledger.domain.person_records import FactsRecorded
from ledger.domain.recovery_records import (
    ClaimName,
    RecoveryLifted,
    RecoveryRaised,
    RecoveryReopened,
    RecoverySettled,
)
from ledger.domain.sites import OperatorChanged
from ledger.domain.values import (
    CommunityId,
    FundId,
    Month,
    PayerPath,
    PersonId,
    SiteId,
    Slug,
    ZoneName,
    first_day,
    local_day,
)
from ledger.store.codec import Recorded

SheetKey: TypeAlias = tuple[PersonId, int]
Sheets: TypeAlias = Mapping[SheetKey, FactSheet]
Persons: TypeAlias = tuple[PersonId, ...]

NOBODY: Final[Persons] = ()


class Hand(NamedTuple):
    """A step that somebody takes, in words that follow 'had' and 此前已."""

    en: str
    zh: str


@dataclass(slots=True, eq=False)
class Recoverable:
    """A recovery: of which meals, who took an end of it back, and those of the same shares' payer.

    `beside` are all of one person and one payer at a canteen, itself among them.
    """

    month: Month
    adjusts: Month
    claims: set[ClaimName]
    beside: list["Recoverable"]
    reopened_by: list[PersonId] = field(default_factory=list)


@dataclass(slots=True)
class Hands:
    """What the log has told so far."""

    taken: dict[str, Persons] = field(default_factory=dict)
    related: dict[PersonId, frozenset[PersonId]] = field(default_factory=dict)
    ids: dict[PersonId, Persons] = field(default_factory=dict)
    """Of whoever was entered twice, under each of her ids all of them."""
    behind: dict[Slug, PersonId] = field(default_factory=dict)
    payees: dict[str, Slug] = field(default_factory=dict)
    approvals: dict[str, int] = field(default_factory=dict)
    restrictions: dict[FundId, Slug] = field(default_factory=dict)
    zones: dict[CommunityId, ZoneName] = field(default_factory=dict)
    operators: dict[SiteId, list[Running]] = field(default_factory=dict)
    recoveries: dict[tuple[SiteId, Month, int], Recoverable] = field(default_factory=dict)
    shares: dict[tuple[SiteId, PersonId, PayerPath], list[Recoverable]] = field(
        default_factory=dict
    )
    same: dict[Persons, Persons] = field(default_factory=dict)
    """One tuple for all that are equal: most of a town's entries are by few hands."""

    # -- steps ---------------------------------------------------------------------------------

    def who(self, hand: Hand, case: str) -> Persons:
        """Those who took the step, in their order."""
        return self.taken.get(f"{hand.en} {case}", NOBODY)

    def take(self, hand: Hand, case: str, persons: Persons) -> None:
        """They took it, after whoever took it before."""
        now = self.who(hand, case) + persons
        self.taken[f"{hand.en} {case}"] = self.same.setdefault(now, now)

    def end(self, hand: Hand, case: str) -> None:
        """It does not count any more, because it was answered, used up or begun anew."""
        self.taken.pop(f"{hand.en} {case}", None)

    # -- relations and beneficiaries -----------------------------------------------------------

    def ids_of(self, person: PersonId) -> Persons:
        """Every id of hers, as it was known by then."""
        return self.ids.get(person, (person,))

    def are_same(self, one: PersonId, other: PersonId) -> bool:
        """Whether both ids were one person's by then."""
        return one == other or one in self.ids.get(other, NOBODY)

    def are_among(self, one: PersonId, persons: Persons) -> bool:
        """Whether she is one of them, under whichever id."""
        return one in persons or any(self.are_same(one, each) for each in persons)

    def are_related(self, one: PersonId, other: PersonId) -> bool:
        """Whether either of them has declared it, as far as the vault still tells."""
        mine, hers = self.ids_of(one), self.ids_of(other)
        return self._declare_one_of(mine, hers) or self._declare_one_of(hers, mine)

    def _declare_one_of(self, persons: Persons, others: Persons) -> bool:
        sheets = (self.related.get(each) for each in persons)
        return any(sheet is not None and not sheet.isdisjoint(others) for sheet in sheets)

    def paid_by_disbursement(self, case: str, *named: Slug) -> Iterator[PersonId]:
        """The person behind whom a request asked money for, and behind whoever is named."""
        return self._behind({*named, *filter(None, (self.payees.get(case),))})

    def changes_purpose(self, giving: FundId, receiving: FundId) -> bool:
        """Whether money of one purpose would serve another."""
        purpose = self.restrictions.get(giving, UNRESTRICTED)
        return purpose not in {UNRESTRICTED, self.restrictions.get(receiving)}

    def run(self, at: Recorded, month: Month) -> Iterator[PersonId]:
        """The persons behind whoever ran the canteen in that month or since."""
        canteen: SiteId = at.event.canteen
        itself = Running(date.min, date.min, Slug(canteen))
        entries = (itself, *self.operators.get(canteen, ()))
        today = self._day(at.event.community, at)
        return self._behind(operators.since(entries, _beginning(month), today))

    def settled(self, at: Recorded) -> Iterator[PersonId]:
        """The same for a recovery, whose meals were settled in a month before."""
        it = self.recoveries.get(_name(at.event))
        month: Month = at.event.month
        return self.run(at, month if it is None else min(month, it.adjusts))

    def took_an_end_back(self, event: RecoverySettled) -> Iterator[PersonId]:
        """Who said of these shares, or of a part before it was carried, that no money came.

        What was lifted since is not of these shares any more.
        """
        it = self.recoveries.get(_name(event))
        if it is None:
            return
        for other in it.beside:
            if it.adjusts <= other.month <= it.month and it.claims & other.claims:
                yield from other.reopened_by

    def _behind(self, payees: Iterable[Slug]) -> Iterator[PersonId]:
        return (self.behind[payee] for payee in sorted(payees) if payee in self.behind)

    def _day(self, community: CommunityId, at: Recorded) -> date:
        """The community's day of the decision; that of UTC where its zone cannot be told."""
        with suppress(KeyError, ZoneInfoNotFoundError, ValueError, OverflowError):
            return local_day(at.decided_at, self.zones[community])
        return at.decided_at.date()

    # -- noting --------------------------------------------------------------------------------

    def note(self, at: Recorded, sheets: Sheets) -> None:
        """Remember what the event says of persons, beside the steps of the table.

        What is said once is said for good, so that nobody unsays it by a second event.
        """
        event = at.event
        match event:
            case FactsRecorded():
                self._declare(event, sheets.get((event.person, event.version)))
            case PersonsMerged() | PersonsSeparated():
                self._identify(event)
            case PayeeRegistered(payee=payee, person=str() as person):
                self.behind.setdefault(payee, person)
            case CommunityRegistered():
                self.zones[event.community] = event.time_zone
            case FundOpened():
                self.restrictions[event.fund] = event.restriction
            case OperatorChanged():
                running = Running(event.valid_from, event.occurred_on, event.operator)
                self.operators.setdefault(event.site, []).append(running)
            case DisbursementRequested():
                self.payees.setdefault(f"{event.fund}/{event.disbursement}", event.payee)
            case DisbursementApproved():
                case = f"{event.fund}/{event.disbursement}"
                self.approvals[case] = max(event.approvals_needed, self.approvals.get(case, 1))
            case RecoveryRaised() | RecoveryLifted() | RecoveryReopened():
                self._recover(at.actor, event)
            case _:
                pass

    def _declare(self, event: FactsRecorded, sheet: FactSheet | None) -> None:
        """The newest sheet takes the place of the one before, also where it declares nobody."""
        self.related.pop(event.person, None)
        if sheet is not None and sheet.relations:
            self.related[event.person] = frozenset(each.person for each in sheet.relations)

    def _identify(self, event: PersonsMerged | PersonsSeparated) -> None:
        """Both were one id each, or all of one person's; a forger's may have been anything."""
        name, duplicate = event.person, event.duplicate
        ids = {*self.ids_of(name), *self.ids_of(duplicate)}
        if isinstance(event, PersonsSeparated):
            ids.discard(duplicate)
            self.ids.pop(duplicate, None)
        self.ids.update(dict.fromkeys(ids, tuple(sorted(ids))))

    def _recover(
        self, actor: PersonId, event: RecoveryRaised | RecoveryLifted | RecoveryReopened
    ) -> None:
        it = self.recoveries.get(_name(event))
        if isinstance(event, RecoveryRaised):
            beside = self.shares.setdefault((event.canteen, event.person, event.payer), [])
            raised = Recoverable(event.month, event.adjusts, set(event.claims), beside)
            self.recoveries[_name(event)] = raised
            beside.append(raised)
        elif it is not None and isinstance(event, RecoveryLifted):
            it.claims.difference_update(event.claims)
        elif it is not None:
            it.reopened_by.append(actor)


def _beginning(month: Month) -> date:
    """Of what no program wrote the first of all days: then whoever ever ran it counts."""
    with suppress(ValueError):
        return first_day(month)
    return date.min


def _name(
    event: RecoveryRaised | RecoveryLifted | RecoveryReopened | RecoverySettled,
) -> tuple[SiteId, Month, int]:
    return event.canteen, event.month, event.recovery
