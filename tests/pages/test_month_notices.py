"""What a month's page says once it was reopened after its notice: the figures, or not even they."""

import re

from tests.pages.months_in_town import reads, takes, took
from tests.pages.site import words_of
from tests.pages.town import Town

MONTH = "/months/jinning/2026-03"
NOTICE = f"{MONTH}/notice"
DIFFERENT, SAME = "账本数字已与公布时不同", "账本数字与公布时相同"


def publishes(town: Town) -> str:
    """The publisher puts the draft on display; the public page of the notice."""
    town.becomes("checker")
    text = town.browser.get(NOTICE).text
    form = dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]+)"', text))
    assert "data-back" not in text  # the page is asked for where it stands
    (first,) = re.findall(r'name="until"[^>]* min="([^"]+)"', text)
    answer = town.post(f"{NOTICE}/publish", sure="1", until=first, **form)
    assert answer.status_code == 303, words_of(answer)
    town.browser.get(answer.headers["Location"])
    return f"/public/notices/{form['notice']}"


def gives(town: Town) -> None:
    """A gift comes to the books of the open month."""
    gift = {"gift.fund": "jinning-unrestricted", "gift.amount_yuan": "5", "given_on": "2026-03-20"}
    answer = takes(town, "registrar", "/contributions/jinning/record/cash", **gift)
    assert answer.status_code == 303, words_of(answer)
    town.browser.get(answer.headers["Location"])


def due(town: Town) -> str:
    return reads(town, "checker", "/months").partition("待公示")[2]


def test_a_month_is_published_anew_once_its_figures_are_others_and_not_before(town: Town) -> None:
    shown = publishes(town)
    took(town, "approver", f"{MONTH}/reopen")
    took(town, "fund-manager", f"{MONTH}/end")
    for page in (MONTH, NOTICE):
        told = reads(town, "checker", page)
        assert "公布后该月曾于" in told
        assert SAME in told
        assert DIFFERENT not in told
    assert "发布公示 ☑ 已办" in reads(town, "checker", MONTH)
    assert "金宁社区 2026年3月" not in due(town)
    public = words_of(town.browser.get(shown))
    assert "重新开账" in public
    assert "账本今天对该月的数字与公布时相同" in public

    took(town, "fund-manager", f"{MONTH}/propose", reason="papers_found")
    took(town, "approver", f"{MONTH}/reopen")
    gives(town)
    for page in (MONTH, NOTICE):
        told = reads(town, "checker", page)
        assert DIFFERENT in told
        assert "待该月结账后，请撤回公示并重新发布" in told
    assert "发布公示 ☐ 尚不能办" in reads(town, "checker", MONTH)
    assert "金宁社区 2026年3月 尚未结账 数字已与公布时不同，须重新公示" in due(town)

    took(town, "fund-manager", f"{MONTH}/end")
    told = reads(town, "checker", MONTH)
    assert "请撤回公示并重新发布" in told
    assert "发布公示 ☐ 待办 等您办理" in told
    assert "金宁社区 2026年3月 数字已与公布时不同，须重新公示" in due(town)
    down = {"notice": shown.rpartition("/")[2], "reason": "month_reopened"}
    took(town, "checker", f"{NOTICE}/withdraw", **down)
    assert "金宁社区 2026年3月 已逾期" in due(town)
    publishes(town)
    assert DIFFERENT not in reads(town, "checker", MONTH)
    assert "金宁社区 2026年3月" not in due(town)
