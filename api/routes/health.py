"""Health: is the process alive, can it serve, which version is it, and what are its figures.

The first three hold nothing of anybody and are open; the figures are for whoever holds a token.
"""

from importlib.metadata import version
from typing import Final

import msgspec
from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from api.bodies import JSON
from api.describing import answers
from api.desk import Desk, desk_of
from api.gate import Caller, open_to_all
from api.metrics import Gauges
from api.obstacles import Obstacle
from api.problems import must_be_none, obstacle
from ledger.domain.permissions import reading_refusal
from ledger.projections.models import MODELS
from ledger.projections.reading import ReadingLost, standing

router: Final = APIRouter(tags=["health"])
NAMES: Final = tuple(model.name for model in MODELS)
Standing = tuple[int, dict[str, int]]

LAG_MOST: Final = 10_000
"""Events that a read model may be behind before this process is not ready."""
VERSION: Final = version("jiefang-ledger")


class Alive(msgspec.Struct):
    """The process answers."""

    status: str = "alive"


class Ready(msgspec.Struct):
    """The process serves: the last position, what is sealed, and how far each read model has come.

    `sealed` is null where another process seals the log.
    """

    status: str
    position: int
    sealed: int | None
    read_models: dict[str, int]


class Version(msgspec.Struct):
    """Which program this is, and of which kind its ledger is."""

    version: str
    kind: str | None
    simulated: bool


def _answer(told: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(told), media_type=JSON)


@router.get("/healthz", dependencies=[Depends(open_to_all)], **answers(Alive))
async def is_alive() -> Response:
    """Whether the process answers; nothing else is looked at."""
    return _answer(Alive())


@router.get("/readyz", dependencies=[Depends(open_to_all)], **answers(Ready))
async def is_ready(request: Request) -> Response:
    """Whether the database can be reached and every read model follows the log."""
    desk = desk_of(request)
    tail, positions = await to_thread.run_sync(_standing, desk)
    parked = desk.running.projector.parked
    behind = [name for name in NAMES if name in parked or tail - positions[name] > LAG_MOST]
    if behind:
        raise obstacle(Obstacle.read_models_must_follow_the_log, models=", ".join(behind))
    sealing = desk.running.sealing
    if sealing is not None and sealing.fault is not None:
        raise obstacle(Obstacle.log_must_be_sealed)
    return _answer(Ready("ready", tail, sealing.size if sealing else None, positions))


def _standing(desk: Desk) -> Standing:
    with desk.reading() as connection:
        return standing(connection, NAMES)


@router.get("/version", dependencies=[Depends(open_to_all)], **answers(Version))
async def get_version(request: Request) -> Response:
    """Which program this is, and of which kind its ledger is."""
    desk = desk_of(request)
    return _answer(Version(VERSION, desk.kind, desk.simulated))


@router.get("/metrics", **answers(str, CONTENT_TYPE_LATEST))
async def get_metrics(request: Request, authority: Caller) -> Response:
    """The figures of this process, as Prometheus reads them."""
    must_be_none(reading_refusal(authority, "health", None, own=False))
    desk = desk_of(request)
    try:
        found = await to_thread.run_sync(_standing, desk)
    except ReadingLost:
        found = None
    return Response(desk.metrics.told(_gauges(desk, found)), media_type=CONTENT_TYPE_LATEST)


def _gauges(desk: Desk, found: Standing | None) -> Gauges:
    gauges: Gauges = {
        "jiefang_database_up": (
            "Whether the database can be reached",
            {"": float(found is not None)},
        ),
        "jiefang_waiting_commands": (
            "Commands that wait to be decided",
            {"": desk.batcher.waiting},
        ),
    }
    if found is not None:
        tail, positions = found
        gauges["jiefang_position"] = ("Last position of the log", {"": tail})
        if (sealing := desk.running.sealing) is not None:
            gauges["jiefang_unsealed"] = (
                "Events that no signed checkpoint covers yet",
                {"": max(tail - sealing.size, 0)},
            )
        gauges["jiefang_read_model_lag"] = (
            "Events that a read model has not folded yet",
            {name: tail - position for name, position in positions.items()},
        )
        parked = desk.running.projector.parked
        gauges["jiefang_read_model_parked"] = (
            "Whether a read model has stopped at an event that it cannot fold",
            {name: float(name in parked) for name in NAMES},
        )
    return gauges
