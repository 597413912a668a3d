"""Asked: what a request says besides its body, read as strictly as the body is.

A parameter that nobody knows, or one given twice, is refused: a misspelt `as_of` would otherwise
be answered as if it had not been there.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any, Final

from starlette.requests import Request

from api.obstacles import Obstacle
from api.problems import Problem, ProblemFound, Trouble, obstacle
from api.visits import header
from ledger.exchange.shapes import KEY, YEAR_FIRST, YEAR_LAST

KEY_HEADER: Final = b"idempotency-key"
TIME_HEADER: Final = b"ledger-time"
KEY_FORM: Final = re.compile(KEY.pattern or "")
KEY_LENGTH_MOST: Final = KEY.length or 0
FLAGS: Final = {"true": True, "false": False}
SHOWN_MOST: Final = 40

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_POSITION: Final = re.compile(r"0|[1-9]\d{0,17}", re.ASCII)


def unfit(*troubles: Trouble) -> ProblemFound:
    """The problem of parameters or headers that are not as they must be, to be raised."""
    return ProblemFound(Problem(Obstacle.query_must_be_well_formed, troubles=troubles))


def only(request: Request, known: Iterable[str]) -> None:
    """Refuse parameters that are not known, or given twice."""
    if not request.scope["query_string"]:
        return
    known = list(known)
    names = [name for name, _ in request.query_params.multi_items()]
    troubles = [_unknown(name, known) for name in names if name not in known]
    troubles += [_twice(name) for name in known if names.count(name) > 1]
    if troubles:
        raise unfit(*troubles)


def whole(text: Any) -> int:  # noqa: ANN401 - whatever was sent
    """A whole number. Raises ValueError."""
    if not _POSITION.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _unknown(name: str, known: list[str]) -> Trouble:
    near = get_close_matches(name, known, n=1)
    en, zh = "There is no such parameter.", "没有此参数。"
    if near:
        en, zh = f"{en} Did you mean {near[0]}?", f"{zh}是否指 {near[0]}？"
    return Trouble("parameter", name[:SHOWN_MOST], en, zh)


def _twice(name: str) -> Trouble:
    return Trouble("parameter", name, "It is given twice.", "重复填写。")


def flag(request: Request, name: str) -> bool:
    """A parameter that is `true` or `false`; absent, it is false."""
    if not request.scope["query_string"]:
        return False
    given = request.query_params.get(name, "false")
    if given not in FLAGS:
        en, zh = "This must be true or false.", "此处应为 true 或 false。"
        raise unfit(Trouble("parameter", name, en, zh, given[:SHOWN_MOST]))
    return FLAGS[given]


def key(request: Request) -> str:
    """The idempotency key. Raises the problem 400 if there is none or it is not one."""
    given = header(request, KEY_HEADER) or ""
    if len(given) > KEY_LENGTH_MOST or not KEY_FORM.search(given):
        raise obstacle(Obstacle.idempotency_key_must_be_given)
    return given


def time(request: Request) -> datetime | None:
    """The simulated time that the caller sets, if any."""
    given = header(request, TIME_HEADER)
    if given is None:
        return None
    try:
        return moment(given)
    except ValueError:
        raise unfit(Trouble("header", "Ledger-Time", *MOMENT_FORM, given[:SHOWN_MOST])) from None


MOMENT_FORM: Final = (
    "This must be a time with its offset, written as 2026-03-02T09:00:00+08:00.",
    "此处应为带时区的时间，写作 2026-03-02T09:00:00+08:00。",
)


def moment(text: str) -> datetime:
    """A point in time with its offset, in a plausible year, as UTC. Raises ValueError."""
    if not _MOMENT.fullmatch(text):
        raise ValueError(text)
    found = datetime.fromisoformat(text.upper())
    if not YEAR_FIRST <= found.year <= YEAR_LAST:
        raise ValueError(text)
    return found.astimezone(UTC)


def day(text: Any) -> date:  # noqa: ANN401 - whatever was sent
    """A calendar day in a plausible year. Raises ValueError."""
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    found = date.fromisoformat(text)
    if not YEAR_FIRST <= found.year <= YEAR_LAST:
        raise ValueError(text)
    return found


def known_at(text: Any) -> int | date | datetime:  # noqa: ANN401 - whatever was sent
    """A position, a day or a point in time. Raises ValueError."""
    if _POSITION.fullmatch(text):
        return int(text)
    return day(text) if _DAY.fullmatch(text) else moment(text)
