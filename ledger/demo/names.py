"""Ids of a case as ids of a ledger.

A short id becomes itself in lower case; anything else gets a few characters of its SHA-256. A
person's id is made of the row's id in the same way, in the form of a random UUID. Only a demo may
do that: a real person's id is random, so that nobody can tell it from her name.
"""

import re
from hashlib import sha256
from typing import Final
from uuid import UUID

from ledger.domain.settlement_records import PURPOSE
from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    FundId,
    PersonId,
    ResolutionId,
    ShiftId,
    SiteId,
    Slug,
    Title,
    UnitId,
)

LENGTH: Final = 40
TITLE_LENGTH: Final = 60
EXAMPLE: Final = "(例)"


def slug(text: str, length: int = LENGTH) -> Slug:
    """A short lower-case name for any text; other texts have other names."""
    short = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    if short == text.lower() and len(short) <= length:
        return Slug(short)
    mark = sha256(text.encode()).hexdigest()[:8]
    return Slug(f"{short[: length - 9].strip('-')}-{mark}".strip("-"))


def title(text: str, instead: str) -> Title:
    """A public name, cut to what a name may have."""
    printable = "".join(letter for letter in text if letter.isprintable()).strip()
    return Title(printable[:TITLE_LENGTH].strip() or instead)


def example(text: str) -> Title:
    """How an invented person is called: what the case calls her, and that it is an example."""
    return Title(f"{title(text, '')[: TITLE_LENGTH - len(EXAMPLE)]}{EXAMPLE}")


def person(row: str) -> PersonId:
    """The id of a person of a case, the same in every run."""
    digest = sha256(f"demo person {row}".encode()).digest()
    return PersonId(str(UUID(bytes=digest[:16], version=4)))


def community(row: str) -> CommunityId:
    return CommunityId(slug(row, 20))


def cooperative(home: str, row: str) -> CooperativeId:
    return CooperativeId(f"{community(home)}/{slug(row)}")


def unit(home: str) -> UnitId:
    """The volunteers' association of a community, which organises all shifts of a case."""
    return UnitId(f"{community(home)}/mutual-aid")


def canteen(home: str) -> SiteId:
    """The one canteen that the format gives a community."""
    return SiteId(f"{community(home)}-canteen")


def shift(row: str, copy: int) -> ShiftId:
    """A shift, or a copy of it for a second record of the same volunteer (see `happenings`)."""
    return ShiftId(slug(row, 34) if copy == 0 else f"{slug(row, 34)}-x{copy}")


def restriction(text: str) -> Slug:
    """`RESTRICTED:YOUTH` is the purpose `youth`; that of canteens is what policies pay from."""
    purpose = text.removeprefix("RESTRICTED:")
    return PURPOSE if purpose == "CANTEEN" else slug(purpose, 18)


def fund(home: str, purpose: str) -> FundId:
    return FundId(f"{community(home)}-{restriction(purpose)}")


def resolutions(home: str, text: str) -> tuple[ResolutionId, ResolutionId]:
    """That of the community and that of the cooperatives' members, which a case joins by a plus."""
    agreed, _, of_members = text.partition("+")
    of_members = of_members or f"{agreed} members"
    return ResolutionId(slug(f"{home} {agreed}")), ResolutionId(slug(f"{home} {of_members}"))
