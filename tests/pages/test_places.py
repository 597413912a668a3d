"""Communities and their places: what stands now, what is to come, and who may change it."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from httpx2 import Response

from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.values import CommunityId, local_day
from tests.pages.shifts_in_town import followed
from tests.pages.site import words_of
from tests.pages.test_offices import signs_in
from tests.pages.town import Town

PLACES, JINNING = "/offices/places", "/offices/places/jinning"
CANTEEN = "/offices/sites/jinning-canteen"
RULES = {
    "rules.unit_minutes_most": "420",
    "rules.town_minutes_most": "600",
    "rules.late_entry_days": "30",
    "rules.objection_days": "15",
    "rules.publicity_days": "7",
    "rules.star_thresholds": "6000，18000、36000",
    "rules.time_bank": "true",
}
BANDS = {
    "bands.0.up_to_yuan": "3,000",
    "bands.0.approvers": "1",
    "bands.0.resolution": "false",
    "bands.1.up_to_yuan": "",
    "bands.1.approvers": "2",
    "bands.1.resolution": "true",
    "bands.2.up_to_yuan": "",
    "bands.2.approvers": "",
    "bands.2.resolution": "",
}
_numbers = count(1)


def test_what_stands_of_a_community_is_told_in_words(town: Town) -> None:
    town.becomes("registrar")
    assert "仙湖社区" in words_of(town.browser.get(PLACES))
    shown = words_of(town.browser.get(f"{PLACES}/xianhu"))
    assert "长者饭堂" in shown
    assert "仙湖第一经济社" in shown
    assert "一天超过以下时长，由第二人审批 8" in shown
    assert "更大金额 两人审批，并须有决议" in shown


def test_a_community_is_registered_once(town: Town) -> None:
    town.becomes("registrar")
    form = {"name": "新桂社区(例)", "town": "桂城街道", "community": "xingui", "key": "one"}
    first, second = town.post(PLACES, **form), town.post(PLACES, **form)
    assert first.headers["Location"] == second.headers["Location"]
    shown = words_of(followed(town, first))
    assert "社区已登记。" in shown
    assert "新桂社区(例)" in shown
    assert "尚未登记。没有常住人口" in shown
    again = town.post(PLACES, **form | {"key": "two"})
    assert again.status_code == 409
    assert "新桂社区(例)" in again.text


def test_what_belongs_to_a_community_is_entered_under_its_name(town: Town) -> None:
    town.becomes("registrar")
    for step, form in (
        ("population", {"residents": "8012", "valid_from": "2026-01-01"}),
        ("unit", {"name": "巾帼队(例)", "unit": "women", "kind": "team", "belongs_to": ""}),
        ("cooperative", {"name": "金宁第九经济社(例)", "cooperative": "e9"}),
        ("site", site_named("jinning-hall", "council_hall")),
    ):
        done = does(town, f"{JINNING}/{step}", sure="1", **form)
        assert done.status_code == 303, words_of(done)
    shown = words_of(town.browser.get(f"{JINNING}?at_least={town.tail()}"))
    assert "8,012" in shown
    assert "巾帼队(例) 队伍" in shown
    assert "金宁第九经济社(例) jinning/e9" in shown
    assert "议事厅" in shown


@pytest.mark.parametrize(
    ("step", "form", "field"),
    [
        ("population", {"residents": "viele", "valid_from": "2026-01-01"}, "residents"),
        ("population", {"residents": "", "valid_from": "2026-01-01"}, "residents"),
        ("population", {"residents": "1", "valid_from": "2026-02-30"}, "valid_from"),
        ("unit", {"name": "x", "unit": "Two Words", "kind": "team"}, "unit"),
        ("unit", {"name": "x", "unit": "../xianhu/y", "kind": "team"}, "unit"),
        ("cooperative", {"name": "x" * 61, "cooperative": "e8"}, "name"),
        ("site", {"name": "x", "site": "y", "kind": "", "opened_on": "2026-01-01"}, "kind"),
        ("rules", {"valid_from": "2099-01-01", **RULES, "rules.time_bank": ""}, "rules.time_bank"),
        ("rules", {"valid_from": "2099-01-01", **RULES, "rules.objection_days": " "},
         "rules.objection_days"),
        ("population", {"residents": "-5", "valid_from": "2026-01-01"}, "residents"),
        ("population", {"residents": "12,00", "valid_from": "2026-01-01"}, "residents"),
        ("bands", {"valid_from": "2099-01-01", **BANDS, "bands.0.approvers": ""},
         "bands.0.approvers"),
    ],
)  # fmt: skip
def test_what_is_not_as_it_must_be_is_told_at_its_field(
    town: Town, step: str, form: dict[str, str], field: str
) -> None:
    town.becomes("registrar")
    before, answer = town.tail(), does(town, f"{JINNING}/{step}", **form)
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert f'href="#{field}"' in answer.text
    assert town.tail() == before


def test_rules_are_set_ahead_and_stand_beside_those_of_today(town: Town) -> None:
    town.becomes("registrar")
    early = does(town, f"{JINNING}/rules", valid_from=in_days(0), **RULES)
    assert early.status_code == 409
    assert 'value="420"' in early.text
    asked = told(does(town, f"{JINNING}/rules", valid_from=in_days(1), **RULES))
    assert "一天超过多少分钟由第二人审批 420" in asked
    assert "星级时长 100 小时 · 300 小时 · 600 小时" in asked
    done = does(town, f"{JINNING}/rules", valid_from=in_days(1), sure="1", **RULES)
    shown = told(followed(town, done))
    assert "服务规则已设定。" in shown
    assert "由第二人审批 8 小时" in shown
    assert "由第二人审批 7 小时" in shown
    assert "星级时长 100 小时 · 300 小时 · 600 小时" in shown


def test_rules_begin_with_those_of_the_day_and_may_say_that_nothing_is_late(town: Town) -> None:
    town.becomes("registrar")
    path, form = f"{PLACES}/xianhu/rules", RULES | {"rules.late_entry_days": ""}
    asked = told(does(town, path, valid_from=in_days(1), **form))
    assert "不限" in asked
    assert "这一天已设定的内容将被替换" not in asked
    shown = told(followed(town, does(town, path, valid_from=in_days(1), sure="1", **form)))
    assert "不限" in shown
    page = town.browser.get(f"{path}?at_least={town.tail()}")
    assert 'name="rules.unit_minutes_most" type="text" value="420"' in page.text
    assert 'name="rules.late_entry_days" type="text" value=""' in page.text
    assert "已设定、今后生效：" in words_of(page)
    again = told(does(town, path, valid_from=in_days(1), **form))
    assert "这一天已设定的内容将被替换。" in again


def test_two_cooperatives_of_a_community_have_two_names(town: Town) -> None:
    town.becomes("registrar")
    first = {"name": "同名经济社(例)", "cooperative": "e11"}
    followed(town, does(town, f"{JINNING}/cooperative", **first))
    before, second = town.tail(), first | {"name": "同名 经济社(例)", "cooperative": "e12"}
    refused = does(town, f"{JINNING}/cooperative", **second)
    assert refused.status_code == 422
    assert "本社区已有同名经济社：jinning/e11。" in words_of(refused)
    assert town.tail() == before
    assert does(town, f"{PLACES}/xianhu/cooperative", **second).status_code == 303


def test_a_number_of_residents_may_be_written_with_commas(town: Town) -> None:
    town.becomes("registrar")
    form = {"residents": "12,008", "valid_from": "2026-02-01"}
    done = does(town, f"{JINNING}/population", sure="1", **form)
    assert "12,008" in words_of(followed(town, done))


def test_both_numbers_of_residents_are_shown_alike_before_one_takes_the_others_place(
    town: Town,
) -> None:
    town.becomes("registrar")
    first = {"residents": "45000", "valid_from": "2026-03-01"}
    followed(town, does(town, f"{JINNING}/population", sure="1", **first))
    second = {"residents": "46000", "valid_from": "2026-04-01"}
    asked = words_of(does(town, f"{JINNING}/population", **second))
    assert "46,000" in asked
    assert "45,000 人" in asked
    assert "46000" not in asked


def test_rules_of_approval_are_shown_once_more(town: Town) -> None:
    town.becomes("registrar")
    before, form = town.tail(), {"valid_from": in_days(1), "key": "bands", **BANDS}
    asked = town.post(f"{JINNING}/bands", **form)
    assert "审批人数 两人" in words_of(asked)
    assert town.tail() == before
    again = {**hidden(asked), "sure": "1"}
    first, second = (town.post(f"{JINNING}/bands", **again) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert town.tail() == before + 1
    assert "不超过 3,000.00 元 一人审批" in told(followed(town, first))


def test_bands_that_leave_a_sum_out_are_refused(town: Town) -> None:
    town.becomes("registrar")
    form = BANDS | {"bands.1.up_to_yuan": "2,000"}
    refused = does(town, f"{JINNING}/bands", valid_from=in_days(2), **form)
    assert refused.status_code in {409, 422}
    assert 'value="2,000"' in refused.text
    assert "第 2 档的“金额不超过”不符。金额须逐档增大，最后一档留空。" in words_of(refused)


@pytest.mark.parametrize(
    ("form", "what"),
    [
        ({"rules.unit_minutes_most": "900"}, "一天超过多少分钟由镇审批：600 < 900。"),
        ({"rules.star_thresholds": "6000, 5000"}, "各星级需要的分钟数：5000 ≤ 6000。"),
    ],
)
def test_rules_that_do_not_fit_are_told_with_their_values(
    town: Town, form: dict[str, str], what: str
) -> None:
    town.becomes("registrar")
    refused = does(town, f"{JINNING}/rules", valid_from=in_days(1), **RULES | form)
    assert what in words_of(refused)


def test_whoever_runs_a_canteen_is_shown_once_more(town: Town) -> None:
    town.becomes("registrar")
    nobody_yet = "尚未登记：餐费付给饭堂本身。"
    assert nobody_yet in words_of(town.browser.get(CANTEEN))
    before = town.tail()
    form = {"operator": "xinhua-books", "valid_from": in_days(0)}
    asked = does(town, f"{CANTEEN}/operator", **form)
    assert "运营方 新华书店" in words_of(asked)
    assert town.tail() == before
    done = does(town, f"{CANTEEN}/operator", sure="1", **form)
    after = words_of(followed(town, done))
    assert "运营方已登记。" in after
    assert nobody_yet not in after
    nobody = does(town, f"{CANTEEN}/operator", **form | {"operator": "no-such"})
    assert nobody.status_code in {404, 409}


def test_days_of_service_and_single_days_that_differ(town: Town) -> None:
    town.becomes("registrar")
    form = {
        "valid_from": in_days(0),
        "weekdays.0": "0",
        "weekdays.2": "2",
        "exceptions.0.day": in_days(3),
        "exceptions.0.open": "false",
        "exceptions.1.day": "",
        "exceptions.1.open": "",
    }
    shown = words_of(followed(town, does(town, f"{CANTEEN}/days", **form)))
    assert "星期一 、 星期三" in re.sub(r"\s*、\s*", " 、 ", shown)
    assert "当天停止供应" in shown
    page = town.browser.get(f"{CANTEEN}/days").text
    assert re.search(r'name="weekdays.2" value="2" checked', page)
    assert not re.search(r'name="weekdays.1" value="1" checked', page)
    unsaid = does(town, f"{CANTEEN}/days", **form | {"exceptions.0.open": ""})
    assert unsaid.status_code == 422
    assert 'id="exceptions.0.open-wrong"' in unsaid.text
    twice = form | {"exceptions.1.day": in_days(3), "exceptions.1.open": "true"}
    assert does(town, f"{CANTEEN}/days", **twice).status_code == 422


@pytest.mark.parametrize("word", ["administrator", "auditor", "volunteer"])
def test_whoever_does_not_keep_the_register_reads_and_changes_nothing(
    town: Town, word: str
) -> None:
    town.becomes(word)
    shown = town.browser.get(JINNING)
    assert shown.status_code == 200
    assert "登记场所" not in words_of(shown)
    before = town.tail()
    assert town.browser.get(f"{JINNING}/site").status_code == 403
    form = site_named("jinning-none", "station")
    assert does(town, f"{JINNING}/site", **form).status_code == 403
    assert town.tail() == before


def test_a_registrar_of_one_community_changes_no_other_and_not_the_towns_rules(
    town: Town,
) -> None:
    signs_in(town, Role.registrar, CommunityId("jinning"))
    assert town.browser.get(f"{JINNING}/unit").status_code == 200
    shown = town.browser.get(f"{PLACES}/xianhu")
    assert "登记场所" not in words_of(shown)
    for path in (f"{PLACES}/xianhu/unit", f"{JINNING}/bands", "/offices/sites/xianhu-canteen/days"):
        assert town.browser.get(path).status_code == 404
        assert does(town, path, name="x").status_code in {404, 422}
    community = {"name": "x", "town": "y", "community": "another", "key": "mine"}
    assert town.post(PLACES, **community).status_code == 404
    assert "登记社区" not in words_of(town.browser.get(PLACES))


@pytest.mark.parametrize(
    "path",
    [f"{PLACES}/nowhere", f"{PLACES}/nowhere/unit", f"{JINNING}/mayor", "/offices/sites/nowhere",
     f"{CANTEEN}/mayor"],
)  # fmt: skip
def test_what_is_not_there_is_not_there(town: Town, path: str) -> None:
    town.becomes("registrar")
    assert town.browser.get(path).status_code == 404


# -- short words ---------------------------------------------------------------------------------


def does(town: Town, path: str, **form: str) -> Response:
    return town.post(path, key=f"place-{next(_numbers)}", **form)


def told(shown: Response) -> str:
    return words_of(shown).replace("\N{NO-BREAK SPACE}", " ")


def hidden(asked: Response) -> dict[str, str]:
    """The hidden fields of the form that says yes."""
    form = asked.text.partition('<form method="post">')[2].partition("</form>")[0]
    return dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))


def site_named(site: str, kind: str) -> dict[str, str]:
    return {"name": "新场所(例)", "site": site, "kind": kind, "opened_on": "2026-01-01"}


def in_days(days: int) -> str:
    today: date = local_day(datetime.now(UTC), SHANGHAI)
    return (today + timedelta(days=days)).isoformat()
