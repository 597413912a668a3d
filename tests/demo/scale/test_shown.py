"""What `jiefang demo --scale` prints and lists, for a town so small that a test can wait for it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from ledger.cli import open_scale, show_scale
from ledger.demo.scale import shown
from ledger.demo.scale.acts import Kind
from ledger.demo.scale.extent import EXTENTS, Extent, Scale
from ledger.demo.scale.loading import HoldsSomethingElse
from ledger.demo.scale.year import Year
from ledger.projections.detectors import Pattern
from ledger.settings import Settings

SMALL = Extent(3, 6_000, 700, 200, last_day=45)


@pytest.fixture
def settings(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setitem(EXTENTS, Scale.town, SMALL)
    return Settings(
        database_url=SecretStr(database), key_dir=tmp_path / "keys", allow_weak_durability=True
    )


def test_size_refusals_and_findings_are_shown_and_a_second_time_nothing_is_new(
    settings: Settings, tmp_path: Path
) -> None:
    listed, out = tmp_path / "planted.jsonl", tmp_path / "out.txt"
    with open_scale(settings, Scale.town, 1) as here:
        assert show_scale(here, Scale.town, 1, listed, out) == 0
        first = out.read_text(encoding="utf-8")
        events = here.ledger.recorder.max_notification_id()
        assert show_scale(here, Scale.town, 1, listed, out) == 0
        assert here.ledger.recorder.max_notification_id() == events
    for words in ("规模 Size", "700", "尝试过的滥用", "异常清单", "were found", "虚构示例"):
        assert words in first
    again = out.read_text(encoding="utf-8")
    skipped = next(line for line in again.splitlines() if "acts there before" in line)
    assert skipped.split()[-1] != "0"


def test_the_list_says_what_it_is_and_what_was_planted() -> None:
    year = Year(replace(SMALL, last_day=365), 1)
    first, *rest = map(json.loads, shown.listed(year, Scale.town, 1))
    assert (first["scale"], first["seed"]) == ("town", 1)
    assert "虚构" in first["note"]
    assert len(rest) == len(year.planted()) > 0
    assert {each["pattern"] for each in rest} <= set(Pattern)


def test_another_seed_wants_a_folder_of_its_own(settings: Settings, tmp_path: Path) -> None:
    with open_scale(settings, Scale.town, 1) as here:
        show_scale(here, Scale.town, 1, tmp_path / "planted.jsonl", tmp_path / "out.txt")
    with pytest.raises(HoldsSomethingElse, match="--data"), open_scale(settings, Scale.town, 2):
        pass


def test_every_kind_of_attempt_has_words() -> None:
    assert set(shown.WORDS) == set(Kind) - {Kind.usual}
