"""A demo says on each page that it is one, helps whoever plays, and says who is nobody."""

import pytest

from api.pages import words
from api.pages import words_of_offices as words_of_roles
from api.pages.languages import Speech
from ledger.demo import names, staff
from ledger.demo.personas import EATER, EATER_NAME, PERSONAS
from ledger.demo.rows import WORKED_EXAMPLE, read
from ledger.domain.book import LedgerKind
from tests.pages.site import words_of
from tests.pages.town import Town

LABEL = {
    "zh": "演示账本：除首页所列的报道事实外，均为虚构",
    "en": "Demo ledger: invented, but for the reported facts on the first page",
}
ROOMS = (
    *("/funds", "/months", "/policies", "/councils", "/audit", "/offices", "/contributions"),
    *("/offices/places", "/settlements/jinning-canteen/2026-03", "/funds/nowhere"),
)
PLAYED = ("fund-manager", "registrar", "auditor")


@pytest.mark.parametrize("language", LABEL)
@pytest.mark.parametrize("word", PLAYED)
def test_every_page_says_once_that_it_is_a_demo(town: Town, word: str, language: str) -> None:
    town.becomes(word)
    for path in ("/", "/public", "/check", "/public/league", *ROOMS):
        told = words_of(town.browser.get(path, params={"lang": language}))
        assert told.count(LABEL[language]) == 1, path
        assert "内容均为虚构" not in told


def test_a_live_ledger_does_not_say_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = town.browser.app.state.desk  # type: ignore[attr-defined]  # starlette's
    monkeypatch.setattr(desk, "kind", LedgerKind.live)
    assert LABEL["zh"] not in words_of(town.browser.get("/public?lang=zh"))


def test_the_first_page_names_what_was_reported_and_somebody_to_type_in(town: Town) -> None:
    told = words_of(town.browser.get("/?lang=zh"))
    assert "三个社区、金宁的常住人口、五笔奖励" in told
    assert EATER_NAME in told
    resident = read(WORKED_EXAMPLE).residents[0]
    assert (names.person(resident.id), names.example(resident.name)) == (EATER, EATER_NAME)
    town.becomes("clerk")
    found = town.post("/desk/jinning-canteen/today/now/find", who=EATER_NAME)
    assert EATER_NAME in words_of(found)


def test_whoever_holds_every_role_is_said_to_be_nobody(town: Town) -> None:
    town.becomes("administrator")
    said = "（不是人：演示启动时显示的令牌）"
    assert said in words_of(town.browser.get("/offices?lang=zh"))
    hers = words_of(town.browser.get(f"/offices/people/{staff.EVERYBODY}"))
    assert said in hers
    assert said not in words_of(town.browser.get(f"/offices/people/{staff.ADMINISTRATOR}"))


def test_who_one_can_be_is_called_as_her_role_is() -> None:
    say = Speech("zh", elder=False)
    alone = [each for each in PERSONAS if len(each.roles) == 1]
    assert len(alone) > 4
    for persona in alone:
        called = say.said(words_of_roles.ROLES[persona.roles[0]])
        assert say.said(words.PERSONAS[persona.word]) == called


def test_elders_are_told_a_number_and_that_it_is_an_example(town: Town) -> None:
    told = words_of(town.browser.get("/?lang=zh&elder=1"))
    town.browser.cookies.clear()
    assert f"帮助：{staff.HELP_DESK}" in told
    assert "例" in staff.HELP_DESK
