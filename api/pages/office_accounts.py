"""An account as whoever looks after it sees it: its slips, and a card for who has no telephone.

A card shows a person her own hours and no more. She has one at a time: one that is lost or locked
is ended before the next is handed out. What is printed once is offered once.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from api.desk import desk_of
from api.pages.office_finding import FINDERS
from api.pages.reading import holds
from api.reading import Room
from ledger.access import shown
from ledger.access.shown import Shown
from ledger.domain import account_records
from ledger.domain.account_records import Account, Slip, SlipStage
from ledger.domain.authority import Role
from ledger.domain.values import CardId, CommunityId, PersonId, SlipId
from ledger.projections.reading import LOOK, connected, state_at


@dataclass(frozen=True, slots=True)
class SlipShown:
    """A slip that may still be used, and what the reader may do about it."""

    slip: SlipId
    state: Slip
    needs_second: bool
    may_sign: bool
    may_print: bool
    is_printed: bool


@dataclass(frozen=True, slots=True)
class AccountShown:
    """Her account, for whoever may issue slips to her."""

    disabled: bool
    slips: tuple[SlipShown, ...]
    new_slip: SlipId
    card: CardId | None
    new_card: CardId
    may_issue_cards: bool
    card_is_printed: bool
    card_is_locked: bool
    has_password: bool


def account_of(
    room: Room, person: PersonId, home: CommunityId | None, now: datetime
) -> AccountShown | None:
    reach = room.authority.reach(FINDERS)
    if home is None or (reach is not None and home not in reach):
        return None
    account: Account = state_at(room.connection, account_records.stream(person), room.position)
    known = _known(room, person)
    shown_slips = [
        _slip(room, person, name, each, is_printed=name in known.slips)
        for name, each in account.slips.items()
        if each.is_open(now)
    ]
    return AccountShown(
        account.disabled,
        tuple(shown_slips),
        SlipId(str(uuid4())),
        account.card,
        CardId(str(uuid4())),
        holds(room, Role.registrar, home),
        account.card in known.cards,
        account.card in known.locked,
        known.has_password,
    )


def _known(room: Room, person: PersonId) -> Shown:
    with connected(desk_of(room.request).running.datastore, LOOK) as connection:
        return shown.of(connection, person)


def _slip(room: Room, person: PersonId, name: SlipId, slip: Slip, *, is_printed: bool) -> SlipShown:
    reader = room.authority.person
    unsigned = slip.stage is not SlipStage.countersigned
    needs_second = slip.privileged and unsigned
    may_sign = unsigned and reader not in (person, slip.issued_by)
    may_print = reader == slip.issued_by and not needs_second and not is_printed
    return SlipShown(name, slip, needs_second, may_sign, may_print, is_printed)
