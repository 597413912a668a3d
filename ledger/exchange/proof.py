"""A proof that a ledger is sound: its log is whole, and each read model is what it folds to."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from ledger.audit.hands import SheetKey, Sheets
from ledger.audit.sealed_check import check_sealed
from ledger.audit.soundness import check_log
from ledger.domain.facts import FactSheet
from ledger.projections import journal, rebuild
from ledger.projections.models import MODELS
from ledger.projections.reading import reading_for_the_town
from ledger.running import Running, log_folder_of
from ledger.vault.checking import check_papers, readable
from ledger.vault.sheets import PaperKind, PaperName
from ledger.vault.views import check_views

Bar: TypeAlias = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
"""Given a title, something to be told how much of how much is done."""


@dataclass
class Proof:
    """What was looked at, and every fault in a sentence of both languages."""

    events: int = 0
    streams: int = 0
    models: int = len(MODELS)
    faults: list[str] = field(default_factory=list)


def prove(here: Running, bar: Bar) -> Proof:
    """Read the log, fold every model anew beside the stored one, and add up all accounts.

    Raises ReadingLost, psycopg.Error.
    """
    proof = Proof()
    with bar("日志 log") as progress:
        found = check_log(here.datastore, progress, partial(_sheets, here))
    proof.events, proof.streams = found.events, found.streams
    proof.faults += [f"log {flaw.position}: {flaw.zh}{flaw.en}" for flaw in found.flaws]
    keys = [signer.verifier for signer in log_folder_of(here.settings).signers()]
    with bar("封存 seal") as progress:
        broken = list(check_sealed(here.datastore, keys, progress))
    proof.faults += [f"seal {flaw.position}: {flaw.zh}{flaw.en}" for flaw in broken]
    with bar("保险库 vault") as progress:
        wrong = list(check_papers(here.ledger.recorder, here.ledger.vault, progress))
    proof.faults += [f"vault {paper.position}: {paper.zh}{paper.en}" for paper in wrong]
    looked = check_views(here.ledger.recorder)
    proof.faults += [f"view {view.number}: {view.zh}{view.en}" for view in looked]
    for model in MODELS:
        with bar(model.name) as progress:
            differences = rebuild.verify(here.url, model, of_one_model(progress))
        proof.faults += [
            f"{each.model}.{each.table}: 多出 {each.stored_only} 行，缺少 {each.folded_only} 行。"
            f"{each.stored_only} rows are not of the log, {each.folded_only} are missing."
            for each in differences
        ]
    with reading_for_the_town(here.datastore) as connection:
        sums = journal.trial_balance(connection)
    proof.faults += [
        f"trial balance: 各账户合计应为零，实为 {amount} {unit}。All accounts must sum to zero."
        for unit, amount in sums.items()
        if amount
    ]
    return proof


def of_one_model(progress: Callable[[int, int], None]) -> rebuild.Progress:
    """The progress of one model as a bar takes it."""
    return lambda _, done, total: progress(done, total)


def _sheets(here: Running, wanted: Mapping[SheetKey, str]) -> Sheets:
    """Of these sheets those that the vault still tells, as the log commits to them.

    What was erased is not there, and what does not open is told by `check_papers`.
    """
    names = {PaperName(person, PaperKind.facts, version): (person, version)
             for person, version in wanted}  # fmt: skip
    opened = readable(here.ledger.recorder, here.ledger.vault, names)
    return {
        names[name]: one.paper
        for name, one in opened.items()
        if isinstance(one.paper, FactSheet) and one.commitment == wanted[names[name]]
    }
