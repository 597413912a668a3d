"""A frozen sample of every stored event: whatever changes in the code, it decodes to this.

`NAME.json` holds the stored bytes, `NAME.txt` what they mean, one value a line. After adding an
event to the catalogue:

    python -m tests.store.samples

writes samples for events that have none, and keeps new words of lists in `choices.json`. It never
overwrites: a sample that no longer fits its event means that what communities have stored no longer
fits either. Give the event a new version and upcast the old one.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from hashlib import sha256
from pathlib import Path

from ledger.domain.catalogue import EVENTS
from ledger.store.codec import NONCE_BYTES, decode_event, encode
from tests.store.samples.examples import CLERK, NOON, example

FOLDER = Path(__file__).parent


def names(folder: Path = FOLDER) -> list[str]:
    """The events that have a sample, retired ones included."""
    return sorted(path.stem for path in folder.glob("*.v*.json"))


def write_missing(folder: Path = FOLDER) -> list[str]:
    """Write a sample for each event that has none; their names."""
    missing = [name for name in EVENTS if not (folder / f"{name}.json").exists()]
    for name in missing:
        state = sample(name)
        meaning = shown(decode_event(name, state))
        (folder / f"{name}.json").write_bytes(state)
        (folder / f"{name}.txt").write_text(meaning, encoding="utf-8")
    return missing


def sample(name: str) -> bytes:
    """The stored bytes of an example of the event."""
    nonce = sha256(name.encode()).digest()[:NONCE_BYTES]
    event = example(EVENTS[name])
    return encode(event, actor=CLERK, command=f"sample-{name}", decided_at=NOON, nonce=nonce)


def shown(event: object) -> str:
    """Every value of the event with its kind; no class is named, because a class may be renamed."""
    return "".join(f"{line}\n" for line in _lines("", event))


def _lines(place: str, value: object) -> Iterator[str]:
    if is_dataclass(value):
        for field in fields(value):
            yield from _lines(f"{place}.{field.name}".strip("."), getattr(value, field.name))
    elif isinstance(value, tuple) and value:
        for number, each in enumerate(value):
            yield from _lines(f"{place}.{number}", each)
    else:
        yield f"{place} = {_leaf(value)}"


def _leaf(value: object) -> str:
    match value:
        case Enum():
            return f"<{value.value}>"
        case datetime():
            return f"moment {value.isoformat()}"
        case date():
            return f"day {value.isoformat()}"
        case _:
            return repr(value)
