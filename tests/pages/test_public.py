"""What everybody sees: communities compared, and notices, without signing in and without a name."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from httpx2 import Response

from ledger.projections.public_league import Measure
from tests.api.publishing import NAME, close, eat, give, public, publish, reopen, serve
from tests.api.town import Town, accepted, open_town
from tests.builders import person
from tests.pages.site import words_of

LEAGUE = "/public/league/2026-02"
TIME = f"{LEAGUE}/{Measure.service_minutes}"
XILIAN = {"community": "xilian", "name": "西联社区", "town": "丹灶镇"}
LONG_NAME = "一个名字很长很长的社区居民委员会" * 3


@pytest.fixture
def town(database: str, tmp_path: Path) -> Iterator[Town]:
    with open_town(database, tmp_path, people=7) as town:
        yield town


def seen(town: Town, path: str, language: str = "zh", **headers: str) -> Response:
    """The page once all that was given is reflected, to somebody who is not signed in."""
    headers = {"Accept-Language": language, "Ledger-Position": str(town.position), **headers}
    town.found("exceptions")
    return town.client.get(path, headers=headers)


def row_of(answer: Response, name: str) -> str:
    """What the table says of a community."""
    (row,) = (each for each in re.findall(r"<tr>.*?</tr>", answer.text, re.DOTALL) if name in each)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).replace("\xa0", " ").strip()


def test_before_anything_is_closed_the_pages_say_so(town: Town) -> None:
    serve(town, *range(6))
    assert "还没有社区结过账" in words_of(seen(town, "/public"))
    assert "还没有社区结过账" in words_of(seen(town, "/public/league"))
    assert "现在没有公示" in words_of(seen(town, "/public/notices"))
    assert seen(town, TIME).status_code == 404


def test_a_closed_month_is_compared_and_an_open_one_has_no_figure(town: Town) -> None:
    accepted(town.give("communities/register", XILIAN))
    serve(town, *range(6))
    close(town)
    page = seen(town, TIME)
    assert row_of(page, "金宁社区") == "第 1 名 金宁社区 12 小时"
    assert row_of(page, "西联社区") == "– 西联社区 尚未结账"
    assert page.text.count("<rect ") == 1
    assert 'width="1000"' in page.text


def test_few_people_are_not_shown_in_any_measure_nor_ranked(town: Town) -> None:
    serve(town, 0, 1, 2)
    eat(town, 3, 4)
    give(town, 0, "goods")
    close(town)
    hidden = ("service-minutes", "volunteers", "meals-served", "copayment-share")
    for measure in (*hidden, "goods-contributions"):
        assert row_of(seen(town, f"{LEAGUE}/{measure}"), "金宁社区") == "– 金宁社区 人数少，不公开"
    assert "第 1 名" not in words_of(seen(town, f"{LEAGUE}/cash-contributions"))


def test_where_nobody_has_a_rank_the_page_says_why(town: Town) -> None:
    accepted(town.give("communities/register", XILIAN))
    serve(town, 0, 1, 2)
    close(town)
    assert "这里没有名次" in words_of(seen(town, TIME))
    assert "这里没有名次" in words_of(seen(town, f"{LEAGUE}/meals-served"))


def test_the_first_month_shown_is_the_newest_that_most_have_closed(town: Town) -> None:
    accepted(town.give("communities/register", XILIAN))
    for community in ("jinning", "xilian"):
        accepted(town.give("periods/close", {"community": community, "month": "2026-01"}))
    serve(town, *range(6))
    close(town)
    assert "2026年1月每千名居民的服务时长" in words_of(seen(town, "/public/league"))
    accepted(town.give("periods/close", {"community": "xilian", "month": "2026-02"}))
    assert "2026年2月每千名居民的服务时长" in words_of(seen(town, "/public/league"))


def test_communities_with_the_same_figure_share_a_rank(town: Town) -> None:
    accepted(town.give("communities/register", XILIAN))
    for number in range(6):
        give(town, number, "goods")
        theirs = {"contribution": f"theirs-{number}", "community": "xilian",
                  "person": person(number), "given_on": "2026-02-20",
                  "gift": {"kind": "goods"}}  # fmt: skip
        accepted(town.give("contributions/record", theirs))
    close(town)
    accepted(town.give("periods/close", {"community": "xilian", "month": "2026-02"}))
    page = seen(town, f"{LEAGUE}/goods-contributions")
    for name in ("金宁社区", "西联社区"):
        assert row_of(page, name) == f"第 1 名 （并列） {name} 6 件"
    assert "No. 1 (tied) 西联社区 6 gifts" in row_of(
        seen(town, f"{LEAGUE}/goods-contributions", "en"), "西联社区"
    )


def test_for_each_head_a_community_needs_a_number_of_residents(town: Town) -> None:
    serve(town, *range(6))
    close(town)
    first = seen(town, "/public/league")
    assert row_of(first, "金宁社区") == "– 金宁社区 没有登记人口数，不参加排名"
    population = {"community": "jinning", "residents": 7000, "valid_from": "2026-01-01"}
    accepted(town.give("communities/record-population", population))
    assert row_of(seen(town, "/public/league"), "金宁社区") == "第 1 名 金宁社区 1 小时 43 分钟"


def test_a_month_is_compared_with_the_one_before_by_a_sign_and_a_word(town: Town) -> None:
    accepted(town.give("periods/close", {"community": "jinning", "month": "2026-01"}))
    serve(town, *range(6))
    close(town)
    assert row_of(seen(town, TIME), "金宁社区").endswith("▲ 增加 当时 0 分钟")
    assert "没有可与2025年12月相比的数字" in words_of(
        seen(town, "/public/league/2026-01/service-minutes")
    )


def test_a_month_that_is_reopened_is_gone_until_it_is_closed_again(town: Town) -> None:
    serve(town, *range(6))
    close(town)
    assert "12 小时" in words_of(seen(town, TIME)).replace("\xa0", " ")
    reopen(town)
    assert seen(town, TIME).status_code == 404
    close(town)
    assert seen(town, TIME).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("2026-13/volunteers", "2026/volunteers", "all/volunteers", "2026-Q1/volunteers"),
        *("2026-02/participation", "2026-02/%00", f"{'9' * 300}/volunteers", "2025-11/volunteers"),
    ],
)
def test_no_address_leads_to_what_is_not_closed_or_no_measure(town: Town, path: str) -> None:
    serve(town, *range(6))
    close(town)
    answer = seen(town, f"/public/league/{path}")
    assert answer.status_code in {400, 404}, unquote(path)
    assert "小时" not in words_of(answer)


@pytest.mark.parametrize("asked", ["as_of=2026-02-10", "known_at=5", "basis=occurred"])
def test_nobody_asks_the_public_pages_about_another_time(town: Town, asked: str) -> None:
    serve(town, *range(6))
    close(town)
    plain = seen(town, TIME)
    assert row_of(seen(town, f"{TIME}?{asked}"), "金宁") == row_of(plain, "金宁")
    assert "entries" not in plain.text
    assert str(person(1)) not in plain.text


def test_a_notice_says_what_was_published_and_how_it_is_checked(town: Town) -> None:
    eat(town, *range(6))
    serve(town, *range(6))
    give(town, 1, "goods")
    close(town)
    accepted(publish(town))
    told = public(town, f"notices/{NAME}").json()
    page = seen(town, f"/public/notices/{NAME}")
    words = words_of(page).replace("\xa0", " ")
    for said in ("金宁社区 2026年2月", "餐费总额 90.00 元", "个人自付 54.00 元", "36.00 元"):
        assert said in words
    assert "服务时长 12 小时" in words
    assert "<5 人，件数不公开" in words
    assert "基金余额始终完整公布，不论由谁捐赠" in words
    assert told["notice"]["digest"] in words
    assert f"账本位置 {told['notice']['at_position']}" in words
    assert "账本今天对该月的数字与公布时相同" in words
    paper = re.findall(r'href="(/v1/[^"]+\.pdf)"', page.text)
    assert town.client.get(paper[0]).headers["content-type"] == "application/pdf"
    assert NAME in seen(town, "/public/notices").text
    assert NAME in seen(town, "/public").text


def test_a_notice_whose_month_changed_says_so(town: Town) -> None:
    eat(town, *range(6))
    close(town)
    accepted(publish(town))
    reopen(town)
    eat(town, 6)
    words = words_of(seen(town, f"/public/notices/{NAME}"))
    assert "该月已于2026年3月2日重新开账" in words
    assert "账本对该月的数字已与公布时不同" in words
    assert "与公布时相同" not in words
    for path in ("/public/notices", "/public"):
        listed = words_of(seen(town, path))
        assert "重新开账" in listed
        assert "账本对该月的数字已与公布时不同" in listed, path


def test_a_notice_that_was_withdrawn_is_not_told_of(town: Town) -> None:
    eat(town, *range(6))
    close(town)
    accepted(publish(town))
    reason = {"notice": NAME, "reason": "published_by_mistake"}
    accepted(town.give("notices/withdraw", reason))
    answer = seen(town, f"/public/notices/{NAME}")
    assert answer.status_code == 410
    assert "90.00" not in answer.text
    assert "此公示已于 2026年3月2日 撤回。" in words_of(answer)
    assert 'class="button" href="/public/notices"' in answer.text
    assert "现在没有公示" in words_of(seen(town, "/public/notices"))
    assert seen(town, "/public/notices/no-such").status_code == 404


def test_many_notices_are_shown_a_page_at_a_time_and_keep_the_language(town: Town) -> None:
    close(town)
    for number in range(22):
        accepted(publish(town, f"notice-{number:02}"))
    found: set[str] = set()
    path: str | None = "/public/notices?lang=en"
    while path:
        page = seen(town, path)
        assert len(page.content) < 50_000
        found |= set(re.findall(r"/public/notices/(notice-\d\d)", page.text))
        more = re.search(r'href="([^"]+after=[^"]+)">Earlier ones', page.text)
        path = more and more[1].replace("&amp;", "&")
    assert len(found) == 22
    assert seen(town, "/public/notices?after=rubbish").status_code == 400


def test_a_very_long_name_is_shown_whole_and_as_text(town: Town) -> None:
    name = f"{LONG_NAME}<b>"[-60:]
    accepted(town.give("communities/register", XILIAN | {"name": name}))
    close(town)
    page = seen(town, TIME)
    assert name in words_of(page)
    assert "<b>" not in page.text


def test_another_language_keeps_the_season_and_the_measure(town: Town) -> None:
    serve(town, *range(6))
    close(town)
    page = seen(town, TIME)
    assert f'href="{TIME}?lang=en"' in page.text
    assert "Time served, February 2026" in words_of(seen(town, f"{TIME}?lang=en"))
