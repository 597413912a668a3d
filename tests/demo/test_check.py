"""The judge notices every single value that is not what the case expects, and names its row."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from ledger.demo.case import Loaded, load, steps
from ledger.demo.check import check
from ledger.demo.check_money import Difference
from ledger.demo.rows import WORKED_EXAMPLE, CaseError, parse, read
from ledger.domain.catalogue import NAME_OF_COMMAND
from ledger.exchange.wire import parse as parse_command
from ledger.exchange.wire import to_wire
from ledger.projections.reading import reading_for_the_town
from tests.reference.random_cases import random_case

from .conftest import Example

ROWS: dict[str, Any] = json.loads(WORKED_EXAMPLE.read_text(encoding="utf-8"))
ANSWERS = {
    "claims": ("status", "reason", "policy", "rule", "age", "price", "community", "personal"),
    "attendance": ("minutes", "status", "reason"),
    "story": ("status", "reason"),
    "settlements": ("meals",),
}
BY_PAYER = ("due", "left")
FIGURES = ("meal_totals", "fund_figures")
TOTALS = ("hours_minutes", "stars", "balances")
FOR_THE_TALL = {"order": 1, "code": "A", "match": {"min_height": 170}}


def spoilt() -> Iterator[tuple[str, dict[str, Any]]]:
    """The worked example with one expected value wrong, once for each of its values."""
    yield from spoilt_answers()
    for table in TOTALS:
        for key in ROWS[table]:
            yield f"{table} {key}", one_more(table, key)
    for table in FIGURES:
        for key, figures in ROWS[table].items():
            for field in figures:
                yield f"{table} {key}", one_more(table, key, field)
    for place, row in enumerate(ROWS["settlements"]):
        for field in BY_PAYER:
            for payer in row[field]:
                yield f"settlements {row['id']}", one_more("settlements", place, field, payer)


def spoilt_answers() -> Iterator[tuple[str, dict[str, Any]]]:
    for table, fields in ANSWERS.items():
        for place, row in enumerate(ROWS[table]):
            judged = fields if row.get("status") != "REFUSED" else ("status", "reason")
            for field in judged:
                case = one_more(table, place, field)
                yield f"{table} {row.get('claim') or row['id']}", case


def one_more(*where: str | int) -> dict[str, Any]:
    """The worked example in which one value is another."""
    case = copy.deepcopy(ROWS)
    *path, last = where
    place: Any = case
    for step in path:
        place = place[step]
    was = place[last]
    place[last] = was + 1 if isinstance(was, int) else f"{was}X"
    return case


def differences(case: dict[str, Any], example: Example) -> list[Difference]:
    loaded, here = example
    other = Loaded(parse(json.dumps(case).encode()), loaded.answers, loaded.others)
    with reading_for_the_town(here.datastore) as connection:
        return check(other, connection, here.ledger.vault)


def test_the_worked_example_has_no_difference(example: Example) -> None:
    assert differences(ROWS, example) == []


def test_each_wrong_value_is_found_with_its_row(example: Example) -> None:
    for row, case in spoilt():
        found = differences(case, example)
        assert [str(each.row) for each in found] == [row]
        assert found[0].expected != found[0].actual


def test_what_was_known_then_is_judged_as_well(example: Example) -> None:
    case = copy.deepcopy(ROWS)
    case["known"][0]["meal_totals"]["xianhu/2026-03"]["meals"] = 3
    [found] = differences(case, example)
    assert (str(found.row), found.expected, found.actual) == (
        "known 2026-03-19 xianhu/2026-03",
        3,
        4,
    )


def test_an_award_more_or_less_is_found(example: Example) -> None:
    [found] = differences(ROWS | {"award_total_fen": 1}, example)
    assert (found.expected, found.actual) == (1, 24_000_000)


def test_a_month_of_meals_that_the_case_forgets_is_found(example: Example) -> None:
    case = copy.deepcopy(ROWS)
    del case["meal_totals"]["xianhu/2026-04"]
    assert {str(each.row) for each in differences(case, example)} == {"meal_totals xianhu/2026-04"}


def test_loading_a_case_twice_changes_nothing(example: Example) -> None:
    loaded, here = example
    before = here.ledger.recorder.max_notification_id()
    again = load(loaded.case, here.ledger)
    assert here.ledger.recorder.max_notification_id() == before
    assert again.answers.keys() == loaded.answers.keys()


@pytest.mark.parametrize("seed", range(3))
def test_every_command_of_a_case_could_have_come_from_outside(seed: int) -> None:
    case = read(WORKED_EXAMPLE) if seed == 0 else parse(as_text(seed))
    for step in steps(case):
        name = NAME_OF_COMMAND[type(step.command)]
        assert parse_command(name, to_wire(step.command)) == step.command


def as_text(seed: int) -> bytes:
    case = random_case(seed, residents=10, claims=20, attendance=20)
    for row in case["claims"] + case["attendance"]:
        row.pop("status", None)
    case["known"] = []
    return json.dumps(case).encode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"claims": [{"claim": "C1"}]}, "claims"),
        ({"residents": 5}, "residents"),
        ({"policies": [ROWS["policies"][0] | {"rules": [FOR_THE_TALL]}]}, "min_height"),
        ({"claims": [ROWS["claims"][0] | {"resident": "nobody"}]}, "nobody"),
        ({"claims": [ROWS["claims"][0] | {"time": "noon"}]}, "noon"),
        ({"residents": [ROWS["residents"][3] | {"coop": "E9"}]}, "E9"),
    ],
)
def test_what_is_not_a_case_is_told_in_both_languages(change: dict[str, Any], said: str) -> None:
    with pytest.raises(CaseError, match=said) as error:
        steps(parse(json.dumps(ROWS | change).encode()))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in str(error.value))


TOLD = ROWS["story"][0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"command": "funds/burn"}, "funds/burn"),
        ({"data": {}}, "resolution"),
        ({"data": TOLD["data"] | {"votes": "many"}}, "votes"),
        ({"data": TOLD["data"] | {"community": "@planet:mars"}}, "@planet:mars"),
        ({"data": TOLD["data"] | {"community": "@cooperative:E9"}}, "E9"),
        ({"at": "soon"}, "soon"),
    ],
)
def test_a_row_of_the_story_that_cannot_be_given_is_told(change: dict[str, Any], said: str) -> None:
    case = parse(json.dumps(ROWS | {"story": [TOLD | change]}).encode())
    with pytest.raises(CaseError, match=said):
        steps(case)


def test_a_settlement_of_a_canteen_without_a_policy_is_told() -> None:
    row = ROWS["settlements"][0] | {"community": "mars"}
    with pytest.raises(CaseError, match="mars"):
        steps(parse(json.dumps(ROWS | {"settlements": [row]}).encode()))


def test_who_pays_without_bearing_anything_is_found(example: Example) -> None:
    case = copy.deepcopy(ROWS)
    del case["settlements"][1]["due"]["XH-E1"]
    [found] = differences(case, example)
    assert (found.expected, found.actual) == (None, 1600)


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b'{"claims": "\xff"}', b"[" * 50_000])
def test_what_is_not_even_json_is_no_case(text: bytes) -> None:
    with pytest.raises(CaseError):
        parse(text)
