"""Problems: every answer that is not what was asked for, as RFC 9457 tells it.

A refusal of a rule keeps its code, status and sentences (`ledger.domain.refusals`); what goes wrong
before a rule is asked has a code here, in the same words. Both languages are always there; `detail`
and `remedy` are in the one that the caller prefers. Clients act on `code`; `title` is constant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import msgspec
from starlette.responses import Response

from api.obstacles import Obstacle
from ledger.domain.decisions import Refused
from ledger.domain.refusals import Code, sentence
from ledger.exchange.faults import Fault, FaultKind, Malformed

MEDIA_TYPE: Final = "application/problem+json"
TYPE: Final = "/v1/problems/{code}"
RETRY_SECONDS: Final = 2


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong and where: a JSON pointer, or a named part of the request."""

    where: str
    place: str
    en: str
    zh: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal or an obstacle with its values, before it is told to anybody."""

    code: Code | Obstacle
    values: Mapping[str, object] = field(default_factory=dict)
    troubles: Sequence[Trouble] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    """What the things that the values name are called, where a page has asked for it."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.code.status

    def told(self, language: str) -> dict[str, Any]:
        """The problem as JSON has it, in a language; who it is told to is added by `respond`."""
        values = msgspec.to_builtins(self.values, str_keys=True)
        texts = {each: _texts(self.code, values, each) for each in ("en", "zh")}
        told = {
            "type": TYPE.format(code=self.code.name),
            "title": title(self.code),
            "status": self.status,
            "detail": texts[language]["detail"],
            "remedy": texts[language]["remedy"],
            "code": self.code.name,
            "params": values,
            "messages": texts,
        }
        if self.troubles:
            told["errors"] = [_told(trouble, language) for trouble in self.troubles]
        return told


class ProblemFound(Exception):
    """Raised where a problem is found deep inside a question."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def obstacle(code: Obstacle, **values: object) -> ProblemFound:
    """The problem, to be raised."""
    headers = _HEADERS.get(code, {})
    if code.status == HTTPStatus.TOO_MANY_REQUESTS:
        headers = {"Retry-After": str(values["seconds"])}
    return ProblemFound(Problem(code, values, headers=headers))


_HEADERS: Final[Mapping[Obstacle, Mapping[str, str]]] = {
    Obstacle.caller_must_be_known: {"WWW-Authenticate": 'Bearer realm="ledger"'},
    Obstacle.waiting_line_must_have_room: {"Retry-After": str(RETRY_SECONDS)},
    Obstacle.streams_must_have_room: {"Retry-After": str(RETRY_SECONDS)},
    Obstacle.entrance_must_have_room: {"Retry-After": str(RETRY_SECONDS)},
    Obstacle.identity_provider_must_be_reachable: {"Retry-After": str(RETRY_SECONDS)},
    Obstacle.database_must_be_reachable: {"Retry-After": str(RETRY_SECONDS)},
    Obstacle.read_models_must_follow_the_log: {"Retry-After": str(RETRY_SECONDS)},
}


def of_refusal(refused: Refused, place: int | None = None) -> Problem:
    """The problem that a rule's refusal is; `place` says which command of a group it was."""
    if place is None:
        return Problem(refused.code, refused.values)
    en, zh = (sentence(refused.code, refused.values, language)[0] for language in ("en", "zh"))
    return Problem(refused.code, refused.values, (Trouble("pointer", f"/{place}", en, zh),))


def must_be_none(refused: Refused | None) -> None:
    """Raise the problem that a refusal is, if there is one."""
    if refused is not None:
        raise ProblemFound(of_refusal(refused))


def of_malformed(malformed: Malformed) -> Problem:
    """The problem that a body which is no command is: 400 if unreadable, 422 if it does not fit."""
    unreadable = malformed.kind is FaultKind.unreadable
    code = Obstacle.body_must_be_json if unreadable else Obstacle.command_must_be_well_formed
    return Problem(code, troubles=tuple(map(_of_fault, malformed.faults)))


def _of_fault(fault: Fault) -> Trouble:
    return Trouble("pointer", fault.pointer, fault.en, fault.zh, fault.value)


def title(code: Code | Obstacle) -> str:
    """What stays the same whenever this problem occurs."""
    return code.name.replace("_", " ").capitalize()


def language_of(accepted: str) -> str:
    """`zh` or `en`, whichever an Accept-Language prefers; a program that says nothing gets `en`."""
    best, language = 0.0, "en"
    for part in accepted.split(","):
        name, _, weight = part.strip().partition(";")
        found = {"zh": "zh", "en": "en"}.get(name[:2].lower())
        wanted = quality(weight)
        if found and wanted > best:
            best, language = wanted, found
    return language


def quality(weight: str) -> float:
    """How much something in an Accept header is wanted: from 0 to 1."""
    try:
        return float(weight.strip().removeprefix("q=")) if weight else 1.0
    except ValueError:
        return 0.0


def _texts(code: Code | Obstacle, values: dict[str, object], language: str) -> dict[str, str]:
    detail, remedy = sentence(code, values, language)
    return {"detail": detail, "remedy": remedy}


def _told(trouble: Trouble, language: str) -> dict[str, Any]:
    told = {
        trouble.where: trouble.place,
        "detail": trouble.zh if language == "zh" else trouble.en,
        "messages": {"en": {"detail": trouble.en}, "zh": {"detail": trouble.zh}},
    }
    if trouble.value:
        told["value"] = trouble.value
    return told


def respond(
    problem: Problem, *, path: str, request_id: str, language: str, position: int | None = None
) -> Response:
    """The problem as an answer to one request."""
    told = problem.told(language) | {"instance": path, "request_id": request_id}
    headers = {
        "Content-Language": "zh-CN" if language == "zh" else "en",
        **problem.headers,
    }
    if position is not None:
        headers["Ledger-Position"] = str(position)
        told["position"] = position
    return Response(msgspec.json.encode(told), problem.status, headers, MEDIA_TYPE)
