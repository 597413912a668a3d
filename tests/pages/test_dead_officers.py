"""Officers who died, and ids that were joined: what is marked, what is offered no more."""

from datetime import date, timedelta

from httpx2 import Response

from ledger.demo import personas
from ledger.domain.authority import Role
from ledger.domain.deaths import RecordDeath
from ledger.domain.duplicates import MergePersons
from ledger.domain.facts import Contact, FactSheet
from ledger.domain.grants import GrantRole
from ledger.domain.people import RecordContact, RegisterPerson
from ledger.domain.values import IdentityDocument, PersonId, Title
from tests.pages.site import words_of
from tests.pages.test_duplicates import arrives, entered, joined, key
from tests.pages.test_offices import JINNING, arrives_at, does, gives, registers
from tests.pages.town import Town

DIED = date(2026, 3, 2)
CARD = IdentityDocument("44060519510304003X")


def test_an_officer_who_died_is_marked_and_gets_no_role(town: Town) -> None:
    person = registers(town, JINNING)
    gives(town, GrantRole(person, Role.leader, JINNING))
    gives(town, RecordDeath(person, DIED), by=personas.REGISTRAR)
    page = words_of(arrives_at(town, person))
    assert "本人已去世，不能再授予角色。请终止其现有角色。" in page
    assert "再核对一遍" not in page
    listed = words_of(town.browser.get("/offices?community=jinning"))
    assert "已去世，请终止角色" in listed
    refused = words_of(does(town, person, "grant", role="confirmer", community="jinning"))
    assert "该人员已于 2026年3月2日 去世。 不能再授予角色" in refused.replace("\xa0", " ")
    assert "餐卡" not in refused


def test_a_role_that_is_granted_again_says_which_last_day_it_replaces(town: Town) -> None:
    person = registers(town, JINNING)
    until = date.today() + timedelta(days=40)  # noqa: DTZ011 - weeks ahead in any zone
    gives(town, GrantRole(person, Role.leader, JINNING, until))
    arrives_at(town, person)
    asked = words_of(does(town, person, "grant", role="leader", community="jinning", until=""))
    assert f"将取代现有期限：{until.year}年{until.month}月{until.day}日" in asked
    assert "截止日期 不限期" in asked
    form = {"role": "confirmer", "community": "jinning", "until": until.isoformat()}
    other = words_of(does(town, person, "grant", **form))
    assert "将取代现有期限" not in other
    assert "不限期" not in other
    assert f"截止日期 {until.year}年{until.month}月{until.day}日" in other


def test_whoever_died_has_no_account_to_be_disabled(town: Town) -> None:
    person = registers(town, JINNING)
    assert "停用账号" in words_of(arrives_at(town, person))
    gives(town, RecordDeath(person, DIED), by=personas.REGISTRAR)
    assert "停用账号" not in words_of(arrives_at(town, person))


def test_whoever_has_no_work_there_is_told_of_the_registrar_too(town: Town) -> None:
    town.becomes("cashier")
    assert "请由具备以下角色的人查看：登记员、审计人、管理员" in words_of(
        town.browser.get("/offices")
    )


def test_an_id_that_was_joined_has_no_account_and_she_is_known_since_the_first_day(
    town: Town,
) -> None:
    kept, other = entered(town, "早登记一(例)"), registered_on(town, date(2026, 1, 7))
    gives(town, MergePersons(kept, other), by=personas.REGISTRAR)
    page = words_of(arrives_at(town, other))
    assert "停用账号" not in page
    assert "尚未开通" not in page
    assert "登记日期 2026年1月7日" in words_of(arrives_at(town, kept))


def test_she_is_found_by_what_stands_under_either_id(town: Town) -> None:
    kept, other = entered(town, "两名其一(例)"), entered(town, "两名其二(例)")
    contact = Contact(Title("两名其二(例)"), identity_document=CARD)
    gives(town, RecordContact(other, contact), by=personas.REGISTRAR)
    joined(town, kept, other)
    for text in ("两名其一(例)", "两名其二(例)", CARD):
        found = town.post("/offices/find", who=text).text
        assert f'href="/offices/people/{kept}"' in found
        assert f'href="/offices/people/{other}"' not in found


def test_before_two_are_parted_it_is_told_that_both_stay_dead(town: Town) -> None:
    kept, other = entered(town, "同去世一(例)"), entered(town, "同去世二(例)")
    page = joined(town, kept, other)
    gives(town, RecordDeath(kept, DIED), by=personas.REGISTRAR)
    arrives(town, kept)
    asked = part(town, page, other)
    assert "分开后，两边都保留2026年3月2日去世的登记" in words_of(asked).replace("\xa0", " ")
    part(town, page, other, sure="1")
    shown = town.browser.get(f"/offices/people/{other}?at_least={town.tail()}")
    assert "去世日期 2026年3月2日" in words_of(shown)
    assert f'href="/offices/people/{kept}/death"' in town.browser.get(page).text


def part(town: Town, page: str, other: PersonId, **form: str) -> Response:
    return town.post(f"{page}/separate", duplicate=other, key=key(), **form)


def registered_on(town: Town, day: date) -> PersonId:
    person = PersonId("5b0c1d2e-3f40-4a51-8b62-7c83d94ea5f6")
    sheet = FactSheet(date(1951, 5, 2))
    command = RegisterPerson(person, JINNING, Contact(Title("早登记二(例)")), sheet, day)
    gives(town, command, by=personas.REGISTRAR)
    return person
