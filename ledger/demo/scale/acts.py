"""An act: what somebody does at a moment, and what the rules are to answer."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from psycopg import Connection

from ledger.domain.authority import Authority, Role
from ledger.domain.refusals import Code
from ledger.domain.values import PersonId


class Kind(StrEnum):
    """What is tried, of DOMAIN §8; `usual` is nobody's misuse."""

    usual = "usual"
    overlapping_shifts = "overlapping_shifts"
    split_day = "split_day"
    self_confirmation = "self_confirmation"
    second_lunch = "second_lunch"
    dead_card = "dead_card"
    old_rate = "old_rate"
    retroactive_rate = "retroactive_rate"
    split_purchase = "split_purchase"
    settled_twice = "settled_twice"
    paid_more_than_owed = "paid_more_than_owed"
    paid_more_than_approved = "paid_more_than_approved"
    requester_approves = "requester_approves"
    restricted_gift = "restricted_gift"
    uncovered_settlement = "uncovered_settlement"
    imported_twice = "imported_twice"
    reopened_alone = "reopened_alone"


class Act(NamedTuple):
    """A command that somebody gives at a moment.

    `refused` is the code of the refusal that it must meet; None if it must be accepted. `key`
    names it where it is sent twice.
    """

    at: datetime
    actor: PersonId
    command: object
    kind: Kind = Kind.usual
    refused: Code | None = None
    key: str | None = None


class Question(ABC):
    """An act whose commands are made when its turn comes, from what the registers say then."""

    @abstractmethod
    def commands(self, connection: Connection[Any]) -> Iterator[object]:
        """The commands."""


def authority(actor: PersonId) -> Authority:
    """Whoever acts here may do everything: what is tried is tried against rules, not offices."""
    return Authority.alike(actor, Role, None)
