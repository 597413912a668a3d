"""Site codes: another every half minute, another at every shift, and the one before still taken."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.access.site_codes import STEP_SECONDS, SiteCodes
from ledger.domain.values import BOUNDS, ShiftId, SiteCode

OURS, THEIRS = SiteCodes(b"k" * 32), SiteCodes(b"l" * 32)
SWEEP, KITCHEN = ShiftId("sweep-0106"), ShiftId("kitchen-0106")
NINE = datetime(2026, 1, 6, 1, 0, tzinfo=UTC)
STEP = timedelta(seconds=STEP_SECONDS)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone


@given(MOMENTS)
def test_what_is_shown_is_taken_until_the_next_has_been_shown_as_long(moment: datetime) -> None:
    code, until = OURS.now(SWEEP, moment)
    assert moment < until <= moment + STEP
    assert code in OURS.taken(SWEEP, moment)
    assert code in OURS.taken(SWEEP, until + STEP - timedelta(microseconds=1))
    assert code not in OURS.taken(SWEEP, until + STEP)


@given(MOMENTS)
def test_a_code_is_nine_digits(moment: datetime) -> None:
    form = BOUNDS[SiteCode]
    assert form.pattern is not None
    assert len(OURS.now(SWEEP, moment).code) == form.length
    assert OURS.now(SWEEP, moment).code.isdecimal()


def test_another_shift_and_another_ledger_show_something_else() -> None:
    code = OURS.now(SWEEP, NINE).code
    assert code not in OURS.taken(KITCHEN, NINE) | THEIRS.taken(SWEEP, NINE)


def test_what_will_be_shown_is_not_taken_yet() -> None:
    assert OURS.now(SWEEP, NINE + STEP).code not in OURS.taken(SWEEP, NINE)


def test_the_key_is_not_shown_with_the_codes() -> None:
    assert "kkkk" not in repr(OURS)
