"""The list of givers: what is published of it at a position, and what of that is shown now."""

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from psycopg import Connection

from ledger.domain import people
from ledger.domain.community_records import CommunityRegistered
from ledger.domain.contribution_records import ContributionKind, ContributionRecorded, Gift
from ledger.domain.decisions import Happening
from ledger.domain.fund_records import FundOpened, ReceiptReversalReason, ReceiptReversed
from ledger.domain.lots import ReceiptKind
from ledger.domain.person_records import DeathCorrected, DeathRecorded
from ledger.domain.rights_records import (
    ConsentGiven,
    ConsentPurpose,
    ConsentWithdrawn,
    ErasureBasis,
    PersonErased,
    PersonRestricted,
    RestrictionReason,
    RightsEvent,
)
from ledger.domain.values import (
    CommunityId,
    Digest,
    Minutes,
    Month,
    PersonId,
    Slug,
    Title,
    ZoneName,
)
from ledger.projections import acknowledgements, month_sums, shift_records
from ledger.projections.acknowledgements import Published
from ledger.projections.public_months import Draft, digest_of, draft
from tests.builders import CLERK, NEW_YEAR, person
from tests.projections.contribution_events import CHAIRS, LABOUR, gift, shown, withdrawn
from tests.projections.fund_events import MEALS, opened, received
from tests.projections.real_log import written
from tests.projections.service_events import JINNING, MARCH, MARCH_2
from tests.servers import Server, temporary_database

MODELS = (*month_sums.MODELS, shift_records.MODEL)
HOME = CommunityRegistered(
    JINNING, Title("金宁"), Title("丹灶"), ZoneName("Asia/Shanghai"), NEW_YEAR
)
ONE, TWO = person(1), person(2)
APRIL = Month("2026-04")
CONTESTED = RestrictionReason.accuracy_contested


def consenting(*persons: PersonId) -> tuple[Happening, ...]:
    """They let public lists show their masked names."""
    purpose = ConsentPurpose.public_name
    return tuple((people.stream(who), ConsentGiven(who, purpose, who, MARCH_2)) for who in persons)


def published(connection: Connection[Any], position: int, month: Month = MARCH) -> Published:
    return acknowledgements.of_month(connection, JINNING, month, position)


def amounts(connection: Connection[Any], position: int, month: Month = MARCH) -> list[int]:
    """What is published at the position."""
    lines = published(connection, position, month).lines
    return sorted(each.line.amount_fen or 0 for each in lines)


def now(connection: Connection[Any], position: int) -> dict[int, Any]:
    """By amount: who is beside it on the list that is shown now, as published at the position."""
    listed = acknowledgements.shown(connection, published(connection, position))
    return {each.line.amount_fen or 0: each.person for each in listed}


# -- what is published -------------------------------------------------------------------------


def test_a_line_is_published_where_its_giver_wished_it_at_the_position(database: str) -> None:
    given = gift(who=ONE, amount_fen=100)
    wished = shown(given.contribution, public=True)
    taken_back = shown(given.contribution, public=False)
    with written(database, MODELS, HOME, given, wished, taken_back) as connection:
        assert [amounts(connection, position) for position in (1, 2, 3, 4)] == [[], [], [100], []]


def test_a_line_says_kind_and_amount_and_of_persons_nothing(database: str) -> None:
    labour = gift(LABOUR, who=ONE, public=True)
    chairs = gift(CHAIRS, who=TWO, public=True)
    with written(database, MODELS, HOME, labour, chairs) as connection:
        lines = {each.line.kind: each.line for each in published(connection, 3).lines}
    told = lines[ContributionKind.labour]
    assert (told.amount_fen, told.labour_minutes, told.organisation) == (None, 90, None)
    assert lines[ContributionKind.goods].labour_minutes is None
    assert ONE not in repr(told)


def of_an_organisation(amount_fen: int) -> ContributionRecorded:
    given = gift(who=None, amount_fen=amount_fen, public=True)
    return replace(given, organisation=Slug("corner-shop"))


def test_organisations_are_listed_and_who_is_not_named_is_not(database: str) -> None:
    shop, nobody = of_an_organisation(700), gift(who=None, amount_fen=800, public=True)
    with written(database, MODELS, HOME, shop, nobody) as connection:
        (line,) = published(connection, 3).lines
        assert (line.line.organisation, line.line.amount_fen, line.person) == (
            "corner-shop",
            700,
            None,
        )
        assert now(connection, 3) == {700: None}


def test_a_gift_belongs_to_the_month_of_its_books_and_to_its_community(database: str) -> None:
    late = replace(gift(who=ONE, amount_fen=100, public=True), booked_in=APRIL)
    elsewhere = gift(who=ONE, amount_fen=200, public=True, where=CommunityId("xilian"))
    with written(database, MODELS, HOME, late, elsewhere) as connection:
        assert amounts(connection, 3) == []
        assert amounts(connection, 3, APRIL) == [100]


def test_what_was_withdrawn_or_taken_out_of_the_fund_is_not_published(database: str) -> None:
    """Also where another month's books have it."""
    first, second, third = (gift(who=ONE, amount_fen=n, public=True) for n in (100, 200, 300))
    fund = first.gift.fund
    assert fund is not None
    opened = FundOpened(fund, JINNING, Title("基金"), Slug("unrestricted"), NEW_YEAR)
    taken_out = reversal(third)
    log = (HOME, opened, first, second, withdrawn(first), withdrawn(second, APRIL), third)
    with written(database, MODELS, *log, taken_out) as connection:
        assert [amounts(connection, position) for position in range(3, 9)] == [
            [100],
            [100, 200],
            [200],
            [],
            [300],
            [],
        ]
        assert now(connection, 4) == {}


def reversal(given: ContributionRecorded) -> ReceiptReversed:
    fund, amount_fen = given.gift.fund, given.gift.amount_fen
    assert fund is not None
    assert amount_fen is not None
    assert given.receipt is not None
    kind, reason = ReceiptKind.contribution, ReceiptReversalReason.entered_by_mistake
    source = Slug(given.contribution)
    what = fund, given.receipt, kind, source, amount_fen, reason
    return ReceiptReversed(*what, CLERK, MARCH_2, MARCH)


# -- the digest --------------------------------------------------------------------------------


def drafted(connection: Connection[Any], position: int) -> Draft:
    return draft(connection, JINNING, MARCH, position)


def test_the_figures_hold_a_digest_of_each_line_that_whoever_has_its_salt_can_compute(
    database: str,
) -> None:
    gifts = [gift(who=ONE, amount_fen=100, public=True), gift(LABOUR, who=TWO, public=True)]
    with written(database, MODELS, HOME, *gifts) as connection:
        told = drafted(connection, 3)
    computed = []
    for given in told.givers.lines:
        line = {
            "salt": given.line.salt,
            "kind": given.line.kind.value,
            "amount_fen": given.line.amount_fen,
            "labour_minutes": given.line.labour_minutes,
            "organisation": given.line.organisation,
        }
        text = json.dumps(line, sort_keys=True, separators=(",", ":"))
        computed.append(sha256(text.encode()).hexdigest())
    assert told.figures.acknowledgements == tuple(computed)
    assert computed == sorted(computed), "their order says nothing of gifts or givers"
    assert len({given.line.salt for given in told.givers.lines}) == 2


def test_another_giver_of_the_same_gift_has_the_same_digest(
    embedded: Server, database: str
) -> None:
    """No name and no id is in it."""
    given = gift(who=ONE, amount_fen=100, public=True)
    with temporary_database(embedded) as other:
        found = []
        for url, who in ((database, ONE), (other, TWO)):
            with written(url, MODELS, HOME, replace(given, person=who)) as connection:
                found.append(drafted(connection, 2))
    assert found[0].digest == found[1].digest
    assert [each.givers.lines[0].person for each in found] == [ONE, TWO]


def test_what_was_published_before_there_was_a_list_is_still_the_ledgers_word(
    database: str,
) -> None:
    given = gift(who=ONE, amount_fen=100, public=True)
    with written(database, MODELS, HOME, given) as connection:
        told = drafted(connection, 2)
    assert told.published_as(told.digest) == told
    earlier = told.published_as(digest_of(told.in_form(1)))
    assert earlier is not None
    assert (earlier.figures.form, earlier.givers) == (1, Published())
    assert b"acknowledgements" not in msgspec.json.encode(earlier.figures)
    assert told.published_as(Digest("0" * 64)) is None


# -- what is shown -----------------------------------------------------------------------------


def test_a_wish_taken_back_since_is_heeded_at_once_and_one_made_since_is_not_published(
    database: str,
) -> None:
    first, second = gift(who=ONE, amount_fen=100, public=True), gift(who=TWO, amount_fen=200)
    changed = (shown(first.contribution, public=False), shown(second.contribution, public=True))
    with written(
        database, MODELS, HOME, first, second, *changed, *consenting(ONE, TWO)
    ) as connection:
        assert amounts(connection, 3) == [100]
        assert now(connection, 3) == {}
        assert now(connection, 5) == {200: TWO}


def test_who_died_is_listed_without_her_name(database: str) -> None:
    given = gift(who=ONE, amount_fen=100, public=True)
    died = DeathRecorded(ONE, MARCH_2, MARCH_2)
    with written(database, MODELS, HOME, given, died, *consenting(ONE)) as connection:
        assert now(connection, 2) == {100: None}


def test_who_is_alive_after_all_is_named_again(database: str) -> None:
    given = gift(who=ONE, amount_fen=100, public=True)
    died, lives = DeathRecorded(ONE, MARCH_2, MARCH_2), DeathCorrected(ONE, None, MARCH_2)
    with written(database, MODELS, HOME, given, died, lives, *consenting(ONE)) as connection:
        assert now(connection, 2) == {100: ONE}


@pytest.mark.parametrize(
    ("since", "named"),
    [
        ((), True),
        ((ConsentWithdrawn(ONE, ConsentPurpose.public_name, ONE, MARCH_2),), False),
        ((PersonRestricted(ONE, CONTESTED, None, None, (), MARCH_2),), False),
        ((PersonErased(ONE, ErasureBasis.consent_withdrawn, MARCH_2),), False),
    ],
)
def test_a_name_is_shown_while_she_consents_and_her_data_are_in_use(
    database: str, since: tuple[RightsEvent, ...], *, named: bool
) -> None:
    given = gift(who=ONE, amount_fen=100, public=True)
    hers = people.stream(ONE)
    later = ((hers, event) for event in since)
    with written(database, MODELS, HOME, given, *consenting(ONE), *later) as connection:
        assert now(connection, 2) == {100: ONE if named else None}


def test_whoever_was_never_asked_is_listed_without_her_name(database: str) -> None:
    given = gift(who=ONE, amount_fen=100, public=True)
    with written(database, MODELS, HOME, given) as connection:
        assert now(connection, 2) == {100: None}


@pytest.mark.parametrize("join", ["hashjoin", "mergejoin", "nestloop"])
def test_who_is_alive_after_all_is_named_however_the_planner_joins(
    database: str, join: str
) -> None:
    gifts = [gift(CHAIRS, who=person(10 + number), public=True) for number in range(12)]
    who = person(10)
    deaths = DeathRecorded(who, MARCH_2, MARCH_2), DeathCorrected(who, None, MARCH_2)
    with written(database, MODELS, HOME, *gifts, *deaths, *consenting(who)) as connection:
        connection.execute("ANALYZE")
        for other in {"hashjoin", "mergejoin", "nestloop"} - {join}:
            connection.execute("SELECT set_config('enable_' || %s, 'off', false)", (other,))
        listed = acknowledgements.shown(connection, published(connection, len(gifts) + 3))
    assert who in {each.person for each in listed}


@pytest.mark.parametrize("others", [0, 1])
def test_one_who_takes_her_wish_back_is_not_found_by_subtracting_the_others(
    database: str, others: int
) -> None:
    """The sum of all is in the figures for good, so four others are left out with her."""
    gifts = [gift(CHAIRS, who=person(10 + number), public=True) for number in range(6 + others)]
    taken_back = shown(gifts[0].contribution, public=False)
    with written(database, MODELS, HOME, *gifts, taken_back) as connection:
        position = len(gifts) + 1
        whole = published(connection, position)
        assert len(whole.lines) == 6 + others
        listed = acknowledgements.shown(connection, whole)
        assert len(listed) == 1 + others
        assert gifts[0].person not in {each.person for each in listed}
        table = month_sums.of_month(connection, JINNING, MARCH, position).gifts
        assert [(each.givers, each.contributions) for each in table] == [(6 + others, 6 + others)]


def test_kinds_do_not_speak_for_each_other(database: str) -> None:
    labour = Gift(ContributionKind.labour, labour_minutes=Minutes(30))
    gifts = [gift(CHAIRS, who=person(10 + number), public=True) for number in range(5)]
    few = [gift(labour, who=person(10 + number), public=number < 2) for number in range(4)]
    with written(database, MODELS, HOME, *gifts, *few) as connection:
        kinds = [each.line.kind.value for each in published(connection, 10).lines]
    assert sorted(kinds) == ["goods"] * 5 + ["labour"] * 2


def test_nothing_is_listed_of_a_month_without_gifts(database: str) -> None:
    with written(database, MODELS, HOME) as connection:
        assert published(connection, 1).lines == ()
        assert acknowledgements.shown(connection, published(connection, 1)) == ()


@pytest.mark.parametrize(("position", "givers"), [(2, 0), (3, 1)])
def test_whose_money_it_is_is_known_no_earlier_than_the_contribution(
    database: str, position: int, givers: int
) -> None:
    given = gift(who=ONE)
    called, kind = Slug(given.contribution), ReceiptKind.contribution
    money = replace(received(MEALS, 500, 1), source=called, kind=kind)
    with written(database, MODELS, opened(MEALS), money, given) as connection:
        (receipts,) = month_sums.of_month(connection, JINNING, MARCH, position).receipts
    assert (receipts.amount_fen, receipts.givers) == (500, givers)
