"""Publication: by when a month must be on display, whether much money moves there or little."""

from datetime import date

import pytest

from ledger.domain.publication import RULES, Traffic, publish_by, traffic
from ledger.domain.values import Month


@pytest.mark.parametrize(
    ("canteens", "month", "last_day"),
    [
        (1, "2026-01", date(2026, 2, 28)),
        (1, "2028-01", date(2028, 2, 29)),
        (2, "2026-11", date(2026, 12, 31)),
        (1, "2026-12", date(2027, 1, 31)),
        (0, "2026-01", date(2026, 4, 30)),
        (0, "2026-11", date(2027, 2, 28)),
    ],
)
def test_a_month_is_due_on_the_last_day_before_the_next_publication_is_late(
    canteens: int, month: str, last_day: date
) -> None:
    assert publish_by(Month(month), RULES[traffic(canteens)]) == last_day


def test_every_rule_names_its_law_in_both_languages() -> None:
    assert set(RULES) == set(Traffic)
    for rule in RULES.values():
        assert "第三十条" in rule.law_zh
        assert "art. 30" in rule.law_en
