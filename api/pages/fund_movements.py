"""Fund movements: what came and went, each with the paper it is told by and whom it concerns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from api.pages import words
from api.pages.languages import Speech, speech_of
from api.pages.payee_names import payees_named
from api.reading import Room
from ledger.domain import sites
from ledger.domain.funds import stream
from ledger.domain.settlement_records import PURPOSE
from ledger.domain.values import CommunityId, FundId, SiteId, Slug, Title
from ledger.projections.fund_records import MovementKind
from ledger.projections.funds import Movement
from ledger.projections.reading import names

MOVED: Final = frozenset(
    {MovementKind.moved_in, MovementKind.moved_out, MovementKind.move_reversed}
)
GIVEN: Final = words.RECEIVED - {MovementKind.recovery, MovementKind.recovery_reversed}
"""What came from a source; everything else that was not moved is of a payee."""


@dataclass(frozen=True, slots=True)
class MovementLine:
    """A movement, what the other side is called, and the number of its receipt or voucher."""

    movement: Movement
    other: str
    paper: str


def lines_of(
    room: Room, community: CommunityId, movements: Iterable[Movement]
) -> Iterator[MovementLine]:
    """The movements as a page tells them."""
    found, say = tuple(movements), speech_of(room.request)
    moved = {FundId(each.other) for each in found if each.kind in MOVED}
    funds = names(room.connection, {stream(fund) for fund in moved})
    paid = {each.other for each in found if each.kind not in MOVED | GIVEN}
    payees = payees_named(room, community, paid) | _canteens(room, found)
    for each in found:
        called: str = payees.get(each.other) or _source(each.other, say)
        if each.kind in MOVED:
            called = funds.get(stream(FundId(each.other)), each.other)
        yield MovementLine(each, called, _paper(each, say))


def _canteens(room: Room, movements: Iterable[Movement]) -> dict[Slug, Title]:
    """A canteen is paid for meals without being registered as a payee."""
    paid = {each.other for each in movements if each.purpose == PURPOSE}
    streams = {each: sites.stream(SiteId(each)) for each in paid}
    found = names(room.connection, set(streams.values()))
    return {each: found[here] for each, here in streams.items() if here in found}


def _source(source: Slug, say: Speech) -> str:
    return say.said(words.SOURCES[source]) if source in words.SOURCES else source


def _paper(movement: Movement, say: Speech) -> str:
    """What came has a receipt, what went a voucher, what was moved in the voucher over there."""
    number = movement.number
    if movement.kind in words.RECEIVED:
        return say.said("receipt %(number)d", number=number)
    if _is_of_the_other(movement):
        told = say.said("voucher %(number)d of that fund", number=number)
    else:
        told = say.said("voucher %(number)d", number=number)
    if movement.reverses is None:
        return told
    return say.listed(told, say.said("it takes back voucher %(number)d", number=movement.reverses))


def _is_of_the_other(movement: Movement) -> bool:
    """Whether the fund at the other side wrote the voucher: the one that gave."""
    if movement.kind is MovementKind.move_reversed:
        return movement.amount_fen < 0
    return movement.kind is MovementKind.moved_in
