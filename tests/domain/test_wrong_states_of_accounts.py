"""What a slip, a card and an account answer to each command, at each of their stages."""

from ledger.domain import account_records
from ledger.domain.account_records import SlipStage
from tests.domain.account_stories import (
    APPROVER,
    CARD,
    ENDS_AT,
    LIN,
    MEI,
    REGISTRAR,
    SLIP,
    countersign,
    countersigned,
    disable,
    enable,
    issue,
    issue_card,
    issued,
    registered,
    revoke_card,
    told,
    use,
    withdraw,
)
from tests.domain.states import Cell, Machine, Row, each_cell, must_answer, must_be_total
from tests.story import NOON, Given, Ledger, Part, given


def row(*happened: Part) -> Row:
    def reach() -> Given:
        return given(registered(), *happened)

    return Row(reach)


def stage_of_the_slip(ledger: Ledger) -> str:
    slip = ledger[account_records.stream(MEI)].slips.get(SLIP)
    return "none" if slip is None else slip.stage.value


SIGNED = countersigned(APPROVER)
ONE_USE = Machine(
    nouns=("slips",),
    stage_of=stage_of_the_slip,
    rows={
        "none": row(),
        "issued": row(*issued()),
        "issued.office": row(*issued(APPROVER)),
        "issued.over": Row(row(*issued()).reach, ENDS_AT),
        "countersigned": row(*SIGNED),
        "countersigned.over": Row(row(*SIGNED).reach, ENDS_AT),
        "used": row(*issued(), told(use, *issued(), by=MEI)),
        "withdrawn": row(*issued(), told(withdraw, *issued())),
    },
    asked=((issue, REGISTRAR), (countersign, LIN), (withdraw, REGISTRAR), (use, MEI)),
    words={
        "known": "slip_must_be_known",
        "new": "slip_must_be_new",
        "sign": "slip_must_be_countersigned_first",
        "signed": "slip_must_be_countersigned_only_once",
        "expired": "slip_must_not_have_expired",
        "used": "slip_must_not_be_used_twice",
        "gone": "slip_must_not_be_withdrawn",
    },
    table="""
                        issue    countersign     withdraw    use
    none                >issued  known           known       known
    issued              new      >countersigned  >withdrawn  >used
    issued.office       new      >countersigned  >withdrawn  sign
    issued.over         new      expired         expired     expired
    countersigned       new      signed          >withdrawn  >used
    countersigned.over  new      expired         expired     expired
    used                new      used            used        used
    withdrawn           new      gone            gone        gone
    """,
)


def stage_of_the_account(ledger: Ledger) -> str:
    return "disabled" if ledger[account_records.stream(MEI)].disabled else "open"


SHUT = Machine(
    nouns=("accounts",),
    stage_of=stage_of_the_account,
    rows={"open": row(), "disabled": row(told(disable))},
    asked=((disable, REGISTRAR), (enable, REGISTRAR)),
    words={"shut": "account_must_not_be_disabled", "open": "account_must_be_disabled"},
    table="""
              disable    enable
    open      >disabled  open
    disabled  shut       >open
    """,
)


def stage_of_the_card(ledger: Ledger) -> str:
    account = ledger[account_records.stream(MEI)]
    if account.card == CARD:
        return "good"
    return "revoked" if CARD in account.cards else "none"


GOOD = (told(issue_card),)
IN_HAND = Machine(
    nouns=("cards",),
    stage_of=stage_of_the_card,
    rows={
        "none": row(),
        "good": row(*GOOD),
        "revoked": row(*GOOD, told(revoke_card, *GOOD)),
    },
    asked=((issue_card, REGISTRAR), (revoke_card, REGISTRAR)),
    words={
        "known": "card_must_be_known",
        "new": "card_must_be_new",
        "twice": "card_must_not_be_revoked_twice",
    },
    table="""
             issue  revoke
    none     >good  known
    good     new    >revoked
    revoked  new    twice
    """,
)


@each_cell(ONE_USE)
def test_a_slip_goes_one_way(cell: Cell) -> None:
    must_answer(ONE_USE, cell)


@each_cell(SHUT)
def test_an_account_is_open_or_disabled(cell: Cell) -> None:
    must_answer(SHUT, cell)


@each_cell(IN_HAND)
def test_a_card_is_issued_once_and_revoked_once(cell: Cell) -> None:
    must_answer(IN_HAND, cell)


def test_the_tables_of_accounts_are_total() -> None:
    must_be_total(ONE_USE, SlipStage, "none")
    must_be_total(SHUT)
    must_be_total(IN_HAND)


def test_the_clock_alone_ends_a_slip() -> None:
    slip = row(*issued()).reach().ledger[account_records.stream(MEI)].slips[SLIP]
    assert slip.is_open(NOON)
    assert not slip.is_open(ENDS_AT)
