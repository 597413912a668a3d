"""A check that schemathesis cannot know: what fits the document is never called malformed.

Where a schema cannot say it all, the ledger asks for more: a year from 1900 to 2100 where the
document says `date`, 1 and not 1.0 where it says `integer`, one key for a group.
"""

from typing import Any

import schemathesis

MALFORMED = {"command_must_be_well_formed", "query_must_be_well_formed", "body_must_be_json"}
BEYOND_SCHEMAS = (
    "In a group",
    "This must be a whole number",
    "The year must be",
    "This must be a day that exists",
    "This must be a time with",
    "This must be a position, a day, or a time",
)


@schemathesis.check
def what_fits_the_document_is_well_formed(ctx: Any, response: Any, case: Any) -> None:
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if "problem+json" not in "".join(response.headers.get("content-type", ())):
        return
    problem = response.json()
    faults = [error["messages"]["en"]["detail"] for error in problem.get("errors", ())]
    if problem["code"] in MALFORMED and not all(
        fault.startswith(BEYOND_SCHEMAS) for fault in faults
    ):
        raise AssertionError(f"fits the document, but: {problem['code']}: {faults}")
