"""A death is shown once more with all that follows, and a correction says what came of it."""

import re
from pathlib import Path

import pytest

from ledger.demo import personas
from ledger.domain.cards import IssueCard
from ledger.domain.values import CardId
from tests.pages.shifts_in_town import followed
from tests.pages.site import words_of
from tests.pages.test_offices import gives
from tests.pages.test_people import PEOPLE, does, in_days, registers
from tests.pages.town import Town, open_town
from tests.servers import Server


def test_a_death_is_shown_once_more_recorded_and_corrected(town: Town) -> None:
    person = registers(town, "去世者")
    before, day = town.tail(), {"died_on": in_days(-1)}
    asked = does(town, f"{person}/death", **day)
    assert "登记去世： 去世者" in words_of(asked)
    assert town.tail() == before
    first = town.post(f"{PEOPLE}/{person}/death", key="death", sure="1", **day)
    second = town.post(f"{PEOPLE}/{person}/death", key="death", sure="1", **day)
    assert first.headers["Location"] == second.headers["Location"]
    shown = words_of(followed(town, first))
    assert "已登记去世日期。此后没有须冲销的用餐补助和服务。" in shown
    assert "更正去世登记" in shown
    assert "本人已去世，不能开具凭条或发放查询卡。" in shown
    stale = does(town, f"{person}/death", sure="1", **day)
    assert stale.status_code in {409, 422}
    alive = {"alive": "true", "died_on": "", "sure": "1"}
    assert "已更正" in words_of(followed(town, does(town, f"{person}/death", **alive)))


def test_a_day_before_the_registration_is_asked_about(town: Town) -> None:
    person = registers(town, "登记前去世")
    asked = words_of(does(town, f"{person}/death", died_on="2026-01-02"))
    assert "才登记。请核对日期和人员。" in asked
    assert "才登记" not in words_of(does(town, f"{person}/death", died_on=in_days(0)))


@pytest.mark.parametrize("form", [{"died_on": ""}, {}, {"alive": "false", "died_on": ""}])
def test_whoever_names_no_day_has_not_said_that_she_is_alive(
    town: Town, form: dict[str, str]
) -> None:
    person = registers(town, "没填日期")
    if "alive" in form:
        does(town, f"{person}/death", died_on=in_days(-1), sure="1")
    before, answer = town.tail(), does(town, f"{person}/death", sure="1", **form)
    assert answer.status_code == 422
    assert town.tail() == before


def test_what_follows_from_a_death_is_told_before_it_is_recorded(town: Town) -> None:
    town.becomes("registrar")
    found = town.post("/offices/find", who="何满(例)").text
    (person,) = re.findall(rf'"{PEOPLE}/([0-9a-f-]+)"', found)
    asked = does(town, f"{person}/death", died_on="2026-03-01")
    assert re.search(r"冲销补助的用餐 \d+", words_of(asked))


def test_a_correction_says_what_came_of_it(embedded: Server, tmp_path: Path) -> None:
    with open_town(embedded, tmp_path) as town:
        town.becomes("registrar")
        found = town.post("/offices/find", who="何满(例)").text
        (person,) = re.findall(rf'"{PEOPLE}/([0-9a-f-]+)"', found)
        recorded = does(town, f"{person}/death", died_on="2026-03-01", sure="1")
        assert "此后的用餐补助和服务已冲销" in words_of(followed(town, recorded))
        for died_on, came_of_it in (
            ("2026-02-28", "去世日期已更正，没有其他变动。"),
            ("2026-04-30", "该日及以前的用餐补助和服务已恢复，此后的仍保持冲销。"),
            ("2026-03-01", "较早日期之后的用餐补助和服务也已冲销。"),
        ):
            form = {"alive": "false", "died_on": died_on}
            asked = words_of(does(town, f"{person}/death", **form))
            done = does(town, f"{person}/death", sure="1", **form)
            assert came_of_it in words_of(followed(town, done))
            assert ("冲销补助的用餐" in asked) == ("也已冲销" in came_of_it)
            assert ("恢复补助的用餐" in asked) == ("已恢复" in came_of_it)


def test_whoever_is_alive_died_on_no_day(town: Town) -> None:
    person = registers(town, "健在者")
    does(town, f"{person}/death", died_on=in_days(-1), sure="1")
    before = town.tail()
    refused = does(town, f"{person}/death", alive="true", died_on=in_days(-2), sure="1")
    assert refused.status_code == 422
    assert "本人健在的，日期请留空" in words_of(refused)
    same = does(town, f"{person}/death", alive="false", died_on=in_days(-1), sure="1")
    assert same.status_code == 409
    assert "请更正为另一日期。" in words_of(same)
    assert town.tail() == before


def test_an_empty_day_is_said_to_be_missing(town: Town) -> None:
    person = registers(town, "没有日期")
    assert "去世日期：须填写。" in words_of(does(town, f"{person}/death", died_on=""))


def test_a_card_of_somebody_who_died_is_not_printed(town: Town) -> None:
    person = registers(town, "持卡去世者")
    card = CardId("c3e1a5d7-2f4b-4a8c-8e6d-0a9b7c5d3f1e")
    gives(town, IssueCard(person, card), by=personas.REGISTRAR)
    page = f"{PEOPLE}/{person}?at_least={town.tail()}"
    assert "打印查询卡" in words_of(town.browser.get(page))
    does(town, f"{person}/death", died_on=in_days(-1), sure="1")
    shown = words_of(town.browser.get(f"{PEOPLE}/{person}?at_least={town.tail()}"))
    assert "打印查询卡" not in shown
    assert "已有一张查询卡，但已不能使用。" in shown
    assert "账号状态 已去世，不能登录" in shown
