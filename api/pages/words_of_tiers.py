"""Words of tiers: for whom the tier is that priced a meal, as it may be read over a shoulder.

Whoever has a tier because she is in hardship is told to be looked after, and never why.
"""

from dataclasses import replace
from typing import Final, Protocol

from api.pages.languages import Speech
from api.pages.languages import marked as _
from api.pages.words_of_policies import whom
from ledger.domain.tiers import Condition, PolicyVersion
from ledger.domain.values import RuleCode

ANYBODY: Final = Condition()


class Ruled(Protocol):
    """A meal, or meals that are alike in this."""

    @property
    def rule(self) -> RuleCode | None:
        """The tier's code; None for the full price."""

    @property
    def at_full_price(self) -> bool:
        """Whether that was asked for."""


def tier(version: PolicyVersion | None, ruled: Ruled, say: Speech) -> str:
    """For whom its tier is, or that none was asked for."""
    if ruled.at_full_price:
        return say.said(_("Asked for at the full price"))
    return of_rule(version, ruled.rule, say)


def of_rule(version: PolicyVersion | None, code: RuleCode | None, say: Speech) -> str:
    """For whom it is; its code where no policy is known that has it. No code is the full price."""
    if code is None:
        return say.said(_("Full price"))
    tiers = version.tiers if version else ()
    found = next((each for each in tiers if each.code == code), None)
    return say.listed(*_told(found.when, say)) if found else code


def _told(asked: Condition, say: Speech) -> list[str]:
    seen = replace(asked, hardship=False, hardships=())
    if seen == asked:
        return whom(asked, say)
    looked_after = say.said(_("looked after in particular"))
    return [looked_after] if seen == ANYBODY else [*whom(seen, say), looked_after]
