"""What counts as found, as related and as a false alarm."""

from datetime import date
from typing import Any

import pytest

from ledger.demo.scale import findings
from ledger.demo.scale.findings import Recall, recalls
from ledger.demo.scale.planted import Planted
from ledger.projections.detectors import Pattern
from ledger.projections.exceptions import DETECTORS, Finding
from ledger.projections.trail import SubjectKind

DAY = date(2025, 3, 1)


def planted(pattern: Pattern, *names: str) -> Planted:
    return Planted(pattern, names, DAY, 1)


def finding(pattern: Pattern, subject: str, *others: str) -> Finding:
    words = ("",) * 6
    return Finding(pattern, None, SubjectKind.person, subject, others, DAY, 1, (1,), {}, *words)


RING = planted(Pattern.confirmation_ring, "ana", "bei")
ALONE = planted(Pattern.sole_confirmer, "cai", "dou")


def judged(
    monkeypatch: pytest.MonkeyPatch, found: list[Finding], *hidden: Planted
) -> dict[Pattern, Recall]:
    def everything(_: Any, pattern: Pattern) -> list[Finding]:
        return [each for each in found if each.pattern is pattern]

    monkeypatch.setattr(findings, "everything", everything)
    nobody: Any = None  # nothing is asked of a database
    return {each.pattern: each for each in recalls(nobody, hidden, {"jinning"})}


def test_whoever_names_all_of_them_has_found_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = judged(monkeypatch, [finding(Pattern.confirmation_ring, "bei", "ana", "eve")], RING)
    assert found[Pattern.confirmation_ring] == Recall(Pattern.confirmation_ring, 1, 1, 1, 0, 0)


def test_half_a_ring_is_a_false_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    found = judged(monkeypatch, [finding(Pattern.confirmation_ring, "ana", "eve")], RING)
    assert found[Pattern.confirmation_ring] == Recall(Pattern.confirmation_ring, 1, 0, 1, 0, 1)


def test_another_pattern_of_a_planted_person_is_related(monkeypatch: pytest.MonkeyPatch) -> None:
    found = judged(monkeypatch, [finding(Pattern.sole_confirmer, "ana", "bei")], RING, ALONE)
    assert found[Pattern.sole_confirmer] == Recall(Pattern.sole_confirmer, 1, 0, 1, 1, 0)


def test_a_place_relates_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    split = planted(Pattern.payments_split, "jinning", "brother")
    found = judged(monkeypatch, [finding(Pattern.meals_undone, "eve", "jinning")], split)
    assert found[Pattern.meals_undone].false_alarms == 1


def test_every_pattern_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(judged(monkeypatch, [])) == list(DETECTORS)
