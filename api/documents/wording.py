"""Wording: what differs from paper to paper, said in both languages as the pages say it."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from api.pages.languages import LOCALES, NO_BREAK, Speech
from api.pages.words_of_payers import KINDS
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.references import PAGE, reference_to
from ledger.domain.values import Month, PayerPath, Title

SPEECHES: Final = tuple(Speech(language, elder=False) for language in LOCALES)
FEN: Final = 100

Both: TypeAlias = dict[str, str]
"""A text in each language, by its name."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the log a paper is from: who holds it can ask for the receipt of that entry.

    The checkpoint was the newest when it was printed; None if that did not cover the position yet.
    `site` is where this ledger is found, as in `https://ledger.example.org`.
    """

    position: int
    checkpoint: Checkpoint | None
    simulated: bool
    site: str

    @property
    def address(self) -> str:
        """The page that compares the paper with the log; none where nothing covers it yet."""
        at = self.checkpoint
        return "" if at is None else reference_to(self.position, at).address(self.site)

    @property
    def told(self) -> dict[str, Any]:
        """What the foot of the paper says."""
        return {
            "position": self.position,
            "checkpoint": None if self.checkpoint is None else self._covered_by(self.checkpoint),
            "simulated": self.simulated,
            "page": f"{self.site}{PAGE}",
        }

    def _covered_by(self, at: Checkpoint) -> dict[str, Any]:
        return {
            "origin": at.origin,
            "size": at.size,
            "root": b64encode(at.root).decode(),
            "fingerprint": reference_to(self.position, at).fingerprint,
        }


def both(said: Callable[[Speech], str]) -> Both:
    """What each of the languages says."""
    return {speech.language: said(speech) for speech in SPEECHES}


def word(message: str) -> Both:
    """A message of the catalogues that names no value."""
    return both(lambda say: say.said(message))


def day(when: date) -> Both:
    """A day, which no line breaks in two."""
    return both(lambda say: _whole(say, when))


def _whole(say: Speech, when: date) -> str:
    return say.day(when).replace(" ", NO_BREAK)


def month(name: Month) -> Both:
    """A month."""
    return both(lambda say: say.month(name))


def days(first: date | None, last: date) -> Both:
    """From a day to another one, both included; without a first one, everything up to the last."""
    if first is None:
        return both(lambda say: say.said("up to %(last)s", last=_whole(say, last)))
    return both(
        lambda say: say.said(
            "%(first)s to %(last)s", first=_whole(say, first), last=_whole(say, last)
        )
    )


def duration(minutes: int) -> Both:
    """Hours and minutes."""
    return both(lambda say: say.duration(minutes))


def payer(path: PayerPath, names: Mapping[PayerPath, Title]) -> dict[str, Any]:
    """Who bears a share: of which kind, and its name, which without another is its path's end."""
    kind, _, name = path.partition("/")
    named = names.get(path, name)
    return {"kind": word(KINDS[kind]) if kind in KINDS else {"zh": kind, "en": ""}, "name": named}


def yuan(fen: int) -> str:
    """Money in figures: 1,234.50, and below zero with the sign that pages have."""
    sign, (whole, rest) = "\N{MINUS SIGN}" if fen < 0 else "", divmod(abs(fen), FEN)
    return f"{sign}{whole:,}.{rest:02d}"
