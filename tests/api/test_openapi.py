"""The OpenAPI document: whole, stable, and the same as the one that is published in `docs/`.

A difference is a decision: `python -m tests.api.test_openapi` writes the file anew.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from api.app import create_app
from api.examples import FILE
from api.openapi import described
from api.problem_examples import problem_examples
from api.routes.commands import NAMES
from tests.api.town import Town

GOLDEN = Path(__file__).parents[2] / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def document(shared: Town) -> dict[str, Any]:
    found: dict[str, Any] = shared.client.get("/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def references(value: object) -> Iterator[str]:
    match value:
        case dict():
            for key, each in value.items():
                if key == "$ref":
                    yield each
                yield from references(each)
        case list():
            for each in value:
                yield from references(each)
        case _:
            pass


def written(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def test_the_published_document_is_this_one(document: dict[str, Any]) -> None:
    assert written(document) == GOLDEN.read_text(encoding="utf-8")


def test_it_is_openapi_3_1_with_every_command(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["servers"]
    for name in NAMES:
        operation = document["paths"][f"/v1/{name}"]["post"]
        assert operation["tags"] == [name.partition("/")[0]]
        assert operation["requestBody"]["content"]["application/json"]["example"]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in set(references(document)):
        here: Any = document
        for part in reference.removeprefix("#/").split("/"):
            here = here[part]


def test_nothing_is_described_that_nobody_refers_to(document: dict[str, Any]) -> None:
    used = set(references(document))
    for kind in ("schemas", "responses", "headers", "examples"):
        for name in document["components"][kind]:
            assert f"#/components/{kind}/{name}" in used, name


def test_operations_have_names_tags_and_summaries_of_their_own(document: dict[str, Any]) -> None:
    found = [operation for _, _, operation in operations(document)]
    names = [operation["operationId"] for operation in found]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)
    described_tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    assert all(described_tags.values())
    for operation in found:
        assert operation["summary"]
        assert set(operation["tags"]) <= set(described_tags)


def test_every_operation_tells_its_problems(document: dict[str, Any]) -> None:
    for path, _, operation in operations(document):
        responses = operation["responses"]
        assert "500" in responses, path
        if operation.get("security"):
            assert {"401", "403"} <= set(responses), path
        for status, response in responses.items():
            if int(status) >= 400:
                assert response == {"$ref": f"#/components/responses/Problem{status}"}


def test_whoever_may_choose_a_form_has_a_table_to_choose(document: dict[str, Any]) -> None:
    tables = 0
    for path, _, operation in operations(document):
        parameters = {each["name"] for each in operation.get("parameters", ()) if "name" in each}
        content = operation["responses"].get("200", {}).get("content", {})
        assert ("format" in parameters) == ("text/csv" in content), path
        tables += "format" in parameters
    assert tables > 1


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    def fits(schema: dict[str, Any], value: object) -> None:
        whole = {**schema, "components": document["components"]}
        jsonschema_rs.validator_for(whole).validate(value)

    problem = document["components"]["schemas"]["ProblemDetails"]
    for _, example in problem_examples():
        fits(problem, example["value"])
    for line in FILE.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        body = document["paths"][f"/v1/{item['command']}"]["post"]["requestBody"]
        fits(body["content"]["application/json"]["schema"], item["data"])


if __name__ == "__main__":
    from types import SimpleNamespace

    idle: Any = SimpleNamespace(
        ledger=SimpleNamespace(execute=None),
        settings=SimpleNamespace(pool_most=16, own_origin=""),
        datastore=None,
        ways=SimpleNamespace(pseudonym=None),
    )
    GOLDEN.write_text(written(described(create_app(idle))), encoding="utf-8")
