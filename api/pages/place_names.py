"""Names of places: two of one kind in a community are told apart by their names, or by nobody.

A clerk chooses her canteen, and whoever reads who pays reads a cooperative, by its name alone. So a
name that is there already is refused, however it is spaced and in whichever width it is written.
The short names that stay for ever begin with the community's; here only the rest is typed.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from api.pages.reading import PageQuestion, looked_up
from api.reading import Room
from ledger.domain import communities
from ledger.domain.community_records import Community
from ledger.domain.values import BOUNDS, CommunityId, SiteId, Slug
from ledger.exchange.faults import Fault
from ledger.projections import journal_records, places, shift_records
from ledger.projections.asking import POSITION_MOST
from ledger.projections.payers import cooperatives_of
from ledger.projections.reading import names, state_at

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "cooperative": ("cooperative", "经济社"),
    "unit": ("organising unit", "组织"),
    "site": ("place", "场所"),
}
"""What is named here, as a sentence has it: by the field of its short name."""
MODELS: Final = (shift_records.MODEL, journal_records.MODEL)
_SHORT: Final = re.compile(BOUNDS[Slug].pattern or "")


def short_name(community: CommunityId, typed: str) -> str:
    """What was typed, without the community's own name before it."""
    return typed.strip().removeprefix(f"{community}/")


def unless_short(kind: str, typed: str) -> Fault | None:
    """What keeps this from being the rest of a short name."""
    if not typed:
        return Fault(f"/{kind}", "", "", "", is_missing=True)
    if _SHORT.match(typed):
        return None
    en = "Write small letters, digits and single hyphens only, such as e1, without spaces."
    return Fault(f"/{kind}", en, "只写小写字母、数字和单个连字符，不含空格，如 e1。", typed[:40])


async def unless_another(
    asking: PageQuestion, community: CommunityId, kind: str, given: Mapping[str, str]
) -> Fault | None:
    """Who is called so already, if it is not the very one that is entered again."""

    def ask(room: Room) -> dict[str, str]:
        room.must_find("units", communities.stream(community))
        return _called(room, community, kind)

    mine, name = short_name(community, given.get(kind, "")), _compared(given.get("name", ""))
    for known, called in (await looked_up(asking, ask, *MODELS)).items():
        if _compared(called) == name and short_name(community, known) != mine:
            en, zh = KINDS[kind]
            en = f"There is a {en} of this name here already: {known}."
            return Fault("/name", en, f"本社区已有同名{zh}：{known}。", name[:40])
    return None


def _called(room: Room, community: CommunityId, kind: str) -> dict[str, str]:
    if kind == "cooperative":
        found = cooperatives_of(room.connection, [community], POSITION_MOST)
        return {str(each): name for each, name in found.items()}
    if kind == "unit":
        here: Community = state_at(room.connection, communities.stream(community), POSITION_MOST)
        return {unit: each.name for unit, each in here.units.items()}
    streams = places.sites_of(room.connection, community)
    called = names(room.connection, streams)
    return {SiteId(each.removeprefix("site-")): called[each] for each in streams}


def _compared(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
