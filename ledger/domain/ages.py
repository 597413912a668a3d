"""Ages: how old somebody is on a day, by the rule of whoever asks."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final, assert_never

ONE_DAY: Final = timedelta(days=1)


class AgeRule(StrEnum):
    """From which day on a year of age counts; in a common year 29 February falls on 1 March."""

    on_the_birthday = "on_the_birthday"
    day_after = "day_after"
    next_month = "next_month"  # the first day of the month after the birthday's


def age_on(born_on: date, day: date, rule: AgeRule) -> int:
    """Whole years, by the day from which the policy lets a year count.

    29 February needs no case of its own: in a common year 28 February comes before it and
    1 March after it.
    """
    match rule:
        case AgeRule.on_the_birthday:
            counted = day
        case AgeRule.day_after:
            counted = day - ONE_DAY
        case AgeRule.next_month:
            counted = day.replace(day=1) - ONE_DAY
        case _:
            assert_never(rule)
    birthday_has_come = (counted.month, counted.day) >= (born_on.month, born_on.day)
    return counted.year - born_on.year - (not birthday_has_come)
