"""Events as bytes: one form for ever, integers only, and every event comes back as it was."""

import json
from base64 import b64decode
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.book import LedgerCreated, LedgerKind
from ledger.domain.catalogue import EVENTS
from ledger.domain.community_records import CommunityRegistered
from ledger.domain.meals import ClaimMeal
from ledger.domain.shift_records import CheckedIn, CheckedOut, EvidenceGrade
from ledger.domain.values import SYSTEM, CommunityId, PersonId, SiteId, Title, ZoneName
from ledger.store import codec
from ledger.store.codec import (
    NONCE_BYTES,
    STATE_BYTES_MOST,
    EventTooLarge,
    UnknownEvent,
    decode,
    decode_event,
    encode,
    entry,
)
from tests.builders import found, open_ledger
from tests.store import samples
from tests.store.appends import everything
from tests.store.event_values import MOMENTS, events, values
from tests.store.samples import FOLDER

CLERK = PersonId("3a0e2f6c-5b1d-4c7e-9a84-0d6f1b2c3e4f")
NONCE = bytes(range(16))
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
RECORDED = datetime(2026, 3, 2, 4, 0, 0, 120, tzinfo=UTC)
REGISTERED = CommunityRegistered(
    CommunityId("xianhu"),
    Title("仙湖社区"),
    Title("丹灶镇"),
    ZoneName("Asia/Shanghai"),
    NOON.date(),
)
STATE = (
    '{"actor":"3a0e2f6c-5b1d-4c7e-9a84-0d6f1b2c3e4f","command":"import-7","data":'
    '{"community":"xianhu","name":"仙湖社区","occurred_on":"2026-03-02","time_zone":"Asia/Shanghai",'
    '"town":"丹灶镇"},"decided_at":"2026-03-02T04:00:00Z","nonce":"AAECAwQFBgcICQoLDA0ODw=="}'
).encode()


def encoded(event: object, decided_at: datetime = NOON) -> bytes:
    return encode(event, actor=CLERK, command="import-7", decided_at=decided_at, nonce=NONCE)


# -- frozen forms ------------------------------------------------------------------------------


def test_stored_bytes_are_frozen() -> None:
    assert encoded(REGISTERED) == STATE
    assert decode_event("community-registered.v1", STATE) == REGISTERED


def test_an_entry_of_the_log_is_frozen() -> None:
    stream, name = "community-xianhu", "community-registered.v1"
    assert entry(41, RECORDED, stream, 1, name, STATE) == (
        b'{"position":41,"recorded_at":"2026-03-02T04:00:00.000120Z","state":' + STATE
        + b',"stream":"community-xianhu","type":"community-registered.v1","version":1}'
    )  # fmt: skip


def test_the_state_stands_in_its_entry_byte_for_byte() -> None:
    """Also what is not JSON, or JSON of another form: it is what was stored that is proved."""
    for state in (b'{ "b" : 1.50, "a":"\\u00e9" }', b"%s %d %%", b"\xff\x00\n", b""):
        found = entry(1, RECORDED, "person-1", 2, "noted.v1", state)
        assert found == (
            b'{"position":1,"recorded_at":"2026-03-02T04:00:00.000120Z","state":' + state
            + b',"stream":"person-1","type":"noted.v1","version":2}'
        )  # fmt: skip


@pytest.mark.parametrize(
    ("recorded_at", "written"),
    [
        (datetime(2026, 3, 2, 4, tzinfo=UTC), "2026-03-02T04:00:00.000000Z"),
        (datetime(2026, 3, 2, 4, 0, 0, 1, tzinfo=UTC), "2026-03-02T04:00:00.000001Z"),
        (datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "2026-12-31T23:59:59.999999Z"),
        (
            datetime(2026, 3, 2, 0, 30, tzinfo=timezone(timedelta(hours=8))),
            "2026-03-01T16:30:00.000000Z",
        ),
    ],
)
def test_the_recorded_time_is_utc_with_six_digits(recorded_at: datetime, written: str) -> None:
    found = json.loads(entry(1, recorded_at, "person-1", 1, "noted.v1", b"{}"))
    assert found["recorded_at"] == written


def test_an_entry_is_json_that_any_writer_gives_the_same_bytes() -> None:
    state = encoded(LedgerCreated(LedgerKind.live, NOON.date()))
    found = entry(1, RECORDED, "ledger", 1, "ledger-created.v1", state)
    again = json.dumps(json.loads(found), separators=(",", ":"), sort_keys=True)
    assert again.encode() == found


# -- every event -------------------------------------------------------------------------------


def test_no_event_has_room_for_a_float_or_for_anything_unsaid() -> None:
    """The strategy refuses a type that is not listed: no float, no Any, no dict, no list."""
    for event in EVENTS.values():
        events(event).validate()


@pytest.mark.parametrize("hint", [float, Any, dict[str, int], list[int], set[int], bytes, object])
def test_a_type_that_does_not_belong_into_an_event_is_noticed(hint: object) -> None:
    with pytest.raises(TypeError, match="no business in an event"):
        values(hint).validate()


@pytest.mark.parametrize("name", EVENTS)
@settings(max_examples=15)
@given(data=st.data())
def test_every_event_comes_back_as_it_was(name: str, data: st.DataObject) -> None:
    event = data.draw(events(EVENTS[name]))
    decided_at = data.draw(MOMENTS)
    state = encoded(event, decided_at=decided_at)
    back = decode(7, RECORDED, "person-1", 3, name, state)
    assert back.event == event
    assert type(back.event) is type(event)
    assert (back.actor, back.command, back.decided_at) == (CLERK, "import-7", decided_at)
    assert (back.position, back.recorded_at, back.stream, back.version, back.name) == (
        7, RECORDED, "person-1", 3, name,
    )  # fmt: skip
    assert encoded(back.event, decided_at=decided_at) == state
    assert decode_event(name, state) == event
    assert_one_form(state)


def assert_one_form(state: bytes) -> None:
    """Keys sorted and ASCII, no number but integers, no space; the same as any other writer's."""

    def no_float(text: str) -> object:
        raise AssertionError(text)

    def sorted_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
        keys = [key for key, _ in pairs]
        assert keys == sorted(set(keys))
        assert all(key.isascii() for key in keys)
        return dict(pairs)

    read = json.loads(
        state, parse_float=no_float, parse_constant=no_float, object_pairs_hook=sorted_object
    )
    assert list(read) == ["actor", "command", "data", "decided_at", "nonce"]
    written = json.dumps(read, separators=(",", ":"), ensure_ascii=False)
    assert written.encode() == state or "\\" in written or "\x7f" in written


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_text_of_any_script_comes_back(name: str, town: str) -> None:
    event = CommunityRegistered(
        CommunityId("xianhu"), Title(name), Title(town), ZoneName("UTC"), NOON.date()
    )
    assert decode_event("community-registered.v1", encoded(event)) == event


def test_a_moment_on_a_wall_clock_comes_back_as_the_same_moment() -> None:
    wall = datetime(2026, 3, 2, 12, 0, tzinfo=timezone(timedelta(hours=8)))
    state = encoded(REGISTERED, decided_at=wall)
    assert decode(1, RECORDED, "x", 1, "community-registered.v1", state).decided_at == NOON


def test_a_consequence_is_the_systems() -> None:
    state = encode(REGISTERED, actor=SYSTEM, command="late", decided_at=NOON, nonce=NONCE)
    assert decode(1, RECORDED, "x", 1, "community-registered.v1", state).actor == "system"


def test_the_engine_draws_another_nonce_for_every_event(database: str) -> None:
    """Without one the hash of an entry is reversed by guessing."""
    with open_ledger(database) as ledger:
        found(ledger, people=3)
        states = [json.loads(state) for *_, state in everything(ledger.recorder)]
    nonces = [b64decode(state["nonce"], validate=True) for state in states]
    assert len(nonces) > 10
    assert len(set(nonces)) == len(nonces)
    assert {len(nonce) for nonce in nonces} == {NONCE_BYTES}


# -- too large, unknown, damaged ---------------------------------------------------------------


def test_an_event_over_60_000_bytes_is_refused() -> None:
    def titled(length: int) -> CommunityRegistered:
        return CommunityRegistered(
            CommunityId("xianhu"), Title("x" * length), Title("y"), ZoneName("UTC"), NOON.date()
        )

    room = STATE_BYTES_MOST - len(encoded(titled(0)))
    assert len(encoded(titled(room))) == STATE_BYTES_MOST == 60_000
    with pytest.raises(EventTooLarge, match="CommunityRegistered takes 60001 bytes, 60000 at most"):
        encoded(titled(room + 1))


@pytest.mark.parametrize("name", ["flight-booked.v1", "community-registered.v2", "", "Community"])
def test_an_event_of_a_newer_version_is_named(name: str) -> None:
    with pytest.raises(UnknownEvent, match=f"{name}.*use a newer version"):
        decode_event(name, STATE)


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"{}",
        STATE[:-1],
        STATE.replace(b'"xianhu"', b"7"),
        STATE.replace(b'"2026-03-02"', b'"2026-02-30"'),
        STATE.replace(b'"name"', b'"nome"'),
        STATE.replace("仙".encode(), b"\xff"),
    ],
)
def test_damaged_bytes_are_an_error_and_never_another_event(state: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)):
        decode_event("community-registered.v1", state)


# -- upcasting ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("moved-between-funds.v1", "moved_by"),
        ("payment-imported.v1", "imported_by"),
        ("credit-transferred.v1", "entered_by"),
        ("credit-redeemed.v1", "entered_by"),
        ("credit-donated.v1", "entered_by"),
    ],
)
def test_who_entered_it_is_told_by_the_envelope_of_an_old_event(name: str, field: str) -> None:
    state = (samples.FOLDER / f"{name}.json").read_bytes()
    event = decode_event(name, state)
    assert getattr(event, field) == json.loads(state)["actor"]


@pytest.mark.parametrize("name", ["checked-in.v1", "checked-out.v1"])
def test_whoever_checked_before_sites_showed_codes_is_believed_as_before(name: str) -> None:
    event = decode_event(name, (samples.FOLDER / f"{name}.json").read_bytes())
    assert isinstance(event, CheckedIn | CheckedOut)
    assert event.grade is EvidenceGrade.checked


@dataclass(frozen=True, slots=True)
class Counted:
    """An event in its third version: split into days, in minutes."""

    days: tuple[date, ...]
    counted_minutes: int


@pytest.fixture
def third_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours became minutes, then one day became several."""

    def to_minutes(data: dict[str, Any], _: PersonId) -> tuple[str, dict[str, Any]]:
        return "counted.v2", {"day": data["day"], "counted_minutes": data["hours"] * 60}

    def to_days(data: dict[str, Any], _: PersonId) -> tuple[str, dict[str, Any]]:
        days = [data["day"]]
        return "counted.v3", {"days": days, "counted_minutes": data["counted_minutes"]}

    monkeypatch.setattr(codec, "EVENTS", {**EVENTS, "counted.v3": Counted})
    monkeypatch.setitem(codec.UPCASTS, "counted.v1", to_minutes)
    monkeypatch.setitem(codec.UPCASTS, "counted.v2", to_days)


def stored(data: str) -> bytes:
    return (
        f'{{"actor":"system","command":"old","data":{data},'
        '"decided_at":"2024-01-01T00:00:00Z","nonce":""}'
    ).encode()


@pytest.mark.usefixtures("third_version")
def test_an_event_of_two_versions_ago_is_brought_up_to_its_present_class() -> None:
    today = Counted((date(2024, 1, 1),), 120)
    first = stored('{"day":"2024-01-01","hours":2}')
    assert decode_event("counted.v1", first) == today
    assert decode_event("counted.v2", stored('{"counted_minutes":120,"day":"2024-01-01"}')) == today


@pytest.mark.usefixtures("third_version")
def test_its_entry_and_its_name_stay_what_they_were() -> None:
    first = stored('{"day":"2024-01-01","hours":2}')
    back = decode(1, RECORDED, "person-1", 1, "counted.v1", first)
    assert (back.name, back.command) == ("counted.v1", "old")
    assert first in entry(1, RECORDED, "person-1", 1, "counted.v1", first)


@pytest.mark.usefixtures("third_version")
def test_what_is_brought_up_is_checked_like_what_is_read() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode_event("counted.v1", stored('{"day":"yesterday","hours":2}'))


def test_an_upcast_that_leads_nowhere_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(codec.UPCASTS, "counted.v1", lambda data, _: ("counted.v9", data))
    with pytest.raises(UnknownEvent, match=r"counted\.v9"):
        decode_event("counted.v1", stored("{}"))


@pytest.mark.parametrize(("actor", "decided_by"), [(CLERK, (CLERK,)), (SYSTEM, ())])
@pytest.mark.parametrize(
    "name",
    [
        *("service-credited", "service-held", "service-refused", "service-reversed"),
        *("opening-minutes-imported", "star-granted"),
    ],
)
def test_who_decided_about_service_was_once_said_by_the_envelope_alone(
    name: str, actor: PersonId, decided_by: tuple[PersonId, ...]
) -> None:
    sample = (FOLDER / f"{name}.v1.json").read_bytes()
    event: Any = decode_event(f"{name}.v1", sample.replace(CLERK.encode(), actor.encode()))
    assert event.decided_by == decided_by
    assert getattr(event, "late", None) is None


def test_rules_from_before_objections_had_one_give_fifteen_days_for_ever() -> None:
    name = "service-rules-set.v1"
    event: Any = decode_event(name, (FOLDER / f"{name}.json").read_bytes())
    assert event.rules.objection_days == 15


def test_a_unit_from_before_its_kind_was_asked_is_some_other_one() -> None:
    event: Any = decode_event(
        "unit-registered.v1", (FOLDER / "unit-registered.v1.json").read_bytes()
    )
    assert (event.kind, event.belongs_to) == ("other", None)


def test_every_upcast_of_the_ledger_leads_to_a_present_event() -> None:
    assert codec.UPCASTS.keys().isdisjoint(EVENTS)


def test_a_request_without_the_later_field_has_the_form_of_before() -> None:
    """By it a claim that is sent again is known, and the row of a sheet that was read before."""
    claim = ClaimMeal(CLERK, SiteId("xilian-canteen"), date(2026, 3, 2))
    assert codec.canonical(claim) == (
        b'{"canteen":"xilian-canteen","charged_fen":null,'
        b'"person":"3a0e2f6c-5b1d-4c7e-9a84-0d6f1b2c3e4f",'
        b'"served_on":"2026-03-02","sitting":"lunch"}'
    )
    asked_for = codec.canonical(replace(claim, at_full_price=True))
    assert asked_for.startswith(b'{"at_full_price":true,"canteen"')
