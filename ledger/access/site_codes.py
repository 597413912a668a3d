"""Site codes: nine digits that a display shows where a shift takes place, others every half minute.

Whoever sends the code of a moment was there, or was told by somebody who was. It is made of the
shift and the half minute, as the one-time passwords of RFC 6238 are, with a ledger key of its own,
`vault.ledger_key(connection, "site-codes")`, and kept nowhere. The code before is taken as well,
for whoever was still typing. It lets nobody in.
"""

import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, NamedTuple

from ledger.domain.values import ShiftId, SiteCode

LEDGER_KEY: Final = "site-codes"
STEP_SECONDS: Final = 30
DIGITS: Final = 9
"""So many that trying them finds none: at ten tries a second the whole of a two-hour shift has one
chance in 7,000, and leaves 72,000 refusals behind."""


class Shown(NamedTuple):
    """What the display shows, and when it shows the next."""

    code: SiteCode
    until: datetime


@dataclass(frozen=True, slots=True)
class SiteCodes:
    """The codes of this ledger's shifts."""

    key: bytes = field(repr=False)

    def now(self, shift: ShiftId, moment: datetime) -> Shown:
        """What the display of the shift shows at that moment."""
        step = _step(moment)
        until = datetime.fromtimestamp((step + 1) * STEP_SECONDS, UTC)
        return Shown(self._code(shift, step), until)

    def taken(self, shift: ShiftId, moment: datetime) -> frozenset[SiteCode]:
        """What counts as shown at that moment: the code of the half minute, and the one before."""
        step = _step(moment)
        return frozenset((self._code(shift, step), self._code(shift, step - 1)))

    def _code(self, shift: ShiftId, step: int) -> SiteCode:
        digest = hmac.digest(self.key, f"{shift} {step}".encode(), sha256)
        number = int.from_bytes(digest[:8], "big") % 10**DIGITS
        return SiteCode(f"{number:0{DIGITS}}")


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS
