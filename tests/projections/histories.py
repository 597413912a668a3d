"""Random histories of a small town, sent down the ordinary road: meals, service, deaths, closings.

A turn is one thing somebody tries on a day; what the rules refuse simply does not happen. People
reverse what there is, so a turn names it by a number that is counted round. Turns are thrown by
dice: chosen by a search for short examples, most histories would hold no reversal at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from ledger.domain.attendance import AttestAttendance, CorrectAttendance, MarkNoShow
from ledger.domain.canteens import CloseClaims
from ledger.domain.communities import (
    RecordPopulation,
    RegisterUnit,
    SetServiceRules,
)
from ledger.domain.community_records import ServiceRules, UnitKind, UnitRegistered
from ledger.domain.contribution_records import ContributionKind, Gift, IdeaTopic
from ledger.domain.contributions import RecordContribution, WithdrawContribution
from ledger.domain.councils import Body, RecordAttendance, RecordMeeting, WithdrawAttendance
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.facts import Note
from ledger.domain.holds import ReleaseForTown, ReleaseHeldService
from ledger.domain.lateness import ApproveLateService, RecordLateService
from ledger.domain.meal_records import MealClaimed, MealReversalReason, ReversalKind
from ledger.domain.meals import ClaimMeal, ReverseMeal
from ledger.domain.objection_records import ObjectionAnswer, ObjectionReason
from ledger.domain.objections import AnswerObjection, RaiseObjection
from ledger.domain.periods import ClosePeriod, ProposeReopen, ReopenPeriod, ReopenReason
from ledger.domain.service import (
    ConfirmService,
    RefuseService,
    ReverseService,
)
from ledger.domain.service_openings import ImportOpeningMinutes, ReverseOpeningMinutes
from ledger.domain.service_records import (
    LateReason,
    OpeningGrade,
    OpeningReversalReason,
    RefusalReason,
    ReversalReason,
    ServiceCredited,
)
from ledger.domain.shift_records import CorrectionReason
from ledger.domain.shifts import ScheduleShift, SignUp
from ledger.domain.tiers import (
    Sitting,
)
from ledger.domain.values import (
    ContributionId,
    Count,
    Fen,
    MeetingId,
    Minutes,
    Month,
    NoteText,
    ShiftId,
    Title,
    UnitId,
    month_of,
    months_between,
    previous_month,
)
from ledger.projections import rebuild
from ledger.projections.models import MODELS
from ledger.projections.projector import Projector
from ledger.store.datastore import LedgerDatastore
from tests import builders
from tests.builders import (
    JINNING,
    MEAL_FUND,
    NEW_YEAR,
    START,
    accepted,
    open_ledger,
    unit,
)
from tests.projections.history_civic import OF_THE_TOWN, certify, grant
from tests.projections.history_duplicates import OF_IDENTITY
from tests.projections.history_money import OF_CANTEENS, OF_FUNDS
from tests.projections.history_rights import OF_RIGHTS
from tests.projections.history_town import (
    AT_THE_MACHINE,
    CANTEENS,
    COMMUNITIES,
    PEOPLE,
    accounts,
    foundation,
    names_of_the_log,
)
from tests.projections.history_turns import COLLEAGUE, Town, Turn, Turning
from tests.projections.history_unclaimable import claim_or_enter, end_the_last


def claim(town: Town, turn: Turn) -> None:
    sitting = (Sitting.lunch, Sitting.dinner)[turn.two // 2 % 2]
    canteen, full = CANTEENS[turn.two % 2], turn.back % 5 == 1
    meal = ClaimMeal(PEOPLE[turn.one], canteen, town.day(turn), sitting, at_full_price=full)
    claim_or_enter(town, turn, meal)


def reverse_claim(town: Town, turn: Turn) -> None:
    end_the_last(town, turn)
    claims = town.happened[MealClaimed]
    if claims:
        found = claims[(turn.one + 4 * turn.back) % len(claims)]
        kind = tuple(ReversalKind)[turn.two % 2]
        month, reason = month_of(found.occurred_on), MealReversalReason.other
        town.do(ReverseMeal(found.person, month, found.claim, kind, reason), by=COLLEAGUE)


def serve(town: Town, turn: Turn) -> None:
    attend(town, turn)
    town.do(ConfirmService(*town.served[-1]))


def refuse(town: Town, turn: Turn) -> None:
    attend(town, turn)
    town.do(RefuseService(*town.served[-1], RefusalReason.not_service))


def attend(town: Town, turn: Turn) -> None:
    """A shift of one to eight hours in the morning, attended from the first minute to the last."""
    name = ShiftId(f"shift-{len(town.served)}")
    day = town.day(turn)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    end = start + timedelta(hours=1 + turn.two)
    where = COMMUNITIES[turn.two % 2]
    town.served.append((name, PEOPLE[turn.one]))
    town.starts[name] = start
    town.now = max(town.now, end)
    town.do(
        ScheduleShift(name, where, Title("帮厨"), start, end, None, UnitId(f"{where}/aid")),
        AttestAttendance(name, PEOPLE[turn.one], start, end),
    )


def stay_away(town: Town, turn: Turn) -> None:
    """Somebody signs up and does not come; another comes after all."""
    name, end = ShiftId(f"missed-{len(town.starts)}"), town.now + timedelta(hours=1)
    start, who = town.now, PEOPLE[turn.one]
    town.starts[name] = start
    town.do(ScheduleShift(name, COMMUNITIES[turn.two % 2], Title("帮厨"), start, end))
    town.do(SignUp(name, who))
    town.now = end
    town.do(MarkNoShow(name, who))
    if turn.two % 3 == 0:
        town.do(AttestAttendance(name, who, start, end))


def confirm_again(town: Town, turn: Turn) -> None:
    if town.served:
        town.do(ConfirmService(*town.served[(turn.one + 4 * turn.back) % len(town.served)]))


def release(town: Town, turn: Turn) -> None:
    """Whatever may be held: the unit's second confirmer tries, and the town."""
    for number, (shift, who) in enumerate(town.served):
        command = (ReleaseHeldService, ReleaseForTown)[turn.two % 2](shift, who)
        if number % 4 == turn.one:
            town.do(command, by=COLLEAGUE)


def refuse_held(town: Town, turn: Turn) -> None:
    if town.served:
        name = town.served[(turn.one + 4 * turn.back) % len(town.served)]
        town.do(RefuseService(*name, RefusalReason.not_service))


def correct(town: Town, turn: Turn) -> None:
    """A leader is wrong about the minutes, now and then; service that stands is in the way."""
    for shift, who in town.served[turn.one :: 4]:
        start = town.starts[shift] + timedelta(minutes=turn.back)
        end = start + timedelta(minutes=60)
        town.do(CorrectAttendance(shift, who, start, end, CorrectionReason.wrong_time))


def come_late(town: Town, turn: Turn) -> None:
    """Evidence by one person and approval by another, for whatever came late."""
    note = Note(NoteText("签到纸一张"))
    for shift, who in town.served[turn.one :: 4]:
        town.do(RecordLateService(shift, who, tuple(LateReason)[turn.back % 6], note))
        if turn.two % 4:
            town.do(ApproveLateService(shift, who), by=COLLEAGUE)


def serve_late(town: Town, turn: Turn) -> None:
    """A sheet of paper turns up weeks later, and often its month is closed."""
    attend(town, replace(turn, back=7 * turn.back))
    shift, who = town.served[-1]
    town.do(ConfirmService(shift, who))
    town.do(RecordLateService(shift, who, LateReason.forgotten, Note(NoteText("签到纸一张"))))
    if turn.two % 4:
        town.do(ApproveLateService(shift, who), by=COLLEAGUE)


def dispute(town: Town, turn: Turn) -> None:
    note, reason = Note(NoteText("我做到十一点")), tuple(ObjectionReason)[turn.back % 7]
    for shift, who in town.served[turn.one :: 4]:
        town.do(RaiseObjection(shift, who, reason, note), by=who)
        if turn.two % 3:
            answer = tuple(ObjectionAnswer)[turn.two % 2]
            town.do(AnswerObjection(shift, who, answer), by=COLLEAGUE)


def reverse_service(town: Town, turn: Turn) -> None:
    if town.served:
        shift, who = town.served[(turn.one + 4 * turn.back) % len(town.served)]
        for credited in town.happened[ServiceCredited]:
            if turn.two % 2 and (credited.shift, credited.person) == (shift, who):
                certify(town, turn, who, credited.unit)
        town.do(ReverseService(shift, who, ReversalReason.found_false))


def import_opening(town: Town, turn: Turn) -> None:
    """A balance from before, certified at once; half were brought with a wrong figure first."""
    who, where = PEOPLE[turn.one], UnitId(f"{COMMUNITIES[turn.two % 2]}/aid")
    grade = tuple(OpeningGrade)[turn.back % 2]
    town.do(ImportOpeningMinutes(who, where, Minutes(60 * turn.two + 1), NEW_YEAR, grade))
    certify(town, turn, who, where)
    if turn.two % 4 > 1:
        wrong = OpeningReversalReason.figure_wrong
        town.do(ReverseOpeningMinutes(who, where, wrong), by=COLLEAGUE)
    if turn.two > 5:
        town.do(ImportOpeningMinutes(who, where, Minutes(30), NEW_YEAR, grade), by=COLLEAGUE)


def die(town: Town, turn: Turn) -> None:
    """Found out weeks later, so that there is something to take back."""
    town.dead.append(PEOPLE[turn.one])
    town.do(RecordDeath(PEOPLE[turn.one], town.day(turn) - timedelta(days=4 * turn.back)))


def live(town: Town, turn: Turn) -> None:
    if town.dead:
        found = town.dead[turn.back % len(town.dead)]
        town.do(CorrectDeath(found, town.day(turn) if turn.two == 0 else None))


def close(town: Town, turn: Turn) -> None:
    """All months that are over, in their order; a community or a canteen may be late with it."""
    for month in months_between(Month("2026-01"), town.month()):
        if turn.one:
            town.do(ClosePeriod(COMMUNITIES[turn.two % 2], month))
        if turn.one < 3:
            town.do(CloseClaims(CANTEENS[turn.two % 2], month))


def reopen(town: Town, turn: Turn) -> None:
    """The month before, or the one before that; then it books again, out of turn."""
    month = previous_month(month_of(town.now.date()))
    for each in (month, previous_month(month)):
        where = COMMUNITIES[turn.two % 2]
        town.do(ProposeReopen(where, each, ReopenReason.entries_found_wrong))
        town.do(ReopenPeriod(where, each), by=COLLEAGUE)


def contribute(town: Town, turn: Turn) -> None:
    """Of every kind, by somebody or nobody; half of what is given was a mistake."""
    where, kind = COMMUNITIES[turn.two % 2], tuple(ContributionKind)[turn.back % 5]
    gift = Gift(kind)
    match kind:
        case ContributionKind.cash:
            where, gift = JINNING, Gift(kind, MEAL_FUND, Fen(1 + turn.one))
        case ContributionKind.labour:
            gift = Gift(kind, labour_minutes=Minutes(30))
        case ContributionKind.idea:
            gift = Gift(kind, topic=IdeaTopic.elders)
        case _:
            pass
    name, giver = ContributionId(f"gift-{len(town.given)}"), (*PEOPLE, None)[turn.two % 6]
    town.given.append(name)
    town.do(RecordContribution(name, where, gift, town.day(turn), giver))
    if turn.two % 4 > 1:
        town.do(WithdrawContribution(name))


def meet(town: Town, turn: Turn) -> None:
    """Two come, one of whom was not there after all, or was."""
    where, name = COMMUNITIES[turn.two % 2], MeetingId(f"meeting-{len(town.met)}")
    town.met.append(name)
    town.do(RecordMeeting(name, where, Body.council_hall, town.day(turn)))
    here = PEOPLE[turn.one]
    town.do(RecordAttendance(name, here), RecordAttendance(name, PEOPLE[turn.one - 1]))
    if turn.two > 3:
        town.do(WithdrawAttendance(name, here))
    if turn.two > 5:
        town.do(RecordAttendance(name, here))


def withdraw_attendance(town: Town, turn: Turn) -> None:
    if town.met:
        found = town.met[turn.back % len(town.met)]
        town.do(WithdrawAttendance(found, PEOPLE[turn.one]))


def count_people(town: Town, turn: Turn) -> None:
    where, residents = COMMUNITIES[turn.two % 2], Count(300 * turn.one)
    town.do(RecordPopulation(where, residents, NEW_YEAR + timedelta(days=9 * turn.back)))


def set_rules(town: Town, turn: Turn) -> None:
    """A community has other rules from a coming day on, and one team more, perhaps of another."""
    limit = Minutes(60 * (2 + turn.two))
    stars = (Minutes(60), Minutes(60 * (2 + turn.one)))
    bank = turn.one > 0
    rules = ServiceRules(limit, Minutes(limit + 60), Count(5 * turn.back), stars, time_bank=bank)
    where, teams = COMMUNITIES[turn.two % 2], town.happened[UnitRegistered]
    above = next((team.unit for team in town.some(UnitRegistered, turn)), UnitId(f"{where}/aid"))
    team = UnitId(f"{where}/team-{len(teams)}")
    coming = (town.now + timedelta(days=2 + turn.back)).date()
    town.do(
        SetServiceRules(where, coming, rules),
        RegisterUnit(team, Title("小队"), UnitKind.team, above if turn.two > 1 else None),
    )


def project(town: Town, turn: Turn) -> None:
    town.projector.catch_up()


OF_PEOPLE: dict[Turning, int] = {
    claim: 12,
    reverse_claim: 4,
    serve: 8,
    refuse: 1,
    attend: 1,
    confirm_again: 1,
    reverse_service: 3,
    release: 3,
    refuse_held: 1,
    serve_late: 2,
    come_late: 2,
    correct: 1,
    stay_away: 2,
    dispute: 2,
    grant: 2,
    import_opening: 1,
    die: 2,
    live: 4,
    close: 1,
    reopen: 2,
    count_people: 1,
    set_rules: 2,
    project: 1,
    contribute: 3,
    meet: 2,
    withdraw_attendance: 1,
}
ROOMS = (OF_PEOPLE, OF_FUNDS, OF_CANTEENS, OF_THE_TOWN, OF_RIGHTS, OF_IDENTITY)
"""The turns of each room, and how often each is taken there."""


def turns(dice: Random, count: int) -> Iterator[Turn]:
    """So many turns; each history cares for some rooms more than for others, and for some not."""
    weights: dict[Turning, int] = {}
    for room in ROOMS:
        often = dice.choice((0, 1, 1, 4))
        weights |= {turn: often * weight for turn, weight in room.items()}
    weights[close] = weights[project] = 1 + sum(weights.values()) // 25
    for what in dice.choices(list(weights), list(weights.values()), k=count):
        days = dice.choice((0, 0, 0, 0, 1, 1, 2, 5))
        one, two = dice.randrange(len(PEOPLE)), dice.randrange(8)
        yield Turn(days, what, one, two, dice.randrange(10))


def found(url: str, keys: Path) -> None:
    """The town before its first turn, with the tables of every read model."""
    rebuild.prepare(url, MODELS)
    with open_ledger(url, keys) as ledger:
        builders.found(ledger)
        for answer in ledger.execute(AT_THE_MACHINE):
            accepted(answer)
        for answer in ledger.execute([unit(command, at=START) for command in foundation()]):
            accepted(answer)
        for answer in ledger.execute([*accounts(), *names_of_the_log()]):
            accepted(answer)


@contextmanager
def town(url: str, keys: Path) -> Iterator[Town]:
    with open_ledger(url, keys) as ledger, LedgerDatastore(url) as datastore:
        yield Town(ledger, Projector(datastore, MODELS))
