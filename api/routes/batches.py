"""Batches: many commands in one request, as a JSON array or a line each.

Every command stands for itself: one that is refused or malformed leaves the others alone, and the
outcomes come in the order of the commands. With `atomic` all happen or none, under the one key of
the request. With `dry_run` everything is decided and nothing written.
The time of the request is that of every command that says none itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from anyio import to_thread
from fastapi import Depends, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api import answers, asked, bodies
from api.answers import Outcome
from api.desk import POSITION, Desk, tell
from api.gate import caller
from api.obstacles import Obstacle
from api.problems import Problem, ProblemFound, language_of, obstacle, of_malformed
from api.quick import QuickRoute
from api.visits import header, visit_of
from ledger.deciding.answers import Accepted, Answer, Broken, Unit
from ledger.domain.authority import Authority
from ledger.exchange.faults import FAULTS_MOST, Fault, FaultKind, Malformed, unreadable
from ledger.exchange.lines import Line, parse_line

PATH: Final = "/v1/commands"

Parsed = Line | Malformed
encode: Final = msgspec.json.Encoder().encode
_array: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode


class Item(msgspec.Struct, omit_defaults=True):
    """What became of one command: its outcome, or the problem that kept it from happening."""

    status: int
    key: str | None = None
    outcome: Outcome | None = None
    problem: dict[str, Any] | None = None


class Items(msgspec.Struct):
    """What became of each command, in their order."""

    position: int | None
    simulated: bool
    accepted: int
    refused: int
    items: list[Item]


def add(app: FastAPI, desk: Desk) -> None:
    """The path for batches."""

    async def give_batch(request: Request) -> Response:
        authority = await desk.gate.authority(request)
        asked.only(request, ("atomic", "dry_run"))
        dry_run, atomic = asked.flag(request, "dry_run"), asked.flag(request, "atomic")
        if atomic or header(request, asked.KEY_HEADER) is not None:
            asked.key(request)
        form = bodies.content_type(request, bodies.JSON, bodies.NDJSON)
        body = await bodies.read(request, bodies.BATCH_BYTES_MOST)
        lines = await to_thread.run_sync(_parsed, body, form, atomic)
        if atomic:
            return await _give_group(desk, request, authority, lines, dry_run=dry_run)
        return await _give_each(desk, request, authority, lines, form, dry_run=dry_run)

    app.router.add_api_route(
        PATH,
        give_batch,
        methods=["POST"],
        operation_id="give_batch",
        tags=["commands"],
        dependencies=[Depends(caller)],
        route_class_override=QuickRoute,
    )


# -- reading -----------------------------------------------------------------------------------


def _parsed(body: bytes, form: str, atomic: bool) -> list[Parsed]:  # noqa: FBT001 - for a thread
    """The commands of the body, each by itself. Raises the problems of the body as a whole."""
    items: Sequence[bytes | msgspec.Raw] = _lines(body) if form == bodies.NDJSON else _items(body)
    most = bodies.GROUP_ITEMS_MOST if atomic else bodies.BATCH_ITEMS_MOST
    if len(items) > most:
        raise obstacle(Obstacle.batch_must_not_be_too_long, items_most=most)
    if not items:
        raise obstacle(Obstacle.batch_must_hold_a_command)
    check = _without_its_own_key if atomic else _with_a_key
    return [check(parse_line(item)) for item in items]


def _lines(body: bytes) -> list[bytes]:
    return [line for line in body.split(b"\n") if line.strip()]


def _items(body: bytes) -> list[msgspec.Raw]:
    try:
        return _array(body)
    except msgspec.ValidationError:
        en, zh = "This must be a list of commands.", "此处应为命令列表。"
        raise _whole(Malformed(FaultKind.unfit, (Fault("", en, zh, ""),))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _whole(unreadable()) from None


def _whole(malformed: Malformed) -> ProblemFound:
    return ProblemFound(of_malformed(malformed))


def _with_a_key(parsed: Parsed) -> Parsed:
    if isinstance(parsed, Malformed) or parsed.key is not None:
        return parsed
    return Malformed(FaultKind.unfit, (Fault("/key", "key is missing.", "缺少 key。", ""),))


def _without_its_own_key(parsed: Parsed) -> Parsed:
    """A group happens as one: under one key, at one time."""
    if isinstance(parsed, Malformed) or (parsed.key is None and parsed.at is None):
        return parsed
    place = "/key" if parsed.key is not None else "/at"
    en, zh = "In a group the request's own header says this.", "整组执行时由请求标头给出。"
    return Malformed(FaultKind.unfit, (Fault(place, en, zh, ""),))


# -- giving and answering ------------------------------------------------------------------------


async def _give_group(
    desk: Desk, request: Request, authority: Authority, lines: list[Parsed], *, dry_run: bool
) -> Response:
    malformed = _malformed(lines)
    if malformed is not None:
        return tell(request, of_malformed(malformed))
    commands = tuple(line.command for line in lines if isinstance(line, Line))
    unit = Unit(authority, asked.key(request), commands, asked.time(request))
    (answer,) = await desk.decide([unit], dry_run=dry_run)
    return answers.respond(request, desk, answer, authority, dry_run=dry_run, group=True)


def _malformed(lines: list[Parsed]) -> Malformed | None:
    """What is wrong with a group, each fault with the place of its command."""
    faults = [
        fault
        for place, line in enumerate(lines)
        if isinstance(line, Malformed)
        for fault in line.within(f"/{place}").faults
    ]
    return Malformed(FaultKind.unfit, tuple(faults[:FAULTS_MOST])) if faults else None


async def _give_each(
    desk: Desk,
    request: Request,
    authority: Authority,
    lines: list[Parsed],
    form: str,
    *,
    dry_run: bool,
) -> Response:
    at = asked.time(request)
    units = [
        Unit(authority, line.key or "", (line.command,), line.at or at)
        for line in lines
        if isinstance(line, Line)
    ]
    found = await desk.decide(units, dry_run=dry_run) if units else []
    language = language_of(header(request, b"accept-language") or "")
    telling = _Telling(
        authority=authority, language=language, dry_run=dry_run, simulated=desk.simulated
    )
    position = max((each.position for each in found if not isinstance(each, Broken)), default=None)
    visit_of(request).position = position
    body = await to_thread.run_sync(telling.written, lines, found, position, form)
    headers = {} if position is None else {POSITION: str(position)}
    return Response(body, 200, headers, form)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """How the outcomes of a batch are told to one caller."""

    authority: Authority
    language: str
    dry_run: bool
    simulated: bool

    def written(
        self, lines: list[Parsed], found: list[Answer], position: int | None, form: str
    ) -> bytes:
        """The body: an array within an object, or a line each."""
        rest = iter(found)
        items = [self._item(line, rest) for line in lines]
        if form == bodies.NDJSON:
            return b"".join(encode(item) + b"\n" for item in items)
        accepted = sum(item.outcome is not None for item in items)
        return encode(Items(position, self.simulated, accepted, len(items) - accepted, items))

    def _item(self, line: Parsed, rest: Iterator[Answer]) -> Item:
        if isinstance(line, Malformed):
            return self._refused(of_malformed(line), None)
        answer = next(rest)
        if not isinstance(answer, Accepted):
            return self._refused(answers.problem_of(answer), line.key)
        told = answers.outcome(
            answer, self.authority, dry_run=self.dry_run, simulated=self.simulated
        )
        return Item(200 if self.dry_run else 201, line.key, told)

    def _refused(self, problem: Problem, key: str | None) -> Item:
        return Item(problem.status, key, None, problem.told(self.language))
