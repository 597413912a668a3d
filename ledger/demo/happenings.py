"""What happens in a case, each row at its own time.

Deaths are recorded at 00:00 of their day and months closed at their minute, before anything else
of that moment. A meal is claimed when it is eaten. An attendance is attested when it was recorded
and then confirmed by its confirmer. Somebody who attends one shift twice attends a copy of it the
second time: a ledger keeps one record of a person and a shift, and the format does not say so.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from ledger.demo import names
from ledger.demo.policies import UNRESTRICTED_ROW
from ledger.demo.rows import Award, Case, CaseError, FundRow, beginning, local_time
from ledger.demo.steps import Row, Step, Turn
from ledger.demo.town import AWARDS_APART
from ledger.domain.attendance import AttestAttendance
from ledger.domain.deaths import RecordDeath
from ledger.domain.funds import ReceiveMoney
from ledger.domain.imported_payments import ImportPayment
from ledger.domain.lots import ReceiptKind
from ledger.domain.meals import ClaimMeal
from ledger.domain.periods import ClosePeriod
from ledger.domain.service import ConfirmService
from ledger.domain.shifts import ScheduleShift
from ledger.domain.tiers import Sitting
from ledger.domain.values import Fen, Month, ShiftId, Slug

NOTICE: Final = timedelta(days=7)
"""How long before its start a shift is announced."""
BREAKFAST_UNTIL: Final = time(10)
LUNCH_UNTIL: Final = time(15)


def happenings(case: Case, began: datetime) -> Iterator[Step]:
    """Every row that happens, table by table."""
    yield from _deaths(case)
    yield from _claims(case)
    yield from _shifts(case, began)
    yield from _attendance(case)
    yield from _closes(case)
    yield from _money(case, began)


def _deaths(case: Case) -> Iterator[Step]:
    """A death that nobody recorded is not known to the ledger."""
    for each in case.residents:
        if each.died and each.death_recorded:
            command = RecordDeath(names.person(each.id), each.died)
            at = beginning(each.death_recorded)
            yield Step(at, Turn.death, Row("residents", each.id), command)


def _claims(case: Case) -> Iterator[Step]:
    homes = {each.id: each.community for each in case.residents}
    for claim in case.claims:
        if claim.resident not in homes:
            where = f"claims {claim.claim}: {claim.resident}"
            raise CaseError(f"There is no such resident: {where}. 找不到居民：{where}。")
        command = ClaimMeal(
            names.person(claim.resident),
            names.canteen(claim.canteen or homes[claim.resident]),
            claim.date,
            _sitting(claim.at),
        )
        yield Step(claim.at, Turn.meal, Row("claims", claim.claim), command, judged=True)


def _sitting(at: datetime) -> Sitting:
    clock = at.time()
    if clock < BREAKFAST_UNTIL:
        return Sitting.breakfast
    return Sitting.lunch if clock < LUNCH_UNTIL else Sitting.dinner


# -- service -----------------------------------------------------------------------------------


def attended(case: Case) -> dict[str, ShiftId]:
    """By the id of an attendance, the shift or the copy of one that it is attended under."""
    times: Counter[tuple[str, str]] = Counter()
    found: dict[str, ShiftId] = {}
    for row in sorted(case.attendance, key=lambda row: local_time(row.recorded_at)):
        found[row.id] = names.shift(row.shift, times[row.volunteer, row.shift])
        times[row.volunteer, row.shift] += 1
    return found


def _shifts(case: Case, began: datetime) -> Iterator[Step]:
    times = Counter((row.volunteer, row.shift) for row in case.attendance)
    copies: Counter[str] = Counter()
    for (_, shift), number in times.items():
        copies[shift] = max(copies[shift], number)
    for each in case.shifts:
        starts_at, ends_at = local_time(each.starts_at), local_time(each.ends_at)
        for copy in range(max(1, copies[each.id])):
            command = ScheduleShift(
                names.shift(each.id, copy),
                names.community(each.community),
                names.title(each.activity, "志愿服务"),
                starts_at,
                ends_at,
                unit=names.unit(each.community),
            )
            at = max(began, starts_at - NOTICE)
            yield Step(at, Turn.schedule, Row("shifts", each.id), command)


def _attendance(case: Case) -> Iterator[Step]:
    shifts, homes = attended(case), {each.id: each.community for each in case.shifts}
    for row in case.attendance:
        at, person, shift = local_time(row.recorded_at), names.person(row.volunteer), shifts[row.id]
        presence = local_time(row.check_in), local_time(row.check_out)
        where, confirmer = Row("attendance", row.id), names.person(row.confirmer)
        yield Step(at, Turn.attend, where, AttestAttendance(shift, person, *presence))
        confirm = ConfirmService(shift, person)
        home = names.community(homes[row.shift]) if row.shift in homes else None
        yield Step(at, Turn.confirm, where, confirm, confirmer, judged=True, home=home)


# -- months and money --------------------------------------------------------------------------


def _closes(case: Case) -> Iterator[Step]:
    for month, at in sorted(case.period_closed_at.items()):
        for each in case.communities:
            command = ClosePeriod(names.community(each.id), Month(month))
            row = Row("period_closed_at", f"{month} {each.id}")
            yield Step(local_time(at), Turn.close, row, command)


def _money(case: Case, began: datetime) -> Iterator[Step]:
    """Rows of the fund in their order, whatever their days; then awards that no row receives."""
    awards = _received(case)
    at = began
    for number, row in enumerate(case.fund):
        at = max(at, beginning(row.on))
        where = Row("fund", f"{number + 1} {row.fund}")
        yield Step(at, Turn.money, where, _entry(row, awards.get(number)))
    booked = {award.id for award in awards.values()}
    for award in case.awards:
        if award.id not in booked:
            fund, name = names.fund(award.community, AWARDS_APART), Slug(names.slug(award.id))
            amount, day = Fen(award.fen), began.date()
            command = ReceiveMoney(fund, ReceiptKind.award, Slug("town"), day, amount, name)
            yield Step(began, Turn.money, Row("awards", award.id), command)


def _received(case: Case) -> dict[int, Award]:
    """Which row of the fund receives which award: by its name, else the first that looks so."""
    left = {award.id: award for award in case.awards}
    found: dict[int, Award] = {}
    for number, row in enumerate(case.fund):
        if row.award in left:
            found[number] = left.pop(row.award)
    for number, row in enumerate(case.fund):
        alike = [
            award
            for award in left.values()
            if (award.community, award.fen) == (row.community, row.fen) and award.kind in row.what
        ]
        if number not in found and row.award is None and alike:
            found[number] = left.pop(alike[0].id)
    return found


def _entry(row: FundRow, award: Award | None) -> ReceiveMoney | ImportPayment:
    fund = names.fund(row.community, row.restriction)
    if row.fen < 0:
        free = row.restriction == UNRESTRICTED_ROW
        purpose = Slug("general") if free else names.restriction(row.restriction)
        return ImportPayment(fund, names.slug(row.what), purpose, row.on, Fen(-row.fen))
    if award is not None:
        name = names.slug(award.id)
        return ReceiveMoney(fund, ReceiptKind.award, Slug("town"), row.on, Fen(row.fen), name)
    kind = ReceiptKind.donation if "捐" in row.what else ReceiptKind.appropriation
    return ReceiveMoney(fund, kind, names.slug(row.what), row.on, Fen(row.fen))
