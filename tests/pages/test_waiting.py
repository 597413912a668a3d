"""What waits for the confirmers: several are confirmed at once, and each refusal says why."""

import re

from ledger.demo.personas import BY_WORD
from tests.pages.shifts_in_town import (
    APPROVER,
    BOARD,
    CASHIER,
    CASHIERS_NAME,
    VOLUNTEER,
    attended,
    followed,
)
from tests.pages.site import words_of
from tests.pages.town import Town, key_of

WAITING = f"{BOARD}/waiting"


def boxes(page: str, text: str) -> dict[str, str]:
    """The boxes of a shift, ticked."""
    shift = page.rpartition("/")[2]
    found = re.findall(rf'name="(pick-\d+)" value="({shift} [^"]+)"', text)
    return dict(found)


def test_several_are_confirmed_with_one_press_however_often_it_is_sent(town: Town) -> None:
    page = attended(town, CASHIER, VOLUNTEER)
    town.becomes("approver")
    shown = town.browser.get(WAITING)
    form = {"key": key_of(shown)} | boxes(page, shown.text)
    assert len(form) == 3
    first = town.post(WAITING, **form)
    before = town.tail()
    again = town.post(WAITING, **form)
    assert again.headers["Location"] == first.headers["Location"]
    assert town.tail() == before
    done = followed(town, first)
    assert "已确认。" in words_of(done)
    assert not boxes(page, done.text)


def test_a_leader_is_told_who_confirms(town: Town) -> None:
    attended(town, CASHIER)
    assert "由本社区确认人确认" in words_of(town.browser.get(WAITING))
    town.becomes("approver")
    assert "由本社区确认人确认" not in words_of(town.browser.get(WAITING))


def test_whoever_may_not_be_confirmed_by_her_keeps_nobody_else_from_it(town: Town) -> None:
    page = attended(town, APPROVER, CASHIER)
    town.becomes("approver")
    shown = town.browser.get(WAITING)
    ticked = boxes(page, shown.text)
    assert len(ticked) == 1
    assert "您本人的服务：由其他人决定" in words_of(shown)
    shift = page.rpartition("/")[2]
    answer = town.post(WAITING, key="both", **ticked, **{"pick-90": f"{shift} {APPROVER}"})
    assert answer.status_code == 403
    told = words_of(answer)
    assert "已确认，现已计入：1 条" in told
    assert "暂挂，须由第二人决定" not in told
    assert "未能确认：1 条" in told
    assert not boxes(page, answer.text)


def test_what_is_held_is_not_told_as_counted_and_what_is_refused_says_which_it_is(
    town: Town,
) -> None:
    long = attended(town, CASHIER, ago=6000, minutes=1000)
    page = attended(town, APPROVER, CASHIER)
    town.becomes("approver")
    shown = town.browser.get(WAITING).text
    ticked = [*boxes(long, shown).values(), *boxes(page, shown).values()]
    ticked.append(f"{page.rpartition('/')[2]} {APPROVER}")
    form = {f"pick-{number}": each for number, each in enumerate(ticked)}
    told = words_of(town.post(WAITING, key="three", **form))
    assert "已确认，现已计入：1 条" in told
    assert "已确认但暂挂，须由第二人决定：1 条" in told
    assert "未能确认：1 条 黎审批(例) （您本人），长者饭堂帮厨：" in told


def test_a_confirmer_is_told_who_it_was_and_not_how_she_is_reached(town: Town) -> None:
    attended(town, CASHIER)
    town.becomes("approver")
    assert CASHIERS_NAME in words_of(town.browser.get(WAITING))
    reached = town.browser.get(f"/v1/persons/{CASHIER}/contact")
    assert reached.status_code == 403
    assert town.browser.get(f"/v1/persons/{CASHIER}/name").json()["name"] == CASHIERS_NAME
    town.becomes("cashier")
    looks = town.browser.get(f"/v1/persons/{CASHIER}/views").json()["items"]
    assert BY_WORD["approver"].person in {
        each["viewer"] for each in looks if each["purpose"] == "name"
    }


def test_all_are_ticked_by_a_link(town: Town) -> None:
    attended(town, CASHIER)
    town.becomes("approver")
    assert " checked" not in town.browser.get(WAITING).text
    assert " checked" in town.browser.get(f"{WAITING}?all=1").text


def test_nobody_ticked_is_told_and_a_box_of_nobodys_is_nothing(town: Town) -> None:
    town.becomes("approver")
    nobody = town.post(WAITING, key="none")
    assert nobody.status_code == 422
    assert "没有勾选任何人。" in words_of(nobody)
    assert town.post(WAITING, **{"pick-1": "what ever"}).status_code == 404


def test_a_leader_sees_what_waits_and_ticks_nothing(town: Town) -> None:
    page = attended(town, CASHIER)
    shown = town.browser.get(WAITING)
    assert "冯出纳(例)" in words_of(shown)
    assert not boxes(page, shown.text)
    tried = {"pick-1": f"{page.rpartition('/')[2]} {CASHIER}"}
    assert town.post(WAITING, key="leads", **tried).status_code == 403


def test_a_long_list_goes_on_by_a_link(town: Town) -> None:
    for _ in range(8):
        attended(town, CASHIER, VOLUNTEER)
    town.becomes("approver")
    shown = town.browser.get(WAITING)
    assert len(shown.content) < 50_000
    following = re.search(r'href="(/board/jinning/waiting\?list=came&amp;after=[^"]+)"', shown.text)
    assert following
    behind = town.browser.get(following[1].replace("&amp;", "&"))
    assert behind.status_code == 200
    there, here = (set(re.findall(r'value="(\S+ \S+)"', each.text)) for each in (shown, behind))
    assert len(there) == 15
    assert here
    assert not here & there
    assert town.browser.get(f"{WAITING}?after=odd").status_code == 400
