"""Every read model of the ledger; whoever adds one names it here."""

from typing import Final

from ledger.projections.model import ReadModel

MODELS: Final[tuple[ReadModel, ...]] = ()
