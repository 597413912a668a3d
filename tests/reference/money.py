"""Money: what each fund holds in the end, and what was awarded."""

from .case_rows import Row


def balances(fund: list[Row]) -> dict[str, int]:
    """Per `community/restriction` the sum of the rows: "positive = receipt"."""
    found: dict[str, int] = {}
    for row in fund:
        key = f"{row['community']}/{row['restriction']}"
        found[key] = found.get(key, 0) + int(row["fen"])
    return found


def award_total(awards: list[Row]) -> int:
    """All awards together, in fen."""
    return sum(int(award["fen"]) for award in awards)
