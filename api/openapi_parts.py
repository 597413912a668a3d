"""Parts of the OpenAPI document that many operations share: statuses, headers, and parameters."""

from typing import Any, Final

from ledger.exchange.shapes import KEY

Json = dict[str, Any]

TAGS: Final = {
    "commands": "Many commands in one request.",
    "balances": "What accounts hold or owe, and the entries behind it.",
    "donors": "Where a donor's money went: each gift, and the payments it went into.",
    "persons": "A person's minutes, what is pending and why.",
    "papers": "What is personal, for the eyes of those who may; each look is written down.",
    "league": "What the communities did, and how they stand beside each other.",
    "exceptions": "What an auditor should look at, with evidence and a score.",
    "log": "Its signed checkpoint and hashes for all; receipts for whom they concern.",
    "grounds": "What a payment rests on: claims, policy, resolution, approvals, voucher.",
    "samples": "What an auditor looks at, drawn so that anybody can draw it again.",
    "trail": "Everything that concerns a person, a shift, a canteen, a fund or a community.",
    "problems": "What each problem means and what to do about it.",
    "events": "Positions as they are reached, for whoever would rather be told than ask.",
    "health": "For whoever operates the ledger.",
}
"""Nouns that only the API has; the others are described where their rules are."""

COMMAND_STATUSES: Final = (400, 401, 403, 404, 405, 409, 413, 415, 422, 500, 503)
QUESTION_STATUSES: Final = (400, 401, 403, 404, 405, 422, 500, 503, 504)
OPEN_STATUSES: Final = {
    "describe_problem": (404, 405, 422, 500),
    "is_ready": (405, 500, 503),
    "is_alive": (405, 500),
    "get_version": (405, 500),
    "get_metrics": (401, 403, 405, 500, 503),
    "open_slip": (401, 403, 404, 405, 409, 422, 500, 503),
    "print_card": (401, 403, 404, 405, 409, 422, 500, 503),
}
"""What is asked of no snapshot."""
PUBLIC_STATUSES: Final = {
    "list_notices": (400, 405, 422, 500, 503, 504),
    "get_notice": (404, 405, 410, 422, 500, 503, 504),
    "print_notice": (404, 405, 410, 422, 500, 503, 504),
    "check_certificate": (404, 405, 422, 429, 500, 503, 504),
    "list_broken_glass": (400, 405, 422, 500, 503, 504),
}
"""Questions like any other, but for whoever asks without a token."""
WITH_A_BODY: Final = {
    "search_persons": (*QUESTION_STATUSES, 413, 415, 429),
    "simulate_policy": (*QUESTION_STATUSES, 409, 413, 415, 429),
}
"""Questions whose words are not for an address, or do not fit into one."""

HEADERS: Final[dict[str, tuple[str, Json]]] = {
    "Ledger-Position": ("The position that the answer is true at.", {"type": "integer"}),
    "Ledger-Kind": ("live, demo or test.", {"type": "string", "enum": ["live", "demo", "test"]}),
    "X-Request-ID": ("The id of the request, as sent or made.", {"type": "string"}),
    "Location": ("Where what happened can be read.", {"type": "string", "format": "uri-reference"}),
    "ETag": ("The version of the stream, or the state of the answer.", {"type": "string"}),
    "Idempotency-Replayed": (
        "Sent when the key was known: this is the first answer.",
        {"type": "string", "enum": ["true"]},
    ),
    "Link": ("The next page, rel=next.", {"type": "string"}),
    "Content-Language": ("zh-CN or en.", {"type": "string", "enum": ["zh-CN", "en"]}),
    "Retry-After": ("Seconds until it is worth trying again.", {"type": "integer"}),
    "WWW-Authenticate": ("Bearer.", {"type": "string"}),
    "Allow": ("The methods that the path offers.", {"type": "string"}),
}
"""Headers of answers: what they say, and how they look."""

SENT: Final[dict[str, Json]] = {
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "Makes sending it twice the same as once, for ever; no personal data in it.",
        "schema": {
            "type": "string",
            "pattern": (KEY.pattern or "").replace(r"\Z", "$"),
            "minLength": 1,
            "maxLength": KEY.length,
        },
    },
    "Ledger-Time": {
        "name": "Ledger-Time",
        "in": "header",
        "required": False,
        "description": "The simulated time; only a demo or a test ledger takes it.",
        "schema": {"type": "string", "format": "date-time"},
    },
    "dry_run": {
        "name": "dry_run",
        "in": "query",
        "required": False,
        "description": "Decide and answer, but write nothing.",
        "schema": {"type": "boolean", "default": False},
    },
    "atomic": {
        "name": "atomic",
        "in": "query",
        "required": False,
        "description": "All or none, under the Idempotency-Key of the request; at most 1,000.",
        "schema": {"type": "boolean", "default": False},
    },
}
"""Parameters that the commands read by themselves."""
