"""Drafts: what a unit of commands would become, decided on what is known and not yet written."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Any, Final, NamedTuple, get_type_hints

from ledger.access.site_codes import SiteCodes
from ledger.deciding.answers import Unit, Written
from ledger.deciding.knowledge import Knowledge
from ledger.domain import book, identity, permissions, postings, speaking
from ledger.domain.attendance import Check
from ledger.domain.book import STREAM
from ledger.domain.catalogue import NAME_OF_COMMAND, NAME_OF_EVENT, VERB_OF_COMMAND, VERBS
from ledger.domain.decisions import Context, Decision, Known, Outcome, Refused, Stream, Verb
from ledger.domain.facts import Contact, FactSheet, Note
from ledger.domain.objection_records import ObjectionRaised
from ledger.domain.person_records import ContactRecorded, FactsRecorded, PersonRegistered
from ledger.domain.refusals import Code
from ledger.domain.service_records import LateServiceRecorded
from ledger.domain.values import SYSTEM, CommunityId, SiteCode
from ledger.store.codec import canonical, encode, nonces
from ledger.store.recorder import LOST
from ledger.vault.sealing import Draft as Paper
from ledger.vault.sheets import Prepared, prepare
from ledger.vault.vault import RequestDigest

log: Final = logging.getLogger(__name__)


class Step(NamedTuple):
    """One command of a unit on its way, with what it may know besides streams."""

    place: int
    command: object
    verb: Verb
    context: Context


class Keyed(NamedTuple):
    """What of a unit takes a key of the ledger: its digest, and what the sites show."""

    digest: RequestDigest
    codes: SiteCodes


@dataclass(slots=True)
class Asked:
    """A unit with what is made of it once, however often it is decided.

    `request` is the keyed digest of what was asked; `steps` hold for one moment of deciding.
    """

    unit: Unit
    request: bytes
    papers: tuple[dict[str, Prepared], ...]
    codes: SiteCodes
    steps: tuple[Step, ...] = ()
    reads: AbstractSet[Stream[Any]] = frozenset()
    fault: str | None = None


@dataclass(slots=True)
class Draft:
    """What became of a unit: events with their bytes, or the refusal at a place in the group."""

    reads: AbstractSet[Stream[Any]]
    decided_at: datetime
    events: list[Written] = field(default_factory=list)
    states: list[bytes] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    refused: Refused | None = None
    place: int = 0
    fault: str | None = None

    def clear(self) -> None:
        """A refused unit writes nothing, whatever its first commands would have become."""
        self.events.clear()
        self.states.clear()
        self.papers.clear()

    @property
    def written(self) -> set[str]:
        """The streams it would write to."""
        return {written.stream for written in self.events}

    @property
    def accepted(self) -> bool:
        """Whether there is anything to write."""
        return self.refused is None and self.fault is None


def ask(unit: Unit, keyed: Keyed) -> Asked:
    """Seal the personal fields once: their commitments go into events, and never the fields."""
    if not unit.commands or (unit.at and unit.at.tzinfo is None):
        raise ValueError("a unit has a command, and its moment a time zone")
    request = b"\n".join([_request(command) for command in unit.commands])
    papers = tuple([_prepared(command) for command in unit.commands])
    return Asked(unit, keyed.digest.of(request), papers, keyed.codes)


def _request(command: object) -> bytes:
    return b"%s %s" % (NAME_OF_COMMAND[type(command)].encode(), canonical(command))


def _prepared(command: object) -> dict[str, Prepared]:
    names = PERSONAL[type(command)]
    return {name: prepare(getattr(command, name)) for name in names} if names else {}


PAPERS: Final = (Contact, FactSheet, Note)
PERSONAL: Final[Mapping[type, tuple[str, ...]]] = {
    verb.command: tuple(
        name for name, kind in get_type_hints(verb.command).items() if kind in PAPERS
    )
    for verb in VERBS.values()
}
"""The fields of each command that may live in the vault only."""


class Drafter:
    """Decides units one after another on the same knowledge, which grows as they are accepted."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._nonces = nonces()

    def prefetch(self, asked: Sequence[Asked], now: datetime) -> frozenset[Stream[Any]]:
        """Read whatever the units need, in as few queries as their needs have steps; name it."""
        for each in asked:
            each.steps = _steps(each, now)
        while True:
            for each in asked:
                each.reads = self._needs(each)
            reads = frozenset((STREAM,)).union(*[each.reads for each in asked])
            if not self._knowledge.refresh(reads):
                return reads

    def _needs(self, asked: Asked) -> set[Stream[Any]]:
        """What a unit must read; without that, a rule that fails here could not decide anything."""
        reads: set[Stream[Any]] = {STREAM}
        asked.fault = None
        try:
            for step in asked.steps:
                reads.update(self._wanted(step))
        except Exception as fault:  # noqa: BLE001 - one unit's fault is not another's
            asked.fault = report(asked.unit, fault)
        return reads

    def _wanted(self, step: Step) -> list[Stream[Any]]:
        """What the rule must read, and what tells on whose behalf somebody asks."""
        wanted = list(step.verb.needs(step.command, self._knowledge, step.context))
        if NAME_OF_COMMAND[type(step.command)] in speaking.GIVEN_FOR_ONESELF:
            wanted += speaking.needs(step.command, step.context.actor, self._knowledge)
        return wanted

    def draft(self, asked: Asked, now: datetime) -> Draft:
        """Decide a unit; what it decides is known to the next ones, unless it was refused."""
        draft = Draft(asked.reads, asked.unit.at or now, fault=asked.fault)
        mark = self._knowledge.mark()
        try:
            if draft.accepted:
                self._decide_each(asked, draft)
        except LOST:
            raise
        except Exception as fault:  # noqa: BLE001 - one unit's fault is not another's
            draft.fault = report(asked.unit, fault)
        if not draft.accepted:
            self._knowledge.go_back(mark)
            draft.clear()
        return draft

    def replay(self, draft: Draft) -> None:
        """Take a draft that still holds as given for the units behind it."""
        if draft.accepted:
            self._knowledge.learn(draft.reads)
            for written in draft.events:
                self._knowledge.fold(Stream(written.stream), written.event)
            self._fold_sheets(draft.papers)

    def _decide_each(self, asked: Asked, draft: Draft) -> None:
        for step in asked.steps:
            self._read(step, draft)
            outcome = self._decide(asked.unit, step)
            if isinstance(outcome, Refused):
                draft.refused, draft.place = outcome, step.place
                return
            self._take(draft, outcome, asked, step)

    def _read(self, step: Step, draft: Draft) -> None:
        """Read what an earlier command of the batch made necessary."""
        if self._knowledge.untouched(draft.reads):
            return
        while True:
            wanted = set(self._wanted(step))
            if wanted <= draft.reads:
                return
            self._knowledge.learn(wanted)
            draft.reads = draft.reads | wanted

    def _decide(self, unit: Unit, step: Step) -> Outcome:
        refused = self._forbidden(unit, step)
        return refused or step.verb.decide(step.command, self._knowledge, step.context)

    def _forbidden(self, unit: Unit, step: Step) -> Refused | None:
        name = NAME_OF_COMMAND[type(step.command)]
        if isinstance(step.command, book.CreateLedger):
            return permissions.refusal(unit.authority, name, None, own=False)
        kept = self._knowledge[STREAM]
        if kept.kind is None:
            return Refused(Code.ledger_must_be_created_first)
        if unit.at is not None and not kept.simulated:
            return Refused(Code.ledger_must_be_simulated_to_set_the_clock, kind=kept.kind)
        place: CommunityId | None = step.verb.place(step.command, self._knowledge)
        own = speaking.is_own(name, step.command, self._knowledge, step.context)
        return permissions.refusal(unit.authority, name, place, own=own)

    def _take(self, draft: Draft, decision: Decision, asked: Asked, step: Step) -> None:
        if not decision:
            raise LookupError("a command was accepted, and nothing happened")
        for stream, event in decision:
            if stream not in draft.reads:
                raise LookupError(f"{stream} is written but not read")
            postings.must_balance(event)
            version = self._knowledge.fold(stream, event)
            draft.events.append(Written(stream, version, NAME_OF_EVENT[type(event)], event, None))
            draft.states.append(
                encode(
                    event,
                    actor=SYSTEM if type(event) in step.verb.consequences else step.context.actor,
                    command=asked.unit.key,
                    decided_at=step.context.decided_at,
                    nonce=next(self._nonces),
                )
            )
        if prepared := asked.papers[step.place]:
            papers = list(_papers(decision, prepared, self._knowledge))
            self._fold_sheets(papers)
            draft.papers += papers

    def _fold_sheets(self, papers: Sequence[Paper]) -> None:
        for paper in papers:
            if isinstance(paper.prepared.paper, FactSheet):
                self._knowledge.fold_sheet(paper.person, paper.version, paper.prepared.paper)


def _steps(asked: Asked, now: datetime) -> tuple[Step, ...]:
    actor, decided_at = asked.unit.authority.person, asked.unit.at or now
    steps = []
    for place, command in enumerate(asked.unit.commands):
        commitments = {name: each.commitment for name, each in asked.papers[place].items()}
        shown = _shown(command, asked.codes, decided_at)
        verb = VERB_OF_COMMAND[type(command)]
        steps.append(Step(place, command, verb, Context(actor, decided_at, commitments, shown)))
    return tuple(steps)


def _shown(command: object, codes: SiteCodes, moment: datetime) -> frozenset[SiteCode]:
    return codes.taken(command.shift, moment) if isinstance(command, Check) else frozenset()


def _papers(decision: Decision, prepared: dict[str, Prepared], known: Known) -> Iterable[Paper]:
    for _, event in decision:
        match event:
            case PersonRegistered() if "contact" in prepared:
                yield Paper(event.person, event.contact_version, prepared["contact"])
            case ContactRecorded() if "contact" in prepared:
                _, *others = identity.ids(event.person, known)
                yield Paper(event.person, event.version, prepared["contact"], tuple(others))
            case FactsRecorded() if "facts" in prepared:
                yield Paper(event.person, event.version, prepared["facts"])
            case LateServiceRecorded() | ObjectionRaised() if "note" in prepared:
                yield Paper(event.person, event.note_version, prepared["note"])
            case _:
                pass


def report(unit: Unit, fault: Exception) -> str:
    """Log what was raised on a unit, with a reference to find it by."""
    reference = token_hex(8)
    names = ", ".join(type(command).__name__ for command in unit.commands)
    log.error("a rule failed on %s, reference %s", names, reference, exc_info=fault)
    return reference
