"""Balances: what each account holds or owes, and the entries behind it.

An account is a path; one that ends in a slash stands for all below it (`fund/`, `due/k/`). Of
those, a caller sees the ones that lie within her reach.
"""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.describing import answers
from api.parameters import AccountIn, Asking, At, Paged
from api.reading import Listed, Room, answer
from ledger.projections import journal
from ledger.projections.journal_records import MODEL
from ledger.projections.places import community_of

router: Final = APIRouter(tags=["balances"])


class BalanceList(Listed[journal.Balance]):
    """What accounts hold or are owed; below zero, what they owe."""


class EntryList(Listed[journal.Entry]):
    """Postings, each with the event that made it, newest first."""


@router.get("/v1/balances", **answers(BalanceList))
async def list_balances(asking: Asking, when: At, page: Paged, account: AccountIn) -> Response:
    """The balance of an account, or of all accounts below a path."""

    def ask(room: Room) -> BalanceList:
        _must_read("balances", room, account)
        after = room.after(tuple[str])
        rows = journal.balances(
            room.connection,
            account,
            room.view,
            limit=room.limit,
            after=after[0] if after else None,
            reach=room.reach("balances"),
        )
        return room.listed(BalanceList, rows, lambda row: (row.account,))

    return await answer(asking, ask, MODEL, when=when, page=page)


@router.get("/v1/entries", **answers(EntryList))
async def list_entries(asking: Asking, when: At, page: Paged, account: AccountIn) -> Response:
    """The entries of an account, or of all accounts below a path, newest first."""

    def ask(room: Room) -> EntryList:
        _must_read("entries", room, account)
        rows = journal.entries(
            room.connection,
            account,
            room.view,
            limit=room.limit,
            after=room.after(tuple[int, int]),
            reach=room.reach("entries"),
        )
        return room.listed(EntryList, rows, lambda row: (row.position, row.line))

    return await answer(asking, ask, MODEL, when=when, page=page)


def _must_read(view: str, room: Room, account: str) -> None:
    """One account out of reach is answered like one that does not exist."""
    if account == "" or account.endswith("/"):
        room.must_hold_a_role(view)
    else:
        room.must_read(view, community_of(room.connection, account))
