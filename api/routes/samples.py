"""Samples: what an auditor looks at, drawn from what was sealed so that anybody can draw it again.

How is written down in `ledger.audit.sampling`, step by step, for whoever draws with other means.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import BeforeValidator
from starlette.responses import Response

from api import asked
from api.describing import answers
from api.files import XLSX, OnPaper
from api.obstacles import Obstacle
from api.parameters import POSITION_MOST, Asking, CommunityPath, DayIn
from api.problems import obstacle
from api.reading import Room, Told, answer
from ledger.audit import sealed
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.drawing import Drawing, How, drawn
from ledger.audit.population import Kind, Strata, Wanted
from ledger.audit.sampling import NONCE_MOST, Method, SampleImpossible
from ledger.domain.values import CommunityId
from ledger.exchange.working_papers import Paper, write_paper
from ledger.projections import fund_records, grounds, meal_records, service_records
from ledger.store.codec import Recorded

router: Final = APIRouter(tags=["samples"])

MODELS: Final = (meal_records.MODEL, fund_records.MODEL, service_records.MODEL)
ITEMS_MOST: Final = 500
NONCE: Final = r"^[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$"
FIND: Final[dict[Kind, Callable[..., list[Recorded]]]] = {
    Kind.claims: grounds.of_claims,
    Kind.payments: grounds.of_payments,
    Kind.service: grounds.of_service,
}

PopulationIn = Annotated[Kind, Query(examples=["claims"])]
MethodIn = Annotated[Method, Query(description="How the sample is drawn.")]
StrataIn = Annotated[Strata, Query(description="What divides a stratified population.")]
ItemsIn = Annotated[
    int,
    BeforeValidator(asked.whole),
    Query(ge=1, le=ITEMS_MOST, examples=[1], description="Items to draw."),
]
NonceIn = Annotated[
    str,
    Query(
        pattern=NONCE,
        max_length=NONCE_MOST,
        examples=["2026-03 no. 1"],
        description="A line that the auditor makes up once the checkpoint is signed.",
    ),
]
CheckpointIn = Annotated[
    int | None,
    BeforeValidator(asked.whole),
    Query(
        ge=1,
        le=POSITION_MOST,
        description="The size of a signed checkpoint; the newest without.",
    ),
]


class Wish:
    """Which population is sampled, and how."""

    def __init__(
        self,
        *,
        population: PopulationIn,
        from_day: DayIn,
        to_day: DayIn,
        items: ItemsIn,
        nonce: NonceIn,
        method: MethodIn = Method.simple,
        by: StrataIn = Strata.place,
    ) -> None:
        self.population = population
        self.days = from_day, to_day
        self.how = How(method, by, items, nonce)


class SampleTold(Told):
    """A sample with all that it takes to draw it again."""

    drawing: Drawing


@router.get("/v1/communities/{community}/sample", **answers(SampleTold))
async def get_sample(
    asking: Asking,
    wish: Annotated[Wish, Depends()],
    community: CommunityPath,
    checkpoint: CheckpointIn = None,
) -> Response:
    """A sample of a community's claims, payments or service, as they stood at a checkpoint."""

    def ask(room: Room) -> SampleTold:
        return SampleTold(*room.heading, sample_of(room, community, wish, checkpoint))

    return await answer(asking, ask, *MODELS)


@router.get("/v1/communities/{community}/sample.xlsx", **answers(bytes, XLSX))
async def get_working_paper(
    asking: Asking,
    wish: Annotated[Wish, Depends()],
    community: CommunityPath,
    checkpoint: CheckpointIn = None,
) -> Response:
    """The same sample as a working paper, to be filled in, printed and signed."""

    def ask(room: Room) -> OnPaper:
        drawing = sample_of(room, community, wish, checkpoint)
        paper = Paper(drawing, room.authority.person, datetime.now(UTC))
        name = f"sample-{community}-{wish.population}-{drawing.checkpoint_size}.xlsx"
        return OnPaper(partial(_written, paper), name, XLSX)

    return await answer(asking, ask, *MODELS)


def sample_of(room: Room, community: CommunityId, wish: Wish, checkpoint: int | None) -> Drawing:
    """The sample that is wished. Raises the problems of who may not, and of what cannot be."""
    room.must_read("audit-trail", community)
    first, last = wish.days
    days = {"from_day": first, "to_day": last}
    if first > last:
        raise obstacle(Obstacle.sample_must_begin_before_it_ends, **days)
    at = _signed(room, checkpoint)
    wanted = Wanted(wish.population, community, *wish.days, at.size)
    events = FIND[wanted.kind](room.connection, community, *wish.days, at.size)
    try:
        return drawn(at, events, wanted, wish.how)
    except SampleImpossible as wrong:
        if not wrong.most:
            raise obstacle(Obstacle.population_must_not_be_empty, **days) from None
        bounds = {"items": wish.how.asked, "least": wrong.least, "most": wrong.most}
        raise obstacle(Obstacle.sample_must_fit_its_population, **bounds) from None


def _written(paper: Paper) -> bytes:
    book = BytesIO()
    write_paper(book, paper)
    return book.getvalue()


def _signed(room: Room, size: int | None) -> Checkpoint:
    """The checkpoint of that size, or the newest whose entries are all folded."""
    found = sealed.last_until(room.connection, room.position if size is None else size)
    if found is None or size not in {None, found.checkpoint.size} or (size or 0) > room.position:
        raise obstacle(Obstacle.checkpoint_must_be_signed, size=size or room.position)
    return found.checkpoint
