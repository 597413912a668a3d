"""Sweeping: once an hour what has ended by itself is taken away, in whichever process comes to it.

Nothing is decided by what lies there still: a session that ended is found by nobody, and a count of
tries that would begin anew begins anew.
"""

import asyncio
from contextlib import suppress
from typing import Any, Final

from api.entrance import Entrance
from ledger.access import limits, sessions
from ledger.projections.reading import ReadingLost, ReadingTooLong

EACH_SECONDS: Final = 3_600.0


async def sweep_each_hour(entrance: Entrance) -> None:
    """Until it is cancelled; a database that is away is swept the next time."""
    while True:
        await asyncio.sleep(EACH_SECONDS)
        with suppress(ReadingLost, ReadingTooLong):
            await entrance.look(sweep)


def sweep(connection: Any) -> int:  # noqa: ANN401 - see Entrance
    """Take away what has ended; how much it was."""
    return sessions.purge(connection) + limits.purge(connection)
