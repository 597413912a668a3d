"""Names that are hard to show: as short and as long as the rules allow, rare, and like markup."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from ledger.demo import names
from ledger.domain.attendance import AttestAttendance
from ledger.domain.communities import RegisterCommunity, RegisterUnit
from ledger.domain.community_records import UnitKind
from ledger.domain.facts import Contact, FactSheet, Residence
from ledger.domain.funds import OpenFund
from ledger.domain.people import RegisterPerson
from ledger.domain.shifts import ScheduleShift
from ledger.domain.sites import RegisterSite, SiteKind
from ledger.domain.values import CommunityId, FundId, ShiftId, SiteId, Title, UnitId
from ledger.exchange.terminal import catch_up
from ledger.running import Running
from tests.builders import accepted, unit

NAMES: Final = (
    "王",
    "欧阳家明",
    ("阿布都热合曼·买买提明·" * 6)[:60],
    "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewis",
    "𠮷野𡈽",
    """<b>&"'张""",
)
"""One character, a compound surname, sixty characters, one word of sixty letters, rare, markup."""
PERSONS: Final = {name: names.person(f"hard-{number}") for number, name in enumerate(NAMES)}
HERE_SINCE: Final = date(2026, 1, 1)
LONG, SHORT = CommunityId("longest"), CommunityId("shortest")
COMMUNITY: Final = (
    "丹灶镇金宁社区居民委员会与经济合作联合社共建共治共享睦邻友好"
    "志愿服务示范社区长者友好儿童友好无障碍友好建设试点单位第一片"
)
CANTEEN: Final = SiteId("longest-canteen")
SITE: Final = "Wolfeschlegelsteinhausen-Bergerdorffwelchevoralternwarengewi"
FUND: Final = FundId("longest-fund")
FUND_NAME: Final = """<b>&"'""" + "长者饭堂慈善互助基金" * 5 + "基金募捐"
UNIT: Final = UnitId("longest/team")
UNIT_NAME: Final = "志愿者" * 20
SHIFT, ENDLESS, TINY = ShiftId("hard-shift"), ShiftId("endless-shift"), ShiftId("tiny-shift")
ACTIVITY: Final = """<i>&"'""" + "护苗" * 27
WORD: Final = "Donaudampfschifffahrtselektrizitatenhauptbetriebswerkbauunte"
TITLES: Final = (COMMUNITY, SITE, FUND_NAME, UNIT_NAME, ACTIVITY, WORD)


def live_there(here: Running) -> None:
    """Whoever and whatever has such a name, in two communities of their own."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    began = now - timedelta(hours=3)
    hour, ahead = (began, began + timedelta(hours=1)), (now + timedelta(1), now + timedelta(1.1))
    home = (Residence(LONG),)
    facts = FactSheet(date(1940, 1, 1), registered=home, habitual=home)
    commands = (
        RegisterCommunity(LONG, Title(COMMUNITY), Title("丹" * 60)),
        RegisterCommunity(SHORT, Title("甲"), Title("乙")),
        RegisterUnit(UNIT, Title(UNIT_NAME), UnitKind.team),
        RegisterSite(CANTEEN, LONG, SiteKind.canteen, Title(SITE), HERE_SINCE),
        OpenFund(FUND, LONG, Title(FUND_NAME)),
        OpenFund(FundId("shortest-fund"), SHORT, Title("丙")),
        ScheduleShift(SHIFT, LONG, Title(ACTIVITY), *hour, CANTEEN, UNIT),
        ScheduleShift(ShiftId("hard-ahead"), LONG, Title(ACTIVITY), *ahead, CANTEEN, UNIT),
        ScheduleShift(ENDLESS, LONG, Title(WORD), *ahead, CANTEEN, UNIT),
        ScheduleShift(TINY, LONG, Title("扫"), *ahead),
    )
    units = [unit(each) for each in commands]
    for name, person in PERSONS.items():
        units.append(unit(RegisterPerson(person, LONG, Contact(Title(name)), facts, HERE_SINCE)))
        units.append(unit(AttestAttendance(SHIFT, person, *hour)))
    for answer in here.ledger.execute(units):
        accepted(answer)
    catch_up(here)
