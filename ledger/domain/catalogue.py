"""Every stream, command and event of the ledger, by its stable name.

A name here is what is stored and what is called from outside; the Python class behind it may be
renamed or moved, the name may not. A changed event gets a new version beside the old one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ledger.domain import book, communities, people, periods, sites
from ledger.domain.decisions import Kind, Stream, Verb

KINDS: Final[Mapping[str, Kind[Any]]] = MappingProxyType(
    {
        "ledger": Kind(book.Book(), book.evolve),
        "community": Kind(communities.Community(), communities.evolve),
        "person": Kind(people.Person(), people.evolve),
        "site": Kind(sites.Site(), sites.evolve),
        "period": Kind(periods.Period(), periods.evolve),
    }
)
"""How each kind of stream folds, by the first word of its id."""

EVENTS: Final[Mapping[str, type]] = MappingProxyType(
    {
        "ledger-created.v1": book.LedgerCreated,
        "community-registered.v1": communities.CommunityRegistered,
        "population-recorded.v1": communities.PopulationRecorded,
        "cooperative-registered.v1": communities.CooperativeRegistered,
        "unit-registered.v1": communities.UnitRegistered,
        "service-rules-set.v1": communities.ServiceRulesSet,
        "month-closed.v1": communities.MonthClosed,
        "person-registered.v1": people.PersonRegistered,
        "facts-recorded.v1": people.FactsRecorded,
        "death-recorded.v1": people.DeathRecorded,
        "death-corrected.v1": people.DeathCorrected,
        "league-visibility-set.v1": people.LeagueVisibilitySet,
        "site-registered.v1": sites.SiteRegistered,
        "operator-changed.v1": sites.OperatorChanged,
        "service-days-set.v1": sites.ServiceDaysSet,
        "period-closed.v1": periods.PeriodClosed,
    }
)
"""Every event ever stored, by the name it is stored under."""


def _verbs(noun: Any, **commands: type) -> dict[str, Verb]:  # noqa: ANN401  (a module)
    place = noun.__name__.rpartition(".")[2]
    return {
        f"{place}/{word.replace('_', '-')}": Verb(command, noun.needs, noun.decide, noun.place)
        for word, command in commands.items()
    }


VERBS: Final[Mapping[str, Verb]] = MappingProxyType(
    _verbs(book, create_ledger=book.CreateLedger)
    | _verbs(
        communities,
        register=communities.RegisterCommunity,
        record_population=communities.RecordPopulation,
        register_cooperative=communities.RegisterCooperative,
        register_unit=communities.RegisterUnit,
        set_service_rules=communities.SetServiceRules,
    )
    | _verbs(
        people,
        register=people.RegisterPerson,
        record_facts=people.RecordFacts,
        set_league_visibility=people.SetLeagueVisibility,
    )
    | _verbs(
        sites,
        register=sites.RegisterSite,
        change_operator=sites.ChangeOperator,
        set_service_days=sites.SetServiceDays,
    )
    | _verbs(periods, close=periods.ClosePeriod)
)
"""Every command by the name it is called under: the noun's file, a slash, the verb."""

NAME_OF_EVENT: Final[Mapping[type, str]] = MappingProxyType(
    {event: name for name, event in EVENTS.items()}
)
NAME_OF_COMMAND: Final[Mapping[type, str]] = MappingProxyType(
    {verb.command: name for name, verb in VERBS.items()}
)
VERB_OF_COMMAND: Final[Mapping[type, Verb]] = MappingProxyType(
    {verb.command: verb for verb in VERBS.values()}
)


def kind_of(stream: Stream[Any]) -> Kind[Any]:
    """How the stream folds; KeyError for a stream of no known kind."""
    return KINDS[stream.partition("-")[0]]
