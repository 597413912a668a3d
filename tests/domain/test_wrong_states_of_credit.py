"""What a star and time credit answer to each command, at each of their stages."""

from ledger.domain import service, timebank
from ledger.domain.community_records import ServiceRules
from ledger.domain.credit_reversals import ReverseCredit
from ledger.domain.service_openings import ImportOpeningMinutes, ReverseOpeningMinutes
from ledger.domain.service_records import OpeningGrade, OpeningReversalReason
from ledger.domain.stars import GrantStar
from ledger.domain.timebank import DonateCredit, RedeemCredit, TransferCredit
from ledger.domain.timebank_records import CreditReversalReason
from ledger.domain.values import Count, Minutes
from tests.domain.shift_stories import CHEN, MUTUAL_AID, WU, ruled
from tests.domain.states import (
    Cell,
    Machine,
    by_anybody,
    each_cell,
    must_answer,
    must_be_total,
)
from tests.domain.test_wrong_states_of_service import (
    HOUR,
    SIX,
    confirm,
    died,
    in_time,
    lives,
    reverse,
)
from tests.story import Ledger

BANK = ruled(ServiceRules(time_bank=True, star_thresholds=(Minutes(60), Minutes(120))))
grant = GrantStar(CHEN, Count(1))
bring = ImportOpeningMinutes(CHEN, MUTUAL_AID, Minutes(60), SIX.date(), OpeningGrade.estimated)
give_up = ReverseOpeningMinutes(CHEN, MUTUAL_AID, OpeningReversalReason.other)


def stage_of_the_star(ledger: Ledger) -> str:
    served_so_far = ledger[service.stream(CHEN)]
    if served_so_far.stars:
        return "granted"
    return "reached" if served_so_far.credited_minutes() >= 60 else "below"


STAR = Machine(
    nouns=("stars",),
    stage_of=stage_of_the_star,
    rows={
        "below": in_time((BANK, *HOUR)),
        "below.taken_back": in_time((BANK, *HOUR), confirm, reverse),
        "reached": in_time((BANK, *HOUR), confirm),
        "reached.elsewhere": in_time((BANK, *HOUR), bring),
        "below.elsewhere_no_more": in_time((BANK, *HOUR), bring, give_up),
        "granted": in_time((BANK, *HOUR), confirm, grant),
        "granted.taken_back": in_time((BANK, *HOUR), confirm, grant, reverse),
    },
    asked=by_anybody(grant, bring, give_up),
    words={
        "short": "star_must_be_reached",
        "twice": "star_must_not_be_granted_twice",
        "once": "opening_minutes_must_be_imported_once",
        "first": "opening_minutes_must_be_imported_first",
    },
    table="""
                             grant     import-opening-minutes  reverse-opening-minutes
    below                    short     >reached                first
    below.taken_back         short     >reached                first
    below.elsewhere_no_more  short     >reached                first
    reached                  >granted  >reached                first
    reached.elsewhere        >granted  once                    >below
    granted                  twice     >granted                first
    granted.taken_back       twice     >granted                first
    """,
)


def stage_of_the_credit(ledger: Ledger) -> str:
    earned = ledger[service.stream(CHEN)].earned_minutes()
    balance = earned + ledger[timebank.stream(CHEN)].net_minutes
    return "short" if balance < 0 else "some" if balance else "empty"


give, redeem, donate = (
    TransferCredit(CHEN, WU, Minutes(60)),
    RedeemCredit(CHEN, Minutes(60)),
    DonateCredit(CHEN, Minutes(60)),
)
use = RedeemCredit(WU, Minutes(1))
take_back = ReverseCredit(CHEN, Count(1), CreditReversalReason.entered_by_mistake)
CREDIT = Machine(
    nouns=("timebank",),
    stage_of=stage_of_the_credit,
    rows={
        "empty.without_a_bank": in_time(HOUR, confirm),
        "empty": in_time((BANK, *HOUR)),
        "some": in_time((BANK, *HOUR), confirm),
        "some.back": in_time((BANK, *HOUR), confirm, died, lives),
        "empty.given": in_time((BANK, *HOUR), confirm, give),
        "empty.given_and_used": in_time((BANK, *HOUR), confirm, give, use),
        "some.taken_back": in_time((BANK, *HOUR), confirm, redeem, take_back),
        "empty.redeemed": in_time((BANK, *HOUR), confirm, redeem),
        "empty.donated": in_time((BANK, *HOUR), confirm, donate),
        "short": in_time((BANK, *HOUR), confirm, donate, reverse),
        "empty.dead": in_time((BANK, *HOUR), confirm, died),
    },
    asked=by_anybody(give, redeem, donate, take_back),
    words={
        "none": "record_must_be_known",
        "twice": "credit_entry_must_not_be_reversed_twice",
        "used": "given_credit_must_still_be_there",
        "off": "time_bank_must_be_on",
        "cover": "credit_must_cover_the_minutes",
        "dead": "person_must_be_alive_on_the_day",
    },
    table="""
                          transfer  redeem  donate  reverse
    empty.without_a_bank  off       off     off     none
    empty                 cover     cover   cover   none
    some                  >empty    >empty  >empty  none
    some.back             >empty    >empty  >empty  none
    some.taken_back       >empty    >empty  >empty  twice
    empty.given           cover     cover   cover   >some
    empty.given_and_used  cover     cover   cover   used
    empty.redeemed        cover     cover   cover   >some
    empty.donated         cover     cover   cover   >some
    short                 cover     cover   cover   >empty
    empty.dead            dead      dead    dead    none
    """,
)


@each_cell(STAR)
def test_a_star_is_granted_once_and_when_it_is_reached(cell: Cell) -> None:
    must_answer(STAR, cell)


@each_cell(CREDIT)
def test_credit_is_given_only_while_there_is_some(cell: Cell) -> None:
    must_answer(CREDIT, cell)


def test_the_tables_of_stars_and_credit_are_total() -> None:
    for machine in (STAR, CREDIT):
        must_be_total(machine)
