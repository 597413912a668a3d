"""Month steps: what ends a community's month, in the order in which it is done, and whose it is.

    each canteen    plates, cash, claims closed, settlement presented, checked, approved, paid
    the community   service and payments that wait, the books closed, the notice on display

A line is done, to be done, not yet possible, too late, or nothing to do. What does not keep a month
open is told all the same, because it is booked in the next one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from api.displaying import Since
from api.pages.languages import NO_BREAK, Speech
from api.pages.languages import marked as _
from ledger.domain.authority import Role
from ledger.domain.values import Month, SiteId, Title, month_of
from ledger.projections.month_ends import CanteenEnd, MonthEnd
from ledger.projections.settlement_records import SettlementStage


class State(StrEnum):
    """How far a line has come."""

    done = "done"
    open = "open"
    later = "later"
    missed = "missed"
    none = "none"


STATES: Final[Mapping[State, str]] = {
    State.done: _("done"),
    State.open: _("to be done"),
    State.later: _("comes later"),
    State.missed: _("not done, and can no longer be done"),
    State.none: _("nothing to do"),
}
PRESENTED: Final = (SettlementStage.submitted, SettlementStage.checked, SettlementStage.approved)
CHECKED: Final = (SettlementStage.checked, SettlementStage.approved)
CLERK: Final = (Role.canteen_clerk,)
CHECKER: Final = (Role.settlement_checker,)


@dataclass(frozen=True, slots=True)
class Line:
    """A step: what it is, how far it has come, whose it is, what is known, and where it is taken.

    `by` is the last day for it, where one is set; `view` is what one must be allowed to read there.
    """

    what: str
    state: State
    roles: tuple[Role, ...]
    told: str = ""
    href: str = ""
    by: date | None = None
    view: str = "month-ends"

    def is_late(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.by is not None and self.state is not State.done and self.by < today


def lines_of_canteen(end: CanteenEnd, month: Month, today: date, say: Speech) -> Iterator[Line]:
    """The steps of a canteen's month."""
    page = f"/settlements/{end.canteen}/{month}"
    yield _plates(end, page, say)
    yield _cash(end, page, say)
    closing = State.open if month < month_of(today) else State.later
    closed = State.done if end.claims_closed else closing
    yield Line(_("Claims of meals closed"), closed, CHECKER, href=f"{page}#close")
    stage = end.settlement.stage if end.settlement else None
    presented, checked = stage in PRESENTED, stage in CHECKED
    approved = stage is SettlementStage.approved
    told = say.said(_("It was returned.")) if stage is SettlementStage.returned else ""
    may = end.claims_closed
    yield Line(_("Settlement presented"), _state(presented, may), CLERK, told, page)
    yield Line(_("Settlement checked"), _state(checked, presented), CHECKER, href=page)
    yield Line(_("Settlement approved"), _state(approved, checked), (Role.approver,), href=page)
    yield _paid(end, page, say)
    if end.recoveries:
        yield _recoveries(end, page, say)


def _state(is_done: bool, is_possible: bool) -> State:  # noqa: FBT001 - two facts, in this order
    if is_done:
        return State.done
    return State.open if is_possible else State.later


def _plates(end: CanteenEnd, page: str, say: Speech) -> Line:
    what, without = _("Plates of each day"), end.days_without_plates
    told = say.said(
        "Days with meals: %(days)d, of them without plates: %(without)d",
        days=end.days_with_meals,
        without=without,
    )
    if not end.days_with_meals:
        return Line(what, State.none, CLERK)
    is_fixed = end.settlement is not None and end.settlement.stage in PRESENTED
    if without and is_fixed:  # the settlement says so, and nothing is attested after it
        return Line(what, State.missed, CLERK, told, f"{page}#days")
    return Line(what, State.open if without else State.done, CLERK, told, f"{page}#days")


def _cash(end: CanteenEnd, page: str, say: Speech) -> Line:
    what, left = _("Cash of the eaters counted"), end.cash_fen - end.counted_fen
    told = say.said(
        "%(counted)s counted of %(cash)s",
        counted=say.yuan(end.counted_fen),
        cash=say.yuan(end.cash_fen),
    )
    if not end.cash_fen and not end.counted_fen:
        return Line(what, State.none, CLERK)
    return Line(what, State.open if left else State.done, CLERK, told, f"{page}#days")


def _paid(end: CanteenEnd, page: str, say: Speech) -> Line:
    what, found = _("Settlement paid"), end.settlement
    if found is None or found.stage is not SettlementStage.approved:
        return Line(what, State.later, (Role.cashier,), href=page)
    told = say.said(
        "%(paid)s paid of %(payable)s",
        paid=say.yuan(found.paid_fen),
        payable=say.yuan(found.payable_fen),
    )
    state = State.open if found.left_fen else State.done
    return Line(what, state, (Role.cashier,), told, page)


def _recoveries(end: CanteenEnd, page: str, say: Speech) -> Line:
    told = say.said(
        "%(amount)s to come back; what nobody repays is taken off the next settlement",
        amount=say.yuan(end.recoveries_fen),
    )
    roles = (Role.cashier, Role.approver)
    return Line(_("Recoveries"), State.open, roles, told, f"{page}#recoveries")


# -- the community -------------------------------------------------------------------------------


BEFORE: Final = _("It lies before the first month that was closed, and stays open.")


def is_before_the_books(end: MonthEnd) -> bool:
    """Whether the month is never closed, because a later one was closed first."""
    return not end.closed and end.month < end.following


def lines_of_community(
    end: MonthEnd, since: Since | None, today: date, say: Speech
) -> Iterator[Line]:
    """The steps that come once for the community."""
    yield _service(end, say)
    waits = say.said(
        "Requests: %(requests)d, together %(amount)s",
        requests=end.requests,
        amount=say.yuan(end.requests_fen),
    )
    paying = (Role.approver, Role.cashier)
    state, told = (State.open, waits) if end.requests else (State.none, "")
    page = f"/funds?community={end.community}"
    yield Line(_("Payments that wait"), state, paying, told, page, view="funds")
    yield _books(end, today, say)
    yield _notice(end, since, say)


def _service(end: MonthEnd, say: Speech) -> Line:
    what, found = _("Service held and objections"), end.unsettled
    if not found.held and not found.objections:
        return Line(what, State.none, (Role.confirmer,))
    told = say.said(
        "%(held)d held, %(objections)d objections; decided later, they count in the next month",
        held=found.held,
        objections=found.objections,
    )
    page = f"/board/{end.community}/waiting"
    roles, by = (Role.confirmer,), found.answer_by
    return Line(what, State.open, roles, told, page, by, view="statement")


def _books(end: MonthEnd, today: date, say: Speech) -> Line:
    what, roles = _("Books of the month closed"), (Role.fund_manager,)
    if end.closed and end.closed_on:
        return Line(what, State.done, roles, say.said("on %(day)s", day=say.day(end.closed_on)))
    if end.month >= month_of(today):
        return Line(what, State.later, roles, say.said(_("The month is not over yet.")))
    if is_before_the_books(end):
        return Line(what, State.none, roles, say.said(BEFORE))
    if end.following != end.month:
        told = say.said("%(month)s comes first", month=say.month(end.following))
        return Line(what, State.later, roles, told, f"/months/{end.community}/{end.following}")
    return Line(what, State.open, roles, href="#end")


def _notice(end: MonthEnd, since: Since | None, say: Speech) -> Line:
    what, roles, by = _("Public notice on display"), (Role.publisher,), end.publish_by
    page = f"/months/{end.community}/{end.month}/notice"
    if since and since.figures_differ:
        told = say.said(_("The published figures are not those of the books any more."))
        state = State.open if end.closed else State.later
        return Line(what, state, roles, told, page, view="notices")
    shown = end.shown
    if shown is not None:
        told = say.said("until %(day)s", day=say.day(shown.last_day))
        return Line(what, State.done, roles, told, page, by, view="notices")
    if end.was_published:
        told = say.said(_("Its time is over."))
        return Line(what, State.done, roles, told, page, by, view="notices")
    if is_before_the_books(end):
        return Line(what, State.none, roles, say.said(BEFORE))
    state = State.open if end.closed else State.later
    return Line(what, state, roles, "", page, by, view="notices")


def titled(canteen: SiteId, names: Mapping[str, Title]) -> str:
    """How a canteen is called."""
    return names.get(f"site-{canteen}", Title(canteen)).replace(" ", NO_BREAK)
