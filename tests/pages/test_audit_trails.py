"""From what was paid to each meal behind it, every step with its place in the signed log."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from api.pages import words_of_audit
from api.pages.words_of_bodies import BODIES
from ledger.audit import disbursement_grounds, grounds, settlement_grounds
from ledger.audit.differences import Question
from ledger.audit.flaws import Flaw
from ledger.audit.recheck import Recheck, recheck
from ledger.domain.catalogue import NAME_OF_EVENT
from ledger.domain.councils import Body
from ledger.domain.policy_records import PolicyPublished, PolicyWithdrawn
from ledger.domain.values import Month, SiteId
from ledger.store.codec import Recorded
from tests.pages.site import words_of
from tests.pages.test_audit import looked
from tests.pages.town import Town
from tests.signing import signed

XIANHU = "/audit/settlements/xianhu-canteen/2026-03"
XILIAN = "/audit/settlements/xilian-canteen/2026-03"


@pytest.fixture(scope="module", autouse=True)
def is_signed(town: Town, tmp_path_factory: pytest.TempPathFactory) -> None:
    signed(town.here.url, tmp_path_factory.mktemp("log"))


def shown(town: Town, path: str) -> str:
    return words_of(looked(town, path)).replace("\N{NO-BREAK SPACE}", " ")


def test_a_settlement_follows_from_the_log_and_says_so_first(town: Town) -> None:
    told = shown(town, f"{XIANHU}?looked=1")
    assert "由日志重新计算：每个数都能由前一个数推出。" in told
    assert "凡须由不同的人办理的步骤，均已由不同的人办理。" in told
    for fact in (
        "长者饭堂 2026年3月", "餐费总额 39.00 元", "个人自付 12.00 元", "社区基金 第 1 号",
        "用餐登记截止", "已提交", "已审核", "已批准", "第 1 版", "赞成 9，反对 0，弃权 0",
        "议事厅", "经济社成员大会", "按当日补助标准重算，与核销金额", "共 5 条，以下为第 1 至 5 条",
        "须附打开的情况表用 jiefang verify 核对",
    ):  # fmt: skip
        assert fact in told, fact


def test_the_page_is_there_before_the_meals_are_read(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reads(*_: object) -> None:
        raise AssertionError("the meals are read")

    monkeypatch.setattr("ledger.projections.grounds.of_settlement", reads)
    first = looked(town, XIANHU)
    assert "长者饭堂 2026年3月" in words_of(first)
    assert f'hx-get="{XIANHU}?looked=1"' in first.text
    assert f'href="{XIANHU}?looked=1"' in first.text


def test_a_meal_that_was_taken_back_leads_to_the_meal_and_the_meal_to_it(town: Town) -> None:
    told = shown(town, f"{XIANHU}?looked=1")
    assert re.search(r"就餐人 \w{8} 已冲销 #147", told)
    assert re.search(r"#147 已冲销 2026年3月13日 就餐人 \w{8} ，原记录 #138", told)
    assert "本人 已付 3.00 元，不退" in told


def test_what_was_taken_back_can_be_added_up_by_hand(town: Town) -> None:
    told = shown(town, f"{XIANHU}?looked=1")
    assert "餐数 3 以上餐数的餐费 36.00 元" in told
    assert "补助已冲销的 1 餐，自付不退 3.00 元 餐费总额 39.00 元 个人自付 12.00 元" in told
    for claimed, stands, back in (("22.00", "16.00", "6.00"), ("14.00", "11.00", "3.00")):
        assert re.search(
            rf"冲销之后的金额 \S+ {claimed} 元 {stands} 元 "
            rf"用餐被冲销，该出资方不再承担。 −{back} 元 #147",
            told,
        )
    assert "补助已冲销的" not in shown(town, f"{XILIAN}?looked=1")


def test_each_step_leads_to_where_it_is_compared(town: Town) -> None:
    answer = looked(town, f"{XIANHU}?looked=1")
    links = re.findall(r'href="(/log/(\d+)\?[^"]+)">#(\d+)<', answer.text)
    assert len({position for _, position, _ in links}) > 10
    assert all(position == told for _, position, told in links)
    compared = town.browser.get(links[0][0].replace("&amp;", "&"))
    assert "且与签名时一致" in words_of(compared)
    assert f'href="/receipt?entry={links[0][1]}"' in compared.text


def test_what_is_not_paid_yet_is_told_as_the_reason(town: Town) -> None:
    assert "尚未支付，或已退回。 −2.83 元" in shown(town, f"{XILIAN}?looked=1")


def test_nobody_is_named(town: Town) -> None:
    told = looked(town, f"{XIANHU}?looked=1").text
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-4", told), "no id in full"
    assert "(例)" not in told


def test_what_was_never_presented_has_nothing_to_rest_on(town: Town) -> None:
    for path in ("xianhu-canteen/2031-03", "no-such/2026-03", "xianhu-canteen/2026-13"):
        status = 422 if path.endswith("13") else 404
        looked(town, f"/audit/settlements/{path}", status=status)
    for path in ("jinning-youth/99", "no-such/1"):
        looked(town, f"/audit/payments/{path}", status=404)


def test_claims_go_on_where_the_page_before_ended(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.audit_trails.CLAIMS_SHOWN", 2)
    path, seen = f"{XIANHU}?looked=1", []
    while path:
        answer = looked(town, path)
        below = answer.text.partition('id="claims"')[2]
        rows = below.partition("<tbody>")[2].partition("</tbody>")[0]
        seen += re.findall(r'data-label="记录"><div><a href="/log/(\d+)', rows)
        more = re.search(rf'href="({XIANHU}\?[^"#]+)#claims"', answer.text)
        path = more[1].replace("&amp;", "&") if more else ""
        assert ("由日志重新计算" in words_of(answer)) == (len(seen) == 2)
    assert seen == ["137", "138", "139", "143", "147"]


def test_a_cursor_of_another_settlement_is_refused(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.audit_trails.CLAIMS_SHOWN", 2)
    more = re.search(r"after=([\w-]+)", looked(town, f"{XIANHU}?looked=1").text)
    assert more
    looked(town, f"{XILIAN}?after={more[1]}", status=400)


def test_a_payment_tells_who_asked_and_that_it_still_waits(town: Town) -> None:
    told = shown(town, "/audit/payments/jinning-unrestricted/1")
    for fact in ("申请金额 3,000.00 元", "未批准", "已申请", "没有引用决议。", "尚未付款。"):
        assert fact in told, fact
    answer = looked(town, "/funds/jinning-unrestricted/payments/1")
    assert 'href="/audit/payments/jinning-unrestricted/1"' in answer.text


def test_every_kind_of_step_question_and_body_has_a_word() -> None:
    kinds = {
        *(*settlement_grounds.STEPS, *settlement_grounds.MEALS, *settlement_grounds.OUT_OF_FUNDS),
        *(*disbursement_grounds.STEPS, *grounds.RESOLUTION, PolicyPublished, PolicyWithdrawn),
    }
    names = {NAME_OF_EVENT[kind].partition(".")[0] for kind in kinds}
    assert names == set(words_of_audit.EVENTS)
    assert set(words_of_audit.QUESTIONS) == set(Question)
    assert set(BODIES) == set(Body)


# -- of a ledger that is not true ------------------------------------------------------------------

FALSE = Flaw(111, "This cannot be.", "不可能如此。")


def false_recheck(events: Sequence[Recorded], canteen: SiteId, month: Month) -> Recheck:
    """The true one, but for a yuan that nothing explains."""
    true = recheck(events, canteen, month)
    first, *others = true.comparisons
    wrong = replace(first, told_fen=first.told_fen - 100, unexplained_fen=-100)
    told = replace(true, comparisons=(wrong, *others), flaws=(FALSE,))
    return replace(told, unexplained_fen=100, explained=False)


def test_what_does_not_follow_is_said_first_and_where_it_is(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.audit_trails.recheck", false_recheck)
    answer = looked(town, f"{XIANHU}?looked=1")
    told = words_of(answer).replace("\N{NO-BREAK SPACE}", " ")
    assert "由日志重新计算：1.00 元无法解释，1 条记录不合规则。" in told
    assert "−1.00 元无法解释" in told
    assert "#111 ：不可能如此。" in told
    assert 'class="verdict valid"' not in answer.text


def test_steps_of_too_few_persons_are_said_to_be(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for noun in ("settlement_grounds", "disbursement_grounds"):
        monkeypatch.setattr(f"ledger.audit.{noun}.broken_duties", lambda _: (FALSE,))
    for path in (f"{XIANHU}?looked=1", "/audit/payments/jinning-youth/1"):
        told = shown(town, path)
        assert "有的步骤本应由另一人办理。 #111 ：不可能如此。" in told
        assert "凡须由不同的人办理的步骤，均已由不同的人办理。" not in told
