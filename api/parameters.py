"""Parameters: what a question may be asked with, each of one form that is told where missed."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, TypeAlias

from fastapi import Depends, Header, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BeforeValidator

from api import asked
from api.cursors import CURSOR_LENGTH_MOST, CURSOR_PATTERN
from api.forms import FORMS, MONTH, PAGE_MOST
from api.gate import Caller
from api.obstacles import Obstacle
from api.problems import Problem, Trouble
from ledger.domain.authority import NOWHERE, Authority
from ledger.domain.councils import Body
from ledger.domain.values import (
    BOUNDS,
    SYSTEM,
    CommunityId,
    FundId,
    Month,
    NoticeId,
    PersonId,
    ResolutionId,
    ShiftId,
    SiteId,
    Slug,
)
from ledger.projections.detectors import Pattern
from ledger.projections.resolutions import Standing
from ledger.projections.view import Basis

PAGE_DEFAULT: Final = 50
POSITION_MOST: Final = 10**18 - 1
NUMBER_MOST: Final = 10**8

# -- forms that FastAPI would read too kindly --------------------------------------------------


def _flag(text: Any) -> bool:  # noqa: ANN401 - whatever was sent
    if text not in asked.FLAGS:
        raise ValueError(text)
    return asked.FLAGS[text]


def shape(kind: object, example: str) -> dict[str, Any]:
    bounds = BOUNDS[kind]
    return {
        "pattern": (bounds.pattern or "").replace(r"\Z", "$"),
        "max_length": bounds.length,
        "examples": [example],
    }


DayIn: TypeAlias = Annotated[date, BeforeValidator(asked.day), Query(examples=["2026-01-06"])]
MonthIn: TypeAlias = Annotated[Month, Query(**shape(Month, "2026-01"), description=MONTH[0])]
CommunityIn: TypeAlias = Annotated[CommunityId, Query(**shape(CommunityId, "jinning"))]
BodyIn: TypeAlias = Annotated[Body, Query(examples=["council_hall"])]
StandingIn: TypeAlias = Annotated[Standing, Query(examples=["in_force"])]
CanteenIn: TypeAlias = Annotated[SiteId, Query(**shape(SiteId, "jinning-canteen"))]
FundIn: TypeAlias = Annotated[FundId, Query(**shape(FundId, "jinning-community"))]
PayeeIn: TypeAlias = Annotated[Slug, Query(**shape(Slug, "xinhua-books"))]
FlagIn: TypeAlias = Annotated[bool, BeforeValidator(_flag), Query()]
WaitingDayIn: TypeAlias = Annotated[
    date,
    BeforeValidator(asked.day),
    Query(examples=["2026-03-02"], description="Count days of waiting up to this local day."),
]
PatternIn: TypeAlias = Annotated[Pattern, Query(examples=["confirmation_ring"])]
AccountIn: TypeAlias = Annotated[
    str,
    Query(
        pattern=r"^(?:[a-z0-9]+(?:[-_][a-z0-9]+)*/)*(?:[a-z0-9]+(?:[-_][a-z0-9]+)*)?$",
        max_length=200,
        description=FORMS["account"][0],
        examples=["fund/"],
    ),
]

PersonPath: TypeAlias = Annotated[
    PersonId, Path(**shape(PersonId, "7c1d3b7e-0f4e-4c3a-9d53-2f6f1a0e8b11"))
]
CommunityPath: TypeAlias = Annotated[CommunityId, Path(**shape(CommunityId, "jinning"))]
SitePath: TypeAlias = Annotated[SiteId, Path(**shape(SiteId, "jinning-canteen"))]
ShiftPath: TypeAlias = Annotated[ShiftId, Path(**shape(ShiftId, "sweep-0106"))]
FundPath: TypeAlias = Annotated[FundId, Path(**shape(FundId, "jinning-meals"))]
NoticePath: TypeAlias = Annotated[NoticeId, Path(**shape(NoticeId, "jinning-2026-01"))]
SourcePath: TypeAlias = Annotated[Slug, Path(**shape(Slug, "nanhai-charity"))]
ResolutionPath: TypeAlias = Annotated[ResolutionId, Path(**shape(ResolutionId, "jn-2026-01"))]
MonthPath: TypeAlias = Annotated[Month, Path(**shape(Month, "2026-01"), description=MONTH[0])]
DayPath: TypeAlias = Annotated[date, BeforeValidator(asked.day), Path(examples=["2026-01-05"])]
NumberPath: TypeAlias = Annotated[
    int, BeforeValidator(asked.whole), Path(ge=1, le=NUMBER_MOST, examples=[1])
]


# -- what several questions share ----------------------------------------------------------------


class Format(StrEnum):
    """How a list is written."""

    json = "json"
    csv = "csv"


AtLeastIn: TypeAlias = Annotated[
    int | None,
    BeforeValidator(asked.whole),
    Query(ge=0, le=POSITION_MOST, description="Wait until this position is reflected."),
]


class Question:
    """Who asks, and how far the answer must have come."""

    nonce = ""
    """Given where no answer is the same as an earlier one."""
    asked_at: datetime | None = None
    """Where the answer may be another one though nothing happened: the minute of asking."""
    strict = True
    """Whether a parameter that nobody knows is refused."""

    def __init__(
        self,
        request: Request,
        authority: Caller,
        at_least: AtLeastIn = None,
        ledger_position: Annotated[
            int | None,
            BeforeValidator(asked.whole),
            Header(alias="Ledger-Position", ge=0, le=POSITION_MOST, description="As `at_least`."),
        ] = None,
    ) -> None:
        if self.strict:
            asked.only(request, _names(request))
        self.request = request
        self.authority = authority
        self.at_least = max(at_least or 0, ledger_position or 0)

    @property
    def actor(self) -> PersonId:
        """The person who asks."""
        return self.authority.person


NOBODY: Final = Authority.alike(SYSTEM, (), NOWHERE)
"""Whoever asks without a token: she holds no role and reaches no community."""


class PublicQuestion(Question):
    """A question that anybody may ask, about now and nothing else."""

    def __init__(self, request: Request) -> None:
        super().__init__(request, NOBODY)
        self.asked_at = this_minute()


def this_minute() -> datetime:
    """What the tag of an answer names that is another one each day, though nothing happened."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


KnownAtIn: TypeAlias = Annotated[
    int | date | datetime | None,
    BeforeValidator(asked.known_at),
    Query(
        description="Forget what was recorded later than this position, this time, or the end of "
        "this local day: of the community that the question is about, or of Asia/Shanghai where it "
        "is about several. "
        "日期指该日结束时：只问一个社区时按该社区的时区，涉及多个社区时按 Asia/Shanghai。"
    ),
]


class Known:
    """What the answer knows."""

    as_of: date | None = None
    basis = Basis.occurred

    def __init__(self, known_at: KnownAtIn = None) -> None:
        self.known_at = known_at


class When(Known):
    """What the answer counts, and what it knows."""

    def __init__(
        self,
        as_of: Annotated[
            date | None,
            BeforeValidator(asked.day),
            Query(description="Count what occurred up to and including this local day."),
        ] = None,
        known_at: KnownAtIn = None,
        basis: Annotated[
            Basis, Query(description="Which month counts: of occurrence or of booking.")
        ] = Basis.occurred,
    ) -> None:
        super().__init__(known_at)
        self.as_of = as_of
        self.basis = basis


class Booked(Known):
    """What the answer about a month of the books counts, and what it knows."""

    def __init__(
        self,
        known_at: KnownAtIn = None,
        basis: Annotated[
            Basis, Query(description="Which month counts: of booking or of occurrence.")
        ] = Basis.booked,
    ) -> None:
        super().__init__(known_at)
        self.basis = basis


FormatIn: TypeAlias = Annotated[
    Format | None, Query(description="JSON, or CSV for a spreadsheet; wins over Accept.")
]


class Whole:
    """How a list is written that is never long."""

    limit = PAGE_MOST
    after: str | None = None

    def __init__(self, format: FormatIn = None) -> None:  # noqa: A002 - the parameter's name
        self.format = format


class Page(Whole):
    """Which part of a list, and how it is written."""

    def __init__(
        self,
        limit: Annotated[
            int,
            BeforeValidator(asked.whole),
            Query(ge=1, le=PAGE_MOST, description="Rows of a page."),
        ] = PAGE_DEFAULT,
        after: Annotated[
            str | None,
            Query(
                min_length=1,
                max_length=CURSOR_LENGTH_MOST,
                pattern=CURSOR_PATTERN,
                description="The cursor of the page before; follow `next` instead.",
            ),
        ] = None,
        format: FormatIn = None,  # noqa: A002 - the parameter's name
    ) -> None:
        super().__init__(format)
        self.limit = limit
        self.after = after


Asking: TypeAlias = Annotated[Question, Depends()]
AskingOpenly: TypeAlias = Annotated[PublicQuestion, Depends()]
KnownAt: TypeAlias = Annotated[Known, Depends()]
At: TypeAlias = Annotated[When, Depends()]
OfBooks: TypeAlias = Annotated[Booked, Depends()]
Written: TypeAlias = Annotated[Whole, Depends()]
Paged: TypeAlias = Annotated[Page, Depends()]


def _names(request: Request) -> set[str]:
    """The parameters that the route knows, wherever its dependencies name them."""
    names: set[str] = set()
    waiting = [request.scope["route"].dependant]
    while waiting:
        dependant = waiting.pop()
        names.update(field.alias for field in dependant.query_params)
        waiting += dependant.dependencies
    return names


def misfit(fault: RequestValidationError) -> Problem:
    """The problem that parameters of the wrong form are."""
    return Problem(
        Obstacle.query_must_be_well_formed,
        troubles=[_trouble(error) for error in fault.errors()],
    )


def _trouble(error: dict[str, Any]) -> Trouble:
    where, name = error["loc"][0], str(error["loc"][1])
    kind = "header" if where == "header" else "parameter"
    if error["type"] == "missing":
        return Trouble(kind, name, "It is missing.", "缺少此参数。")
    form = FORMS[name]
    value = str(error["input"])[: asked.SHOWN_MOST]
    return Trouble(kind, name, f"This must be {form[0]}.", f"此处应为{form[1]}。", value)
