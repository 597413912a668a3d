"""Examples of problems: one of each, with values that it might have, and the form that all have."""

import re
from collections.abc import Container, Iterator
from typing import Any, Final

import msgspec

from api.obstacles import Obstacle
from api.problems import Problem
from ledger.domain.refusals import Code


class Language(msgspec.Struct):
    """A sentence, and what to do about it."""

    detail: str
    remedy: str


class Sentence(msgspec.Struct):
    """A sentence."""

    detail: str


class ProblemError(msgspec.Struct, omit_defaults=True):
    """One thing that is wrong: at a JSON pointer in the body, in a parameter or in a header."""

    detail: str
    messages: dict[str, Sentence]
    pointer: str | msgspec.UnsetType = msgspec.UNSET
    parameter: str | msgspec.UnsetType = msgspec.UNSET
    header: str | msgspec.UnsetType = msgspec.UNSET
    value: str | msgspec.UnsetType = msgspec.UNSET


class ProblemDetails(msgspec.Struct):
    """A problem as RFC 9457 has it: act on `code`, show `detail` and `remedy`."""

    type: str
    title: str
    status: int
    detail: str
    remedy: str
    code: str
    params: dict[str, Any]
    messages: dict[str, Language]
    instance: str | msgspec.UnsetType = msgspec.UNSET
    request_id: str | msgspec.UnsetType = msgspec.UNSET
    position: int | msgspec.UnsetType = msgspec.UNSET
    errors: list[ProblemError] | msgspec.UnsetType = msgspec.UNSET


SAMPLES: Final = (
    dict.fromkeys(
        (
            "day",
            "today",
            "until",
            "since",
            "died_on",
            "registered_on",
            "valid_from",
            "valid_until",
            "gap_from",
            "gap_until",
            "held_on",
            "discussed_on",
            "decided_on",
            "revoked_on",
            "starts_from",
            "paid_on",
            "approved_on",
            "repaid_on",
            "returned_on",
            "raised_on",
            "from_day",
            "to_day",
            "came_on",
            "first_day",
            "as_of",
            "last_day",
        ),
        "2026-03-02",
    )
    | dict.fromkeys(
        ("at", "now", "start", "end", "ends_at", "ended_at", "check_in", "check_out"),
        "2026-03-02T09:00:00+08:00",
    )
    | dict.fromkeys(("month", "earlier", "closed", "following", "last"), "2026-03")
    | {
        "slip": "5a0f3c1e-8d2b-4f6a-9c7e-1b4d6f8a0c2e",
        "card": "c3e1a5d7-2f4b-4a8c-8e6d-0a9b7c5d3f1e",
        "person": "7c1d3b7e-0f4e-4c3a-9d53-2f6f1a0e8b11",
        "kept_as": "7c1d3b7e-0f4e-4c3a-9d53-2f6f1a0e8b11",
        "duplicate": "9d7b2c64-1e5f-4b3a-8f60-4c2e9a7d1b05",
        "command": "meals/claim",
        "roles": "canteen_clerk",
        "view": "entries",
        "community": "jinning",
        "site": "jinning-canteen",
        "canteen": "jinning-canteen",
        "fund": "jinning-meals",
        "from_fund": "jinning-community",
        "to_fund": "jinning-meals",
        "unit": "jinning/mutual-aid",
        "cooperative": "jinning/e1",
        "shift": "sweep-0106",
        "meeting": "jinning-hall-0104",
        "body": "council_hall",
        "notice": "jinning-2026-01",
        "certificate": "b7d9e2c4-5a1f-4e83-9c60-2d8f7a3b1e59",
        "handover": "8f2d6b4a-1c9e-4d37-a5b0-3e7c9f1a2d64",
        "auditor": "2c5ea4c0-4067-41e9-8bad-9b1deb4d3b7d",
        "contribution": "gift-0304",
        "kind": "cash",
        "asked": "fund, amount_fen",
        "answer": "accepted",
        "resolution": "jn-2026-01",
        "payer": "fund/jinning-meals",
        "rule": "AGE80",
        "sitting": "dinner",
        "sittings": "lunch",
        "status": "credited",
        "display": "withdrawn",
        "hold": "day_over_unit_limit",
        "stage": "approved",
        "stages": "requested",
        "number": 3,
        "anchored": 3,
        "origin": "ledger.example.org/log/2",
        "submission": 1,
        "latest": 2,
        "payment": 1,
        "recovery": 1,
        "counting": 1,
        "receipt": 4,
        "voucher": 7,
        "entry": 2,
        "record": "sweep-0106",
        "award": "model-community",
        "payee": "corner-grocer",
        "purpose": "running-costs",
        "consent": "public_name",
        "case": "audit",
        "guardian": "3f8e0c55-6a0b-4b6e-9a71-0c9d5c1f7e22",
        "restriction": "elder-meals",
        "from_restriction": "elder-meals",
        "to_restriction": "youth-palace",
        "time_zone": "Asia/Shanghai",
        "value": "AGE80",
        "which": "star_thresholds",
        "what": "5000 > 6000",
        "row": 2,
        "reason": "other",
        "star": 2,
        "next_star": 1,
        "methods": "GET, HEAD",
        "method": "DELETE",
        "models": "journal",
        "content_type": "text/plain",
        "content_types": "application/json",
        "version": 1,
        "year": 1026,
        "year_first": 1950,
        "year_last": 2090,
        "in_favour": 6,
        "against": 9,
        "position": 4711,
        "at_least": 4712,
        "size": 4711,
        "least": 1,
        "most": 40,
        "typed": "482913507",
        "key": "2026-01-05/0001",
        "reference": "5f1c2a7e9b3d4c60",
    }
)
"""Values for the examples of problems, by the name of the parameter."""


def problem_examples(
    statuses: Container[int] = range(1000),
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each code of these statuses with a problem as its caller might see it."""
    for code in (each for each in (*Obstacle, *Code) if each.status in statuses):
        names = re.findall(r"\{(\w+)\}", f"{code.en} {code.en_remedy} {code.zh} {code.zh_remedy}")
        problem = Problem(code, {name: _sample(name) for name in names})
        told = problem.told("en") | {
            "instance": "/v1/meals/claim",
            "request_id": "5f1c2a7e9b3d4c60",
        }
        yield code.name, {"summary": told["detail"], "value": told}


def _sample(name: str) -> object:
    """A value that a parameter of that name might have; KeyError for one that is no number."""
    if name not in SAMPLES and name.endswith(("_fen", "_most", "_least", "s")):
        return 1500
    return SAMPLES[name]
