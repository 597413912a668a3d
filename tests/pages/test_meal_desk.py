"""The meal desk: two forms a meal, told in the ledger's own words before anybody pays."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest
from httpx2 import Response

from api.pages.languages import Speech
from ledger.access import accounts, passwords
from ledger.deciding.answers import Accepted, Unit
from ledger.demo import names, personas, staff
from ledger.domain.authority import Authority, Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.facts import Contact, FactSheet, Residence
from ledger.domain.grants import GrantRole
from ledger.domain.people import RegisterPerson
from ledger.domain.policies import PublishPolicy
from ledger.domain.sites import RegisterSite, SiteKind, Weekday
from ledger.domain.tiers import EATER, Charge, Sitting
from ledger.domain.values import CommunityId, Count, Fen, PersonId, SiteId, Title, local_day
from ledger.exchange.terminal import catch_up
from tests.pages.site import OURS, PASSWORD, words_of
from tests.pages.town import Town, key_of, open_town
from tests.servers import Server

XIANHU, JINNING = CommunityId("xianhu"), CommunityId("jinning")
CANTEEN = "/desk/xianhu-canteen"
DESK = f"{CANTEEN}/today/now"
NEW_YEAR = date(2026, 1, 1)
ONE_DAY = timedelta(days=1)
EVERYBODY = Authority.alike(staff.EVERYBODY, frozenset(Role), None)
_numbers = count(1)


def test_a_meal_is_two_forms_and_no_address_has_a_name(town: Town) -> None:
    arrives(town)
    shown = finds(town, "何满(例)")
    assert "本人付款 2.00 元" in words_of(shown)
    assert "档次 80 周岁及以上，本社区经济社成员 · 餐价 12.00 元" in told(shown)
    assert "社区基金 3.00 元 · 经济社 7.00 元" in told(shown)
    assert re.search(r"<button [^>]*autofocus>登记用餐", shown.text)
    done = records(town, shown)
    assert done.headers["Location"].startswith(f"{DESK}?at_least=")
    after = town.browser.get(done.headers["Location"])
    assert "已登记：何满(例)，本人付 2.00 元。" in words_of(after)
    assert re.search(r'<input id="who" [^>]*autofocus', after.text)
    assert "何满(例)" not in town.browser.get(DESK).text


def test_a_double_click_is_one_meal(town: Town) -> None:
    eater = registers(town, "双击者")
    arrives(town)
    shown = finds(town, "双击者")
    before = town.tail()
    first, second = records(town, shown), records(town, shown)
    assert first.headers["Location"] == second.headers["Location"]
    assert town.tail() == before + 1
    assert eater not in first.headers["Location"]


def test_who_had_her_meal_is_told_so_before_she_pays(town: Town) -> None:
    registers(town, "再来一次", born=1940)
    arrives(town)
    one, other = finds(town, "再来一次"), finds(town, "再来一次")
    records(town, one)
    again = finds(town, "再来一次")
    assert "该人员已享受 1 次补助餐" in words_of(again)
    assert "登记用餐" not in words_of(again)
    assert re.search(r'<input id="who" [^>]*autofocus', again.text)
    before = town.tail()
    late = records(town, other)
    assert late.status_code == 409
    assert "该人员已享受 1 次补助餐" in words_of(late)
    assert town.tail() == before


@pytest.mark.parametrize("text", ["没有这个人", "何", "a" * 61, "<b>何满</b>"])
def test_nobody_is_found_by_less_than_the_whole(town: Town, text: str) -> None:
    arrives(town)
    shown = finds(town, text)
    assert shown.status_code == 200
    assert "完全相符" in words_of(shown)
    assert "<b>何满" not in shown.text
    assert "登记用餐" not in words_of(shown)


def test_an_empty_search_is_a_page_without_answers(town: Town) -> None:
    arrives(town)
    shown = finds(town, "  ")
    assert shown.status_code == 200
    assert 'role="alert"' not in shown.text


def test_who_died_is_told_in_the_words_of_the_ledger(town: Town) -> None:
    arrives(town)
    shown = finds(town, "欧阳家明(例)")
    assert "该人员在" in words_of(shown)
    assert "之前已去世" in words_of(shown)
    assert "登记用餐" not in words_of(shown)


def test_two_of_one_name_are_told_apart_and_neither_is_a_key_away(town: Town) -> None:
    registers(town, "同名人", phone="13800000001")
    registers(town, "同名人", phone="13800000002", home=JINNING)
    arrives(town)
    shown = finds(town, "同名人")
    assert "有 2 人相符，请问清是哪一位。" in words_of(shown)
    assert {"仙湖社区 · 电话尾号 0001", "金宁社区 · 电话尾号 0002"} <= set(
        re.findall(r'<span class="soft">(.*尾号 \d+)</span>', shown.text)
    )
    assert not re.search(r"<button [^>]*autofocus>登记用餐", shown.text)
    assert 'id="hits" tabindex="-1" autofocus' in shown.text
    assert "本人付款" in words_of(finds(town, "138 0000 0002"))


def test_who_is_at_home_elsewhere_eats_as_this_policy_has_it(town: Town) -> None:
    arrives(town)
    shown = finds(town, "周大成(例)")
    assert "金宁社区" in words_of(shown)
    assert "本人付款 1.00 元 档次 60 周岁及以上，照顾对象" in words_of(shown)


def test_on_a_closed_day_nobody_pays(town: Town) -> None:
    arrives(town)
    sunday = last_sunday()
    shown = finds(town, "陈阿好(例)", f"/desk/jinning-canteen/{sunday}/lunch")
    assert "登记用餐" not in words_of(shown)
    day = Speech("zh", elder=False).day(sunday)
    assert f"饭堂 长者饭堂 在 {day} 不供应补助餐。" in words_of(shown)


@pytest.mark.parametrize(
    ("day", "said"),
    [("sunday", "当日不供应补助餐，不能登记。"), ("tomorrow", "这一天尚未到来")],
)
def test_a_day_without_meals_says_so_before_anybody_is_looked_for(
    town: Town, day: str, said: str
) -> None:
    arrives(town)
    on = {"sunday": last_sunday(), "tomorrow": today() + ONE_DAY}[day]
    window = words_of(town.browser.get(f"/desk/jinning-canteen/{on}/lunch"))
    assert said in window
    assert ("补登往日纸质记录" in window) == (day == "sunday")


def test_a_canteen_without_a_policy_says_so(town: Town) -> None:
    canteen = SiteId("xianhu-second")
    gives(town, RegisterSite(canteen, XIANHU, SiteKind.canteen, Title("新饭堂"), NEW_YEAR))
    arrives(town)
    assert "新饭堂" in words_of(town.browser.get("/desk"))
    shown = finds(town, "何满(例)", f"/desk/{canteen}/today/now")
    assert shown.status_code == 200
    assert "没有有效的补助标准" in words_of(shown)
    assert "登记用餐" not in words_of(shown)


def test_where_the_policy_leaves_the_price_open_the_clerk_says_it(town: Town) -> None:
    canteen, desk = SiteId("xianhu-third"), "/desk/xianhu-third/today/now"
    gives(town, RegisterSite(canteen, XIANHU, SiteKind.canteen, Title("小食堂"), NEW_YEAR))
    gives(town, whatever_is_charged(canteen), by=EVERYBODY)
    arrives(town)
    assert 'name="charged_yuan" value="9.00"' in town.browser.get(desk).text
    shown = town.post(f"{desk}/find", who="区兆基(例)", charged_yuan="十块")
    assert "此处应为金额（元）" in words_of(shown)
    assert 'value="十块"' in shown.text
    shown = town.post(f"{desk}/find", who="区兆基(例)", charged_yuan="8.50")
    assert "本人付款 8.50 元" in words_of(shown).replace("\N{NO-BREAK SPACE}", " ")
    done = town.browser.get(records(town, shown, desk).headers["Location"])
    assert "区兆基(例)，本人付 8.50" in words_of(done)


def test_a_paper_sheet_of_an_earlier_day_is_entered_under_its_day(town: Town) -> None:
    registers(town, "补登者", born=1940)
    arrives(town)
    day = today() - 3 * ONE_DAY
    chosen = town.browser.get(f"{CANTEEN}?day={day}&sitting=lunch")
    assert chosen.headers["Location"] == f"{CANTEEN}/{day}/lunch"
    sheet = chosen.headers["Location"]
    assert "补登往日纸质记录" in words_of(town.browser.get(sheet))
    done = records(town, finds(town, "补登者", sheet), sheet)
    assert done.headers["Location"].startswith(sheet)
    of_day = words_of(town.browser.get(f"{CANTEEN}/{day}?at_least={town.tail()}"))
    assert "有效用餐数 1" in of_day


@pytest.mark.parametrize(
    ("days", "said"),
    [(-32, "的用餐最迟应在"), (-31, "本人付款"), (0, "本人付款"), (1, "尚未到来")],
)
def test_a_day_out_of_time_is_refused(town: Town, days: int, said: str) -> None:
    arrives(town)
    day = today() + days * ONE_DAY
    assert said in words_of(finds(town, "关惠珍(例)", f"{CANTEEN}/{day}/lunch"))


def test_a_mistake_is_taken_back_once_the_clerk_sees_whose_it_is(town: Town) -> None:
    registers(town, "点错了", born=1940)
    arrives(town)
    records(town, finds(town, "点错了"))
    window = town.browser.get(f"{DESK}?at_least={town.tail()}")
    assert "点错了" not in window.text
    assert "显示姓名" in words_of(window)
    assert "点错了" in town.browser.get(f"{DESK}?names=1").text
    meal = fields_of(window, "undo")
    before = town.tail()
    asked = town.post(f"{DESK}/undo", **meal)
    assert "点错了" in words_of(asked)
    assert "应退还本人" in words_of(asked)
    assert "冲销的补助" in words_of(asked)
    assert town.tail() == before
    again = meal | {"key": key_of(asked), "sure": "1"}
    done = town.post(f"{DESK}/undo", **again)
    assert town.post(f"{DESK}/undo", **again).headers["Location"] == done.headers["Location"]
    assert "已撤销。本人已付款的，请退还。" in words_of(town.browser.get(done.headers["Location"]))
    twice = town.post(f"{DESK}/undo", **meal | {"key": "another", "sure": "1"})
    assert twice.status_code == 409
    assert "登记用餐" in words_of(finds(town, "点错了"))


def test_after_ten_minutes_it_is_somebody_elses_to_take_back(
    embedded: Server, tmp_path: Path
) -> None:
    with open_town(embedded, tmp_path) as town:
        arrives(town)
        records(town, finds(town, "何满(例)"))
        meal = fields_of(town.browser.get(f"{DESK}?at_least={town.tail()}"), "undo")
        later = {"Ledger-Time": (datetime.now(UTC) + timedelta(minutes=11)).isoformat()}
        late = town.browser.post(f"{DESK}/undo", data=meal, headers=OURS | later)
        assert late.status_code == 409
        assert "撤销" in words_of(late)
        plates = {"key": "plates", "served_on": str(today()), "plates": "1"}
        town.browser.post(f"{CANTEEN}/today/plates", data=plates, headers=OURS | later)
        window = town.browser.get(f"{DESK}?at_least={town.tail()}")
        assert "您十分钟内登记的用餐" not in words_of(window)


def test_what_another_clerk_recorded_is_not_hers_to_undo(town: Town) -> None:
    registers(town, "别人登记的")
    arrives(town)
    records(town, finds(town, "别人登记的"))
    signs_in(town)
    window = town.browser.get(f"{DESK}?at_least={town.tail()}")
    assert "撤销" not in words_of(window)


def test_a_clerk_of_one_community_has_one_window_and_sees_no_other(town: Town) -> None:
    signs_in(town, JINNING)
    assert town.browser.get("/desk").headers["Location"] == "/desk/jinning-canteen/today/now"
    assert town.browser.get(DESK).status_code == 404
    assert town.post(f"{DESK}/find", who="何满(例)").status_code == 404
    assert town.browser.get(f"{CANTEEN}/today").status_code == 404
    shown = finds(town, "何满(例)", "/desk/jinning-canteen/today/now")
    assert "完全相符" in words_of(shown)


def test_whoever_has_no_work_there_stands_before_a_closed_window(town: Town) -> None:
    town.becomes("volunteer")
    assert [town.browser.get(path).status_code for path in ("/desk", DESK)] == [403, 403]
    town.becomes("fund-manager")
    assert "查找" not in words_of(town.browser.get(DESK))
    assert finds(town, "何满(例)").status_code == 403
    assert town.browser.get(f"{CANTEEN}/today").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["nowhere/today/now", "xianhu-canteen/tomorrow/now", "xianhu-canteen/today/supper"],
)
def test_what_is_no_window_is_not_there(town: Town, path: str) -> None:
    arrives(town)
    assert town.browser.get(f"/desk/{path}").status_code == 404


def test_a_search_that_came_too_late_is_kept_until_she_signs_in_again(town: Town) -> None:
    number = signs_in(town)
    town.browser.cookies.clear()
    asked = finds(town, "何满(例)")
    assert asked.status_code == 401
    kept = dict(re.findall(r'name="(kept-[a-z]+)" value="([^"]*)"', asked.text))
    back = town.post("/sign-in", number=number, password=PASSWORD, **kept)
    assert f'action="{DESK}/find"' in back.text
    assert "何满(例)" in words_of(town.post(f"{DESK}/find", who="何满(例)", again="1"))


def test_each_name_is_a_look_that_she_can_read_about(town: Town) -> None:
    eater = registers(town, "被查看者")
    arrives(town)
    shown = finds(town, "被查看者")
    assert looks_at(town, eater) == ["search"]
    town.browser.get(records(town, shown).headers["Location"])
    assert looks_at(town, eater) == ["search", "name"]
    town.browser.get(DESK)
    assert looks_at(town, eater) == ["search", "name"]


# -- short words ---------------------------------------------------------------------------------


def arrives(town: Town) -> None:
    town.becomes("clerk")


def finds(town: Town, text: str, desk: str = DESK) -> Response:
    return town.post(f"{desk}/find", who=text)


def records(town: Town, shown: Response, desk: str = DESK) -> Response:
    """Press the button of the first whose meal can be recorded."""
    return town.post(f"{desk}/claim", **fields_of(shown, "claim"))


def fields_of(shown: Response, step: str) -> dict[str, str]:
    """The hidden fields of the first form of that step."""
    form = re.search(rf'/{step}">(.*?)</form>', shown.text, re.DOTALL)
    assert form, shown.text
    return dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', form[1]))


def told(shown: Response) -> str:
    return words_of(shown).replace("\N{NO-BREAK SPACE}", " ")


def today() -> date:
    return local_day(datetime.now(UTC), SHANGHAI)


def last_sunday() -> date:
    return today() - (today().weekday() + 1) * ONE_DAY


def gives(town: Town, command: object, *, by: Authority = personas.REGISTRAR) -> None:
    (answer,) = town.here.ledger.execute([Unit(by, f"desk-{next(_numbers)}", (command,))])
    assert isinstance(answer, Accepted), answer
    catch_up(town.here)


def registers(
    town: Town, name: str, *, born: int = 1980, phone: str | None = None, home: CommunityId = XIANHU
) -> PersonId:
    """Somebody who lives there, and may not be old enough for any tier."""
    person = names.person(f"desk-{next(_numbers)}")
    facts = FactSheet(date(born, 1, 1), habitual=(Residence(home),))
    gives(town, RegisterPerson(person, home, Contact(name, phone), facts, NEW_YEAR))
    return person


def signs_in(town: Town, place: CommunityId | None = None) -> str:
    """Become a new clerk, of that place or of the whole town; her account number."""
    person = registers(town, "新窗口")
    gives(town, GrantRole(person, Role.canteen_clerk, place), by=personas.ADMINISTRATOR)
    with psycopg.connect(town.here.url, autocommit=True) as connection:
        number = accounts.enrol(connection, person)
        accounts.set_password(connection, person, passwords.hashed(PASSWORD))
    town.browser.cookies.clear()
    assert town.post("/sign-in", number=number, password=PASSWORD).status_code == 303
    return number


def whatever_is_charged(canteen: SiteId) -> PublishPolicy:
    """A policy without tiers, which leaves the price to the clerk."""
    return PublishPolicy(
        canteen,
        valid_from=NEW_YEAR,
        valid_until=None,
        price_fen=Fen(900),
        weekdays=tuple(Weekday),
        sittings=tuple(Sitting),
        subsidised_meals_per_day=Count(1),
        claim_days=Count(31),
        tiers=(),
        resolutions=(),
        residual=EATER,
        charge=Charge.amount_charged,
    )


def looks_at(town: Town, person: PersonId) -> list[str]:
    with psycopg.connect(town.here.url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT purpose FROM vault.view WHERE person = %s ORDER BY number", (person,)
        ).fetchall()
    return [purpose for (purpose,) in rows]
