"""A month of Jinning, from its meals and its service to its notice: short words for commands."""

from typing import Any

from httpx2 import Response

from tests.api.town import Town, accepted
from tests.builders import CANTEEN, person

FEBRUARY = {"community": "jinning", "month": "2026-02"}
DRAFT = "communities/jinning/notice-drafts/2026-02"
REGISTER = "communities/jinning/notices"
NAME = "jinning-2026-02"
MINUTES = 120


def public(town: Town, path: str = "notices", **parameters: Any) -> Response:
    """What somebody sees who has no token, once all that was given is reflected."""
    town.found("exceptions")
    return town.client.get(f"/v1/{path}", params=parameters or None)


def eat(town: Town, *numbers: int, day: str = "2026-02-27") -> None:
    for number in numbers:
        meal = {"person": person(number), "canteen": CANTEEN, "served_on": day}
        accepted(town.give("meals/claim", meal))


def close(town: Town) -> None:
    accepted(town.give("periods/close", FEBRUARY))


def reopen(town: Town) -> None:
    accepted(town.give("periods/propose-reopen", FEBRUARY | {"reason": "papers_found"}))
    accepted(town.give("periods/reopen", FEBRUARY, token=town.token(person=person(90))))


def publish(town: Town, name: str = NAME, token: str | None = None, **changed: Any) -> Response:
    """The draft of now, unless something else is named."""
    draft = town.found(DRAFT)
    named = {"at_position": draft["at_position"], "digest": draft["digest"], "until": "2026-04-30"}
    return town.give("notices/publish", FEBRUARY | {"notice": name} | named | changed, token=token)


def serve(town: Town, *numbers: int) -> None:
    shift = f"sweep-{len(numbers)}-{numbers[0]}"
    start, end = "2026-02-26T09:00:00+08:00", "2026-02-26T11:00:00+08:00"
    scheduled = {"shift": shift, "community": "jinning", "activity": "巡查",
                 "starts_at": start, "ends_at": end}  # fmt: skip
    accepted(town.give("shifts/schedule", scheduled))
    for number in numbers:
        came = {"shift": shift, "person": person(number)}
        accepted(town.give("attendance/attest", came | {"check_in": start, "check_out": end}))
        accepted(town.give("service/confirm", came))


def give(town: Town, number: int, kind: str, **gift: Any) -> None:
    data = {"contribution": f"{kind}-{number}", "community": "jinning", "given_on": "2026-02-20",
            "gift": {"kind": kind, **gift}, "person": person(number)}  # fmt: skip
    accepted(town.give("contributions/record", data))
