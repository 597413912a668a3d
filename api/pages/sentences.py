"""Sentences: what a rule or a finding says, filled with what it names, as people say it.

Money is in yuan, a day and a time are as a page writes them, things are called by their name where
it is known, and a code by its word. Who is meant is never told: a person keeps the beginning of
her id, but where that id is to be typed instead.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

from api import zones
from api.pages import words, words_of_offices, words_of_places
from api.pages.languages import Speech
from api.pages.words_of_bodies import BODIES
from api.pages.words_of_payers import KINDS, OF_THE_EATER, Payers
from ledger.domain import communities, funds
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.decisions import Stream
from ledger.domain.values import (
    CommunityId,
    PayerPath,
    UnitId,
    community_of,
    cooperative_of,
    fund_of,
)
from ledger.domain.words import in_chinese, in_english

Names = Mapping[str, str]
"""What communities, canteens, funds and the like are called, by their streams or their paths."""
NAMED: Final = ("community", "canteen", "site", "fund", "payee", "shift")
STREAMS: Final[Mapping[str, Callable[[str], Stream[Any]]]] = MappingProxyType(
    {name: zones.STREAMS[name] for name in NAMED} | {"to_fund": zones.STREAMS["fund"]}
)
"""Where what a sentence names is at home, by the name of the value."""
PAYER: Final = "payer"
UNIT: Final = "unit"
COOPERATIVE: Final = "cooperative"
ROLES: Final = "roles"
CODES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {"restriction": words.RESTRICTIONS, "body": BODIES, "which": words_of_places.WHICH}
)
"""Codes that are said as forms say them, by the name of the value."""
TO_BE_TYPED: Final = frozenset({"kept_as"})
"""An id that is given instead of another one, and of which the beginning is no use."""

_FEN: Final = re.compile(r"\{(\w+_fen)\}(?: 分| fen)?")
_OF_MONTH: Final = re.compile(r"\{(\w+)\} 月")
"""A month is said with its own word."""
_MONTH: Final = re.compile(r"\d{4}-\d{2}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_PERSON: Final = re.compile(r"\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")


def filled(text: str, values: Mapping[str, object], names: Names, say: Speech) -> str:
    """The sentence with its values."""
    told = {name: _said(name, value, names, say) for name, value in values.items()}
    told = in_chinese(told) if say.language == "zh" else in_english(told)
    told |= {name: say.yuan(int(str(values[name]))) for name in _FEN.findall(text)}
    told |= {
        name: _PERSON.sub(r"\1", each)
        for name, each in told.items()
        if isinstance(each, str) and name not in TO_BE_TYPED
    }
    text = _OF_MONTH.sub(r"{\1}", _FEN.sub(r"{\1}", text))
    return text.format_map(told)


def streams_of(values: Mapping[str, object]) -> Iterator[Stream[Any]]:
    """Where the things that the values name are at home."""
    for name, value in values.items():
        if name in STREAMS:
            yield STREAMS[name](str(value))
        elif name == PAYER and (fund := fund_of(PayerPath(str(value)))):
            yield funds.stream(fund)
        elif name == PAYER and (members := cooperative_of(PayerPath(str(value)))):
            yield communities.stream(community_of(members))
        elif name in (UNIT, COOPERATIVE):
            yield communities.stream(community_of(UnitId(str(value))))


def _said(  # noqa: PLR0911 - a line a kind
    name: str, value: object, names: Names, say: Speech
) -> object:
    match value:
        case datetime():
            return _moment(value, say)
        case date():
            return say.day(value)
        case Enum() if name not in CODES:
            return value.value
        case str() if _DAY.fullmatch(value):
            return say.day(date.fromisoformat(value))
        case str() if _MONTH.fullmatch(value):
            return say.month(value)
        case str():
            return _called(name, value, names, say)
        case _:
            return value


def _role(name: str, say: Speech) -> str:
    return say.said(words_of_offices.ROLES[Role(name)])


def _moment(value: datetime, say: Speech) -> str:
    """A rule tells the local time of the community; what was not told so is the town's."""
    return say.moment(value, SHANGHAI) if value.tzinfo is UTC else say.moment_there(value)


def _called(name: str, value: str, names: Names, say: Speech) -> str:
    if name in STREAMS:
        return names.get(STREAMS[name](value), value)
    if name in CODES:
        return say.said(CODES[name].get(value, value))
    if name == ROLES:
        return say.of_both("、", ", ").join(_role(each, say) for each in value.split(", "))
    if name == UNIT and "/" not in value:
        return names.get(communities.stream(CommunityId(value)), value)
    if name == PAYER and ("/" in value or value in KINDS or value == OF_THE_EATER):
        fund = fund_of(PayerPath(value))
        known = names.get(funds.stream(fund) if fund else value)
        return known or Payers({}, say).bearing(PayerPath(value))
    return names.get(value, value) if name in (UNIT, COOPERATIVE) else value
