"""Where two logs part, as lines for a terminal."""

from collections.abc import Iterator, Mapping
from typing import Final

from ledger.audit.parting import Begun, Parting
from ledger.exchange.trail_lines import INDENT

AGREES: Final[Mapping[bool | None, str]] = {
    True: "与前者相符 the first agrees",
    False: "与前者不符 THE FIRST DISAGREES",
    None: "前者不含该条，无法核对 the first does not tell",
}


def of_parting(found: Parting) -> Iterator[str]:
    """What the newer log says of its beginning, what both share, and what was lost."""
    begun = found.begun
    yield (
        f"{found.former} → {found.newer}：由两人以新名称重新开始 begun anew by two persons "
        f"({begun.reason}), #{begun.position}, {begun.recorded_on}"
    )
    yield (
        f"{INDENT}后者称前者曾签名至此条 the second says that the first was signed up to entry "
        f"{begun.signed_size}: {AGREES[found.agrees]}"
    )
    if found.size_then > begun.signed_size:
        yield (
            f"{INDENT}前者此后还签名、后者未提及的条数 entries that the first signed besides, of "
            f"which the second SAYS NOTHING: {found.size_then - begun.signed_size}"
        )
    yield from _of_the_same(found)


def _of_the_same(found: Parting) -> Iterator[str]:
    if found.same is None:
        yield (
            f"{INDENT}前者的 {found.size_then} 条不全在后者中；须有前者的审计包才能说明 not all "
            f"{found.size_then} entries of the first are in the second: its bundle would tell which"
        )
        return
    yield f"{INDENT}前几条相同 both begin with the same entries: {found.same}"
    if found.goes_on:
        yield f"{INDENT}前者的记录全在后者中 the second holds all that is at hand of the first"
        return
    yield from _of_the_lost(found, found.same, found.begun)


def _of_the_lost(found: Parting, same: int, begun: Begun) -> Iterator[str]:
    back = found.put_back
    yield INDENT + (
        "后者没有登记在此处从备份恢复 THE SECOND DOES NOT SAY that it was put back there"
        if back is None
        else f"#{back.position} {back.recorded_on} 从备份恢复 put back from a backup of {back.size}"
    )
    lost = found.size_then - same
    yield f"{INDENT}前者有而后者没有的记录 entries of the first that the second lacks: {lost}"
    for event, count in found.lost.items():
        yield f"{INDENT * 2}{event}: {count}"
    if begun.signed_size > found.size_then:
        yield (
            f"{INDENT}另有已签名而两者均无的 signed besides, and in neither: "
            f"{begun.signed_size - found.size_then}"
        )
