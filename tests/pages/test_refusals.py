"""A refusal on a page speaks to a person: yuan, local time, names and words, never the wire's."""

import re
from datetime import UTC, date, datetime

import pytest

from api.obstacles import Obstacle
from api.pages import words_of_offices
from api.pages.languages import Speech
from api.pages.refusals import sentences, told
from api.pages.sentences import streams_of
from api.problem_examples import problem_examples
from api.problems import Problem
from ledger.domain import communities, funds, shifts, sites
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.decisions import Stream
from ledger.domain.refusals import Code
from ledger.domain.roles import READS
from ledger.domain.values import CommunityId, FundId, ShiftId, SiteId, local
from ledger.domain.words import ZH
from tests.pages.site import words_of
from tests.pages.town import Town

SPEECHES = Speech("zh", elder=False), Speech("en", elder=False)
CHINESE, ENGLISH = SPEECHES
EXAMPLES = {name: example["value"]["params"] for name, example in problem_examples()}
SHANGHAI_NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
FOR_MACHINES = frozenset(
    {
        "caller_must_be_known",
        "content_must_be_of_a_known_type",
        "batch_must_not_be_too_long",
        "batch_must_hold_a_command",
        "body_must_be_json",
        "command_must_be_well_formed",
        "form_must_be_readable",
        "figures_must_be_those_published",
        "idempotency_key_must_be_given",
        "position_must_be_in_the_log",
        "key_must_not_be_used_for_another_request",
        "command_must_be_given_at_the_machine",
        "streams_must_have_room",
        "time_zone_must_exist",
        "payer_must_be_one_who_can_agree",
    }
)
"""What no page can run into, or what a page has its own words for."""


def moment(value: object) -> object:
    """What a rule names as a time, which an example of the API has as text."""
    is_one = isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}T", value)
    return datetime.fromisoformat(str(value)) if is_one else value


def of(code: Code | Obstacle, **values: object) -> Problem:
    return Problem(code, values)


def test_the_id_that_is_to_be_typed_instead_is_told_whole() -> None:
    twice, kept = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "12")
    problem = of(Code.person_must_not_be_a_duplicate, person=twice, kept_as=kept)
    assert told(problem, CHINESE)["detail"] == f"人员 11111111 属重复登记，现以 {kept} 为准。"


@pytest.mark.parametrize("say", SPEECHES, ids=lambda say: say.language)
@pytest.mark.parametrize("code", [*Obstacle, *Code], ids=lambda code: code.name)
def test_every_refusal_can_be_told_in_words_of_people(code: Code | Obstacle, say: Speech) -> None:
    values = {name: moment(value) for name, value in EXAMPLES[code.name].items()}
    detail, remedy = sentences(Problem(code, values), say)
    text = f"{detail} {remedy}"
    assert "{" not in text
    assert not re.search(r"\d 分(?!钟)|\d fen\b|in fen", text)
    assert not re.search(r"以分为单位|单位为分", text)
    if code.name not in FOR_MACHINES:
        assert not re.search(r"\d{4}-\d{2}-\d{2}", text)
        assert not re.search(r"/v1|Retry-After|openapi|Bearer", text)
        assert not re.search(r"[a-z]_[a-z]", text), text


def test_an_amount_is_in_yuan_with_a_remedy_that_fits_a_field_of_yuan() -> None:
    asked = of(Code.amount_must_be_positive, amount_fen=0)
    assert sentences(asked, CHINESE) == (
        "金额 0.00\N{NO-BREAK SPACE}元不大于零。",
        "请填写大于零的金额。",
    )
    asked = of(Code.amount_must_not_exceed_what_was_decided, amount_fen=9900, decided_fen=1250)
    assert sentences(asked, ENGLISH)[0] == (
        "¥99.00 are more than the ¥12.50 that were decided before."
    )


def test_a_time_is_local_and_a_day_is_written_as_on_every_page() -> None:
    here = local(SHANGHAI_NOON, SHANGHAI)
    asked = of(Code.time_must_not_be_in_the_future, at=here, now=SHANGHAI_NOON)
    assert (
        "2026年3月2日 12:00 尚未到来；现在是 2026年3月2日 12:00。" in sentences(asked, CHINESE)[0]
    )
    asked = of(Code.claim_must_not_be_too_late, day=date(2026, 3, 2), until=date(2026, 3, 5))
    assert sentences(asked, CHINESE)[0] == "2026年3月2日 的用餐最迟应在 2026年3月5日 登记。"


def test_what_is_named_is_asked_for_once_and_told_by_its_name() -> None:
    values: dict[str, object] = {
        "fund": "jinning-youth",
        "site": "jinning-canteen",
        "payer": "fund/jinning-meals",
        "unit": "jinning/mutual-aid",
        "shift": "sweep",
        "amount_fen": 1,
    }
    asked: set[Stream[object]] = set(streams_of(values))
    assert asked == {
        funds.stream(FundId("jinning-youth")),
        sites.stream(SiteId("jinning-canteen")),
        funds.stream(FundId("jinning-meals")),
        communities.stream(CommunityId("jinning")),
        shifts.stream(ShiftId("sweep")),
    }
    names: dict[str, str] = {funds.stream(FundId("jinning-youth")): "少年宫专项"}
    begun = Problem(Code.opening_balance_must_come_first, {"fund": "jinning-youth"}, names=names)
    assert sentences(begun, CHINESE)[0] == "基金 少年宫专项 已有有效收入。"
    names = {communities.stream(CommunityId("xilian")): "西联社区"}
    theirs = {"resolution": "xl-2026-04", "community": "xilian"}
    elsewhere = Problem(Code.resolution_must_be_of_the_payers_community, theirs, names=names)
    assert "xl-2026-04 是 西联社区 的决议" in sentences(elsewhere, CHINESE)[0]
    outside = of(Code.payer_must_have_a_resolution, payer="government/town")
    assert "政府" in sentences(outside, CHINESE)[0]


def test_a_month_is_said_as_a_month_is() -> None:
    early = of(Code.month_must_be_over, month="2026-03", today=date(2026, 3, 2))
    assert sentences(early, CHINESE)[0] == "2026年3月尚未结束；今天是 2026年3月2日。"
    assert "The month March 2026 is not over" in sentences(early, ENGLISH)[0]


def test_nobody_is_named_and_a_person_keeps_the_beginning_of_her_id() -> None:
    who = "91c9b0e3-ad1c-48d7-b699-fc4629faae26"
    assert (
        sentences(of(Code.person_must_be_known, person=who), CHINESE)[0] == "找不到人员 91c9b0e3。"
    )


def test_roles_and_views_are_words_and_have_one_name_everywhere() -> None:
    for role, text in words_of_offices.ROLES.items():
        assert CHINESE.said(text) == ZH["role"][role]
    assert set(READS) <= set(ZH["view"])
    asked = of(
        Code.reader_must_hold_a_role_for_this, view="month-ends", roles="leader, canteen_clerk"
    )
    assert "“月末办理”" in sentences(asked, CHINESE)[0]
    assert "：负责人、饭堂核销员；" in sentences(asked, CHINESE)[1]
    assert "may read month ends." in sentences(asked, ENGLISH)[0]
    assert "who is team leader, canteen clerk," in sentences(asked, ENGLISH)[1]
    assert {Role(each) for each in ZH["role"]} == set(Role)


def test_the_code_and_what_is_wrong_beside_a_field_stay_as_they_are() -> None:
    shown = told(of(Code.amount_must_be_positive, amount_fen=0), CHINESE)
    assert shown["code"] == "amount_must_be_positive"
    assert "errors" not in shown


def test_a_page_tells_what_a_rule_refused_by_name_and_in_yuan(town: Town) -> None:
    town.becomes("fund-manager")
    fund = "/funds/jinning-unrestricted"
    answer = town.post(
        f"{fund}/request",
        key=town.key(f"{fund}/request"),
        payee="xinhua-books",
        purpose="books",
        amount_yuan="9999999.00",
    )
    refused = words_of(answer).replace("\N{NO-BREAK SPACE}", " ").partition("有内容")[0]
    assert answer.status_code == 409
    assert "申请 9,999,999.00 元" in refused
    assert "基金 jinning-unrestricted" not in refused


def test_a_page_that_is_not_hers_says_so_in_words(town: Town) -> None:
    town.becomes("volunteer")
    shown = words_of(town.browser.get("/months"))
    assert "您的角色不能查看“月末办理”。" in shown
    assert "month-ends" not in shown
