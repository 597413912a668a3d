"""Describing: what a route says of its answer, for the OpenAPI document to be made of."""

from typing import Any, Final

from starlette.responses import Response

from api.bodies import JSON
from api.reading import Told
from api.tables import CSV

KINDS: Final[dict[str, type]] = {}
"""Every kind of answer, by its name in the document."""
PLAIN: Final[dict[type, str]] = {str: "The figures.", bytes: "A file to be printed."}
"""What is told of an answer that has no parts."""


def answers(kind: type, media_type: str = JSON) -> dict[str, Any]:
    """For a route: the kind of its answer, which it writes by itself."""
    text = {"schema": {"type": "string"}}
    plain = PLAIN.get(kind)
    content: dict[str, Any] = {media_type: text if plain else {"schema": reference(kind)}}
    if issubclass(kind, Told) and kind.table is not Told.table:
        content[CSV] = text
    summary = (kind.__doc__ or "").partition("\n")[0]
    told = {"description": plain or summary, "content": content}
    described = {"response_model": None, "responses": {200: told}}
    return described if media_type == JSON else described | {"response_class": Response}


def reference(kind: type) -> dict[str, str]:
    """Where the document describes the kind."""
    KINDS[kind.__name__] = kind
    return {"$ref": f"#/components/schemas/{kind.__name__}"}
