"""What was stored once decodes for ever, to what it meant then."""

import json
from base64 import b64decode
from pathlib import Path

import pytest

from ledger.domain.catalogue import EVENTS
from ledger.domain.person_records import DeathRecorded
from ledger.store.codec import UPCASTS, decode, decode_event, encode
from tests.store import samples
from tests.store.samples import FOLDER, choices
from tests.store.samples.examples import NOON


def state_of(name: str) -> bytes:
    return (FOLDER / f"{name}.json").read_bytes()


def meaning_of(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_every_event_has_a_sample() -> None:
    missing = sorted(EVENTS.keys() - set(samples.names()))
    assert not missing, "run: python -m tests.store.samples"


def test_no_event_has_left_the_catalogue_without_an_upcast() -> None:
    assert set(samples.names()) <= EVENTS.keys() | UPCASTS.keys()


@pytest.mark.parametrize("name", samples.names())
def test_a_sample_means_for_ever_what_it_meant(name: str) -> None:
    """A later version may tell more of a retired event, and takes back nothing."""
    told = samples.shown(decode_event(name, state_of(name))).splitlines()
    meant = meaning_of(name).splitlines()
    assert [line for line in told if name in EVENTS or line in meant] == meant


@pytest.mark.parametrize("name", sorted(EVENTS.keys() & set(samples.names())))
def test_an_event_is_stored_for_ever_in_the_same_bytes(name: str) -> None:
    state = state_of(name)
    back = decode(1, NOON, "person-1", 1, name, state)
    assert state == encode(
        back.event,
        actor=back.actor,
        command=back.command,
        decided_at=back.decided_at,
        nonce=b64decode(json.loads(state)["nonce"]),
    )


@pytest.mark.parametrize("place", choices.kept(FOLDER))
def test_a_word_that_was_stored_once_is_understood_for_ever(place: str) -> None:
    if place.partition(" ")[0] in EVENTS:
        assert set(choices.kept(FOLDER)[place]) <= set(choices.present().get(place, ()))


def test_every_word_that_may_be_stored_is_kept() -> None:
    kept = choices.kept(FOLDER)
    new = {
        place for place, words in choices.present().items() if set(words) - set(kept.get(place, ()))
    }
    assert not new, "run: python -m tests.store.samples"


def test_a_word_once_kept_is_never_taken_away(tmp_path: Path) -> None:
    (tmp_path / choices.FILE).write_text('{"ledger-created.v1 kind": ["carnival"]}')
    choices.keep_more(tmp_path)
    kept = choices.kept(tmp_path)
    assert kept["ledger-created.v1 kind"] == ["carnival", "demo", "live", "test"]
    assert kept.keys() == choices.present().keys()


def test_a_sample_is_never_overwritten(tmp_path: Path) -> None:
    assert samples.write_missing(tmp_path) == list(EVENTS)
    kept = tmp_path / "death-recorded.v1.json"
    kept.write_bytes(b"as it was")
    (tmp_path / "meal-claimed.v2.json").unlink()
    assert samples.write_missing(tmp_path) == ["meal-claimed.v2"]
    assert samples.write_missing(tmp_path) == []
    assert kept.read_bytes() == b"as it was"


def test_a_meaning_names_values_and_no_class() -> None:
    event = decode_event("death-recorded.v1", state_of("death-recorded.v1"))
    assert isinstance(event, DeathRecorded)
    assert samples.shown(event) == (
        f"person = '{event.person}'\ndied_on = day 2026-02-17\noccurred_on = day 2026-03-02\n"
    )
