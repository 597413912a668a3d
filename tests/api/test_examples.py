"""What the documentation shows is true: a new ledger accepts its examples, in their order."""

import json
from pathlib import Path

from api.examples import FIRST, first_of_each, turns
from api.routes.commands import NAMES
from ledger.domain.book import LedgerKind
from ledger.projections import rebuild
from ledger.projections.models import MODELS
from tests.api.exemplary import Exemplary, roles_of
from tests.api.town import open_bare_town
from tests.builders import person


def test_every_command_has_an_example() -> None:
    assert set(first_of_each()) == set(NAMES)


def test_a_new_ledger_accepts_every_example(database: str, tmp_path: Path) -> None:
    with open_bare_town(database, tmp_path, kind=LedgerKind.demo) as town:
        for number, body in turns():
            token = (
                town.clerk
                if number == FIRST
                else town.token(*roles_of(number), person=person(number))
            )
            answer = town.give_batch(body, lines=True, headers=town.headers(token))
            assert answer.headers["content-type"] == "application/x-ndjson"
            told = [json.loads(line) for line in answer.text.splitlines()]
            assert [each.get("problem") for each in told] == [None] * len(body.splitlines())
            assert all(each["outcome"]["simulated"] for each in told)


def test_what_an_example_did_can_be_read_where_its_answer_says(exemplary: Exemplary) -> None:
    assert set(exemplary.places) == set(NAMES)
    for name, place in exemplary.places.items():
        answer = exemplary.town.read(place.removeprefix("/v1/"))
        assert answer.status_code == 200, (name, place, answer.text)


def test_every_read_model_holds_of_the_examples_what_a_replay_gives(exemplary: Exemplary) -> None:
    exemplary.town.found("settlements")  # once all that was given is folded
    for model in MODELS:
        assert not rebuild.verify(exemplary.town.open_ledger.url, model), model.name
