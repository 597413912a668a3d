"""A meal that was eaten offline and is refused when it is sent: an exception with a named payer."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from ledger.domain.deaths import RecordDeath
from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.meals import ClaimMeal, ReverseMeal
from ledger.domain.tiers import Sitting
from ledger.domain.unclaimable_records import MealPayer
from ledger.domain.values import Count, month_of
from tests.browser.demo import Demo
from tests.browser.offline import (
    CANTEEN,
    DESK,
    ENTER,
    ENTERED,
    ON_PAPER,
    PAYS,
    REFUSED,
    SEEN,
    STORED,
    eats,
    entered_of,
    gives,
    keeps,
    reads,
    stored,
    today,
)
from tests.browser.person import PHONE, Person, at_a_browser

AGAIN = {"zh": "请按全价记一餐", "en": "Record it at the full price"}
"""The remedy of whoever has not eaten yet; here it would be a second meal."""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_late_refusal_stands_in_the_ledger_and_names_who_pays(
    chromium: Browser, demo: Demo, language: str
) -> None:
    eater = eats(demo, name := f"晚到者{language}")
    with at_a_browser(chromium, demo, language=language, width=PHONE) as she:
        she.becomes("clerk")
        keeps(she, name, language)
        gives(demo, ClaimMeal(eater, CANTEEN, today(), Sitting.dinner))
        before = demo.tail()
        she.page.context.set_offline(False)
        for _ in range(2):
            reads(she, REFUSED[language])
            reads(she, eater[:8])
            reads(she, ENTERED[language])
            assert AGAIN[language] not in she.page.locator("#offline").inner_text()
            assert she.barriers() == []
            she.goes_to(DESK)
        assert name not in she.reads()
        assert demo.tail() == before + 1
        (entered,) = entered_of(demo, eater)
        assert (entered.payer, entered.price_fen) == (MealPayer.eater, 1200)
        (kept,) = stored(she)
        assert set(kept) == STORED | {"refused", "entered"}
        day = she.page.locator("#offline-left a").get_attribute("href")
        assert day == f"/desk/{CANTEEN}/{today()}"
        she.presses(SEEN[language])
        expect(she.page.locator("#offline-left li")).to_have_count(0)
        assert stored(she) == []
        assert demo.tail() == before + 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_checker_finds_it_on_the_page_of_its_day_and_says_how_it_ended(
    chromium: Browser, demo: Demo, language: str
) -> None:
    eater = eats(demo, name := f"了结者{language}")
    with at_a_browser(chromium, demo, language=language, width=PHONE) as she:
        she.becomes("clerk")
        keeps(she, name, language)
        gives(demo, ClaimMeal(eater, CANTEEN, today(), Sitting.dinner))
        she.page.context.set_offline(False)
        reads(she, ENTERED[language])
        she.becomes("checker")
        she.goes_to(f"/desk/{CANTEEN}/{today()}")
        assert she.barriers() == []
        hers = she.page.locator("li").filter(has_text=eater[:8])
        hers.locator("select").select_option("paid")
        hers.get_by_role("button").click()
        she.sees({"zh": "该例外事项已了结", "en": "The exception has ended"}[language])
        expect(hers.locator("select")).to_have_count(0)
        assert she.barriers() == []


def test_for_whoever_died_meanwhile_the_canteen_pays(demo: Demo, clerk: Person) -> None:
    eater = eats(demo, "其间去世")
    keeps(clerk, "其间去世")
    gives(demo, RecordDeath(eater, date(2026, 1, 2)))
    clerk.page.context.set_offline(False)
    reads(clerk, "本人未付的部分由饭堂承担")
    (entered,) = entered_of(demo, eater)
    assert entered.payer is MealPayer.canteen
    clerk.presses(SEEN["zh"])


def test_what_cannot_be_entered_either_stands_until_it_is_on_paper(
    demo: Demo, clerk: Person
) -> None:
    """The network goes again between the refusal and the entry, and comes back with the page."""
    eater = eats(demo, "再次断网")
    keeps(clerk, "再次断网")
    gives(demo, ClaimMeal(eater, CANTEEN, today(), Sitting.dinner))
    clerk.page.route(f"**{ENTER}", lambda route: route.abort())
    before = demo.tail()
    clerk.page.context.set_offline(False)
    reads(clerk, PAYS)
    expect(clerk.page.get_by_role("button", name=ON_PAPER["zh"])).to_be_visible()
    assert demo.tail() == before
    clerk.page.unroute(f"**{ENTER}")
    clerk.goes_to(DESK)
    reads(clerk, ENTERED["zh"])
    assert len(entered_of(demo, eater)) == 1
    clerk.presses(SEEN["zh"])


def test_an_entry_that_is_refused_leaves_it_to_paper(demo: Demo, clerk: Person) -> None:
    """What made the claim impossible was taken back, so it is no exception: it can be claimed."""
    eater = eats(demo, "已可登记")
    keeps(clerk, "已可登记")
    gives(demo, ClaimMeal(eater, CANTEEN, today(), Sitting.dinner))

    def takes_it_back(route: Any) -> None:
        reversal = (ReversalKind.void, MealReversalReason.entered_by_mistake)
        gives(demo, ReverseMeal(eater, month_of(today()), Count(1), *reversal))
        route.continue_()

    clerk.page.route(f"**{ENTER}", takes_it_back)
    clerk.page.context.set_offline(False)
    reads(clerk, REFUSED["zh"])
    expect(clerk.page.get_by_role("button", name=ON_PAPER["zh"])).to_be_visible()
    assert entered_of(demo, eater) == ()
    clerk.presses(ON_PAPER["zh"])
    assert stored(clerk) == []
