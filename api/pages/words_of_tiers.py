"""Words of tiers: for whom the tier is that priced a meal, as it may be read over a shoulder.

Whoever has a tier because she is in hardship is told to be looked after, and never why.
"""

from dataclasses import replace
from typing import Final

from api.pages.languages import Speech
from api.pages.languages import marked as _
from api.pages.words_of_policies import whom
from ledger.domain.tiers import Condition, PolicyVersion
from ledger.domain.values import RuleCode

ANYBODY: Final = Condition()


def tier(version: PolicyVersion | None, code: RuleCode | None, say: Speech) -> str:
    """For whom it is; its code where no policy is known that has it."""
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
