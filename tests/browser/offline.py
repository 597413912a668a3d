"""Short words for the meal desk while the network is gone, and who eats and clerks there."""

import json
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import psycopg
from playwright.sync_api import expect

from ledger.access import accounts, passwords
from ledger.deciding.answers import Accepted, Unit
from ledger.demo import names, personas, staff
from ledger.domain import unclaimable
from ledger.domain.authority import Authority, Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.facts import Contact, FactSheet, Residence
from ledger.domain.grants import GrantRole
from ledger.domain.people import RegisterPerson
from ledger.domain.unclaimable_records import UnclaimableMealEntered
from ledger.domain.values import CommunityId, PersonId, SiteId, local_day, month_of
from ledger.projections.reading import states_now
from tests.browser.demo import Demo
from tests.browser.person import Person
from tests.pages.site import PASSWORD

XIANHU = CommunityId("xianhu")
CANTEEN = SiteId("xianhu-canteen")
DESK = f"/desk/{CANTEEN}/today/lunch"
EVERYBODY = Authority.alike(staff.EVERYBODY, frozenset(Role), None)
CLAIM = "/v1/meals/claim"
STORED = {"key", "clerk", "person", "canteen", "served_on", "sitting", "at"}
KEPT = {"zh": "网络中断：已暂存 1 份", "en": "The network is gone: 1 kept"}
REFUSED = {"zh": "该人员已享受 1 次补助餐", "en": "already had 1 subsidised meal"}
PAYS = "请在纸质当日登记表上写明由谁付款"
ENTER = "/v1/unclaimable/enter"
ENTERED = {
    "zh": "已作为例外事项记入账本，供结算审核人和审计人员跟进：由本人补足全价",
    "en": "It stands in the ledger as an exception, for the settlement checker and the auditors: "
    "the eater pays",
}
SEEN = {"zh": "已知悉由谁承担", "en": "I have seen who pays"}
RECORD = {"zh": "登记用餐", "en": "Record the meal"}
ON_PAPER = {"zh": "已写在纸质登记表上", "en": "It is on the paper sheet"}
SLOWLY = """
const quick = fetch, pause = () => new Promise((done) => setTimeout(done, 300));
window.fetch = (...asked) => pause().then(() => quick(...asked));
"""
_numbers = count(1)


def finds(she: Person, name: str, desk: str = DESK) -> None:
    she.goes_to(desk)
    she.page.fill("#who", name)
    she.page.keyboard.press("Enter")
    she.page.locator("form[action$='/claim'] button:focus").wait_for()
    she.page.wait_for_load_state()  # the script that keeps a meal is there


def keeps(she: Person, name: str, language: str = "zh") -> None:
    """Find her, and record her meal when the network is gone."""
    finds(she, name)
    she.page.context.set_offline(True)
    she.presses(RECORD[language])
    reads(she, KEPT[language])


def back_online(she: Person) -> None:
    she.page.context.set_offline(False)
    reads(she, "已登记")


def unreachable(she: Person) -> None:
    """The pages come, and no claim goes."""
    she.page.route(f"**{CLAIM}", lambda route: route.abort())


def reads(she: Person, text: str) -> None:
    expect(she.page.locator("#offline")).to_contain_text(text)


def stored(she: Person) -> list[dict[str, Any]]:
    found: list[str] = she.page.evaluate("Object.values(localStorage)")
    return [json.loads(each) for each in found]


def entered_of(demo: Demo, eater: PersonId) -> tuple[UnclaimableMealEntered, ...]:
    here = unclaimable.stream(eater, month_of(today()))
    with psycopg.connect(demo.here.url) as connection:
        return states_now(connection, [here])[here].meals


def today() -> date:
    return local_day(datetime.now(UTC), SHANGHAI)


def gives(demo: Demo, command: object, by: Authority = EVERYBODY) -> None:
    (answer,) = demo.here.ledger.execute([Unit(by, f"offline-{next(_numbers)}", (command,))])
    assert isinstance(answer, Accepted), answer
    demo.caught_up()


def eats(demo: Demo, name: str) -> PersonId:
    """Somebody old enough for a subsidised meal."""
    person = names.person(f"offline-{next(_numbers)}")
    facts = FactSheet(date(1940, 1, 1), habitual=(Residence(XIANHU),))
    gives(demo, RegisterPerson(person, XIANHU, Contact(name), facts, date(2026, 1, 1)))
    return person


def signs_in(she: Person) -> None:
    """A new clerk at the same browser."""
    person = eats(she.demo, "另一位窗口员")
    gives(she.demo, GrantRole(person, Role.canteen_clerk, None), personas.ADMINISTRATOR)
    with psycopg.connect(she.demo.here.url, autocommit=True) as connection:
        number = accounts.enrol(connection, person)
        accounts.set_password(connection, person, passwords.hashed(PASSWORD))
    she.goes_to("/sign-in")
    she.fills(number=number, password=PASSWORD)
    she.page.locator("form[action='/sign-in'] button").click()
    she.page.wait_for_url("**/me")
