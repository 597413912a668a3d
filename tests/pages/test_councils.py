"""Councils: a meeting is entered once, and who came by whoever keeps the register, unlisted."""

from datetime import UTC, date, datetime
from itertools import count

import pytest
from httpx2 import Response

from ledger.demo import names, personas
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.duplicates import MergePersons
from ledger.domain.facts import Contact, FactSheet
from ledger.domain.people import RegisterPerson
from ledger.domain.values import PersonId, Title, local_day
from tests.pages.shifts_in_town import followed, twice
from tests.pages.site import words_of
from tests.pages.test_offices import JINNING, XIANHU, gives, number_of, registers, signs_in
from tests.pages.town import Town

PLACE = "/councils/places/jinning"
HALL = {"body": "council_hall", "held_on": "2026-03-05", "site": ""}
_numbers = count(1)


def test_a_meeting_is_recorded_once_she_is_sure(town: Town) -> None:
    town.becomes("registrar")
    before, form = town.tail(), {"meeting": "jn-hall-1", "key": "hall-1", **HALL}
    asked = town.post(f"{PLACE}/meeting", **form)
    assert "会议类别 村（居）民议事厅" in words_of(asked)
    assert "金宁社区" in words_of(asked)
    assert town.tail() == before
    shown = twice(town, f"{PLACE}/meeting", sure="1", **form)
    assert town.tail() == before + 1
    assert "会议已登记。" in words_of(shown)
    assert "到会人数 0" in words_of(shown)
    listed = words_of(town.browser.get(PLACE))
    assert "jn-hall-1 2026年3月5日 村（居）民议事厅 0" in listed


def test_whoever_came_is_found_entered_and_taken_back(town: Town) -> None:
    page, person = meeting(town), called(town, "到会人一(例)")
    found = town.post(f"{page}/find", who="到会人一(例)")
    assert "登记到会人一(例)到会" in words_of(found)
    shown = does(town, f"{page}/came", person=person)
    assert "到会人数 1" in words_of(shown)
    assert "到会人一" not in words_of(shown)
    again = town.post(f"{page}/came", person=person, key=key())
    assert again.status_code == 409
    assert "到会人数 1" in words_of(again)
    found = town.post(f"{page}/find", who="到会人一(例)")
    assert "撤回：到会人一(例)没有到会" in words_of(found)
    shown = does(town, f"{page}/withdraw", person=person)
    assert "已撤回：此人没有到会。" in words_of(shown)
    assert "到会人数 0" in words_of(shown)


def test_whoever_came_under_another_id_is_taken_back_under_it(town: Town) -> None:
    page, kept, other = meeting(town), called(town, "到会人二(例)"), called(town, "到会人三(例)")
    does(town, f"{page}/came", person=other)
    gives(town, MergePersons(kept, other), by=personas.REGISTRAR)
    found = town.post(f"{page}/find", who="到会人二(例)")
    assert f'name="person" value="{other}"' in found.text
    assert "到会人数 0" in words_of(does(town, f"{page}/withdraw", person=other))


def test_somebody_is_found_by_her_account_number(town: Town) -> None:
    page, person = meeting(town), registers(town, JINNING)
    number = number_of(town, person)
    found = town.post(f"{page}/find", who=number)
    assert f"登记{number}到会" in words_of(found)
    nobody = town.post(f"{page}/find", who="无此人")
    assert 'value="无此人"' in nobody.text
    assert "没有完全相符的" in words_of(nobody)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"meeting": "Two Words"}, "meeting"),
        ({"meeting": ""}, "meeting"),
        ({"meeting": "m" * 41}, "meeting"),
        ({"body": ""}, "body"),
        ({"body": "parliament"}, "body"),
        ({"held_on": "2026-02-30"}, "held_on"),
    ],
)
def test_what_is_not_as_it_must_be_is_told_at_its_field(
    town: Town, form: dict[str, str], field: str
) -> None:
    town.becomes("registrar")
    before = town.tail()
    answer = town.post(f"{PLACE}/meeting", key=key(), **{"meeting": "jn-x", **HALL} | form)
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert town.tail() == before


def test_a_meeting_of_tomorrow_or_of_a_number_that_is_taken_is_refused(town: Town) -> None:
    page = meeting(town)
    name = page.rpartition("/")[2]
    for form in ({"meeting": name}, {"meeting": "jn-later", "held_on": "2099-01-01"}):
        refused = town.post(f"{PLACE}/meeting", key=key(), **HALL | form)
        assert refused.status_code in {409, 422}
        assert f'value="{form["meeting"]}"' in refused.text


@pytest.mark.parametrize("word", ["auditor", "fund-manager", "volunteer"])
def test_whoever_keeps_no_register_reads_how_many_came_and_enters_nobody(
    town: Town, word: str
) -> None:
    page, before = meeting(town), town.tail()
    town.becomes(word)
    shown = town.browser.get(page)
    assert "到会人数 0" in words_of(shown)
    assert "<form" not in shown.text.partition("<main")[2]
    assert "登记会议" not in words_of(town.browser.get(PLACE))
    assert town.post(f"{PLACE}/meeting", key=key(), meeting="jn-no", **HALL).status_code == 403
    assert town.post(f"{page}/came", key=key(), person=registered()).status_code == 403
    assert town.post(f"{page}/find", who="到会人一(例)").status_code in {403, 404}
    assert town.tail() == before


def test_a_registrar_of_another_community_enters_nobody_here(town: Town) -> None:
    page = meeting(town)
    signs_in(town, Role.registrar, XIANHU)
    assert "登记到会人员" not in words_of(town.browser.get(page))
    assert town.post(f"{page}/came", key=key(), person=registered()).status_code == 404
    assert town.post(f"{page}/find", who="无此人").status_code == 404
    assert town.post(f"{PLACE}/meeting", key=key(), meeting="jn-y", **HALL).status_code == 404


@pytest.mark.parametrize(
    "path", ["/councils/places/nowhere", "/councils/meetings/no-such", "/councils/resolutions/none"]
)
def test_what_is_not_there_is_not_there(town: Town, path: str) -> None:
    town.becomes("registrar")
    assert town.browser.get(path).status_code == 404
    assert town.post(f"{path}/dance", key=key()).status_code == 404


# -- short words ---------------------------------------------------------------------------------


def meeting(town: Town) -> str:
    """The page of a meeting that nobody is entered for yet; the registrar is signed in."""
    town.becomes("registrar")
    today = local_day(datetime.now(UTC), SHANGHAI).isoformat()
    form = {"meeting": f"jn-hall-test-{next(_numbers)}", "sure": "1", **HALL, "held_on": today}
    answer = town.post(f"{PLACE}/meeting", key=key(), **form)
    followed(town, answer)
    return answer.headers["Location"].partition("?")[0]


def does(town: Town, path: str, **form: str) -> Response:
    return followed(town, town.post(path, key=key(), **form))


def key() -> str:
    return f"council-{next(_numbers)}"


def registered() -> PersonId:
    return personas.BY_WORD["volunteer"].person


def called(town: Town, name: str) -> PersonId:
    person = names.person(f"council-{name}")
    paper = Contact(Title(name)), FactSheet(date(1970, 1, 1))
    gives(town, RegisterPerson(person, JINNING, *paper), by=personas.REGISTRAR)
    return person
