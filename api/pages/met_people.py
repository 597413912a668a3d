"""People who were met in a search, as whoever looked for them tells them apart.

Whoever was entered twice is called as she is under the id that is kept. If she was looked for by
what stands under another one, the name there is told too: else she looks like a stranger.
"""

from typing import Final, NamedTuple

from api.pages.languages import Speech
from api.pages.languages import marked as _
from api.searching import Met
from ledger.domain.values import CommunityId, PersonId

PHONE_TOLD: Final = 4
"""So much of a phone number tells two people of one name apart."""
ENTERED_AS: Final = _("%(name)s (entered before as %(others)s)")


class Shown(NamedTuple):
    """Somebody who may be meant, and what tells her from others of her name."""

    person: PersonId
    name: str
    community: CommunityId
    phone_end: str


def shown(found: Met, say: Speech) -> Shown:
    """Whom the search met; called by the beginning of her id if she has no name any more."""
    phone = (found.contact.phone if found.contact else None) or ""
    name = found.name or found.person[:8]
    if found.entered_as:
        name = say.said(ENTERED_AS, name=name, others=say.listed(*found.entered_as))
    return Shown(found.person, name, found.community, phone[-PHONE_TOLD:])
