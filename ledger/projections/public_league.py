"""The public league (社区比拼): what everybody may see of how communities stand beside each other.

Of a month that is closed the league knows what a notice of it would say, and nothing else
(`public_months.shown_of`); of a quarter, what it shows of all its months. Every figure, rank and
change is made of that. So nobody can compute from a league what the notices leave out, whichever
seasons and measures she lays side by side. Who is known to be one person is asked of now, for the
figures of a closed month change by nothing else.

A quarter's volunteers are those of its months on average: how many different people they were would
tell how many came in one month alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from psycopg import Connection

from ledger.domain.contribution_records import ContributionKind
from ledger.domain.small_cells import FEW
from ledger.domain.values import CommunityId, Count, Month, Title
from ledger.projections import league, month_deeds, period_records
from ledger.projections.asking import ask, seen
from ledger.projections.league import Figure
from ledger.projections.model import ReadModel
from ledger.projections.public_figures import PublicDeeds
from ledger.projections.seasons import Season
from ledger.projections.view import NOW, View

MODELS: Final[tuple[ReadModel, ...]] = (*month_deeds.MODELS, period_records.MODEL)
THOUSAND: Final = 1_000
WHOLE: Final = 10_000
"""Basis points of a whole."""

Months: TypeAlias = Mapping[tuple[CommunityId, Month], PublicDeeds]
"""What is shown of each month that is closed."""


class Measure(StrEnum):
    """What communities are compared by, for each head first. A share is in basis points."""

    minutes_per_thousand = "minutes-per-thousand"
    volunteers_per_thousand = "volunteers-per-thousand"
    service_minutes = "service-minutes"
    volunteers = "volunteers"
    meals_served = "meals-served"
    copayment_share = "copayment-share"
    cash_contributions = "cash-contributions"
    goods_contributions = "goods-contributions"
    labour_contributions = "labour-contributions"
    idea_contributions = "idea-contributions"
    premises_contributions = "premises-contributions"


PER_THOUSAND: Final = MappingProxyType(
    {
        Measure.minutes_per_thousand: Measure.service_minutes,
        Measure.volunteers_per_thousand: Measure.volunteers,
    }
)
"""What each measure for each thousand residents is made of."""
GIFTS: Final = MappingProxyType(
    {Measure(f"{kind}-contributions"): kind for kind in ContributionKind}
)


class Gap(StrEnum):
    """Why a community has no figure, the first that applies."""

    not_closed = "not_closed"
    few_people = "few_people"
    no_population = "no_population"
    no_meals = "no_meals"


@dataclass(frozen=True, slots=True)
class Home:
    """A community, and how many residents it has on the last day of a season, if that is known."""

    community: CommunityId
    name: Title
    residents: Count | None


@dataclass(frozen=True, slots=True)
class Line:
    """A community in a league: a figure with its rank, or a gap; and that of the season before.

    `change` is 1 where it became more, -1 where it became less, 0 where it is the same.
    """

    community: CommunityId
    name: Title
    figure: Figure | None
    tied: bool
    gap: Gap | None
    before: Fraction | None

    @property
    def rank(self) -> int | None:
        """Its rank; nothing at all has none, lest it be the first where few are behind the rest."""
        figure = self.figure
        return figure.rank if figure is not None and figure.amount > 0 else None

    @property
    def exact(self) -> Fraction | None:
        """The figure as a number."""
        return None if self.figure is None else Fraction(self.figure.amount, self.figure.per)

    @property
    def change(self) -> int | None:
        """Against the season before."""
        now = self.exact
        if now is None or self.before is None:
            return None
        return (now > self.before) - (now < self.before)


HOMES: Final = """
SELECT community, name,
       (SELECT residents FROM league.populations AS population
        WHERE population.community = here.community
          AND valid_from <= %(last)s AND position <= %(known)s
        ORDER BY valid_from DESC, position DESC LIMIT 1) AS residents
FROM league.communities AS here WHERE position <= %(known)s ORDER BY community
"""


def homes(connection: Connection[Any], season: Season, view: View = NOW) -> tuple[Home, ...]:
    """Every community, with its population of the season."""
    return ask(connection, Home, HOMES, **seen(view) | {"last": season.last})


def table(
    season: Season,
    measure: Measure,
    months: Months,
    now: Sequence[Home],
    then: Iterable[Home] = (),
) -> tuple[Line, ...]:
    """The communities in the order of their ranks, then those without a figure by their names.

    `now` are the communities of the season, `then` the same in the season before.
    """
    before = {home.community: _told(season.before, measure, months, home) for home in then}
    told = [_told(season, measure, months, home) for home in now]
    figures = league.figures([_parts(each) for each in told])
    ranks = [figure.rank for figure in figures if figure]
    lines = [
        Line(
            home.community,
            home.name,
            figure,
            figure is not None and ranks.count(figure.rank) > 1,
            each if isinstance(each, Gap) else None,
            _number(before.get(home.community)),
        )
        for home, each, figure in zip(now, told, figures, strict=True)
    ]
    return tuple(sorted(lines, key=_order))


def _order(line: Line) -> tuple[bool, int, str]:
    return line.figure is None, line.figure.rank if line.figure else 0, line.name


def _parts(told: Fraction | Gap) -> tuple[int, int]:
    return (0, 0) if isinstance(told, Gap) else (told.numerator, told.denominator)


def _number(told: Fraction | Gap | None) -> Fraction | None:
    return told if isinstance(told, Fraction) else None


# -- one community's figure of a season --------------------------------------------------------


def _told(season: Season, measure: Measure, months: Months, home: Home) -> Fraction | Gap:
    """The figure, or why there is none."""
    found = [months.get((home.community, month)) for month in season.months]
    shown = [each for each in found if each is not None]
    if len(shown) < len(found):
        return Gap.not_closed
    if measure is Measure.copayment_share:
        return _share(shown)
    if measure not in PER_THOUSAND:
        return _of_months(measure, shown)
    whole = _of_months(PER_THOUSAND[measure], shown)
    if isinstance(whole, Gap):
        return whole
    return THOUSAND * whole / home.residents if home.residents else Gap.no_population


def _of_months(measure: Measure, shown: Sequence[PublicDeeds]) -> Fraction | Gap:
    """The sum of what the months show, of people the average; none where a month does not say."""
    figures = [_of_month(measure, each) for each in shown]
    said = [each for each in figures if each is not None]
    if len(said) < len(figures):
        return Gap.few_people
    return Fraction(sum(said), len(said) if measure is Measure.volunteers else 1)


def _of_month(measure: Measure, shown: PublicDeeds) -> int | None:
    kind = GIFTS.get(measure)
    if kind is not None:
        return next(each.contributions for each in shown.contributions.by_kind if each.kind is kind)
    return AMOUNTS[measure](shown)


def _volunteers(shown: PublicDeeds) -> int | None:
    people = shown.service.volunteers
    return None if people == FEW else people


AMOUNTS: Final[Mapping[Measure, Callable[[PublicDeeds], int | None]]] = MappingProxyType(
    {
        Measure.service_minutes: lambda shown: shown.service.service_minutes,
        Measure.volunteers: _volunteers,
        Measure.meals_served: lambda shown: shown.meals.meals,
    }
)


def _share(shown: Sequence[PublicDeeds]) -> Fraction | Gap:
    """What the eaters bear themselves of what their meals cost."""
    own = [each.meals.copayment_fen for each in shown]
    prices = [each.meals.price_fen for each in shown]
    borne, price = [each for each in own if each is not None], sum(each or 0 for each in prices)
    if None in prices or len(borne) < len(own):
        return Gap.few_people
    return Fraction(WHOLE * sum(borne), price) if price > 0 else Gap.no_meals
