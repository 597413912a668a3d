"""Policies on pages: what is valid when, a change that is tried, a version that is published."""

import html
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from httpx2 import Response

from ledger.deciding.answers import Unit
from ledger.domain.authority import Authority, Role
from ledger.domain.communities import RegisterCommunity
from ledger.domain.grants import GrantRole
from ledger.domain.meals import ClaimMeal
from ledger.domain.resolution_records import SubsidyAllowed
from ledger.domain.sites import RegisterSite, SiteKind
from ledger.domain.tiers import Sitting
from ledger.domain.values import CommunityId, ResolutionId, SiteId, Title
from tests.builders import CANTEEN, FUND, JINNING, NEW_YEAR, accepted, person, resolved, unit
from tests.grants import ADMINISTRATOR
from tests.pages.site import MEI, Site, open_site, words_of
from tests.pages.town import Town, key_of
from tests.servers import Server, temporary_database

HERE = "/policies/jinning-canteen"
SIMULATE, PUBLISH = f"{HERE}/simulate", f"{HERE}/publish"
NOON = datetime.fromisoformat("2026-03-02T12:00:00+08:00")
BYTES_MOST = 50_000


def may(site: Site, role: Role, community: CommunityId | None = None) -> None:
    by = Authority.alike(ADMINISTRATOR, (Role.administrator,), None)
    key = f"grant-{role}-{community}"
    accepted(site.ledger.execute([Unit(by, key, (GrantRole(MEI, role, community),), NOON)])[0])


def begun(site: Site, eaters: int = 6) -> Site:
    """The fund manager is at her desk; six of 79 years ate on a Monday in March, or fewer."""
    may(site, Role.fund_manager)
    lunch = date(2026, 3, 2), Sitting.lunch
    claims = [ClaimMeal(person(n), CANTEEN, *lunch) for n in range(eaters)]
    for answer in site.ledger.execute([unit(each, at=NOON) for each in claims]):
        accepted(answer)
    site.signed_in()
    site.caught_up()
    return site


@pytest.fixture
def office(site: Site) -> Site:
    """An office of one's own, where versions are published and ended."""
    return begun(site)


@pytest.fixture(scope="module")
def trying(shared_site: Site) -> Site:
    """An office where changes are tried, which leave no trace."""
    return begun(shared_site)


@pytest.fixture
def few(site: Site) -> Site:
    """An office of a canteen at which three people ate."""
    return begun(site, eaters=3)


@pytest.fixture(scope="module")
def ending(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An office whose version ends, so that another one may follow, and does not."""
    folder: Path = tmp_path_factory.mktemp("ending")
    with temporary_database(embedded) as database, open_site(database, folder) as site:
        ended(begun(site))
        yield site


@pytest.fixture(scope="module")
def empty(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A fund manager of 金宁 alone, and a canteen there that has no policy."""
    folder: Path = tmp_path_factory.mktemp("empty")
    with temporary_database(embedded) as database, open_site(database, folder) as site:
        may(site, Role.fund_manager, JINNING)
        new = RegisterSite(SiteId("new"), JINNING, SiteKind.canteen, Title("新饭堂"), NEW_YEAR)
        accepted(site.ledger.execute([unit(new, at=NOON)])[0])
        site.signed_in()
        site.caught_up()
        yield site


def form_of(answer: Response) -> dict[str, str]:
    """What the form of a page would send as it stands, without any button."""
    found = {}
    for tag in re.findall(r"<input [^>]*>", answer.text):
        own = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if own.get("type") != "checkbox" or " checked" in tag:
            found[own["name"]] = html.unescape(own.get("value", ""))
    for name, options in re.findall(
        r'<select id="[^"]+" name="([^"]+)".*?>(.*?)</select>', answer.text, re.DOTALL
    ):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        first = re.search(r'<option value="([^"]*)"', options)
        found[name] = (chosen or first or [""])[1] if (chosen or first) else ""
    return found


def get(site: Site, path: str) -> Response:
    answer = site.browser.get(path)
    assert answer.status_code == 200, answer.text
    assert len(answer.content) < BYTES_MOST
    return answer


def tail(site: Site) -> int:
    return site.ledger.recorder.max_notification_id() or 0


# -- what is valid -------------------------------------------------------------------------------


def test_each_canteen_has_a_line_with_its_version_of_today(trying: Site) -> None:
    told = words_of(get(trying, "/policies"))
    assert "金宁长者饭堂 金宁社区 第 1 版 15.00 元 长期有效" in told


def test_a_version_is_read_in_plain_words(trying: Site) -> None:
    told = words_of(get(trying, HERE))
    assert "70 周岁及以上 常住本社区 长者饭堂基金：6.00 元 9.00 元" in told
    assert "最后 其他人 无人 全价" in told
    assert "决议 jn-2025-12" in told


def test_which_version_was_valid_on_a_day_is_answered(trying: Site) -> None:
    assert "第 1 版，2026年2月3日有效" in words_of(get(trying, f"{HERE}?on=2026-02-03"))
    assert "2025年2月3日没有有效的版本" in words_of(get(trying, f"{HERE}?on=2025-02-03"))
    for odd in ("on=soon", "on=9999-12-31", "version=7", "version=x"):
        assert "第 1 版" in words_of(get(trying, f"{HERE}?{odd}"))


def test_a_canteen_without_a_version_warns_and_begins_with_one_rule(empty: Site) -> None:
    assert "没有有效的补助标准，不能登记用餐" in words_of(get(empty, "/policies"))
    assert "还没有发布过补助标准" in words_of(get(empty, "/policies/new"))
    form = form_of(get(empty, "/policies/new/simulate"))
    assert form["r1-code"] == "NEW1"
    tried = empty.post("/policies/new/simulate", form | {"price_yuan": "10"})
    assert "这个月这里没有人用餐" in words_of(tried)


def test_an_auditor_reads_and_changes_nothing(site: Site) -> None:
    may(site, Role.auditor)
    site.signed_in()
    site.caught_up()
    assert "试算调整" not in words_of(get(site, HERE))
    for path in (SIMULATE, PUBLISH, f"{HERE}/withdraw/1"):
        assert site.browser.get(path).status_code == 403
    assert site.post(SIMULATE, {"price_yuan": "10"}).status_code == 403


def test_whoever_has_no_role_there_finds_no_way_in(site: Site) -> None:
    site.signed_in()
    for path in ("/policies", HERE, SIMULATE, PUBLISH):
        assert site.browser.get(path).status_code == 403


def test_another_communitys_canteen_does_not_exist_for_her(site: Site) -> None:
    new = RegisterCommunity(CommunityId("xilian"), Title("西联社区"), Title("丹灶镇"))
    accepted(site.ledger.execute([unit(new, at=NOON)])[0])
    may(site, Role.fund_manager, CommunityId("xilian"))
    site.signed_in()
    site.caught_up()
    assert "金宁长者饭堂" not in words_of(get(site, "/policies"))
    for path in (HERE, SIMULATE, PUBLISH, f"{HERE}/withdraw/1", "/policies/nowhere"):
        assert site.browser.get(path).status_code == 404
    assert site.post(SIMULATE, {"price_yuan": "10"}).status_code == 404


# -- a change that is tried ----------------------------------------------------------------------


def test_what_is_not_changed_comes_to_what_was_claimed(trying: Site) -> None:
    form = form_of(get(trying, SIMULATE))
    before = tail(trying)
    told = words_of(trying.post(SIMULATE, form | {"month": "2026-03"}))
    assert "共 6 餐，就餐 6 人" in told
    assert "长者饭堂基金 36.00 元 36.00 元 0.00 元 个人自付 54.00 元 54.00 元 0.00 元" in told
    assert tail(trying) == before


def test_a_rule_of_few_eaters_is_told_without_its_sums(few: Site) -> None:
    form = form_of(get(few, SIMULATE))
    told = words_of(few.post(SIMULATE, form | {"month": "2026-03"}))
    assert "共 3 餐，就餐人数不足 5 人" in told
    assert "AGE70 不显示 不显示 不显示 不显示" in told
    assert "不足 5 人就餐的档" in told


def test_a_share_that_is_raised_moves_the_difference(trying: Site) -> None:
    form = form_of(get(trying, SIMULATE)) | {"month": "2026-03", "r1-a1": "7.50"}
    tried = trying.post(SIMULATE, form)
    assert "长者饭堂基金 36.00 元 45.00 元 +9.00 元" in words_of(tried)
    assert "data-chart" in tried.text
    assert form_of(tried)["r1-a1"] == "7.50"


def test_a_percentage_of_the_rest_with_a_limit_is_tried(trying: Site) -> None:
    part = {"r1-p2": "cooperative_of_the_eater", "r1-a2": "50", "r1-u2": "rest", "r1-m2": "2"}
    form = form_of(get(trying, SIMULATE)) | {"month": "2026-03", "r1-a1": "40", "r1-u1": "percent"}
    told = words_of(trying.post(SIMULATE, form | part))
    assert "餐价的 40%" in told
    assert "余额的 50%，最多 2.00 元" in told


def test_rules_are_added_moved_and_removed_by_buttons(trying: Site) -> None:
    form = form_of(get(trying, SIMULATE))
    more = form_of(trying.post(SIMULATE, form | {"do": "add"}))
    assert more["r2-code"] == "NEW1"
    moved = form_of(trying.post(SIMULATE, more | {"do": "up-2"}))
    assert (moved["r1-code"], moved["r2-code"]) == ("NEW1", "AGE70")
    fewer = form_of(trying.post(SIMULATE, moved | {"do": "remove-1"}))
    assert fewer == form
    for odd in ("remove-9", "up-x", "sing", "remove-" + "9" * 40):
        assert form_of(trying.post(SIMULATE, form | {"do": odd})) == form


def test_of_few_people_nothing_is_told(trying: Site) -> None:
    form = form_of(get(trying, SIMULATE)) | {"month": "2026-03"}
    many = words_of(trying.post(SIMULATE, form | {"r1-age_least": "80"}))
    assert "不再享受补助 6 人" in many
    claim = ClaimMeal(person(0), CANTEEN, date(2026, 4, 1), Sitting.lunch)
    at = datetime.fromisoformat("2026-04-01T12:00:00+08:00")
    accepted(trying.ledger.execute([unit(claim, at=at)])[0])
    trying.caught_up()
    few = words_of(trying.post(SIMULATE, form | {"r1-age_least": "80", "month": "2026-04"}))
    assert "不再享受补助 0 人" in few
    assert "仍按当时计价的：不足 5 人" in few


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("r1-a1", "六元", "此处应为金额（元），如 6.50。"),
        ("r1-a1", "-6", "金额不能小于零"),
        ("r1-a1", "16", "合计 16.00 元，价格为"),
        ("r1-age_least", "old", "此处应为 0 或以上的整数，如 1。"),
        ("r1-code", "age 70", "此处应为大写字母、数字和下划线。"),
        ("r1-p2", "", "请选择由谁承担。"),
        ("price_yuan", "0", "金额"),
        ("price_yuan", "", "餐价（元）：须填写。"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(
    trying: Site, field: str, typed: str, told: str
) -> None:
    form = form_of(get(trying, SIMULATE)) | {"r1-a2": "1" if field == "r1-p2" else ""}
    answer = trying.post(SIMULATE, form | {field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert told in words_of(answer)
    assert form_of(answer)[field] == typed


# -- a version that is published -----------------------------------------------------------------


def agrees(site: Site) -> None:
    """The council hall lets the fund pay from April on too."""
    more = resolved(SubsidyAllowed(CANTEEN, FUND), name=ResolutionId("jn-2026-04"))
    accepted(site.ledger.execute([unit(more, at=NOON)])[0])
    site.caught_up()


def ended(site: Site, day: str = "2080-01-01", number: int = 1) -> None:
    """That version ends on that day, so that another one may follow it."""
    path = f"{HERE}/withdraw/{number}"
    form = {"key": key_of(get(site, path)), "valid_until": day, "sure": "1"}
    done = site.post(path, form)
    assert done.status_code == 303, words_of(done)
    site.caught_up()


def test_what_was_tried_is_carried_over_looked_at_and_published(office: Site) -> None:
    agrees(office)
    ended(office)
    form = form_of(get(office, SIMULATE)) | {"r1-a1": "7.50", "again": "1"}
    carried = form_of(office.post(PUBLISH, form))
    assert carried["r1-a1"] == "7.50"
    assert carried["weekday-0"] == "true"
    assert carried["agreed-fund.jinning-meals"] == "jn-2025-12"
    before = tail(office)
    sure = office.post(PUBLISH, carried | {"valid_from": "2080-01-01"})
    assert "长者饭堂基金：7.50 元 7.50 元" in words_of(sure)
    assert tail(office) == before
    again = form_of(sure)
    done = [office.post(PUBLISH, again | {"sure": "1"}) for _ in range(2)]
    assert [each.status_code for each in done] == [303, 303]
    assert tail(office) == before + 1
    shown = words_of(office.browser.get(done[0].headers["Location"]))
    assert "已发布，从生效日期起有效。" in shown
    assert "第 2 版" in shown


def test_what_a_rule_says_adds_up_to_the_price_whoever_bears_the_rest(ending: Site) -> None:
    form = form_of(get(ending, PUBLISH)) | {"valid_from": "2080-01-01"}
    rests = {"residual": "fund/jinning-meals", "agreed-fund.jinning-meals": "jn-2025-12"}
    shown = words_of(ending.post(PUBLISH, form | rests))
    assert "长者饭堂基金：6.00 元 长者饭堂基金：余下的 9.00 元 0.00 元" in shown


def test_whoever_is_not_sure_finds_the_form_as_it_was(ending: Site) -> None:
    form = form_of(get(ending, PUBLISH)) | {"valid_from": "2080-01-01", "claim_days": "9"}
    back = form_of(ending.post(PUBLISH, form_of(ending.post(PUBLISH, form)) | {"again": "1"}))
    assert (back["valid_from"], back["claim_days"]) == ("2080-01-01", "9")


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("valid_from", {"valid_from": "2026-07-01"}),
        ("valid_from", {"valid_from": ""}),
        ("valid_from", {"valid_from": "1999-01-01"}),
        ("gap_is_meant", {"valid_from": "2080-02-01"}),
        ("agreed-fund.jinning-meals", {"agreed-fund.jinning-meals": ""}),
        ("agreed-cooperative_of_the_eater", {"r1-p1": "cooperative_of_the_eater"}),
        ("claim_days", {"claim_days": "soon"}),
        ("valid_until", {"valid_until": "2079-01-01"}),
    ],
)
def test_a_refusal_stands_beside_what_it_is_about(
    ending: Site, field: str, change: dict[str, str]
) -> None:
    form = form_of(get(ending, PUBLISH)) | {"valid_from": "2080-01-01"}
    answer = ending.post(PUBLISH, form | change)
    assert answer.status_code in {409, 422}, words_of(answer)
    assert f'id="{field}-wrong"' in answer.text
    assert form_of(answer)["price_yuan"] == "15.00"


def test_a_number_below_zero_is_told_what_it_may_be(ending: Site) -> None:
    wrong = {"subsidised_meals_per_day": "-1", "claim_days": "-1"}
    form = form_of(get(ending, PUBLISH)) | wrong
    told = words_of(ending.post(PUBLISH, form | {"valid_from": "2080-01-01"}))
    for field in ("每人每天的补助餐数", "用餐后多少天内可以补登"):
        assert f"{field}：应为 0 或以上的整数，如 1。" in told


def test_a_version_without_any_day_of_service_is_a_slip(ending: Site) -> None:
    form = form_of(get(ending, PUBLISH)) | {"valid_from": "2080-01-01"}
    days = {name for name in form if name.startswith("weekday-")}
    answer = ending.post(PUBLISH, {name: form[name] for name in form.keys() - days})
    assert 'id="weekday-0-wrong"' in answer.text


def test_a_version_is_ended_earlier_once_she_is_sure(office: Site) -> None:
    path = f"{HERE}/withdraw/1"
    assert "最早填明天" in words_of(get(office, path))
    today = words_of(office.post(path, {"key": "today", "valid_until": "2026-03-02"}))
    assert "不能在 2026年3月2日 结束" in today
    before = tail(office)
    asked = office.post(path, {"key": "one", "valid_until": "2080-01-01"})
    assert 'name="sure"' in asked.text
    assert tail(office) == before
    ended(office)
    assert "到 2080年1月1日前" in words_of(get(office, HERE))
    assert office.browser.get(f"{HERE}/withdraw/7").status_code == 404


def test_a_version_that_is_withdrawn_before_it_begins_is_told_as_never_valid(office: Site) -> None:
    agrees(office)
    ended(office)
    form = form_of(get(office, PUBLISH)) | {"valid_from": "2080-01-01", "sure": "1"}
    assert office.post(PUBLISH, form).status_code == 303
    office.caught_up()
    path = f"{HERE}/withdraw/2"
    shown = words_of(get(office, path))
    assert "该版本尚未生效" in shown
    assert "最早填明天" not in shown, "no meal was priced by it"
    ended(office, number=2)
    told = words_of(get(office, f"{HERE}?version=2"))
    assert "有效期 从未生效：生效前已撤回" in told
    assert "到 2080年1月1日前" not in told
    rests = words_of(get(office, "/councils/resolutions/jn-2025-12"))
    assert "第 1 版 长者饭堂基金，自 2026年1月1日 起" in rests
    assert "第 2 版 长者饭堂基金，生效前已撤回" in rests


def test_a_form_with_a_whole_policy_is_kept_when_the_session_has_ended(office: Site) -> None:
    form = form_of(get(office, PUBLISH))
    office.browser.cookies.clear()
    answer = office.post(PUBLISH, form)
    assert answer.status_code == 401
    assert "r1-code" in answer.text


def test_the_fund_manager_of_the_demo_finds_the_room(town: Town) -> None:
    town.becomes("fund-manager")
    told = words_of(town.browser.get("/policies"))
    assert "补助标准" in told
    assert "仙湖社区" in told
