"""Acknowledgements (鸣谢名单): the list of givers as everybody may see it now.

Names come out of the vault for this list alone, masked, and go nowhere else: they are not
remembered, and no line of the journal has them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.desk import desk_of
from api.reading import Room
from ledger.domain.contribution_records import ContributionKind
from ledger.domain.masking import NOT_NAMED, MaskedName
from ledger.domain.values import CommunityId, Digest, Fen, Minutes, PersonId, Slug
from ledger.projections import acknowledgements, notices
from ledger.projections.acknowledgements import Listed, Published
from ledger.projections.reading import as_the_application
from ledger.vault.naming import public_names


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A gift, and who gave it: an organisation, or a person by her masked name, or 不具名.

    `digest` is the SHA-256 of salt, kind, amount, minutes and organisation as JSON with sorted keys
    and no spaces; the figures hold it.
    """

    digest: Digest
    salt: str
    kind: ContributionKind
    amount_fen: Fen | None
    labour_minutes: Minutes | None
    organisation: Slug | None
    name: MaskedName | None


@dataclass(frozen=True, slots=True)
class Acknowledgements:
    """鸣谢名单: gifts whose givers let everybody see the amount, in no order of merit.

    `left_out` counts those of the published list that are shown no more: their givers do not wish
    it any longer, or they were withdrawn, or one could compute such a gift with their help.
    """

    gifts: tuple[Acknowledgement, ...]
    left_out: int


def acknowledged(
    room: Room, community: CommunityId, moment: datetime, published: Published
) -> Acknowledgements:
    """The list as it may be shown now, to whoever sees it on the local day of the moment.

    The vault is opened for those on it, and nobody else.
    """
    listed = acknowledgements.shown(room.connection, published)
    persons = {each.person for each in listed if each.person is not None}
    names: dict[PersonId, MaskedName] = {}
    if persons:
        vault = desk_of(room.request).running.ledger.vault
        today = notices.day_of(room.connection, moment, community)
        with as_the_application(room.connection):
            names = public_names(vault, room.connection, persons, today)
    gifts = tuple(_acknowledgement(each, names) for each in listed)
    return Acknowledgements(gifts, len(published.lines) - len(gifts))


def _acknowledgement(listed: Listed, names: Mapping[PersonId, MaskedName]) -> Acknowledgement:
    line, name = listed.line, None
    if line.organisation is None:
        name = NOT_NAMED if listed.person is None else names.get(listed.person, NOT_NAMED)
    return Acknowledgement(
        line.digest,
        line.salt,
        line.kind,
        line.amount_fen,
        line.labour_minutes,
        line.organisation,
        name,
    )
