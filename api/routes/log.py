"""Log: the signed checkpoint and the hashes of its tree for all, receipts for whom they concern.

Checkpoint and tiles are those of C2SP tlog-tiles, under the prefix `/v1/log`: whoever keeps a
checkpoint can see that the log goes on from it. Hashes tell nothing of the entries. A receipt holds
the entry itself, so it is for the person it is about and for the audit.
"""

from functools import partial
from typing import Annotated, Any, Final

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from api.describing import answers
from api.desk import Desk, desk_of
from api.files import OnPaper
from api.gate import open_to_all
from api.obstacles import Obstacle
from api.own import ids_of, is_own
from api.parameters import Asking, AskingOpenly, Written
from api.problems import obstacle
from api.reading import Listed, Room, Told, answer, nothing_there
from ledger.audit import sealed
from ledger.audit.checkpoints import parse
from ledger.audit.merkle import HASH_BYTES
from ledger.audit.notes import read
from ledger.audit.receipts import SUFFIX, Receipt
from ledger.audit.sealed import Sealed
from ledger.audit.tiles import LEVELS_MOST, Place, number_of
from ledger.domain.decisions import Stream
from ledger.domain.origins import STREAM, OriginBegun
from ledger.domain.values import CommunityId, PersonId
from ledger.projections import reading
from ledger.projections.asking import POSITION_MOST
from ledger.projections.reading import state_at
from ledger.projections.trail import MODEL, SubjectKind, subjects
from ledger.store.codec import Recorded

router: Final = APIRouter(tags=["log"])

TEXT: Final = "text/plain; charset=utf-8"
BYTES: Final = "application/octet-stream"
FOR_GOOD: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
FOR_A_MOMENT: Final = {"Cache-Control": "public, max-age=2"}

LevelPath = Annotated[int, Path(ge=0, lt=LEVELS_MOST, examples=[0])]
TilePath = Annotated[str, Path(max_length=40, examples=["000.p/1"])]
EntryPath = Annotated[int, Path(ge=1, le=POSITION_MOST, examples=[2])]


class ReceiptTold(Told):
    """A receipt (C2SP tlog-proof) of the entry at a position: save `receipt` as a file.

    It verifies without this ledger, by `jiefang verify` or any program that knows the form.
    """

    entry: int
    checkpoint_size: int
    file_name: str
    receipt: str


class OriginList(Listed[OriginBegun]):
    """The names under which the log was begun anew, the newest first; none if it has its first."""


@router.get("/v1/log/checkpoint", dependencies=[Depends(open_to_all)], **answers(str, TEXT))
async def get_checkpoint(request: Request) -> Response:
    """The newest signed checkpoint; compare its key with the one that was published on paper."""
    found = await to_thread.run_sync(_newest, desk_of(request))
    if found is None:
        raise nothing_there()
    return Response(str(found.note), 200, FOR_A_MOMENT, TEXT)


@router.get(
    "/v1/log/tile/{level}/{tile:path}", dependencies=[Depends(open_to_all)], **answers(str, BYTES)
)
async def get_tile(request: Request, level: LevelPath, tile: TilePath) -> Response:
    """A tile of the tree: 32 bytes for each hash, as many as `.p/…` asks for, or all 256."""
    named = number_of(tile)
    if named is None:
        raise nothing_there()
    number, width = named
    hashes = await to_thread.run_sync(_tile, desk_of(request), Place(level, number))
    if len(hashes) < width * HASH_BYTES:
        raise nothing_there()
    return Response(hashes[: width * HASH_BYTES], 200, FOR_GOOD, BYTES)


@router.get("/v1/log/origins", dependencies=[Depends(open_to_all)], **answers(OriginList))
async def list_origins(asking: AskingOpenly, whole: Written) -> Response:
    """Each time that the log was begun anew under another name: why, and how far it was signed."""

    def ask(room: Room) -> OriginList:
        found = state_at(room.connection, STREAM, room.position)
        return OriginList(*room.heading, found.begun[::-1], None)

    return await answer(asking, ask, MODEL, page=whole)


@router.get(f"/v1/log/receipts/{{entry}}{SUFFIX}", **answers(str, TEXT))
async def save_receipt(asking: Asking, entry: EntryPath) -> Response:
    """The same receipt as the file that it is, for a browser to save."""

    def ask(room: Room) -> OnPaper:
        return OnPaper(partial(bytes, receipt_of(room, entry)), f"{entry}{SUFFIX}", TEXT)

    return await answer(asking, ask, MODEL)


@router.get("/v1/log/receipts/{entry}", **answers(ReceiptTold))
async def get_receipt(asking: Asking, entry: EntryPath) -> Response:
    """A receipt of what is recorded at a position; for whom it concerns, and for the audit."""

    def ask(room: Room) -> ReceiptTold:
        given = receipt_of(room, entry)
        size = parse(read(given.note)).size
        text = bytes(given).decode()
        return ReceiptTold(*room.heading, entry, size, f"{entry}{SUFFIX}", text)

    return await answer(asking, ask, MODEL)


def receipt_of(room: Room, entry: int) -> Receipt:
    """The receipt, for whoever may read it. Raises the problems 403 and 404."""
    at = reading.event_at(room.connection, entry)
    own = () if at is None else _own(room, at)
    room.must_read("receipt", None if at is None else _place(room, at), own=own)
    if at is None:
        raise nothing_there()
    given = sealed.receipt(room.connection, entry)
    if given is None:
        raise obstacle(Obstacle.position_must_be_sealed, position=entry)
    return given


def _own(room: Room, at: Recorded) -> tuple[PersonId, ...]:
    """The ids of whoever asks, if the event concerns her or a child of hers."""
    persons = [PersonId(each) for kind, each in subjects(at) if kind == SubjectKind.person]
    hers = next((each for each in persons if is_own(room, each)), None)
    return () if hers is None else ids_of(room, hers)


def _place(room: Room, at: Recorded) -> CommunityId | None:
    place: CommunityId | None = getattr(at.event, "community", None)
    stream: Stream[Any] = Stream(at.stream)
    return place or reading.homes(room.connection, {stream}).get(stream)


def _newest(desk: Desk) -> Sealed | None:
    with desk.reading() as connection:
        return sealed.newest_of(connection)


def _tile(desk: Desk, place: Place) -> bytes:
    with desk.reading() as connection:
        return sealed.tile(connection, place)
