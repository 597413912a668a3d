"""How the ledger runs: what is recorded, read, signed and seen by a witness, each with a word.

The figures are those of `/readyz` and `/metrics`, and the signed checkpoint of the log. Nothing
here is of anybody, so whoever holds any role may look; the page looks again by itself.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from secrets import token_hex
from typing import Final

from fastapi.routing import APIRouter
from starlette.responses import Response

from api.desk import Desk, desk_of
from api.pages import words_of_health as words
from api.pages.reading import AskingInside, OnPage
from api.pages.routing import pages
from api.reading import Room, answer
from api.routes.health import LAG_MOST, NAMES, VERSION
from ledger.audit import sealed
from ledger.audit.sealed import Sealed
from ledger.domain.community_records import SHANGHAI
from ledger.projections.models import MODELS
from ledger.projections.reading import recorded_at, standing
from ledger.projections.trail import MODEL

router: Final[APIRouter] = pages()
HERE: Final = "/offices/health"
FRESH: Final = timedelta(minutes=10)
"""A witness who has not seen the newest checkpoint so long after it was signed is behind."""


class Wellness(StrEnum):
    """How a part of the ledger does."""

    well = "well"
    behind = "behind"
    stopped = "stopped"
    elsewhere = "elsewhere"  # another process does it
    unasked = "unasked"  # nobody does, for nobody was asked to


@dataclass(frozen=True, slots=True)
class Reading:
    """How far the read models are behind the log; `parked` are those that stopped."""

    behind: int
    slowest: str
    parked: tuple[str, ...]

    @property
    def wellness(self) -> Wellness:
        """A model that is parked does not go on by itself."""
        if self.parked:
            return Wellness.stopped
        return Wellness.behind if self.behind > LAG_MOST else Wellness.well


@dataclass(frozen=True, slots=True)
class Sealing:
    """The newest checkpoint, and how many entries none covers yet."""

    newest: Sealed | None
    unsealed: int
    is_here: bool
    fault: bool

    @property
    def wellness(self) -> Wellness:
        """What another process seals is told by its checkpoint alone."""
        if self.fault:
            return Wellness.stopped
        if self.unsealed > LAG_MOST:
            return Wellness.behind
        return Wellness.well if self.is_here or self.newest else Wellness.elsewhere


@dataclass(frozen=True, slots=True)
class Witnessing:
    """The newest checkpoint that a witness has cosigned; `asked`: somebody is asked to."""

    seen: Sealed | None
    asked: bool
    wellness: Wellness


@dataclass(frozen=True, slots=True)
class Health:
    """What the page says, as of one moment."""

    at: datetime
    tail: int
    recorded_at: datetime | None
    waiting: int
    following: int
    reading: Reading
    sealing: Sealing
    witnessing: Witnessing


@router.get("/offices/health")
async def health_page(asking: AskingInside) -> Response:
    """How each part does just now."""
    asking.nonce = token_hex(8)  # it is of this moment, and of no position

    def ask(room: Room) -> OnPage:
        room.must_hold_a_role("health")
        desk = desk_of(room.request)
        values = {
            "here": HERE,
            "health": health_of(room, desk),
            "version": VERSION,
            "kind": desk.kind,
            "models": sorted(model.name for model in MODELS),
            "zone": SHANGHAI,
            "words": words,
            "position": room.position,
        }
        return OnPage(room.request, "office_health", values)

    return await answer(asking, ask, MODEL)


def health_of(room: Room, desk: Desk) -> Health:
    """How the ledger does at this moment, as far as this process can tell."""
    tail, positions = standing(room.connection, NAMES)
    slowest = min(positions, key=positions.__getitem__)
    parked = tuple(sorted(set(desk.running.projector.parked) & set(NAMES)))
    now = datetime.now(UTC)
    newest = sealed.newest_of(room.connection)
    return Health(
        at=now,
        tail=tail,
        recorded_at=recorded_at(room.connection, tail),
        waiting=desk.batcher.waiting,
        following=desk.following,
        reading=Reading(tail - positions[slowest], slowest, parked),
        sealing=_sealing(desk, newest, tail),
        witnessing=_witnessing(room, desk, newest, now),
    )


def _sealing(desk: Desk, newest: Sealed | None, tail: int) -> Sealing:
    here = desk.running.sealing
    size = newest.checkpoint.size if newest else 0
    fault = here is not None and here.fault is not None
    return Sealing(newest, max(tail - size, 0), here is not None, fault)


def _witnessing(room: Room, desk: Desk, newest: Sealed | None, now: datetime) -> Witnessing:
    asked = desk.running.settings.witnesses is not None
    seen = sealed.newest_witnessed(room.connection)
    return Witnessing(seen, asked, wellness_of_witness(seen, newest, now, asked=asked))


def wellness_of_witness(
    seen: Sealed | None, newest: Sealed | None, now: datetime, *, asked: bool
) -> Wellness:
    """A witness is given some minutes to answer for the newest checkpoint."""
    if not asked:
        return Wellness.unasked
    if newest is None or (seen and seen.checkpoint.size == newest.checkpoint.size):
        return Wellness.well
    return Wellness.behind if now - newest.at > FRESH or seen is None else Wellness.well
