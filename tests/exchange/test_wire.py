"""Commands from outside: what is right becomes a command, what is not is told with its place."""

import json
import timeit
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.domain.catalogue import VERBS
from ledger.domain.facts import Hardship, Relation
from ledger.domain.meals import ClaimMeal
from ledger.domain.people import RegisterPerson
from ledger.domain.refusals import Code
from ledger.domain.sites import Weekday
from ledger.domain.tiers import Sitting
from ledger.domain.values import BOUNDS, NoteText, PersonId, SiteId, Title
from ledger.exchange.faults import FAULTS_MOST, FORMS, SHOWN_MOST, FaultKind, Malformed
from ledger.exchange.lines import Line, parse_line
from ledger.exchange.wire import parse, plain, schemas, to_wire

from .bodies import NAMES, bodies, spoilt

CHEN = PersonId("00000000-0000-4000-8000-00000000000f")
CLAIM = {"person": CHEN, "canteen": "jinning-canteen", "served_on": "2026-03-02"}
SHIFT: dict[str, Any] = {
    "shift": "s1",
    "community": "jinning",
    "activity": "夜间巡逻",
    "starts_at": "2026-03-02T09:00:00+08:00",
    "ends_at": "2026-03-02T11:00:00+08:00",
}
HOME = {"community": "jinning"}
PERSON: dict[str, Any] = {
    "person": CHEN,
    "community": "jinning",
    "contact": {"name": "陈阿好"},
    "facts": {"born_on": "1943-05-12", "registered": [HOME], "habitual": [HOME]},
}
slow_to_draw = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=200)


def spoil(body: dict[str, Any], **changes: object) -> bytes:
    return json.dumps(body | changes, ensure_ascii=False).encode()


def faults_of(name: str, body: bytes | dict[str, object]) -> dict[str, str]:
    answer = parse(name, body)
    assert isinstance(answer, Malformed), answer
    return {fault.pointer: fault.en for fault in answer.faults}


def test_a_right_body_becomes_the_command() -> None:
    claim = ClaimMeal(CHEN, SiteId("jinning-canteen"), date(2026, 3, 2))
    assert parse("meals/claim", spoil(CLAIM)) == claim
    assert parse("meals/claim", dict(CLAIM)) == claim
    assert parse("meals/claim", spoil(CLAIM, sitting="lunch", charged_fen=None)) == claim


def test_nested_facts_become_the_domains_own_classes() -> None:
    relation = {"person": CHEN.replace("f", "e"), "kinship": "spouse"}
    spell = {"hardship": "subsistence", "until": "2027-01-01"}
    facts = PERSON["facts"] | {"hardships": [spell], "relations": [relation]}
    command = parse("people/register", spoil(PERSON, facts=facts))
    assert isinstance(command, RegisterPerson)
    assert command.facts.hardships[0].hardship is Hardship.subsistence
    assert isinstance(command.facts.relations[0], Relation)
    assert command.facts.registered == command.facts.habitual
    assert command.registered_on is None


@slow_to_draw
@given(st.data())
def test_every_body_that_its_shape_allows_is_read_and_written_back(data: st.DataObject) -> None:
    name = data.draw(NAMES)
    body = data.draw(bodies(name))
    command = parse(name, body)
    assert isinstance(command, VERBS[name].command), command
    assert parse(name, to_wire(command)) == command


@slow_to_draw
@given(st.data())
def test_whatever_is_sent_becomes_a_command_or_faults_that_can_be_shown(
    data: st.DataObject,
) -> None:
    name = data.draw(NAMES)
    answer = parse(name, data.draw(spoilt(name)))
    if isinstance(answer, Malformed):
        assert 1 <= len(answer.faults) <= FAULTS_MOST
        for fault in answer.faults:
            assert len(fault.value) <= SHOWN_MOST
            assert fault.en != "It does not fit."
    else:
        assert isinstance(answer, VERBS[name].command)


@given(st.binary(max_size=60))
def test_bytes_that_are_no_json_are_told_as_such(body: bytes) -> None:
    assert isinstance(parse("meals/claim", body), Malformed)


@pytest.mark.parametrize(
    ("name", "body", "pointer", "said"),
    [
        ("meals/claim", spoil(CLAIM, canteen=5), "/canteen", "text"),
        ("meals/claim", spoil(CLAIM, canteen=None), "/canteen", "null"),
        ("meals/claim", spoil(CLAIM, canteen="Jinning"), "/canteen", "lower-case"),
        ("meals/claim", spoil(CLAIM, canteen="jinning-canteen\n"), "/canteen", "lower-case"),
        ("meals/claim", spoil(CLAIM, canteen="a" * 41), "/canteen", "41 characters; 40"),
        ("meals/claim", spoil(CLAIM, person="system"), "/person", "UUID"),
        ("meals/claim", spoil(CLAIM, person=CHEN.replace("4", "1")), "/person", "UUID"),
        ("meals/claim", spoil(CLAIM, charged_fen=1.0), "/charged_fen", "whole number"),
        ("meals/claim", spoil(CLAIM, charged_fen=True), "/charged_fen", "whole number"),
        ("meals/claim", spoil(CLAIM, charged_fen="600"), "/charged_fen", "whole number"),
        ("meals/claim", spoil(CLAIM, charged_fen=-1), "/charged_fen", "from 0 to 1000000000000"),
        ("meals/claim", spoil(CLAIM, charged_fen=10**12 + 1), "/charged_fen", "from 0"),
        ("meals/claim", spoil(CLAIM, charged_fen=10**40), "/charged_fen", "from 0"),
        ("meals/claim", spoil(CLAIM, served_on="2026-02-30"), "/served_on", "day that exists"),
        ("meals/claim", spoil(CLAIM, served_on="2026-3-2"), "/served_on", "day that exists"),
        ("meals/claim", spoil(CLAIM, served_on=20260302), "/served_on", "day that exists"),
        ("meals/claim", spoil(CLAIM, served_on="1899-12-31"), "/served_on", "1900 to 2100"),
        ("meals/claim", spoil(CLAIM, served_on="2101-01-01"), "/served_on", "1900 to 2100"),
        ("meals/claim", spoil(CLAIM, sitting="brunch"), "/sitting", "breakfast, lunch, dinner"),
        ("meals/claim", spoil(CLAIM, sitting=["lunch"]), "/sitting", "one of"),
        ("meals/claim", spoil(CLAIM, servd_on="x"), "/servd_on", "Did you mean served_on?"),
        ("meals/claim", spoil(CLAIM, **{"a/b~c": 1}), "/a~1b~0c", "no such field"),
        ("meals/claim", b"[]", "", "object"),
        ("meals/claim", b"{}", "/person", "missing"),
        ("shifts/schedule", spoil(SHIFT, activity=""), "/activity", "control characters"),
        ("shifts/schedule", spoil(SHIFT, activity=" 巡逻"), "/activity", "control characters"),
        ("shifts/schedule", spoil(SHIFT, activity="巡\x00逻"), "/activity", "control characters"),
        ("shifts/schedule", spoil(SHIFT, starts_at="2026-03-02T09:00:00"), "/starts_at", "offset"),
        ("shifts/schedule", spoil(SHIFT, starts_at="2026-03-02"), "/starts_at", "offset"),
        ("shifts/schedule", spoil(SHIFT, starts_at=1772413200), "/starts_at", "offset"),
        (
            "shifts/schedule",
            spoil(SHIFT, starts_at="2101-01-01T00:00:00Z"),
            "/starts_at",
            "1900 to 2100",
        ),
        ("people/register", spoil(PERSON, contact={"name": "长" * 61}), "/contact/name", "61"),
        ("people/register", spoil(PERSON, contact="陈"), "/contact", "object"),
        (
            "people/register",
            spoil(PERSON, facts=PERSON["facts"] | {"habitual": [HOME, {"community": 1}]}),
            "/facts/habitual/1/community",
            "text",
        ),
        (
            "people/register",
            spoil(PERSON, facts=PERSON["facts"] | {"habitual": [HOME] * 1001}),
            "/facts/habitual",
            "1001 items; 1000",
        ),
        (
            "people/register",
            spoil(PERSON, facts={"born_on": "1800-01-01"}),
            "/facts/born_on",
            "1900 to 2100",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    name: str, body: bytes, pointer: str, said: str
) -> None:
    found = faults_of(name, body)
    assert pointer in found
    assert said in found[pointer]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "truncated"),
        (b'{"person":', "truncated"),
        (b'{"person": NaN}', "byte"),
        (spoil(CLAIM) + b" {}", "trailing"),
        (b'{"person": "\xff"}', "UTF-8"),
        (b'{"person": "\\ud800"}', "not JSON"),
        (b"\xef\xbb\xbf{}", "byte 0"),
        (b"[" * 100_000, "nested too deeply"),
        ('{"person": "陈"}'.encode("gb18030"), "UTF-8"),
    ],
)
def test_what_is_not_json_is_unreadable(body: bytes, said: str) -> None:
    answer = parse("meals/claim", body)
    assert isinstance(answer, Malformed)
    assert answer.kind is FaultKind.unreadable
    assert said in answer.faults[0].en


def test_half_a_surrogate_pair_is_no_name() -> None:
    answer = parse("people/register", PERSON | {"contact": {"name": "\ud800"}})
    assert isinstance(answer, Malformed)


def test_every_fault_is_told_at_once_in_both_languages() -> None:
    answer = parse("meals/claim", spoil(CLAIM, person="x", canteen=5, served_on="soon"))
    assert isinstance(answer, Malformed)
    assert [fault.pointer for fault in answer.faults] == ["/person", "/canteen", "/served_on"]
    assert all(fault.zh != fault.en for fault in answer.faults)
    assert [fault.value for fault in answer.faults] == ['"x"', "5", '"soon"']


def test_of_many_faults_twenty_are_told() -> None:
    body: dict[str, object] = {f"field-{number}": "x" * 1000 for number in range(500)}
    assert len(faults_of("meals/claim", body)) == FAULTS_MOST


def test_an_unknown_command_is_told_the_nearest() -> None:
    answer = parse("meal/claim", b"{}")
    assert isinstance(answer, Malformed)
    assert answer.kind is FaultKind.unknown_command
    assert "Did you mean meals/claim?" in answer.faults[0].en


def test_of_a_key_that_stands_twice_the_last_counts() -> None:
    twice = spoil(CLAIM)[:-1] + b', "canteen": "xilian-canteen"}'
    command = parse("meals/claim", twice)
    assert isinstance(command, ClaimMeal)
    assert command.canteen == "xilian-canteen"


def test_a_line_has_a_command_and_may_have_a_key_and_a_time() -> None:
    line = {"command": "meals/claim", "key": "a/1", "data": CLAIM, "at": "2026-03-02T04:00:00Z"}
    claim = ClaimMeal(CHEN, SiteId("jinning-canteen"), date(2026, 3, 2))
    at = datetime(2026, 3, 2, 4, tzinfo=UTC)
    assert parse_line(spoil(line)) == Line(claim, "a/1", at)
    del line["key"], line["at"]
    assert parse_line(spoil(line)) == Line(claim, None, None)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"command": "meals/clam"}, "/command"),
        ({"command": 5}, "/command"),
        ({"data": CLAIM | {"canteen": 5}}, "/data/canteen"),
        ({"data": []}, "/data"),
        ({"key": "陈阿好"}, "/key"),
        ({"key": ""}, "/key"),
        ({"key": "k" * 81}, "/key"),
        ({"at": "2026-03-02T12:00:00"}, "/at"),
        ({"at": "2300-03-02T12:00:00Z"}, "/at"),
        ({"when": "now"}, "/when"),
    ],
)
def test_a_line_tells_where_it_is_wrong(change: dict[str, object], pointer: str) -> None:
    answer = parse_line(spoil({"command": "meals/claim", "data": CLAIM}, **change))
    assert isinstance(answer, Malformed)
    assert answer.faults[0].pointer == pointer


def test_every_command_has_a_schema_without_python_in_it() -> None:
    references, components = schemas()
    assert list(references) == list(VERBS)
    text = json.dumps([references, components])
    assert "\\\\Z" not in text
    claim = components["ClaimMeal"]
    assert claim["required"] == ["person", "canteen", "served_on"]
    assert claim["additionalProperties"] is False
    assert claim["properties"]["charged_fen"]["anyOf"][0]["maximum"] == 10**12
    for reference in references.values():
        assert reference["$ref"].removeprefix("#/components/schemas/") in components


def test_values_of_a_refusal_become_json() -> None:
    values = {"day": date(2026, 3, 2), "sitting": Sitting.lunch, "weekday": Weekday.monday}
    assert plain(values) == {"day": "2026-03-02", "sitting": "lunch", "weekday": 0}
    assert plain({"at": datetime(2026, 3, 2, tzinfo=UTC)}) == {"at": "2026-03-02T00:00:00Z"}
    assert plain({Code.record_must_be_within_reach.name: None})


def test_reading_lines_is_not_much_slower_than_json_alone() -> None:
    """300,000 lines a second on a quiet machine; as a ratio it does not depend on the machine."""
    line = {"command": "meals/claim", "key": "2026-03-02/0001", "data": CLAIM}
    lines = [spoil(line)] * 5_000
    ours = min(timeit.repeat(lambda: list(map(parse_line, lines)), number=1, repeat=9))
    plainly = min(timeit.repeat(lambda: list(map(json.loads, lines)), number=1, repeat=9))
    assert ours < 4 * plainly


def test_what_text_must_be_is_said_of_every_kind_that_is_more_than_text() -> None:
    plain = {BOUNDS[Title].pattern, BOUNDS[NoteText].pattern}
    for kind, bounds in BOUNDS.items():
        if bounds.pattern is not None and bounds.pattern not in plain:
            assert getattr(kind, "__name__", "") in FORMS, kind
