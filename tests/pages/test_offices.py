"""Offices: who may act where, told without a name; what nobody does for herself, another does."""

import re
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest
from httpx2 import Response

from ledger.access import accounts, passwords
from ledger.deciding.answers import Accepted, Unit
from ledger.demo import names, personas, staff
from ledger.demo.personas import BY_WORD
from ledger.domain.authority import Authority, Role
from ledger.domain.facts import Contact, FactSheet
from ledger.domain.grants import GrantRole
from ledger.domain.people import RegisterPerson
from ledger.domain.values import CommunityId, PersonId
from ledger.exchange.terminal import catch_up
from tests.pages.shifts_in_town import followed
from tests.pages.site import PASSWORD, words_of
from tests.pages.town import Town, key_of, open_town
from tests.servers import Server

JINNING, XIANHU = CommunityId("jinning"), CommunityId("xianhu")
CASHIER = BY_WORD["cashier"].person
CASHIER_NAME = "冯出纳(例)"
_numbers = count(1)


def test_roles_are_told_by_place_and_nobody_by_name(town: Town) -> None:
    town.becomes("administrator")
    shown = town.browser.get("/offices")
    assert "出纳" in words_of(shown)
    assert number_of(town, CASHIER) in shown.text
    assert f"账本中为 {CASHIER[:8]}" in words_of(shown)
    assert CASHIER_NAME not in shown.text
    assert "应急任命记录 没有发生过" in words_of(shown)


def test_of_one_community_those_who_may_act_there_are_told(town: Town) -> None:
    leader, other = registers(town, JINNING), registers(town, XIANHU)
    gives(town, GrantRole(leader, Role.leader, JINNING), GrantRole(other, Role.leader, XIANHU))
    town.becomes("administrator")
    shown = town.browser.get("/offices?community=jinning")
    assert leader in shown.text
    assert other not in shown.text
    assert CASHIER in shown.text
    assert "金宁社区：谁能办什么事" in words_of(shown)


def test_a_role_is_granted_once_she_is_sure(town: Town) -> None:
    person = registers(town, JINNING)
    page, before = arrives_at(town, person), town.tail()
    form = {"role": "leader", "community": "jinning", "until": "", "key": key_of(page)}
    asked = town.post(f"/offices/people/{person}/grant", **form)
    assert "负责人" in words_of(asked)
    assert "金宁社区" in words_of(asked)
    assert town.tail() == before
    done = [town.post(f"/offices/people/{person}/grant", sure="1", **form) for _ in range(2)]
    assert done[0].headers["Location"] == done[1].headers["Location"]
    assert town.tail() == before + 1
    shown = town.browser.get(done[0].headers["Location"])
    assert "已授予角色，立即生效。" in words_of(shown)
    assert "负责人" in words_of(shown)


def test_whoever_chooses_no_place_does_not_mean_the_whole_town(town: Town) -> None:
    person, before = registers(town, JINNING), town.tail()
    arrives_at(town, person)
    for chosen in ({"community": ""}, {}):
        answer = does(town, person, "grant", role="leader", sure="1", **chosen)
        assert answer.status_code == 422
        assert 'value="leader" selected' in answer.text
    assert town.tail() == before


def test_the_whole_town_is_granted_where_it_is_chosen(town: Town) -> None:
    person = registers(town, JINNING)
    arrives_at(town, person)
    does(town, person, "grant", role="leader", community="/town", sure="1")
    shown = town.browser.get(f"/offices/people/{person}?at_least={town.tail()}")
    assert "负责人 发布班次，登记谁来了 全镇" in words_of(shown)
    ended = does(town, person, "revoke", role="leader", community="/town", sure="1")
    assert "已终止角色，立即失效。" in words_of(followed(town, ended))
    late = does(town, person, "revoke", role="leader", community="/town", sure="1")
    assert late.status_code == 409
    assert "该人员在此范围没有角色" in words_of(late)


def test_nobody_grants_to_herself(town: Town) -> None:
    town.becomes("administrator")
    shown, before = town.browser.get(f"/offices/people/{staff.ADMINISTRATOR}"), town.tail()
    assert "不能给自己授予角色，请另一位管理员办理。" in words_of(shown)
    assert "/grant" not in shown.text
    refused = does(town, staff.ADMINISTRATOR, "grant", role="cashier", community="jinning")
    assert refused.status_code == 403
    assert "不能给自己授予角色" in words_of(refused)
    assert town.tail() == before


def test_the_last_administrator_stays(town: Town) -> None:
    town.becomes("administrator")
    role = {"role": "administrator", "community": "/town", "sure": "1"}
    refused = does(town, staff.ADMINISTRATOR, "revoke", **role)
    assert refused.status_code == 409
    assert "这是全镇最后一位管理员" in words_of(refused)


def test_that_she_is_the_last_administrator_is_told_before_her_account_is_shut(
    embedded: Server, tmp_path: Path
) -> None:
    with open_town(embedded, tmp_path) as town:
        town.becomes("administrator")
        asked = does(town, staff.ADMINISTRATOR, "disable", reason="device_lost")
        assert "这是全镇最后一位管理员。停用后" in words_of(asked)
        done = does(town, staff.ADMINISTRATOR, "disable", reason="device_lost", sure="1")
        assert done.status_code == 303
        shut = town.post("/demo/administrator")
        assert shut.status_code == 409
        assert "的账号已停用。" in words_of(shut)
        other = registers(town, JINNING)
        town.becomes("registrar")
        told = words_of(does(town, other, "disable", reason="other"))
        assert "最后一位管理员" not in told
        assert f"停用账号： 新职员 ({number_of(town, other)})" in told


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"role": "mayor"}, "role"),
        ({"role": ""}, "role"),
        ({"until": "never"}, "until"),
        ({"community": "nowhere"}, 'value="leader" selected'),
    ],
)
def test_what_is_no_grant_is_told_beside_its_field(
    town: Town, typed: dict[str, str], told: str
) -> None:
    town.becomes("administrator")
    form = {"role": "leader", "community": "jinning", "until": ""} | typed
    before, answer = town.tail(), does(town, CASHIER, "grant", **form)
    assert answer.status_code in {404, 422}
    assert told in answer.text
    assert 'role="alert"' in answer.text
    assert town.tail() == before


def test_a_day_that_is_over_ends_no_role(town: Town) -> None:
    person = registers(town, JINNING)
    arrives_at(town, person)
    yesterday = (date.today() - timedelta(days=2)).isoformat()  # noqa: DTZ011 - any past day does
    form = {"role": "leader", "community": "jinning", "until": yesterday}
    refused = does(town, person, "grant", **form)
    assert refused.status_code == 422
    assert f'value="{yesterday}"' in refused.text


def test_a_stale_page_is_told_that_somebody_was_quicker(town: Town) -> None:
    person = registers(town, JINNING)
    arrives_at(town, person)
    form = {"role": "leader", "community": "jinning", "sure": "1"}
    assert does(town, person, "grant", **form).status_code == 303
    late = does(town, person, "grant", **form)
    assert late.status_code == 409
    assert "该人员在此范围已有角色" in words_of(late)


def test_an_administrator_neither_asks_for_money_nor_approves_it(town: Town) -> None:
    town.becomes("administrator")
    fund = "/funds/jinning-unrestricted"
    assert town.browser.get(fund).status_code == 403
    answer = town.post(f"{fund}/payments/1/approve", key="no", sure="1", amount_yuan="1.00")
    assert answer.status_code == 403
    refused = does(town, staff.ADMINISTRATOR, "grant", role="approver", community="/town")
    assert refused.status_code == 403


def test_an_administrator_of_one_community_knows_of_nobody_elsewhere(town: Town) -> None:
    here, elsewhere = registers(town, JINNING), registers(town, XIANHU)
    signs_in(town, Role.administrator, JINNING)
    assert town.browser.get(f"/offices/people/{here}").status_code == 200
    assert town.browser.get(f"/offices/people/{elsewhere}").status_code == 404
    assert town.post(f"/offices/people/{elsewhere}/disable", key="x").status_code == 404
    assert town.browser.get("/offices?community=xianhu").status_code == 404
    found = town.post("/offices/find", who=number_of(town, elsewhere))
    assert "没有这个账号或人员编号" in words_of(found)
    form = {"role": "leader", "community": "xianhu", "sure": "1"}
    assert does(town, here, "grant", **form).status_code == 404
    page = town.browser.get(f"/offices/people/{here}")
    assert '<option value="xianhu">' not in page.text
    assert "/town" not in page.text


def test_whoever_holds_a_role_here_is_known_here(town: Town) -> None:
    person = registers(town, XIANHU)
    gives(town, GrantRole(person, Role.leader, JINNING))
    signs_in(town, Role.administrator, JINNING)
    shown = town.browser.get(f"/offices/people/{person}")
    assert "负责人" in words_of(shown)
    assert "一次性凭条" not in words_of(shown)


def test_somebody_is_found_by_her_number_which_stands_in_no_address(town: Town) -> None:
    person = registers(town, JINNING)
    number = number_of(town, person)
    town.becomes("administrator")
    found = town.post("/offices/find", who=f" {number[:4]} {number[4:]} ")
    assert found.headers["Location"] == f"/offices/people/{person}"
    assert town.post("/offices/find", who=person).headers["Location"].endswith(person)


@pytest.mark.parametrize("text", [CASHIER_NAME, "12345678", "", "<b>x</b>"])
def test_whoever_grants_finds_nobody_by_name(town: Town, text: str) -> None:
    town.becomes("administrator")
    shown = town.post("/offices/find", who=text)
    assert shown.status_code == 200
    assert ("没有这个账号或人员编号" in words_of(shown)) == bool(text)
    assert "<b>x" not in shown.text
    assert CASHIER_NAME not in shown.text


def test_a_registrar_finds_by_name_and_is_told_of_no_role(town: Town) -> None:
    signs_in(town, Role.registrar)
    shown = town.post("/offices/find", who=CASHIER_NAME)
    assert f"/offices/people/{CASHIER}" in shown.text
    page = town.browser.get(f"/offices/people/{CASHIER}")
    assert "授予角色" not in words_of(page)
    assert "登记付款" not in words_of(page)
    assert "开具凭条" in words_of(page)


def test_a_slip_of_whoever_holds_an_office_takes_two(town: Town) -> None:
    person = registers(town, JINNING)
    gives(town, GrantRole(person, Role.leader, JINNING))
    page = arrives_at(town, person)
    slip = hidden(page, "slip")
    form = {"slip": slip, "purpose": "enrol", "key": "one-slip"}
    first, second = (town.post(f"/offices/people/{person}/slip", **form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert "须由另一位登记员或管理员复核" in words_of(followed(town, first))
    early = town.post(f"/offices/people/{person}/slips/{slip}")
    assert early.status_code == 409
    assert does(town, person, "countersign", slip=slip).status_code == 403
    signs_in(town, Role.registrar)
    assert does(town, person, "countersign", slip=slip).status_code == 303
    assert town.post(f"/offices/people/{person}/slips/{slip}").status_code == 404
    town.becomes("administrator")
    printed = town.post(f"/offices/people/{person}/slips/{slip}")
    assert number_of(town, person) in printed.text
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", printed.text)
    assert town.post(f"/offices/people/{person}/slips/{slip}").status_code == 409


def test_a_slip_is_offered_for_printing_once_and_an_account_has_no_password_at_first(
    town: Town,
) -> None:
    person = registers(town, JINNING)
    slip = hidden(arrives_at(town, person), "slip")
    issued = does(town, person, "slip", slip=slip, purpose="enrol")
    address = f"/offices/people/{person}/slips/{slip}"
    assert address in followed(town, issued).text
    assert town.post(address).status_code == 200
    shown = town.browser.get(f"/offices/people/{person}")
    assert address not in shown.text
    assert "请收回后另开一张" in words_of(shown)
    assert "已启用，本人还没有设置密码" in words_of(shown)
    assert "可以登录" not in words_of(shown)
    again = town.post(address)
    assert f'class="button" href="/offices/people/{person}"' in again.text


def test_an_account_is_disabled_and_opened_by_another(town: Town) -> None:
    person = registers(town, JINNING)
    arrives_at(town, person)
    reason = {"reason": "device_lost"}
    assert "现在还没有登记" in words_of(does(town, person, "disable", **reason))
    shown = followed(town, does(town, person, "disable", sure="1", **reason))
    assert "已停用，不能登录" in words_of(shown)
    assert f"/offices/people/{person}/slip" not in shown.text
    again = does(town, person, "disable", sure="1", **reason)
    assert again.status_code == 409
    opened = followed(town, does(town, person, "enable", reason="found_in_order"))
    assert "已启用" in words_of(opened)


def test_whoever_has_no_number_yet_is_not_said_to_sign_in(town: Town) -> None:
    person = names.person(f"office-{next(_numbers)}")
    command = RegisterPerson(person, JINNING, Contact("刚登记的"), FactSheet(date(1980, 1, 1)))
    gives(town, command, by=personas.REGISTRAR)
    town.becomes("registrar")
    page = f"/offices/people/{person}?at_least={town.tail()}"
    told = words_of(town.browser.get(page))
    assert "尚未开通；打印第一张凭条或查询卡时生成" in told
    assert "已启用" not in told
    number_of(town, person)
    assert "已启用，本人还没有设置密码" in words_of(town.browser.get(page))
    with psycopg.connect(town.here.url, autocommit=True) as connection:
        accounts.set_password(connection, person, passwords.hashed(PASSWORD))
    assert "已启用，可以登录" in words_of(town.browser.get(page))


def test_the_whole_town_is_chosen_in_the_language_of_the_page(town: Town) -> None:
    assert '<option value="/town">全镇</option>' in arrives_at(town, CASHIER).text


@pytest.mark.parametrize("word", ["volunteer", "cashier", "clerk"])
def test_whoever_has_no_work_there_stands_outside(town: Town, word: str) -> None:
    town.becomes(word)
    assert "人员与职责" not in words_of(town.browser.get("/me"))
    for path in ("/offices", f"/offices/people/{CASHIER}"):
        assert town.browser.get(path).status_code == 403
    assert town.post("/offices/find", who="55064000").status_code == 404
    assert does(town, staff.VOLUNTEER, "grant", role="leader", community="jinning").status_code in {
        403,
        404,
    }


def test_an_auditor_reads_who_may_act_and_changes_nothing(town: Town) -> None:
    town.becomes("auditor")
    shown = town.browser.get(f"/offices/people/{CASHIER}")
    assert "出纳" in words_of(shown)
    assert "<form" not in shown.text.partition("<main")[2]
    assert "查找人员" not in words_of(town.browser.get("/offices"))


@pytest.mark.parametrize("path", ["nobody", "00000000-0000-4000-8000-000000009999"])
def test_nobody_is_not_there(town: Town, path: str) -> None:
    town.becomes("administrator")
    assert town.browser.get(f"/offices/people/{path}").status_code in {404, 422}
    assert town.post(f"/offices/people/{CASHIER}/promote").status_code == 404


# -- short words ---------------------------------------------------------------------------------


def arrives_at(town: Town, person: PersonId) -> Response:
    town.becomes("administrator")
    return town.browser.get(f"/offices/people/{person}?at_least={town.tail()}")


def does(town: Town, person: PersonId, step: str, **form: str) -> Response:
    return town.post(f"/offices/people/{person}/{step}", key=f"office-{next(_numbers)}", **form)


def hidden(page: Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def gives(town: Town, *commands: object, by: Authority = personas.ADMINISTRATOR) -> None:
    units = [Unit(by, f"office-unit-{next(_numbers)}", (each,)) for each in commands]
    for answer in town.here.ledger.execute(units):
        assert isinstance(answer, Accepted), answer
    catch_up(town.here)


def registers(town: Town, home: CommunityId) -> PersonId:
    """Somebody new, who has an account number."""
    person = names.person(f"office-{next(_numbers)}")
    command = RegisterPerson(person, home, Contact("新职员"), FactSheet(date(1980, 1, 1)))
    gives(town, command, by=personas.REGISTRAR)
    number_of(town, person)
    return person


def number_of(town: Town, person: PersonId) -> str:
    with psycopg.connect(town.here.url, autocommit=True) as connection:
        return accounts.enrol(connection, person)


def signs_in(town: Town, role: Role, place: CommunityId | None = None) -> PersonId:
    """Become somebody new who holds the role there."""
    person = registers(town, JINNING)
    gives(town, GrantRole(person, role, place))
    with psycopg.connect(town.here.url, autocommit=True) as connection:
        number = accounts.enrol(connection, person)
        accounts.set_password(connection, person, passwords.hashed(PASSWORD))
    town.browser.cookies.clear()
    assert town.post("/sign-in", number=number, password=PASSWORD).status_code == 303
    return person
