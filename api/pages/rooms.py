"""Rooms: where somebody goes for what she came for; each opens to those whose role has work there.

A room is what one kind of person looks for: a volunteer her hours, a fund manager the money. Which
of its pages show what is decided there, as the API decides it; a room only leads the way.
"""

from dataclasses import dataclass
from typing import Final

from api.pages.languages import marked as _
from ledger.access.signed_in import SignedIn
from ledger.domain.authority import Role


@dataclass(frozen=True, slots=True)
class Room:
    """A room: its address, its name, what it is for, and the roles that it opens to."""

    path: str
    name: str
    purpose: str
    roles: frozenset[Role]


def _room(path: str, name: str, purpose: str, *roles: Role) -> Room:
    return Room(path, name, purpose, frozenset(roles))


OWN: Final = _room(
    "/me", _("My hours"), _("How many they are, what is waiting and why."), Role.volunteer
)
SHIFTS: Final = _room(
    "/me/shifts",
    _("Shifts"),
    _("Where help is wanted, and where I have said I come."),
    Role.volunteer,
)
ROOMS: Final = (
    OWN,
    SHIFTS,
    _room(
        "/board",
        _("Shift board"),
        _("Who comes to which shift, who came, and what waits to be confirmed."),
        *(Role.leader, Role.confirmer, Role.registrar, Role.town_approver, Role.auditor),
    ),
    _room(
        "/desk",
        _("Meal desk"),
        _("Who eats, what she pays, and what the day came to."),
        Role.canteen_clerk,
    ),
    _room(
        "/import",
        _("Import"),
        _("A sheet of attendance or of a canteen's day, looked at before it is taken in."),
        *(Role.canteen_clerk, Role.leader),
    ),
    _room(
        "/funds",
        _("Funds"),
        _("What is held, what is promised, and what may still be spent."),
        *(Role.fund_manager, Role.approver, Role.cashier, Role.settlement_checker),
        *(Role.publisher, Role.auditor),
    ),
    _room(
        "/contributions",
        _("Contributions"),
        _("What residents gave and promised: money, goods, labour, ideas and premises."),
        *(Role.registrar, Role.fund_manager),
    ),
    _room(
        "/payees",
        _("Payees"),
        _("Whom the funds may pay."),
        Role.registrar,
    ),
    _room(
        "/months",
        _("Month's end"),
        _("What ends a month, step by step: settlements, books, public notice."),
        *(Role.canteen_clerk, Role.settlement_checker, Role.fund_manager, Role.approver),
        *(Role.cashier, Role.publisher, Role.auditor),
    ),
    _room(
        "/offices",
        _("Offices"),
        _("Who may do what, who is registered where, and how the ledger runs."),
        *(Role.administrator, Role.registrar, Role.auditor),
    ),
    _room(
        "/policies",
        _("Meal subsidies"),
        _("What a meal costs, who bears how much, and what a change would cost."),
        *(Role.fund_manager, Role.auditor),
    ),
    _room(
        "/councils",
        _("Councils"),
        _("What was decided together, who voted how, and what rests on it."),
        *(Role.registrar, Role.fund_manager, Role.approver, Role.auditor),
    ),
    _room(
        "/audit",
        _("Audit"),
        _("What each payment rests on, and whether it follows from the log."),
        Role.auditor,
    ),
)
PUBLIC: Final = (
    _room("/public", _("Public"), _("Communities compared, notices, certificates."), *Role),
)


def open_to(who: SignedIn | None) -> tuple[Room, ...]:
    """The rooms that lead somewhere for her; a card shows one's own hours alone."""
    if who is None:
        return PUBLIC
    if who.by_card:
        return (OWN,)
    held = who.authority.held.keys()
    return (*(room for room in ROOMS if room.roles & held), *PUBLIC)


def room_of(path: str, rooms: tuple[Room, ...]) -> Room | None:
    """The room that the page at this path is in: the innermost, for one may lie in another."""
    around = [each for each in rooms if f"{path}/".startswith(f"{each.path}/")]
    return max(around, key=lambda each: len(each.path), default=None)
