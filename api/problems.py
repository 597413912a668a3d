"""Problems: every answer that is not what was asked for, as RFC 9457 tells it.

A refusal of a rule keeps its code, status and sentences (`ledger.domain.refusals`); what goes wrong
before a rule is asked has a code here, in the same words. Both languages are always there; `detail`
and `remedy` are in the one that the caller prefers. Clients act on `code`; `title` is constant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Self

import msgspec
from starlette.responses import Response

from ledger.domain.decisions import Refused
from ledger.domain.refusals import Code
from ledger.exchange.faults import Fault, FaultKind, Malformed

MEDIA_TYPE: Final = "application/problem+json"
TYPE: Final = "/v1/problems/{code}"
RETRY_SECONDS: Final = 2


class Obstacle(Enum):
    """What keeps a request from being decided: status, sentence and remedy in both languages."""

    status: int
    en: str
    en_remedy: str
    zh: str
    zh_remedy: str

    def __new__(cls, status: int, en: str, en_remedy: str, zh: str, zh_remedy: str) -> Self:
        member = object.__new__(cls)
        member._value_ = len(cls.__members__)
        member.status = status
        member.en, member.en_remedy, member.zh, member.zh_remedy = en, en_remedy, zh, zh_remedy
        return member

    path_must_exist = (
        404,
        "There is nothing at this path.",
        "See /openapi.json for what there is.",
        "此路径没有内容。",
        "请查看 /openapi.json。",
    )
    method_must_be_offered = (
        405,
        "This path does not offer the method {method}.",
        "Use one of: {methods}.",
        "此路径不支持 {method} 方法。",
        "请使用：{methods}。",
    )
    caller_must_be_known = (
        401,
        "The request has no valid token.",
        "Send the header Authorization: Bearer with a token that is in force.",
        "请求没有有效的令牌。",
        "请在 Authorization: Bearer 标头中提供有效令牌。",
    )
    content_must_be_of_a_known_type = (
        415,
        "The content type {content_type} is not read here.",
        "Send one of: {content_types}.",
        "此处不接受内容类型 {content_type}。",
        "请使用：{content_types}。",
    )
    body_must_not_be_too_large = (
        413,
        "The body is larger than {bytes_most} bytes.",
        "Send less at once; {items_most} commands go into a batch.",
        "请求内容超过 {bytes_most} 字节。",
        "请减少单次内容；批量最多 {items_most} 条命令。",
    )
    batch_must_not_be_too_long = (
        413,
        "The batch has more than {items_most} commands.",
        "Send it in several batches, or import it as a file.",
        "批量命令超过 {items_most} 条。",
        "请分批发送，或以文件导入。",
    )
    batch_must_hold_a_command = (
        422,
        "The batch is empty.",
        "Send at least one command.",
        "批量中没有命令。",
        "请至少发送一条命令。",
    )
    body_must_be_json = (
        400,
        "The body cannot be read as JSON in UTF-8.",
        "Mend what the errors name; nothing was written.",
        "请求内容不是 UTF-8 编码的 JSON。",
        "请按错误说明更正；未写入任何内容。",
    )
    command_must_be_well_formed = (
        422,
        "The command does not have the form that it must have.",
        "Mend what the errors name; nothing was written.",
        "命令的格式不符合要求。",
        "请按错误说明更正；未写入任何内容。",
    )
    query_must_be_well_formed = (
        422,
        "A part of the path, query or headers does not have the form that it must have.",
        "Mend what the errors name.",
        "路径、查询参数或标头的格式不符合要求。",
        "请按错误说明更正。",
    )
    cursor_must_belong_to_this_query = (
        400,
        "The cursor was not made by this query.",
        "Follow the link to the next page unchanged, or begin without a cursor.",
        "游标不属于此查询。",
        "请原样使用下一页链接，或不带游标重新开始。",
    )
    idempotency_key_must_be_given = (
        400,
        "The header Idempotency-Key is missing, or is not a key.",
        "Send 1 to 80 visible ASCII characters, for instance a random UUID; no personal data.",
        "缺少 Idempotency-Key 标头，或其内容不是有效的键。",
        "请提供 1 至 80 个可见 ASCII 字符，如随机 UUID；不得含个人信息。",
    )
    position_must_be_reached_in_time = (
        504,
        "The read models stand at {position}; {at_least} was not reached within {seconds} seconds.",
        "Ask again in a moment.",
        "查询数据位于 {position}；{seconds} 秒内未达到 {at_least}。",
        "请稍后重试。",
    )
    answer_must_come_in_time = (
        504,
        "The question took longer than {seconds} seconds.",
        "Ask for less: a narrower filter or a smaller page.",
        "查询超过 {seconds} 秒。",
        "请缩小范围或减少每页数量。",
    )
    waiting_line_must_have_room = (
        503,
        "Too many commands are waiting to be decided.",
        "Send it again after the time in Retry-After, with the same key.",
        "等待处理的命令过多。",
        "请在 Retry-After 所示时间后以相同的键重新发送。",
    )
    database_must_be_reachable = (
        503,
        "The database cannot be reached.",
        "Send it again after the time in Retry-After, with the same key.",
        "暂时无法连接数据库。",
        "请在 Retry-After 所示时间后以相同的键重新发送。",
    )
    read_models_must_follow_the_log = (
        503,
        "These read models do not follow the log: {models}.",
        "See the log of the process; `jiefang rebuild` folds a read model anew.",
        "以下查询数据未跟上账本：{models}。",
        "请查看进程日志；可用 `jiefang rebuild` 重建。",
    )
    ledger_must_not_fail = (
        500,
        "The ledger failed on this request; nothing of it was written.",
        "Tell the operator the reference {reference}.",
        "账本处理此请求时出错；未写入任何内容。",
        "请将编号 {reference} 告知管理员。",
    )
    request_must_be_proper_http = (
        400,
        "The request cannot be understood ({status}).",
        "Check how it was sent.",
        "无法理解该请求（{status}）。",
        "请检查发送方式。",
    )


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
    return ProblemFound(Problem(code, values, headers=_HEADERS.get(code, {})))


_HEADERS: Final[Mapping[Obstacle, Mapping[str, str]]] = {
    Obstacle.caller_must_be_known: {"WWW-Authenticate": 'Bearer realm="ledger"'},
    Obstacle.waiting_line_must_have_room: {"Retry-After": str(RETRY_SECONDS)},
    Obstacle.database_must_be_reachable: {"Retry-After": str(RETRY_SECONDS)},
    Obstacle.read_models_must_follow_the_log: {"Retry-After": str(RETRY_SECONDS)},
}


def of_refusal(refused: Refused, place: int | None = None) -> Problem:
    """The problem that a rule's refusal is; `place` says which command of a group it was."""
    if place is None:
        return Problem(refused.code, refused.values)
    en, zh = (text.format_map(refused.values) for text in (refused.code.en, refused.code.zh))
    return Problem(refused.code, refused.values, (Trouble("pointer", f"/{place}", en, zh),))


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
        quality = _quality(weight)
        if found and quality > best:
            best, language = quality, found
    return language


def _quality(weight: str) -> float:
    try:
        return float(weight.strip().removeprefix("q=")) if weight else 1.0
    except ValueError:
        return 0.0


def _texts(code: Code | Obstacle, values: dict[str, object], language: str) -> dict[str, str]:
    texts = (code.zh, code.zh_remedy) if language == "zh" else (code.en, code.en_remedy)
    detail, remedy = (text.format_map(values) for text in texts)
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
