"""People in the register: entered once, described by sheets, and nothing personal in an address."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import uuid4

import psycopg
import pytest
from httpx2 import Response

from api.pages.people import typed
from ledger.demo.personas import BY_WORD
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.facts import (
    Contact,
    FactSheet,
    Hardship,
    HardshipSpell,
    Kinship,
    Relation,
    Residence,
)
from ledger.domain.values import CommunityId, PersonId, local_day
from tests.builders import person as somebody
from tests.pages.shifts_in_town import followed
from tests.pages.site import words_of
from tests.pages.test_offices import signs_in
from tests.pages.town import Town

PEOPLE, NEW = "/offices/people", "/offices/people/new"
JINNING, XIANHU = CommunityId("jinning"), CommunityId("xianhu")
_numbers = count(1)


def test_somebody_is_registered_once_however_often_it_is_sent(town: Town) -> None:
    town.becomes("registrar")
    before, form = town.tail(), new_person("新居民甲(例)") | {"key": "once"}
    first, second = town.post(NEW, **form), town.post(NEW, **form)
    assert first.headers["Location"] == second.headers["Location"]
    assert town.tail() == before + 2
    assert form["person"] in first.headers["Location"]
    shown = followed(town, first)
    assert "人员已登记。" in words_of(shown)
    assert "新居民甲(例)" in words_of(shown)
    assert "13800000000" in words_of(shown)
    again = town.post(NEW, **form | {"key": "twice"})
    assert again.status_code == 409
    assert "新居民甲(例)" in again.text


def test_whoever_was_registered_is_found_and_the_search_is_a_look(town: Town) -> None:
    person = registers(town, "被找到的人")
    found = town.post("/offices/find", who="被找到的人")
    assert f"{PEOPLE}/{person}" in found.text
    town.browser.get(f"{PEOPLE}/{person}")
    assert looks_at(town, person) == ["search", "contact"]
    town.browser.get(f"{PEOPLE}/{person}/facts")
    assert looks_at(town, person) == ["search", "contact", "facts"]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("contact.name", ""),
        ("contact.name", "名" * 61),
        ("contact.phone", "12ab"),
        ("contact.phone", "电话"),
        ("contact.identity_document", "440605194005060023"),
        ("contact.identity_document", "440605194002300029"),
        ("contact.identity_document", "44060519400506002Y"),
        ("contact.identity_document", "440605195103040021"),
        ("contact.volunteer_number", "no spaces"),
        ("facts.born_on", ""),
        ("facts.born_on", "1940-02-30"),
        ("community", ""),
        ("facts.relations.0.person", "her sister"),
        ("facts.hardships.0.hardship", "rich"),
    ],
)
def test_what_is_not_as_it_must_be_is_told_at_its_field(town: Town, field: str, text: str) -> None:
    town.becomes("registrar")
    relation = {"facts.relations.0.kinship": "child"} if "relations" in field else {}
    form = new_person("打错了的人") | relation | {field: text}
    before, answer = town.tail(), town.post(NEW, key="wrong", **form)
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert f'value="{form["person"]}"' in answer.text
    assert town.tail() == before


def test_whoever_has_nothing_but_blanks_for_a_name_is_told_which_field_it_is(town: Town) -> None:
    town.becomes("registrar")
    form = new_person(" ") | {"contact.phone": ""}
    answer = town.post(NEW, key=f"blank-{next(_numbers)}", **form)
    assert answer.status_code == 422
    assert 'href="#contact.name"' in answer.text
    assert 'id="contact.name-wrong"' in answer.text
    assert "姓名：须填写。" in words_of(answer)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("contact.phone", "0757-8550 0000转12"),
        ("contact.phone", "+86 138 0013 8000"),
        ("contact.identity_document", "440605194005060024"),
        ("contact.identity_document", "E12345678"),
    ],
)
def test_what_may_be_right_is_recorded(town: Town, field: str, text: str) -> None:
    town.becomes("registrar")
    form = new_person("证件与电话") | {field: text}
    assert town.post(NEW, key=f"right-{next(_numbers)}", **form).status_code == 303
    told = {"contact.name": "证件与电话", field: text}
    assert does(town, f"{form['person']}/contact", **told).status_code == 303
    wrong = does(town, f"{form['person']}/contact", **told | {"contact.phone": "12ab"})
    assert wrong.status_code == 422


def test_nobody_is_born_tomorrow(town: Town) -> None:
    town.becomes("registrar")
    form = new_person("明天出生") | {"facts.born_on": in_days(1)}
    refused = town.post(NEW, key="tomorrow", **form)
    assert refused.status_code in {409, 422}
    assert "明天出生" in refused.text


def test_a_sheet_is_whole_and_the_next_one_begins_with_it(town: Town) -> None:
    person = registers(town, "填情况表的人")
    page = town.browser.get(f"{PEOPLE}/{person}/facts")
    assert "这是第 1 号情况表" in words_of(page)
    assert re.search(r'<option value="jinning" selected', page.text)
    sheet = {
        "facts.born_on": "1941-05-06",
        "facts.habitual.0.community": "jinning",
        "facts.habitual.0.since": "",
        "facts.hardships.0.hardship": "living_alone",
        "facts.hardships.0.since": "2020-01-01",
        "facts.hardships.0.until": "",
    }
    done = does(town, f"{person}/facts", **sheet)
    assert "新的情况表已登记" in words_of(followed(town, done))
    page = town.browser.get(f"{PEOPLE}/{person}/facts?at_least={town.tail()}")
    assert "这是第 2 号情况表" in words_of(page)
    assert 'value="1941-05-06"' in page.text
    assert 'name="facts.hardships.1.hardship"' in page.text
    assert 'name="facts.hardships.2.hardship"' not in page.text


def test_a_name_is_corrected_and_the_older_paper_stays(town: Town) -> None:
    person = registers(town, "旧名字")
    page = town.browser.get(f"{PEOPLE}/{person}/contact")
    assert 'value="旧名字"' in page.text
    done = does(town, f"{person}/contact", **{"contact.name": "新名字", "contact.phone": ""})
    assert "新名字" in words_of(followed(town, done))
    assert "13800000000" not in followed(town, done).text


@pytest.mark.parametrize("word", ["administrator", "auditor", "volunteer"])
def test_papers_are_for_the_registrar(town: Town, word: str) -> None:
    town.becomes(word)
    person = BY_WORD["cashier"].person
    for path in (NEW, f"{PEOPLE}/{person}/contact", f"{PEOPLE}/{person}/facts"):
        assert town.browser.get(path).status_code == 403
    before = town.tail()
    assert does(town, f"{person}/death", died_on=in_days(-1), sure="1").status_code == 403
    assert town.post(NEW, key="no", **new_person("不该登记")).status_code == 403
    assert town.tail() == before


def test_a_registrar_of_one_community_knows_of_nobody_elsewhere(town: Town) -> None:
    elsewhere = registers(town, "外社区的人", home=XIANHU)
    signs_in(town, Role.registrar, JINNING)
    for path in ("", "/contact", "/facts", "/death"):
        assert town.browser.get(f"{PEOPLE}/{elsewhere}{path}").status_code == 404
    assert does(town, f"{elsewhere}/contact", **{"contact.name": "x"}).status_code == 404
    assert elsewhere not in town.post("/offices/find", who="外社区的人").text
    assert elsewhere not in town.post("/offices/find", who=elsewhere).text
    assert '"xianhu"' not in town.browser.get(NEW).text.partition("contact.name")[0]
    form = new_person("登记到别处") | {"community": "xianhu"}
    assert town.post(NEW, key="elsewhere", **form).status_code == 404


@pytest.mark.parametrize("path", ["00000000-0000-4000-8000-000000009999/facts", "nobody/facts"])
def test_nobody_has_no_papers(town: Town, path: str) -> None:
    town.becomes("registrar")
    assert town.browser.get(f"{PEOPLE}/{path}").status_code in {404, 422}


def test_a_paper_is_typed_as_its_form_has_it() -> None:
    sheet = FactSheet(
        date(1950, 3, 2),
        habitual=(Residence(JINNING, None, date(2026, 1, 1)),),
        hardships=(HardshipSpell(Hardship.subsistence),),
        relations=(Relation(somebody(1), Kinship.child),),
    )
    assert typed(sheet, "facts") == {
        "facts.born_on": "1950-03-02",
        "facts.habitual.0.community": "jinning",
        "facts.habitual.0.since": "",
        "facts.habitual.0.until": "2026-01-01",
        "facts.hardships.0.hardship": "subsistence",
        "facts.hardships.0.since": "",
        "facts.hardships.0.until": "",
        "facts.relations.0.person": somebody(1),
        "facts.relations.0.kinship": "child",
    }
    assert typed(Contact("何例"), "contact")["contact.phone"] == ""


# -- short words ---------------------------------------------------------------------------------


def does(town: Town, path: str, **form: str) -> Response:
    return town.post(f"{PEOPLE}/{path}", key=f"person-{next(_numbers)}", **form)


def new_person(name: str) -> dict[str, str]:
    return {
        "person": str(uuid4()),
        "community": "jinning",
        "contact.name": name,
        "contact.phone": "13800000000",
        "facts.born_on": "1940-05-06",
        "facts.habitual.0.community": "jinning",
        "facts.habitual.0.since": "",
        "facts.habitual.0.until": "",
    }


def registers(town: Town, name: str, home: CommunityId = JINNING) -> PersonId:
    town.becomes("registrar")
    form = new_person(name) | {"community": home}
    done = town.post(NEW, key=f"register-{next(_numbers)}", **form)
    assert done.status_code == 303, words_of(done)
    catch_up_to(town)
    return PersonId(form["person"])


def catch_up_to(town: Town) -> None:
    assert town.browser.get(f"/offices?at_least={town.tail()}").status_code == 200


def looks_at(town: Town, person: PersonId) -> list[str]:
    with psycopg.connect(town.here.url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT purpose FROM vault.view WHERE person = %s ORDER BY number", (person,)
        ).fetchall()
    return [purpose for (purpose,) in rows]


def in_days(days: int) -> str:
    return (local_day(datetime.now(UTC), SHANGHAI) + timedelta(days=days)).isoformat()
