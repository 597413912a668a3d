"""Every question there is about the town of the tests, each by its path and parameters."""

from tests.builders import AGREED, CANTEEN, MEAL_FUND, person

CLAIMS = f"canteens/{CANTEEN}/claims"
UNITS = "communities/jinning/units"
QUESTIONS: list[tuple[str, dict[str, str]]] = [
    ("balances", {"account": "fund/"}),
    ("entries", {"account": f"fund/{MEAL_FUND}"}),
    ("funds", {}),
    (f"funds/{MEAL_FUND}", {}),
    (f"funds/{MEAL_FUND}/statement", {}),
    (f"funds/{MEAL_FUND}/months", {}),
    (f"funds/{MEAL_FUND}/lots", {}),
    (f"funds/{MEAL_FUND}/lots/1", {}),
    (f"funds/{MEAL_FUND}/vouchers/1", {}),
    ("donors/award/town/gifts", {}),
    ("donors/award/town/payments", {}),
    (CLAIMS, {"month": "2026-03"}),
    (f"canteens/{CANTEEN}/days/2026-03-02", {}),
    (f"canteens/{CANTEEN}/totals", {"month": "2026-03"}),
    (f"canteens/{CANTEEN}/clerks", {"month": "2026-03"}),
    ("communities/jinning/meals", {"month": "2026-03"}),
    ("communities/jinning/unconfirmed", {}),
    ("communities/jinning/held", {"day": "2026-03-02"}),
    ("communities/jinning/objections", {"day": "2026-03-02"}),
    (f"canteens/{CANTEEN}/plates", {"month": "2026-03"}),
    (f"canteens/{CANTEEN}/takings", {"month": "2026-03"}),
    ("settlements", {"canteen": CANTEEN}),
    ("recoveries", {"community": "jinning"}),
    ("disbursements", {"fund": MEAL_FUND}),
    (f"funds/{MEAL_FUND}/undone", {}),
    ("payees", {"community": "jinning"}),
    (f"persons/{person(1)}/statement", {}),
    (f"persons/{person(1)}/unconfirmed", {}),
    (f"persons/{person(1)}/credit", {}),
    ("certificates", {"community": "jinning"}),
    (f"persons/{person(1)}/certificates", {}),
    ("shifts", {"community": "jinning", "from_day": "2026-03-01", "to_day": "2026-03-31"}),
    (f"policies/{CANTEEN}", {}),
    ("resolutions", {}),
    (f"resolutions/{AGREED}", {}),
    ("communities/jinning/meetings", {}),
    ("reopenings", {}),
    ("handovers", {}),
    ("communities/jinning/notices", {}),
    ("periods/2026-03/trial-balance", {"community": "jinning"}),
    ("periods/2026-03/accounts", {"account": "diner/", "community": "jinning"}),
    ("communities/jinning/contributions", {}),
    ("communities/jinning/pledges", {}),
    ("communities/jinning/contribution-sums", {"season": "2026-Q1"}),
    ("communities/jinning/ideas", {}),
    (UNITS, {}),
    ("league", {"season": "2026-Q1"}),
    (f"trail/person/{person(1)}", {}),
]

OPEN = (
    *("policies", "trail", "resolutions", "communities/jinning/meetings", "reopenings"),
    "handovers",
)
"""What is no community's own."""
