"""Me: the hours of whoever is signed in, as the API tells them, and nobody else's."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

from ledger.domain.values import PersonId
from ledger.exchange.faults import Malformed
from ledger.exchange.wire import parse
from tests.builders import JINNING, START, accepted, person, unit
from tests.pages.site import HE, MEI, Site, words_of

TWICE = person(90)
NOON = datetime.fromisoformat("2026-03-02T12:00:00+08:00")


def give(site: Site, name: str, data: dict[str, Any], at: datetime = NOON) -> None:
    command = parse(name, json.dumps(data).encode())
    assert not isinstance(command, Malformed), command
    accepted(site.ledger.execute([unit(command, at=at)])[0])


def served(
    site: Site,
    shift: str,
    begins: int,
    ends: int,
    *,
    confirmed: bool = True,
    whose: PersonId = MEI,
    at: datetime = NOON,
) -> None:
    """On 1 March 2026 from one hour to another."""
    start, end = (f"2026-03-01T{hour:02}:00:00+08:00" for hour in (begins, ends))
    here = {"shift": shift, "person": whose}
    times = {"starts_at": start, "ends_at": end}
    what = {"shift": shift, "community": JINNING, "activity": f"<b>{shift}</b>"}
    give(site, "shifts/schedule", what | times, at)
    give(site, "attendance/attest", here | {"check_in": start, "check_out": end}, at)
    if confirmed:
        give(site, "service/confirm", here, at)


def comes(site: Site, shift: str) -> None:
    """On the evening of 1 March 2026, and nobody knows when she left."""
    start, end = "2026-03-01T21:00:00+08:00", "2026-03-01T22:00:00+08:00"
    what = {"shift": shift, "community": JINNING, "activity": f"<b>{shift}</b>"}
    give(site, "shifts/schedule", what | {"starts_at": start, "ends_at": end})
    at = datetime.fromisoformat("2026-03-01T21:05:00+08:00")
    came = {"shift": shift, "person": MEI, "at": at.isoformat()}
    give(site, "attendance/check-in", came, at)


def mine(site: Site, path: str = "/me", **asked: str) -> str:
    site.caught_up()
    answer = site.browser.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return words_of(answer)


def test_whoever_has_served_never_is_told_so_kindly(site: Site) -> None:
    site.signed_in()
    told = mine(site)
    assert "还没有记录" in told
    assert "星级" not in told
    assert 'href="/me/objections?task=past#missing"' in site.browser.get("/me").text
    assert 'href="/me/shifts">查看近期班次' in site.browser.get("/me").text
    assert "查看近期班次" not in mine(site, "/me/print")


def test_whoever_has_come_once_has_no_record_yet_and_no_receipt_to_keep(site: Site) -> None:
    comes(site, "night")
    site.signed_in()
    told = mine(site)
    assert "最近的记录 暂无" in told
    assert "收据" not in told


def test_her_hours_are_told_large_with_what_they_rest_on(site: Site) -> None:
    served(site, "sweep", 8, 10)
    served(site, "fair", 14, 15)
    site.signed_in()
    told = mine(site)
    assert "累计已确认 3 小时" in told
    assert "本月（2026年3月） 3 小时" in told
    assert "凭您本人或负责人陈述登记 3 小时" in told
    assert "已达到 0 星（共 5 星）。 再有 97 小时 就到下一星（100 小时）" in told
    assert "2026年3月1日 14:00–15:00" in told
    assert "时间银行" not in told


def test_what_waits_is_told_with_its_reason(site: Site) -> None:
    served(site, "long-day", 6, 18)
    served(site, "evening", 19, 20, confirmed=False)
    site.signed_in()
    told = mine(site)
    assert "待处理 13 小时" in told
    assert "06:00–18:00" in told
    assert "当天时长超过上限，需第二人复核" in told
    assert "2026年3月1日 19:00–20:00 <b>evening</b>，1 小时 还没有人确认" in told
    assert "累计已确认 0 分钟" in told


def test_whoever_has_not_left_yet_is_told_so_beside_what_waits(site: Site) -> None:
    served(site, "evening", 19, 20, confirmed=False)
    comes(site, "night")
    site.signed_in()
    told = mine(site)
    assert "待处理 1 小时 另有 1 项未签退" in told
    assert "2026年3月1日 21:05–? <b>night</b> 您还没有签退： 签退" in told
    assert 'href="/me/shifts/night/here"' in site.browser.get("/me").text
    served(site, "later", 8, 9, at=NOON + timedelta(days=2))
    assert "您还没有签退，请告诉负责人离开的时间" in mine(site)
    assert "/me/shifts/night/here" not in site.browser.get("/me").text


def test_it_is_told_in_english_too(site: Site) -> None:
    served(site, "sweep", 8, 10)
    site.signed_in()
    told = mine(site, lang="en")
    assert "Confirmed in all 2 h" in told
    assert "This month (March 2026)" in told
    assert "1 Mar 2026, 08:00–10:00" in told


def test_the_page_and_the_api_tell_the_same_at_the_same_position(site: Site) -> None:
    served(site, "sweep", 8, 10)
    site.signed_in()
    told = mine(site, lang="en")
    answer = site.browser.get(f"/v1/persons/{MEI}/statement")
    position = re.search(r"True at position (\d+)", told)
    assert position is not None
    assert int(position[1]) == answer.json()["position"]
    assert answer.json()["statement"]["totals"]["service_minutes"] == 120


def test_credit_is_told_where_there_is_a_time_bank(site: Site) -> None:
    rules = {"community": JINNING, "valid_from": "2026-01-01", "rules": {"time_bank": True}}
    give(site, "communities/set-service-rules", rules, START)
    served(site, "visits", 9, 11)
    site.signed_in()
    assert "时间银行余额 2 小时" in mine(site)


def test_whoever_was_entered_twice_has_the_hours_of_both_ids(site: Site) -> None:
    served(site, "sweep", 8, 10)
    site.signed_in()
    assert "累计已确认 2 小时" in mine(site)
    contact, facts = {"name": "何另登例"}, {"born_on": "1960-01-01"}
    twice = {"person": TWICE, "community": JINNING, "contact": contact, "facts": facts}
    give(site, "people/register", twice | {"registered_on": "2026-01-05"})
    give(site, "people/record-facts", {"person": MEI, "facts": facts})
    served(site, "fair", 14, 17, whose=TWICE)
    give(site, "duplicates/merge", {"person": MEI, "duplicate": TWICE})
    assert "累计已确认 5 小时" in mine(site)


def test_what_was_taken_back_says_why(site: Site) -> None:
    served(site, "sweep", 8, 10)
    reverse = {"shift": "sweep", "person": MEI, "reason": "found_false"}
    give(site, "service/reverse", reverse)
    site.signed_in()
    assert "已冲销：查明不实" in mine(site)


def test_an_activity_cannot_become_part_of_the_page(site: Site) -> None:
    served(site, "sweep", 8, 10)
    site.signed_in()
    site.caught_up()
    text = site.browser.get("/me").text
    assert "<b>" not in text
    assert "&lt;b&gt;sweep&lt;/b&gt;" in text


def test_nobody_sees_anothers_hours(site: Site) -> None:
    served(site, "sweep", 8, 10)
    site.signed_in(HE)
    assert "还没有记录" in mine(site)


def test_the_sheet_for_printing_holds_the_same(site: Site) -> None:
    served(site, "sweep", 8, 10)
    number = site.enrolled()
    site.sign_in(number)
    told = mine(site, "/me/print")
    assert f"账号 {number[:4]} {number[4:]}" in told
    assert "社区 金宁社区" in told
    assert "累计已确认 2 小时" in told
    assert "仅供本人查阅，不作为证明" in told


def test_the_page_names_where_help_is(site: Site) -> None:
    site.signed_in()
    assert "帮助：金宁社区服务台 0757-0000000" in mine(site)
