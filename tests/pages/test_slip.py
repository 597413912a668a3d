"""Slips: opened once by whoever issued it, used once by whoever holds it, and then a password."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Response

from ledger.access import tokens
from ledger.domain.account_records import SlipPurpose
from ledger.domain.authority import Role
from ledger.domain.grants import GrantRole
from ledger.domain.slips import CountersignSlip, IssueSlip, WithdrawSlip
from ledger.domain.values import PersonId, SlipId
from tests.access.acting import REGISTRAR, SECOND, disable, give, give_office, opened
from tests.api.town import NEVER, problem
from tests.builders import JINNING, START, accepted, unit
from tests.pages.site import MEI, PASSWORD, SID, Site, set_cookies, words_of

NEW = "another 荔枝 in May"


def registrar(site: Site, who: PersonId = REGISTRAR) -> dict[str, str]:
    """The headers of a registrar of 金宁."""
    granted = unit(GrantRole(who, Role.registrar, JINNING), key=f"registrar-{who}")
    accepted(site.ledger.execute([granted])[0])
    with site.owner() as connection:
        token = tokens.create(connection, who, [Role.registrar], None, NEVER)
    return {"Authorization": f"Bearer {token}"}


def issued(site: Site, purpose: SlipPurpose = SlipPurpose.enrol) -> SlipId:
    slip = SlipId(str(uuid4()))
    give(site.ledger, IssueSlip(MEI, slip, purpose))
    return slip


def asked_for(site: Site, slip: SlipId, headers: dict[str, str]) -> Response:
    return site.browser.post(f"/v1/accounts/{MEI}/slips/{slip}/open", headers=headers)


def printed(site: Site, purpose: SlipPurpose = SlipPurpose.enrol) -> dict[str, Any]:
    """What stands on a new slip."""
    answer = asked_for(site, issued(site, purpose), registrar(site))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def use(site: Site, told: dict[str, Any], password: str = PASSWORD) -> Response:
    form = {"number": told["number"], "secret": told["code"], "password": password}
    return site.post("/slip", form)


# -- opening -----------------------------------------------------------------------------------


def test_a_slip_is_opened_once_and_by_its_issuer(site: Site) -> None:
    slip, headers = issued(site), registrar(site)
    first = asked_for(site, slip, headers)
    assert first.headers["Cache-Control"] == "no-store"
    assert set(first.json()) == {"number", "code"}
    problem(asked_for(site, slip, headers), 409, "secret_must_be_shown_only_once")
    [line] = site.noted("slip_opened")
    assert line["person"] == REGISTRAR
    assert first.json()["code"] not in site.journal.getvalue().decode()


def test_nobody_else_opens_it(site: Site) -> None:
    slip = issued(site)
    problem(asked_for(site, slip, {}), 401, "caller_must_be_known")
    problem(asked_for(site, slip, registrar(site, SECOND)), 404, "record_must_be_within_reach")
    site.signed_in()
    own = asked_for(site, slip, {"Sec-Fetch-Site": "same-origin"})
    problem(own, 403, "actor_must_hold_a_role_for_this")
    assert asked_for(site, slip, registrar(site)).status_code == 200


def test_a_slip_that_may_not_be_used_is_not_opened(site: Site) -> None:
    headers = registrar(site)
    give_office(site.ledger)
    privileged = issued(site)
    problem(asked_for(site, privileged, headers), 409, "slip_must_be_countersigned_first")
    give(site.ledger, CountersignSlip(MEI, privileged), by=SECOND)
    assert asked_for(site, privileged, headers).status_code == 200
    give(site.ledger, WithdrawSlip(MEI, privileged))
    withdrawn = issued(site)
    give(site.ledger, WithdrawSlip(MEI, withdrawn))
    problem(asked_for(site, withdrawn, headers), 409, "slip_must_not_be_withdrawn")


# -- using -------------------------------------------------------------------------------------


def test_with_a_slip_she_chooses_a_password_and_is_told_her_number(site: Site) -> None:
    told = printed(site)
    answer = use(site, told)
    assert answer.status_code == 200
    number = told["number"]
    assert f"{number[:4]} {number[4:]}" in words_of(answer)
    assert site.browser.get("/me").status_code == 200
    site.browser.cookies.clear()
    assert site.sign_in(number).status_code == 303
    assert [line["person"] for line in site.noted("slip_used")] == [MEI]


def test_a_slip_is_worth_one_use(site: Site) -> None:
    told = printed(site)
    use(site, told)
    again = use(site, told, NEW)
    assert again.status_code == 401
    assert "或者它已经用过了" in words_of(again)
    assert SID not in set_cookies(again)
    assert site.sign_in(told["number"], NEW).status_code == 401


def test_a_slip_ends_every_session_that_there_was(site: Site) -> None:
    stolen = site.signed_in()
    told = printed(site, SlipPurpose.reset)
    site.browser.cookies.clear()
    assert use(site, told, NEW).status_code == 200
    site.browser.cookies.clear()
    answer = site.browser.get("/me", headers={"Cookie": f"{SID}={stolen}"})
    assert answer.status_code == 303
    assert site.sign_in(told["number"], PASSWORD).status_code == 401
    assert site.sign_in(told["number"], NEW).status_code == 303


def test_a_weak_password_costs_no_try_and_says_what_to_do(site: Site) -> None:
    told = printed(site)
    assert {use(site, told, "1234567").status_code for _ in range(8)} == {422}
    answer = use(site, told, "1234567")
    assert "密码至少要有8个字符" in words_of(answer)
    assert 'aria-invalid="true"' in answer.text
    assert f'name="secret" value="{told["code"]}"' in answer.text
    assert "1234567" not in answer.text
    assert use(site, told).status_code == 200


def test_a_wrong_code_is_one_sentence_and_after_five_a_wait(site: Site) -> None:
    told = printed(site)
    wrong = told | {"code": "7KQ2-9FXM-3TDW"}
    assert [use(site, wrong).status_code for _ in range(6)] == [401] * 5 + [429]
    assert len(site.noted("locked")) == 1
    assert 'name="secret" value="7KQ2-9FXM-3TDW"' in use(site, wrong).text


def withdrawn(site: Site) -> dict[str, Any]:
    slip, headers = issued(site), registrar(site)
    told: dict[str, Any] = asked_for(site, slip, headers).json()
    give(site.ledger, WithdrawSlip(MEI, slip))
    return told


def disabled(site: Site) -> dict[str, Any]:
    told = printed(site)
    disable(site.ledger)
    return told


def expired(site: Site) -> dict[str, Any]:
    slip = SlipId(str(uuid4()))
    long_ago = unit(IssueSlip(MEI, slip, SlipPurpose.enrol), by=REGISTRAR, at=START)
    accepted(site.ledger.execute([long_ago])[0])
    with site.owner() as connection:
        found = opened(connection, slip)
    return {"number": found.number, "code": found.secret}


@pytest.mark.parametrize(
    ("spoilt", "told"), [(withdrawn, "收回"), (disabled, "停用"), (expired, "过期")]
)
def test_a_slip_that_the_log_does_not_let_be_used_is_told_why(
    site: Site, spoilt: Callable[[Site], dict[str, Any]], told: str
) -> None:
    answer = use(site, spoilt(site))
    assert answer.status_code == 409
    assert told in words_of(answer)
    assert SID not in set_cookies(answer)
    assert not site.noted("slip_used")


def test_a_slip_for_linking_is_not_used_up_where_a_password_is_chosen(site: Site) -> None:
    told = printed(site, SlipPurpose.link)
    answer = use(site, told)
    assert answer.status_code == 409
    assert "身份平台" in words_of(answer)
    assert not site.noted("slip_used")
