"""A resolution of the worked example was taken in the month of its number, before it was needed."""

import pytest

from ledger.demo.case import began, steps
from ledger.demo.rows import WORKED_EXAMPLE, parse, read
from ledger.domain.policies import PublishPolicy
from ledger.domain.resolutions import RecordResolution

CASE = read(WORKED_EXAMPLE)


def test_each_is_of_the_month_of_its_number_and_on_record_before_what_cites_it() -> None:
    planned = steps(CASE)
    recorded = {
        step.command.resolution: (place, step.command.decided_on, step.at)
        for place, step in enumerate(planned)
        if isinstance(step.command, RecordResolution)
    }
    for name, (_, day, at) in recorded.items():
        assert f"{day:%Y-%m}" in name
        assert day <= at.date()
    policies = [each for each in enumerate(planned) if isinstance(each[1].command, PublishPolicy)]
    assert policies
    for place, step in policies:
        assert isinstance(step.command, PublishPolicy)
        assert step.at.date() < step.command.valid_from
        for cited in step.command.resolutions:
            assert recorded[cited.resolution][0] < place
            assert recorded[cited.resolution][1] < step.command.valid_from


@pytest.mark.parametrize("number", ["JN-1", "JN-2025-13", "JN-2031-01", "JN-2026-010", ""])
def test_a_number_that_tells_no_month_before_is_of_the_first_day(number: str) -> None:
    text = WORKED_EXAMPLE.read_text(encoding="utf-8").replace("JN-YST-2025-12(虚构)", number)
    case = parse(text.encode())
    jinning = [
        step.command.decided_on
        for step in steps(case)
        if isinstance(step.command, RecordResolution) and step.command.community == "jinning"
    ]
    assert jinning == [began(case).date()] * 2
