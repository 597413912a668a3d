"""Words of leagues: how measures, seasons and figures are said, and why there is none."""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from api.pages.languages import Speech
from api.pages.languages import marked as _
from api.pages.words_of_notices import NOT_SHOWN
from ledger.projections.public_league import Gap, Measure
from ledger.projections.seasons import QUARTER, Season

MEASURES: Final[Mapping[Measure, str]] = MappingProxyType(
    {
        Measure.minutes_per_thousand: _("Time served for each 1,000 residents"),
        Measure.volunteers_per_thousand: _("Volunteers for each 1,000 residents"),
        Measure.service_minutes: _("Time served"),
        Measure.volunteers: _("Volunteers"),
        Measure.meals_served: _("Meals served"),
        Measure.copayment_share: _("Share of the meals' price paid by the eaters"),
        Measure.cash_contributions: _("Gifts of money"),
        Measure.goods_contributions: _("Gifts of goods"),
        Measure.labour_contributions: _("Gifts of labour"),
        Measure.idea_contributions: _("Ideas"),
        Measure.premises_contributions: _("Premises lent"),
    }
)
GAPS: Final[Mapping[Gap, str]] = MappingProxyType(
    {
        Gap.not_closed: _("not closed yet"),
        Gap.few_people: NOT_SHOWN,
        Gap.no_population: _("no number of residents on record, so no rank"),
        Gap.no_meals: _("no meals were eaten"),
    }
)
CHANGES: Final[Mapping[int, str]] = MappingProxyType(
    {1: _("▲ more"), 0: _("= the same"), -1: _("▼ less")}
)
"""A sign and a word: a colour alone says nothing to everybody."""
TIMES: Final = frozenset({Measure.minutes_per_thousand, Measure.service_minutes})
PEOPLE: Final = frozenset({Measure.volunteers_per_thousand, Measure.volunteers})
TENTHS: Final = 10
BAR_WHOLE: Final = 1_000
"""How long the longest bar is."""


def season(of: Season, say: Speech) -> str:
    """A month or a quarter."""
    if len(of.months) == 1:
        return say.month(of.first_month)
    quarter = of.last.month // QUARTER
    return say.said("quarter %(quarter)d of %(year)d", year=of.last.year, quarter=quarter)


def figure(measure: Measure, exact: Fraction, say: Speech) -> str:
    """A figure as people read it: time in minutes, people to a tenth, a share in per cent."""
    if measure in TIMES:
        return say.duration(round(exact))
    if measure in PEOPLE:
        return say.said("%(number)s people", number=_tenths(exact))
    if measure is Measure.copayment_share:
        return f"{_tenths(exact / 100)}%"
    number = f"{round(exact):,}"
    if measure is Measure.meals_served:
        return say.said("%(number)s meals", number=number)
    return say.said("%(number)s gifts", number=number)


def bar(exact: Fraction, largest: Fraction) -> int:
    """How long the bar beside a figure is, of `BAR_WHOLE`."""
    return round(BAR_WHOLE * exact / largest) if exact > 0 and largest > 0 else 0


def _tenths(exact: Fraction) -> str:
    """To a tenth, where it is no whole number."""
    sign, tenths = "-" if exact < 0 else "", round(abs(exact) * TENTHS)
    whole, rest = divmod(tenths, TENTHS)
    return f"{sign}{whole:,}.{rest}" if rest else f"{sign}{whole:,}"
