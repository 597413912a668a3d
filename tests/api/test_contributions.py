"""Contributions over HTTP: promised by the giver, kept, shown as she wishes, undone in time."""

from typing import Any

from ledger.domain.authority import Role
from ledger.domain.values import CommunityId
from tests.api.town import Town, accepted, problem
from tests.builders import JINNING, MEAL_FUND, person

GIVER = person(1)
CASH = {"kind": "cash", "fund": MEAL_FUND, "amount_fen": 20_000}
LISTS = ("contributions", "pledges", "contribution-sums?season=2026", "ideas")


def giving(name: str, gift: dict[str, object], **more: object) -> dict[str, object]:
    return {"contribution": name, "community": "jinning", "gift": gift} | more


def give(town: Town, name: str, gift: dict[str, object], **more: object) -> Any:
    asked = giving(name, gift, given_on="2026-03-02", person=GIVER) | more
    return accepted(town.give("contributions/record", asked))


def test_a_promise_is_kept_and_the_money_is_in_the_fund(town: Town) -> None:
    herself = town.token(Role.volunteer, person=GIVER, communities=(JINNING,))
    promise = giving("gift", CASH, person=GIVER)
    accepted(town.give("contributions/pledge", promise, token=herself))
    (open_one,) = town.found("communities/jinning/pledges", token=herself)["items"]
    assert (open_one["person"], open_one["amount_fen"]) == (GIVER, 20_000)
    before = town.found(f"funds/{MEAL_FUND}")["fund"]["held_fen"]
    types = [event["type"] for event in give(town, "gift", CASH)["events"]]
    assert types == ["money-received.v1", "cash-given.v1", "contribution-recorded.v1"]
    assert town.found(f"funds/{MEAL_FUND}")["fund"]["held_fen"] == before + 20_000
    assert town.found("communities/jinning/pledges")["items"] == []


def test_a_volunteer_promises_for_herself_alone_and_records_nothing(town: Town) -> None:
    stranger = town.token(Role.volunteer, person=person(2), communities=(JINNING,))
    promise = giving("gift", CASH, person=GIVER)
    for name, asked in (
        ("contributions/pledge", promise),
        ("contributions/record", promise | {"given_on": "2026-03-02", "person": person(2)}),
    ):
        refused = town.give(name, asked, token=stranger)
        problem(refused, 403, "actor_must_hold_a_role_for_this")


def test_how_much_she_gave_is_hers_to_show(town: Town) -> None:
    give(town, "gift", CASH)
    herself = town.token(Role.volunteer, person=GIVER, communities=(JINNING,))
    neighbour = town.token(Role.volunteer, person=person(2), communities=(JINNING,))
    assert amounts(town, neighbour) == (None, None, 0)
    wish = {"contribution": "gift", "amount_public": True, "person": GIVER}
    accepted(town.give("contributions/set-amount-visibility", wish, token=herself))
    assert amounts(town, neighbour) == (20_000, None, 20_000)
    assert amounts(town, town.token(Role.auditor)) == (20_000, 20_000, 20_000)
    (told,) = town.found("communities/jinning/contributions", token=neighbour)["items"]
    assert told["person"] is None


def amounts(town: Town, token: str) -> tuple[int | None, int | None, int]:
    """Of the one contribution, of all, and of those that are shown."""
    (told,) = town.found("communities/jinning/contributions", token=token)["items"]
    (of_kind,) = town.found("communities/jinning/contribution-sums", season="2026", token=token)[
        "items"
    ]
    return told["amount_fen"], of_kind["amount_fen"], of_kind["public_fen"]


def test_its_author_takes_it_back_for_ten_minutes(town: Town) -> None:
    for name in ("early", "late"):
        give(town, name, CASH)
    early, late = (f"2026-03-02T12:{minute}+08:00" for minute in ("09:59", "10:01"))
    accepted(town.give("contributions/withdraw", {"contribution": "early"}, at=early))
    answer = town.give("contributions/withdraw", {"contribution": "late"}, at=late)
    problem(answer, 409, "undo_must_be_within_ten_minutes")
    standing = town.found("communities/jinning/contributions")["items"]
    assert [each["contribution"] for each in standing] == ["late"]


def test_an_idea_waits_until_it_is_answered(town: Town) -> None:
    give(town, "lamp", {"kind": "idea", "topic": "safety"}, given_on="2026-02-20")
    (waiting,) = town.found("communities/jinning/ideas")["items"]
    assert (waiting["contribution"], waiting["days_waiting"]) == ("lamp", 10)
    answer = {"contribution": "lamp", "answer": "declined", "reason": "no_money"}
    accepted(town.give("ideas/answer", answer))
    assert town.found("communities/jinning/ideas")["items"] == []
    (told,) = town.found("communities/jinning/contributions", of_kind="idea")["items"]
    assert told["answer"] == "declined"


def test_the_league_counts_contributions_and_not_their_amounts(town: Town) -> None:
    give(town, "gift", CASH)
    give(town, "chairs", {"kind": "goods"}, person=None)
    (line,) = town.found("league", season="2026-03")["items"]
    counts = {
        name: line["figures"][f"{name}_contributions"]["amount"] for name in ("cash", "goods")
    }
    assert counts == {"cash": 1, "goods": 1}
    assert "20000" not in str(line)


def test_another_communitys_contributions_are_not_there(town: Town) -> None:
    elsewhere = town.token(Role.registrar, communities=(CommunityId("xilian"),))
    for path in LISTS:
        answer = town.read(f"communities/jinning/{path}", token=elsewhere)
        problem(answer, 404, "record_must_be_within_reach")
