"""Duplicates: what stands under each id is shown first, and no name to whoever may not see it."""

import re
from datetime import date
from itertools import count

import psycopg
import pytest
from httpx2 import Response

from ledger.access import accounts
from ledger.demo import names, personas
from ledger.demo.staff import VOLUNTEER
from ledger.domain.authority import Role
from ledger.domain.facts import Contact, FactSheet
from ledger.domain.grants import GrantRole
from ledger.domain.people import RegisterPerson
from ledger.domain.values import CommunityId, PersonId, Title
from tests.pages.shifts_in_town import followed, twice
from tests.pages.site import words_of
from tests.pages.test_offices import JINNING, XIANHU, gives, signs_in
from tests.pages.town import Town

BORN = date(1951, 5, 2)
_numbers = count(1)


def test_two_entries_are_joined_once_she_is_sure(town: Town) -> None:
    kept, other = entered(town, "重复甲一(例)"), entered(town, "重复甲二(例)")
    page = arrives(town, kept)
    found = town.post(f"{page}/find", who="重复甲二(例)")
    assert re.search(rf"人员编号 {other} 登记社区 金宁社区", words_of(found)), words_of(found)
    assert "服务证明 0" in words_of(found)
    before, form = town.tail(), {"duplicate": other, "key": "join-one"}
    asked = words_of(town.post(f"{page}/merge", **form))
    assert f"保留的编号 重复甲一(例) · {kept} · 金宁社区" in asked
    assert f"另一个编号 重复甲二(例) · {other}" in asked
    assert town.tail() == before
    shown = twice(town, f"{page}/merge", sure="1", **form)
    assert town.tail() == before + 2
    assert "已合并。" in words_of(shown)
    assert "已并入的编号 · 重复甲二(例)" in words_of(shown)
    assert asked.count(str(other)) == 1
    other_page = words_of(town.browser.get(f"/offices/people/{other}/duplicate"))
    assert "此编号已并入另一个编号" in other_page
    assert "查找另一个编号" not in other_page


def test_the_page_of_each_id_leads_to_the_other(town: Town) -> None:
    kept, other = entered(town, "重复壬一(例)"), entered(town, "重复壬二(例)")
    with psycopg.connect(town.here.url, autocommit=True) as connection:
        number = accounts.enrol(connection, other)
    joined(town, kept, other)
    shown = town.browser.get(f"/offices/people/{kept}")
    assert f'href="/offices/people/{other}"' in shown.text
    assert f"其账号 {number} 已不能登录" in words_of(shown)
    merged = town.browser.get(f"/offices/people/{other}")
    assert f'href="/offices/people/{kept}"' in merged.text
    assert "账号状态 已并入另一个编号，不能登录" in words_of(merged)
    assert "请在保留的编号下开具凭条或发放查询卡。" in words_of(merged)
    for form in ("/facts", "/contact", "/death"):
        assert f'href="/offices/people/{other}{form}"' not in merged.text
    assert f'href="/offices/people/{other}/duplicate"' in merged.text


def test_what_stands_under_an_id_is_told_in_numbers(town: Town) -> None:
    other = entered(town, "重复乙(例)", born=None)
    page = arrives(town, VOLUNTEER)
    shown = told(town.browser.get(page))
    assert "已计入的服务 2 小时 暂挂的记录 1" in shown
    asked = told(town.post(f"{page}/merge", duplicate=other, key=key()))
    assert f"{VOLUNTEER} · 金宁社区 · 服务 2 小时 · 暂挂 1 条 · 证明 0 份" in asked


def test_a_mistake_is_taken_back(town: Town) -> None:
    kept, other = entered(town, "重复丙一(例)"), entered(town, "重复丙二(例)")
    page = joined(town, kept, other)
    before, form = town.tail(), {"duplicate": other, "key": "part-one"}
    assert "两个编号是两个人" in words_of(town.post(f"{page}/separate", **form))
    assert town.tail() == before
    shown = twice(town, f"{page}/separate", sure="1", **form)
    assert "已分开。" in words_of(shown)
    assert "已并入的编号" not in words_of(shown)
    late = town.post(f"{page}/separate", duplicate=other, key=key(), sure="1")
    assert late.status_code in {404, 409}
    assert "并非本人的重复登记" in words_of(late)


@pytest.mark.parametrize(
    ("which", "says"),
    [
        ("herself", "同一编号不能与自身合并"),
        ("office", "担任或曾任职务"),
        ("birth", "两份资料的出生日期不同"),
        ("with-others", "名下已并入其他编号"),
    ],
)
def test_what_cannot_be_joined_is_told_in_words(town: Town, which: str, says: str) -> None:
    kept, other = entered(town, f"重复丁一{which}"), entered(town, f"重复丁二{which}")
    if which == "office":
        gives(town, GrantRole(other, Role.leader, JINNING))
    elif which == "birth":
        other = entered(town, f"重复丁三{which}", born=date(1960, 1, 1))
    elif which == "with-others":
        joined(town, other, entered(town, f"重复丁三{which}"))
    page = arrives(town, kept)
    duplicate = kept if which == "herself" else other
    before, refused = town.tail(), town.post(f"{page}/merge", duplicate=duplicate, key=key())
    assert refused.status_code in {404, 409, 422}
    assert says in words_of(refused)
    assert town.tail() == before


@pytest.mark.parametrize("duplicate", ["", "nobody", "00000000-0000-4000-8000-000000009999"])
def test_nobody_is_joined_with_nobody(town: Town, duplicate: str) -> None:
    page = arrives(town, entered(town, f"重复戊{duplicate[:3]}"))
    refused = town.post(f"{page}/merge", duplicate=duplicate, key=key())
    assert refused.status_code in {404, 422}
    assert 'role="alert"' in refused.text


def test_nobody_says_it_of_herself(town: Town) -> None:
    herself = signs_in(town, Role.registrar)
    other = entered(town, "重复己(例)", born=date(1980, 1, 1))
    page = f"/offices/people/{herself}/duplicate"
    refused = town.post(f"{page}/merge", duplicate=other, key=key())
    assert refused.status_code == 403
    assert "不能由本人认定自己是否重复登记" in words_of(refused)


def test_two_communities_are_the_towns_matter(town: Town) -> None:
    here, there = entered(town, "重复庚一(例)"), entered(town, "重复庚二(例)", home=XIANHU)
    signs_in(town, Role.registrar, JINNING)
    page = f"/offices/people/{here}/duplicate"
    found = town.post(f"{page}/find", who="重复庚二(例)")
    assert str(there) not in found.text
    assert "没有其他完全相符的" in words_of(found)
    refused = town.post(f"{page}/merge", duplicate=there, key=key())
    assert refused.status_code == 404
    assert "重复庚二" not in refused.text
    assert "重复庚二" in words_of(town_wide(town, here, there))


@pytest.mark.parametrize("word", ["administrator", "auditor", "leader", "volunteer"])
def test_whoever_keeps_no_register_stands_outside(town: Town, word: str) -> None:
    kept, other = entered(town, f"重复辛一{word}"), entered(town, f"重复辛二{word}")
    town.becomes(word)
    before, page = town.tail(), f"/offices/people/{kept}/duplicate"
    assert town.browser.get(page).status_code == 403
    assert town.post(f"{page}/merge", duplicate=other, key=key()).status_code == 403
    assert town.post(f"{page}/find", who="重复").status_code in {403, 404}
    assert town.post(f"{page}/dance", duplicate=other, key=key()).status_code == 404
    assert town.tail() == before


# -- short words ---------------------------------------------------------------------------------


def entered(
    town: Town, name: str, *, home: CommunityId = JINNING, born: date | None = BORN
) -> PersonId:
    person = names.person(f"duplicate-{name}")
    sheet = FactSheet(born or born_like_the_volunteer(town))
    gives(town, RegisterPerson(person, home, Contact(Title(name)), sheet), by=personas.REGISTRAR)
    return person


def born_like_the_volunteer(town: Town) -> date:
    """As it stands on the form of her sheet."""
    town.becomes("registrar")
    form = town.browser.get(f"/offices/people/{VOLUNTEER}/facts").text
    found = re.search(r'name="facts.born_on" type="date" value="([^"]+)"', form)
    assert found
    return date.fromisoformat(found[1])


def arrives(town: Town, person: PersonId) -> str:
    """The page of her other ids; the registrar is signed in, and the pages know of her."""
    town.becomes("registrar")
    page = f"/offices/people/{person}/duplicate"
    assert town.browser.get(f"{page}?at_least={town.tail()}").status_code == 200
    return page


def joined(town: Town, kept: PersonId, other: PersonId) -> str:
    page = arrives(town, kept)
    followed(town, town.post(f"{page}/merge", duplicate=other, sure="1", key=key()))
    return page


def town_wide(town: Town, here: PersonId, there: PersonId) -> Response:
    page = arrives(town, here)
    return town.post(f"{page}/merge", duplicate=there, key=key())


def key() -> str:
    return f"duplicate-{next(_numbers)}"


def told(shown: Response) -> str:
    return words_of(shown).replace("\N{NO-BREAK SPACE}", " ")
