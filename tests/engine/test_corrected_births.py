"""A birth date is corrected while she eats: each meal is priced by one sheet, never by two."""

from datetime import timedelta

from ledger.deciding.answers import Accepted
from ledger.domain import policy_records
from ledger.domain.facts import FactSheet
from ledger.domain.meal_records import MealClaimed
from ledger.domain.person_records import FactsRecorded
from ledger.domain.policy_records import Timeline
from ledger.domain.pricing import first_tier, seen_by, split
from ledger.engine import Ledger
from ledger.vault.sheets import PaperKind, PaperName
from tests.builders import CANTEEN, JINNING, person
from tests.engine.serial import Exchange, log_of
from tests.engine.town import MONDAY, OLD, YOUNG, Work, ask, at_once, born, lunch

EATERS, DAYS, CORRECTIONS = 2, 25, 24


def repriced(ledger: Ledger, timeline: Timeline, claim: MealClaimed) -> None:
    """The shares of the claim are those that the sheet and the policy which it names give."""
    name = PaperName(claim.person, PaperKind.facts, claim.facts_version)
    with ledger.recorder.datastore.get_connection() as connection:
        sheet = ledger.vault.load(connection, [name])[name].paper
    assert isinstance(sheet, FactSheet)
    version = timeline.versions[claim.policy_version - 1]
    eater = seen_by(JINNING, sheet, claim.occurred_on, version.age_rule)
    borne = split(version, first_tier(version, eater), eater, claim.price_fen)
    assert (claim.shares, claim.copayment_fen) == (borne.shares, borne.copayment_fen)


def eats(number: int, of: int) -> Work[Exchange]:
    """Every so manieth day of the month, in the order in which they come."""
    days = [MONDAY + timedelta(days=day) for day in range(1 + of, DAYS, EATERS)]
    return lambda ledger: [ask(ledger, lunch(number, day=day)) for day in days]


def is_corrected(number: int) -> Work[Exchange]:
    births = [(YOUNG, OLD)[place % 2] for place in range(CORRECTIONS)]
    return lambda ledger: [ask(ledger, born(number, each)) for each in births]


def test_each_meal_is_priced_by_the_sheet_that_it_names(ledger: Ledger, rival: Ledger) -> None:
    works = [*(eats(1, of) for of in range(EATERS)), is_corrected(1), eats(2, 0)]
    young = [ask(ledger, each) for each in (born(1, YOUNG), lunch(1))]
    answers = young + at_once([ledger, rival], works)
    assert all(isinstance(each.answer, Accepted) for each in answers)
    timeline, newest, priced_by = Timeline(), {person(1): 1, person(2): 1}, set[int]()
    for recorded in log_of(ledger.recorder):
        if recorded.stream == policy_records.stream(CANTEEN):
            timeline = policy_records.evolve(timeline, recorded.event)
        match recorded.event:
            case FactsRecorded() as sheet:
                newest[sheet.person] = sheet.version
            case MealClaimed() as claim:
                assert claim.facts_version == newest[claim.person]
                repriced(rival, timeline, claim)
                priced_by.add(len(claim.shares))
            case _:
                pass
    assert newest[person(1)] == 2 + CORRECTIONS
    assert priced_by == {0, 1}, "a sheet makes a difference"
