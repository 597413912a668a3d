"""Every case passes whole: the worked example, ours, the shared ones, and random ones."""

import json
from pathlib import Path

import pytest

from ledger.demo.check_money import Difference
from ledger.demo.rows import HERE, Case, parse, read
from ledger.demo.scratch import judge
from ledger.settings import Settings
from tests.reference.random_cases import filled, random_case

SHARED = Path(__file__).resolve().parents[3] / "shared" / "cases"
SEEDS = range(1000, 1030)


def told(differences: list[Difference]) -> list[str]:
    return [
        f"{each.row} {each.field}: expected {each.expected}, actual {each.actual}"
        for each in differences
    ]


@pytest.mark.parametrize("path", sorted(HERE.glob("*.json")), ids=lambda path: path.stem)
def test_our_cases_pass_whole(path: Path, server_settings: Settings) -> None:
    assert told(judge(read(path), server_settings)) == []


def test_the_shared_cases_pass_whole(server_settings: Settings) -> None:
    paths = sorted(SHARED.glob("*.json"))
    if not paths:
        pytest.skip(f"NO SHARED CASES in {SHARED.name}/ beside the checkout: only ours were judged")
    for path in paths:
        assert told(judge(read(path), server_settings)) == [], path


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_case_passes_whole(seed: int, server_settings: Settings) -> None:
    """To look at one: python -m tests.demo.seed SEED."""
    case = random_case(seed, residents=25, claims=90, attendance=60)
    text = json.dumps(filled(case), ensure_ascii=False).encode()
    assert told(judge(parse(text), server_settings)) == [], f"seed {seed}"


def test_a_case_of_more_rows_than_one_append_takes_passes_whole(server_settings: Settings) -> None:
    """What is decided in one append is known to the next before it is written."""
    case = random_case(3000, residents=150, claims=600, attendance=400)
    text = json.dumps(filled(case), ensure_ascii=False).encode()
    assert told(judge(parse(text), server_settings)) == []


def test_an_empty_case_passes(server_settings: Settings) -> None:
    assert judge(Case(), server_settings) == []
