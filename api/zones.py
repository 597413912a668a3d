"""Zones: where the days of a question end.

A question about one community, or a canteen, fund, payee, person, shift or account of one, is
about its own days. One about several is about Shanghai's, as the town counts them.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from starlette.requests import Request

from ledger.domain import (
    certificates,
    communities,
    funds,
    notices,
    payees,
    people,
    resolutions,
    shifts,
    sites,
)
from ledger.domain.decisions import Stream
from ledger.domain.values import (
    CertificateId,
    CommunityId,
    FundId,
    NoticeId,
    PersonId,
    ResolutionId,
    ShiftId,
    SiteId,
    Slug,
)
from ledger.projections.places import community_of
from ledger.projections.reading import homes, state_at
from ledger.projections.view import position_known

STREAMS: Final[Mapping[str, Callable[[str], Stream[Any]]]] = {
    "community": lambda name: communities.stream(CommunityId(name)),
    "canteen": lambda name: sites.stream(SiteId(name)),
    "site": lambda name: sites.stream(SiteId(name)),
    "fund": lambda name: funds.stream(FundId(name)),
    "payee": lambda name: payees.stream(Slug(name)),
    "person": lambda name: people.stream(PersonId(name)),
    "shift": lambda name: shifts.stream(ShiftId(name)),
    "resolution": lambda name: resolutions.stream(ResolutionId(name)),
    "notice": lambda name: notices.stream(NoticeId(name)),
    "certificate": lambda name: certificates.stream(CertificateId(name)),
    "stream": Stream,
}
"""What a question may name, and the stream that says of which community it is."""


def position_asked(
    connection: Any,  # noqa: ANN401 - a connection, which the api does not know
    request: Request,
    known_at: int | date | datetime,
    folded: int,
) -> int:
    """The last position known at a time or at the end of a day where the question is about."""
    if isinstance(known_at, date) and not isinstance(known_at, datetime):
        place = _place(connection, request)
        if place is not None:
            community = state_at(connection, communities.stream(place), folded)
            return position_known(connection, known_at, community.time_zone)
    return position_known(connection, known_at)


def _place(connection: Any, request: Request) -> CommunityId | None:  # noqa: ANN401 - as above
    """The one community that the question is about."""
    named = {**request.path_params, **request.query_params}
    if "account" in named and "community" not in named:
        return community_of(connection, named["account"])
    if "kind" in named:  # of a trail
        named[named["kind"]] = named["subject"]
    for name, stream in STREAMS.items():
        if name in named:
            asked = stream(named[name])
            return homes(connection, {asked}).get(asked)
    return None
