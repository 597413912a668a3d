"""Resolutions: the register of what was decided, one resolution with what cites it, and by policy.

Each question is answered as known at a position.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from psycopg import Connection

from ledger.domain.councils import Body
from ledger.domain.resolution_records import (
    PaymentAllowed,
    PurposeChangeAllowed,
    RevocationReason,
    SubsidyAllowed,
    Votes,
)
from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    Count,
    Fen,
    FundId,
    MeetingId,
    PayerPath,
    ResolutionId,
    Sha256,
    SiteId,
    Slug,
)
from ledger.projections.asking import PAGE_MOST, ask, ask_one, seen
from ledger.projections.resolution_records import RequestKind
from ledger.projections.view import NOW, View


class Standing(StrEnum):
    """Whether anything new may be decided under a resolution."""

    in_force = "in_force"
    revoked = "revoked"


@dataclass(frozen=True, slots=True)
class Resolution:
    """A resolution as it was recorded, and whether it still holds."""

    resolution: ResolutionId
    position: int
    community: CommunityId
    body: Body
    cooperative: CooperativeId | None
    meeting: MeetingId | None
    discussed_on: date | None
    decided_on: date
    votes: Votes
    document: Sha256
    subsidies: tuple[SubsidyAllowed, ...]
    payments: tuple[PaymentAllowed, ...]
    purpose_changes: tuple[PurposeChangeAllowed, ...]
    covenant: bool
    standing: Standing
    revoked_on: date | None
    reason: RevocationReason | None

    @property
    def key(self) -> tuple[date, ResolutionId]:
        """What a page goes on after."""
        return self.decided_on, self.resolution


@dataclass(frozen=True, slots=True)
class Citation:
    """A version of a policy that cites a resolution for one of its payers, and who decided that.

    `position` is where the version was published; `starts_from` the earliest start it was allowed.
    """

    site: SiteId
    version: Count
    payer: PayerPath
    resolution: ResolutionId
    valid_from: date
    starts_from: date | None
    position: int
    body: Body
    cooperative: CooperativeId | None
    discussed_on: date | None
    decided_on: date
    votes: Votes
    document: Sha256
    standing: Standing
    revoked_on: date | None
    reason: RevocationReason | None


@dataclass(frozen=True, slots=True)
class Request:
    """Money of a fund that was asked for under a resolution, whatever became of it.

    `number` is that of the disbursement or the change of purpose, `other` the payee or the fund.
    """

    kind: RequestKind
    fund: FundId
    number: Count
    other: Slug
    amount_fen: Fen
    requested_on: date
    position: int


_WHETHER: Final = "CASE WHEN revoked_on IS NULL THEN 'in_force' ELSE 'revoked' END AS standing"
_STANDING: Final = """
SELECT resolution.*, {whether}, revoked_on, reason
FROM resolutions.resolutions AS resolution
LEFT JOIN resolutions.revocations AS revocation
    ON revocation.resolution = resolution.resolution AND revocation.position <= %(known)s
WHERE resolution.position <= %(known)s
""".replace("{whether}", _WHETHER)
REGISTER: Final = (
    _STANDING
    + """
  AND (%(community)s::text IS NULL OR community = %(community)s)
  AND (%(body)s::text IS NULL OR body = %(body)s)
  AND (%(standing)s::text IS NULL OR (revoked_on IS NULL) = (%(standing)s = 'in_force'))
  AND (decided_on, resolution.resolution) < (%(before)s, %(below)s)
ORDER BY decided_on DESC, resolution.resolution DESC LIMIT %(limit)s
"""
)
ONE: Final = _STANDING + "  AND resolution.resolution = %(resolution)s"
_CITED: Final = """
SELECT site, version, payer, citation.resolution, valid_from, starts_from, citation.position,
       body, cooperative, discussed_on, decided_on, votes, document, {whether}, revoked_on, reason
FROM resolutions.citations AS citation
JOIN resolutions.resolutions AS resolution USING (resolution)
LEFT JOIN resolutions.revocations AS revocation
    ON revocation.resolution = citation.resolution AND revocation.position <= %(known)s
WHERE citation.position <= %(known)s
""".replace("{whether}", _WHETHER)
CITING: Final = (
    _CITED
    + """
  AND citation.resolution = %(resolution)s ORDER BY citation.position, payer
"""
)
REQUESTED: Final = """
SELECT kind, fund, number, other, amount_fen, requested_on, position FROM resolutions.requests
WHERE resolution = %(resolution)s AND position <= %(known)s ORDER BY position
"""
CITED_BY: Final = _CITED + "  AND site = %(site)s ORDER BY version, payer"


def register(
    connection: Connection[Any],
    community: CommunityId | None = None,
    body: Body | None = None,
    standing: Standing | None = None,
    view: View = NOW,
    *,
    limit: int = PAGE_MOST,
    after: tuple[date, ResolutionId] | None = None,
) -> tuple[Resolution, ...]:
    """The resolutions of a community and a body, or of all, the latest decision first."""
    before, below = after or (date.max, "~")  # a tilde lies behind every id
    return ask(
        connection,
        Resolution,
        REGISTER,
        community=community,
        body=body,
        standing=standing,
        before=before,
        below=below,
        limit=limit,
        **seen(view),
    )


def resolution(
    connection: Connection[Any], name: ResolutionId, view: View = NOW
) -> Resolution | None:
    """One resolution; None where none of that name is known."""
    return ask_one(connection, Resolution, ONE, resolution=name, **seen(view))


def citing(
    connection: Connection[Any], name: ResolutionId, view: View = NOW
) -> tuple[Citation, ...]:
    """The policies that cite the resolution, in the order of their publication."""
    return ask(connection, Citation, CITING, resolution=name, **seen(view))


def requested(
    connection: Connection[Any], name: ResolutionId, view: View = NOW
) -> tuple[Request, ...]:
    """What was asked for under the resolution, in the order of the requests."""
    return ask(connection, Request, REQUESTED, resolution=name, **seen(view))


def cited_by(connection: Connection[Any], site: SiteId, view: View = NOW) -> tuple[Citation, ...]:
    """What the versions of a canteen's policy cite, version by version."""
    return ask(connection, Citation, CITED_BY, site=site, **seen(view))
