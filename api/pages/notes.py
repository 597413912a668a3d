"""Notes: what somebody wrote as evidence or as an objection, for whoever may read it."""

from collections.abc import Collection

from api.desk import desk_of
from api.reading import Room
from ledger.domain.facts import Note
from ledger.projections.reading import LOOK, connected, event_at
from ledger.projections.remarks import Remark
from ledger.vault import views
from ledger.vault.sheets import PaperKind, PaperName
from ledger.vault.views import Purpose


def notes_of(room: Room, stated: Collection[Remark]) -> dict[int, str]:
    """What was written of each, by its position, without what was erased; the look is logged."""
    found = {each: event_at(room.connection, each.position) for each in stated}
    names = {
        each.position: PaperName(each.person, PaperKind.note, recorded.event.note_version)
        for each, recorded in found.items()
        if recorded is not None
    }
    desk, viewer = desk_of(room.request), room.authority.person
    with connected(desk.running.datastore, LOOK) as connection:
        vault = desk.running.ledger.vault
        opened = views.seen(connection, vault, viewer, Purpose.note, list(names.values()))
    papers = {each: opened[name].paper for each, name in names.items() if name in opened}
    return {each: paper.text for each, paper in papers.items() if isinstance(paper, Note)}
