"""The OpenAPI document: made from the routes, the catalogue, the list of refusals and the examples.

FastAPI gives paths and parameters. What it cannot know is added here: commands and answers as
msgspec reads and writes them, headers, an example of every command and of every problem.
"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api import bodies
from api.answers import Outcome
from api.describing import KINDS
from api.examples import first_of_each
from api.obstacles import Obstacle
from api.openapi_parts import (
    COMMAND_STATUSES,
    HEADERS,
    OPEN_STATUSES,
    PUBLIC_STATUSES,
    QUESTION_STATUSES,
    SENT,
    TAGS,
    WITH_A_BODY,
    Json,
)
from api.problem_examples import ProblemDetails, problem_examples
from api.problems import MEDIA_TYPE
from api.routes import batches, commands
from ledger.domain import catalogue
from ledger.domain.catalogue import VERBS
from ledger.domain.refusals import Code
from ledger.exchange.wire import SCHEMA_PLACE, schemas

INTRODUCTION: Final = """
Volunteer hours, elders' meals and community funds of a town, as one ledger. Every command becomes
immutable events or is refused with a code, a sentence and a remedy in Chinese and English.

Money is in integer fen, time in integer minutes, a day is the community's local day. A write
answers `Ledger-Position`; a question that sends it back, or `at_least`, is answered from that
position on. A ledger of the kind demo or test simulates its clock, and says so on every answer.
"""


def add(app: FastAPI) -> None:
    """Let the application describe itself so."""

    def document() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = described(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's own way to extend it


def described(app: FastAPI) -> Json:
    """The whole document."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=INTRODUCTION.strip(),
        routes=app.routes,
        servers=[{"url": "/", "description": "This ledger"}],
        tags=[],
    )
    references, shapes = schemas()
    parts = document["components"]
    parts["schemas"] = _parameters(parts) | shapes | _answers(shapes)
    parts["headers"] = {
        name: {"description": text, "schema": schema} for name, (text, schema) in HEADERS.items()
    }
    parts["parameters"] = SENT
    of_others = (*PUBLIC_STATUSES["get_notice"], *WITH_A_BODY["search_persons"])
    statuses = sorted({*COMMAND_STATUSES, *QUESTION_STATUSES, *of_others})
    parts["examples"] = dict(problem_examples(statuses))
    parts["responses"] = {f"Problem{status}": _problems(status) for status in statuses}
    operations = list(_operations(document))
    for path, operation in operations:
        _complete(path, operation, references)
    tags = dict.fromkeys(tag for _, operation in operations for tag in operation["tags"])
    document["tags"] = [{"name": tag, "description": _about(tag)} for tag in tags]
    _forget_what_nobody_refers_to(document)
    return document


def _parameters(parts: Json) -> Json:
    """Kinds of parameters that FastAPI describes; its own form of a problem is not ours."""
    own = ("HTTPValidationError", "ValidationError")
    return {name: kind for name, kind in parts.get("schemas", {}).items() if name not in own}


def _forget_what_nobody_refers_to(document: Json) -> None:
    """Kinds of commands that need no token, and of keys, come along with the others."""
    kinds = document["components"]["schemas"]
    text = msgspec.json.encode(document).decode()
    unused = [name for name in kinds if f'"{_place(name)}"' not in text]
    for name in unused:
        del kinds[name]
    if unused:
        _forget_what_nobody_refers_to(document)


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, item in document["paths"].items():
        for operation in item.values():
            yield path, operation


def _about(tag: str) -> str:
    noun = getattr(catalogue, tag, None)
    text: str = TAGS.get(tag) or (noun.__doc__ if noun else "") or ""
    first = text.partition("\n")[0]
    about = first.partition(": ")[2] or first
    return about[0].upper() + about[1:]


# -- operations --------------------------------------------------------------------------------


def _complete(path: str, operation: Json, references: dict[str, Json]) -> None:
    name = path.removeprefix("/v1/")
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _plain(parameter["schema"])
    if name in commands.NAMES:
        statuses: tuple[int, ...] = COMMAND_STATUSES
        operation.update(_command(name, references[name]))
    elif path == batches.PATH:
        statuses = COMMAND_STATUSES
        operation.update(_batch(references))
    else:
        own = OPEN_STATUSES | PUBLIC_STATUSES | WITH_A_BODY
        statuses = own.get(operation["operationId"], QUESTION_STATUSES)
        _tell_of_a_question(operation)
    for status in statuses:
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/Problem{status}"}


def _plain(schema: Json) -> Json:
    """A parameter is given or left out: there is no null in a query. Bounds by their own names."""
    names = {"ge": "minimum", "le": "maximum"}
    rest = {names.get(key, key): value for key, value in schema.items() if key != "anyOf"}
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) > 1:
        return rest | {"anyOf": kinds}
    return rest | kinds[0] if kinds else rest


def _command(name: str, reference: Json) -> Json:
    text = (VERBS[name].command.__doc__ or "").partition("\n")[0]
    body = {"schema": reference, "example": first_of_each()[name]}
    return {
        "summary": text,
        "parameters": [_key(f"{name}/1"), *_sent("Ledger-Time", "dry_run")],
        "requestBody": {"required": True, "content": {bodies.JSON: body}},
        "responses": {
            "200": _happened("It would happen: a dry run."),
            "201": _happened("It happened, now or when the key was first sent.", written=True),
        },
    }


def _batch(references: dict[str, Json]) -> Json:
    claim = {
        "command": "meals/claim",
        "key": "2026-01-05/0001",
        "data": first_of_each()["meals/claim"],
    }
    item = {"anyOf": [_item(name, references[name]) for name in commands.NAMES]}
    array = {"type": "array", "items": item, "minItems": 1, "maxItems": bodies.BATCH_ITEMS_MOST}
    line = "One command a line, each as in the array."
    return {
        "summary": "Give many commands, each for itself or all as one.",
        "parameters": [_key("batch/1", required=False), *_sent("Ledger-Time", "dry_run", "atomic")],
        "requestBody": {
            "required": True,
            "content": {
                bodies.JSON: {"schema": array, "example": [claim]},
                bodies.NDJSON: {"schema": {"type": "string", "description": line}},
            },
        },
        "responses": {
            "200": _outcomes("What became of each command; or a group that would happen."),
            "201": _happened("The group happened.", written=True),
        },
    }


def _item(name: str, reference: Json) -> Json:
    return {
        "type": "object",
        "required": ["command", "data"],
        "additionalProperties": False,
        "properties": {
            "command": {"const": name},
            "key": SENT["Idempotency-Key"]["schema"],
            "at": SENT["Ledger-Time"]["schema"],
            "data": reference,
        },
    }


def _key(example: str, *, required: bool = True) -> Json:
    return SENT["Idempotency-Key"] | {"required": required, "example": example}


def _sent(*names: str) -> list[Json]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _headers(*names: str) -> Json:
    known = ("Ledger-Kind", "X-Request-ID")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*known, *names)}


def _kind(name: str) -> Json:
    return {"$ref": _place(name)}


def _happened(text: str, *, written: bool = False) -> Json:
    more = ("Location", "ETag", "Idempotency-Replayed") if written else ()
    return {
        "description": text,
        "headers": _headers("Ledger-Position", *more),
        "content": {bodies.JSON: {"schema": _kind("Outcome")}},
    }


def _outcomes(text: str) -> Json:
    either = {"anyOf": [_kind("Items"), _kind("Outcome")]}
    line = {"schema": {"type": "string", "description": "One Item a line."}}
    return {
        "description": text,
        "headers": _headers("Ledger-Position"),
        "content": {bodies.JSON: {"schema": either}, bodies.NDJSON: line},
    }


def _tell_of_a_question(operation: Json) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    operation["summary"] = operation.pop("description").partition("\n")[0]
    if "parameters" in operation and operation["operationId"] not in OPEN_STATUSES:
        told = _headers("Ledger-Position", "ETag")
        responses["304"] = {"description": "Nothing changed since that ETag.", "headers": told}
        responses["200"]["headers"] = told | _headers("Link")
    else:
        responses["200"]["headers"] = _headers()


# -- answers and problems ------------------------------------------------------------------------


def _answers(asked: Json) -> Json:
    """The kinds of answers; one that a command has too is looser here, and so called otherwise."""
    kinds = [*KINDS.values(), Outcome, batches.Items, batches.Item, ProblemDetails]
    _, told = msgspec.json.schema_components(kinds, ref_template=SCHEMA_PLACE)
    names = {name: f"{name}Told" for name in told if asked.get(name, told[name]) != told[name]}
    renamed: Json = _renamed(told, {_place(old): _place(new) for old, new in names.items()})
    return {names.get(name, name): kind for name, kind in renamed.items()}


def _place(name: str) -> str:
    return SCHEMA_PLACE.format(name=name)


def _renamed(value: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 - JSON is of any shape
    match value:
        case dict():
            return {key: _renamed(each, names) for key, each in value.items()}
        case list():
            return [_renamed(each, names) for each in value]
        case str():
            return names.get(value, value)
        case _:
            return value


def _problems(status: int) -> Json:
    codes = [code.name for code in (*Obstacle, *Code) if code.status == status]
    later = dict.fromkeys((429, 503), ("Retry-After",))
    more = ({401: ("WWW-Authenticate",), 405: ("Allow",)} | later).get(status, ())
    examples = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
    return {
        "description": f"{HTTPStatus(status).phrase}: " + ", ".join(codes) + ".",
        "headers": _headers("Content-Language", "Ledger-Position", *more),
        "content": {MEDIA_TYPE: {"schema": _kind("ProblemDetails"), "examples": examples}},
    }
