"""What of her service does not count yet: in its order, and each with the reason that is so."""

from datetime import datetime

from tests.pages.site import MEI, Site
from tests.pages.test_me import NOON, comes, give, mine, served

IN_MAY = datetime.fromisoformat("2026-05-20T12:00:00+08:00")
CROSSED = "与已登记的2026年3月1日 08:00–10:00“<b>sweep</b>”时间重叠，须先更正其中一条"
NO_EVIDENCE = "还没有登记证据。请把能证明您到场的材料"


def test_what_lies_across_a_record_says_so_and_adds_no_time(site: Site) -> None:
    served(site, "sweep", 8, 10)
    served(site, "fair", 9, 11, confirmed=False)
    served(site, "visits", 10, 12, confirmed=False)
    site.signed_in()
    told = mine(site)
    assert told.count(CROSSED) == 1
    assert told.count("还没有人确认") == 1
    assert "待处理 2 小时 另有 1 项与其他记录时间重叠" in told
    assert "/me/objections/fair" in site.browser.get("/me").text


def test_what_is_held_is_a_record_to_lie_across_too(site: Site) -> None:
    served(site, "sweep", 6, 18)
    served(site, "fair", 17, 19, confirmed=False)
    site.signed_in()
    told = mine(site)
    assert "与已登记的2026年3月1日 06:00–18:00" in told
    assert "待处理 12 小时 另有 1 项与其他记录时间重叠" in told


def test_of_two_that_wait_at_the_same_time_the_longer_one_adds(site: Site) -> None:
    served(site, "sweep", 6, 10, confirmed=False)
    served(site, "fair", 9, 11, confirmed=False)
    served(site, "visits", 11, 12, confirmed=False)
    site.signed_in()
    told = mine(site)
    assert "待处理 5 小时" in told
    assert "与同样待确认的2026年3月1日 09:00–11:00“<b>fair</b>”时间重叠，照现在的时间" in told
    assert "与同样待确认的2026年3月1日 06:00–10:00“<b>sweep</b>”时间重叠" in told
    assert told.count("时间重叠") == 2


def test_once_the_record_is_taken_back_what_lay_across_waits_to_be_confirmed(site: Site) -> None:
    served(site, "sweep", 8, 10)
    served(site, "fair", 9, 11, confirmed=False)
    give(site, "service/reverse", {"shift": "sweep", "person": MEI, "reason": "found_false"})
    site.signed_in()
    told = mine(site)
    assert "时间重叠" not in told
    assert "待处理 2 小时" in told
    assert "还没有人确认" in told


def test_what_is_late_says_that_its_evidence_is_missing_until_it_is_there(site: Site) -> None:
    served(site, "sweep", 8, 10, at=IN_MAY)
    served(site, "long-day", 10, 19, at=NOON)
    site.signed_in()
    assert mine(site).count(NO_EVIDENCE) == 1
    evidence = {
        "shift": "sweep",
        "person": MEI,
        "reason": "kept_on_paper",
        "note": {"text": "第 3 页"},
    }
    give(site, "lateness/record", evidence, IN_MAY)
    assert NO_EVIDENCE not in mine(site)


def test_all_that_waits_is_told_in_the_order_of_the_days(site: Site) -> None:
    served(site, "dawn", 4, 5, confirmed=False)
    served(site, "long-day", 6, 18)
    served(site, "evening", 19, 20, confirmed=False)
    comes(site, "night")
    site.signed_in()
    told = mine(site)
    places = [told.index(f"<b>{shift}</b>") for shift in ("dawn", "long-day", "evening", "night")]
    assert places == sorted(places)
