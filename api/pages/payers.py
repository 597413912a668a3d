"""Payers: whoever bears a share on a page, as its reader calls them."""

from collections.abc import Iterable

from api.pages.languages import speech_of
from api.pages.words_of_payers import Payers
from api.reading import Room
from ledger.domain.values import PayerPath
from ledger.projections.payers import payer_names


def payers_named(room: Room, paths: Iterable[PayerPath]) -> Payers:
    """Funds and cooperatives by their names, others by their kind and short name."""
    return Payers(payer_names(room.connection, paths, room.position), speech_of(room.request))
