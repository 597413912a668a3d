"""Drawing: a sample of what was sealed, with all that it takes to draw it again."""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.audit.checkpoints import Checkpoint
from ledger.audit.population import Item, Strata, Wanted, population
from ledger.audit.sampling import Method, Sample, draw, seed_of
from ledger.domain.postings import Unit
from ledger.store.codec import Recorded


@dataclass(frozen=True, slots=True)
class How:
    """How many are drawn by which method; `by` divides a stratified population."""

    method: Method
    by: Strata
    asked: int
    nonce: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A sample, the population it was drawn of, and the seed with what that was made from."""

    origin: str
    checkpoint_size: int
    checkpoint_root: str
    seed: str
    how: How
    wanted: Wanted
    unit: Unit
    population_items: int
    population_amount: int
    sample: Sample[Item]


def drawn(checkpoint: Checkpoint, events: Iterable[Recorded], wanted: Wanted, how: How) -> Drawing:
    """Draw from the population as it stood at the checkpoint. Raises SampleImpossible."""
    items, seed = population(events, wanted), seed_of(checkpoint.root, how.nonce)
    return Drawing(
        checkpoint.origin,
        checkpoint.size,
        checkpoint.root.hex(),
        seed,
        how,
        wanted,
        wanted.unit,
        len(items),
        sum(item.amount for item in items),
        draw(how.method, items, how.asked, seed, lambda item: item.stratum(how.by)),
    )
