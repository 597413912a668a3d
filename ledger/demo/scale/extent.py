"""How large a town or a district is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Scale(StrEnum):
    """How much is invented."""

    town = "town"
    district = "district"


@dataclass(frozen=True, slots=True)
class Extent:
    """How many communities and people; of the residents these elders and volunteers are registered.

    `last_day` cuts the year short, for a look or a test: its number, from 1.
    """

    communities: int
    residents: int
    elders: int
    volunteers: int
    last_day: int = 365


EXTENTS: Final[dict[Scale, Extent]] = {
    Scale.town: Extent(30, 200_000, 24_000, 8_000),
    Scale.district: Extent(300, 2_000_000, 240_000, 80_000),
}
