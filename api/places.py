"""Places: the path under which something can be read, and the community that an account is in."""

from collections.abc import Iterable
from typing import Any

from ledger.deciding.answers import Written
from ledger.domain import funds, people, sites
from ledger.domain.decisions import Stream
from ledger.domain.values import CommunityId, FundId, PersonId, SiteId
from ledger.projections.reading import homes


def location(written: Written) -> str:
    """The path under which what a command did can be read."""
    kind, _, name = written.stream.partition("-")
    match kind:
        case "shift":
            return f"/v1/shifts/{name}"
        case "fund":
            return f"/v1/funds/{name}"
        case "policy":
            return f"/v1/policies/{name}"
        case "service":
            return f"/v1/persons/{name}/statement"
        case "meals":
            day = f"{written.event.occurred_on}"
            return f"/v1/canteens/{written.event.canteen}/days/{day}"
        case _:
            return f"/v1/trail/stream/{written.stream}"


def communities_of(
    connection: Any,  # noqa: ANN401 - a connection, which the api does not know
    accounts: Iterable[str],
) -> dict[str, CommunityId | None]:
    """The community of each account; None for one that belongs to nobody here."""
    places = {account: _place(account.split("/")) for account in accounts}
    streams = {place for place in places.values() if isinstance(place, Stream)}
    found = homes(connection, streams)
    return {
        account: found.get(place) if isinstance(place, Stream) else place
        for account, place in places.items()
    }


def _place(parts: list[str]) -> Stream[Any] | CommunityId | None:
    match parts:
        case ["community", community, *_]:
            return CommunityId(community)
        case ["person" | "diner", person, *_]:
            return people.stream(PersonId(person))
        case ["fund" | "reserved", fund, *_]:
            return funds.stream(FundId(fund))
        case ["due" | "takings", site, *_] | ["owes", _, *_, site] | ["outside", "cash", site]:
            return sites.stream(SiteId(site))
        case _:
            return None
