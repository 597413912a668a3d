"""Places: the path under which something can be read."""

from collections.abc import Mapping
from typing import Final

from ledger.deciding.answers import Written

OWN_PLACE: Final[Mapping[str, str]] = {
    "shift": "/v1/shifts/",
    "fund": "/v1/funds/",
    "policy": "/v1/policies/",
    "resolution": "/v1/resolutions/",
}
"""Where a stream is shown under its own name, by its kind."""


def location(written: Written) -> str:
    """The path under which what a command did can be read."""
    kind, _, name = written.stream.partition("-")
    if kind in OWN_PLACE:
        return OWN_PLACE[kind] + name
    match kind:
        case "service":
            return f"/v1/persons/{name}/statement"
        case "meals":
            day = f"{written.event.occurred_on}"
            return f"/v1/canteens/{written.event.canteen}/days/{day}"
        case _:
            return f"/v1/trail/stream/{written.stream}"
