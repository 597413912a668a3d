"""The words that stored events choose from: `choices.json` keeps every word that ever stood there.

A sample shows one word of each list. The others are stored as well, so none may ever be taken away.
"""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TypeAlias, get_args, get_type_hints

from ledger.domain.catalogue import EVENTS

Choices: TypeAlias = dict[str, list[str]]
FILE = "choices.json"


def kept(folder: Path) -> Choices:
    """The words that were ever there, by event and field."""
    file = folder / FILE
    found: Choices = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found


def present() -> Choices:
    """The words that are there now."""
    return {
        place: sorted({str(each.value) for each in words})
        for name, event in EVENTS.items()
        for place, words in _choices(name, event)
    }


def keep_more(folder: Path) -> None:
    """Keep what is new; nothing is taken away."""
    before = kept(folder)
    after = {place: sorted({*before.get(place, ()), *words}) for place, words in present().items()}
    text = json.dumps(before | after, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def _choices(place: str, hint: Any) -> Iterator[tuple[str, type[Enum]]]:
    if isinstance(hint, type) and issubclass(hint, Enum):
        yield place, hint
    elif is_dataclass(hint):
        hints = get_type_hints(hint)
        for field in fields(hint):
            yield from _choices(f"{place} {field.name}", hints[field.name])
    else:
        for each in get_args(hint):
            yield from _choices(place, each)
