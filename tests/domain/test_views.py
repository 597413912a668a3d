"""Views of what is personal: the log commits to the newest, and never to one of before."""

from datetime import UTC, date, datetime

from ledger.domain import views
from ledger.domain.values import Count, Digest
from ledger.domain.views import AnchorViews, ViewsAnchored
from tests.domain.states import (
    Cell,
    Machine,
    Row,
    by_anybody,
    each_cell,
    must_answer,
    must_be_total,
)
from tests.story import Given, given

HASH, OTHER = Digest("5e" * 32), Digest("a1" * 32)
third = AnchorViews(Count(3), HASH)


def reached(*commands: AnchorViews) -> Row:
    def reach() -> Given:
        story = given()
        for command in commands:
            for happening in story.when(command).decision:
                story.ledger.fold(happening)
        return story

    return Row(reach)


VIEWS = Machine(
    nouns=("views",),
    stage_of=lambda ledger: "anchored" if ledger[views.STREAM].number else "none",
    rows={
        "none": reached(),
        "anchored": reached(third),
        "anchored.lately": reached(third, AnchorViews(Count(9), HASH)),
    },
    asked=by_anybody(third),
    words={"after": "views_must_have_grown_since_the_last_anchor"},
    table="""
                     anchor
    none             >anchored
    anchored         after
    anchored.lately  after
    """,
)


@each_cell(VIEWS)
def test_a_view_is_anchored_once(cell: Cell) -> None:
    must_answer(VIEWS, cell)


def test_the_table_is_total() -> None:
    must_be_total(VIEWS)


def test_the_log_commits_to_the_newest_view_on_the_day_in_shanghai() -> None:
    late_in_greenwich = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    first = given().when(third, at=late_in_greenwich)
    first.then(ViewsAnchored(Count(3), HASH, date(2026, 3, 2)))
    assert given(first).when(AnchorViews(Count(4), OTHER)).events


def test_what_was_anchored_is_not_anchored_otherwise() -> None:
    anchored = given().when(third)
    for number in (2, 3):
        given(anchored).when(AnchorViews(Count(number), OTHER)).refused(
            "views_must_have_grown_since_the_last_anchor", number=number, anchored=3
        )
