"""Places: the path under which something can be read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.deciding.answers import Written

PATHS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "shift": "/v1/shifts/{}",
        "fund": "/v1/funds/{}",
        "policy": "/v1/policies/{}",
        "resolution": "/v1/resolutions/{}",
        "service": "/v1/persons/{}/statement",
        "credit": "/v1/persons/{}/credit",
    }
)
"""Where a stream can be read, by its kind; what has no place of its own is in its trail."""


def location(written: Written) -> str:
    """The path under which what a command did can be read."""
    kind, _, name = written.stream.partition("-")
    if kind == "meals":
        return f"/v1/canteens/{written.event.canteen}/days/{written.event.occurred_on}"
    path = PATHS.get(kind, f"/v1/trail/stream/{written.stream}")
    return path.format(name)
