"""Places: the path under which something can be read."""

from ledger.deciding.answers import Written


def location(written: Written) -> str:
    """The path under which what a command did can be read."""
    kind, _, name = written.stream.partition("-")
    match kind:
        case "shift":
            return f"/v1/shifts/{name}"
        case "fund":
            return f"/v1/funds/{name}"
        case "policy":
            return f"/v1/policies/{name}"
        case "service":
            return f"/v1/persons/{name}/statement"
        case "meals":
            day = f"{written.event.occurred_on}"
            return f"/v1/canteens/{written.event.canteen}/days/{day}"
        case _:
            return f"/v1/trail/stream/{written.stream}"
