"""What drafts come to: whom they concern in the vault, and the answers to their units."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from ledger.deciding.answers import Accepted, Answer, Broken, Declined, Written
from ledger.deciding.drafting import Asked, Draft
from ledger.domain import forgetting
from ledger.domain.person_records import PersonRegistered
from ledger.domain.values import PersonId
from ledger.store.codec import decode_event
from ledger.store.recorder import Row
from ledger.vault.sheets import PaperKind


def registered(drafts: list[Draft]) -> list[PersonId]:
    """Whom these drafts register."""
    return [
        written.event.person
        for draft in drafts
        for written in draft.events
        if isinstance(written.event, PersonRegistered)
    ]


def forgotten(drafts: list[Draft]) -> list[PersonId]:
    """Of whom these drafts leave nothing in the vault."""
    return forgetting.forgotten(written.event for draft in drafts for written in draft.events)


def lose(drafts: list[Draft]) -> bool:
    """Whether the vault loses something by these drafts."""
    return bool(forgotten(drafts) or unlisted(drafts))


def unlisted(drafts: list[Draft]) -> list[PersonId]:
    """Whom nobody finds any more after these drafts."""
    return forgetting.unlisted(written.event for draft in drafts for written in draft.events)


def takers(drafts: Iterable[tuple[int, Asked, Draft]], taken: AbstractSet[str]) -> dict[int, int]:
    """Which units give these persons the contact papers that count, each at which of its places.

    A person's last paper of the batch is the one that counts.
    """
    found: dict[int, int] = {}
    left = set(taken)
    for number, asked, draft in reversed(list(drafts)):
        for paper in reversed(draft.papers):
            if paper.person in left and paper.prepared.kind is PaperKind.contact:
                left.discard(paper.person)
                found[number] = next(
                    place
                    for place, prepared in enumerate(asked.papers)
                    if paper.prepared in prepared.values()
                )
    return found


def unwritten(draft: Draft, position: int) -> Answer:
    """The answer to what was refused, failed, or was a dry run."""
    if draft.refused:
        return Declined(draft.refused, position, draft.place)
    if draft.fault:
        return Broken(draft.fault)
    return Accepted(tuple(draft.events), position, None)


def placed(events: list[Written], tail: int) -> tuple[Written, ...]:
    """The events with their positions, the first behind the tail."""
    return tuple(
        [
            Written(stream, version, name, event, position)
            for position, (stream, version, name, event, _) in enumerate(events, tail + 1)
        ]
    )


def first_answer(rows: list[Row]) -> Accepted:
    """What a key was answered with when it was first sent."""
    events = tuple(
        Written(stream, version, name, decode_event(name, state), position)
        for position, _, stream, version, name, state in rows
    )
    return Accepted(events, rows[-1][0], rows[-1][1], replayed=True)
