"""Pages of ten thousand rows: each is small, leads to the next one, and that shows others."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from typing import Final

import pytest
from httpx2 import Response

from tests.grants import TRUSTED, grant
from tests.pages.site import Site, open_site
from tests.pages.ten_thousand import write
from tests.projections.service_events import CHEN
from tests.servers import Server, temporary_database

PAGE_BYTES_MOST: Final = 50 * 1024
ROWS_LEAST: Final = 10
HEADS_MOST: Final = 6
"""Heads of tables, sums and the like, which each page has."""
BOARD: Final = "/board/jinning"
FUND: Final = "/funds/jinning-community"
LISTS: Final = {
    "her records": ("/me", "records"),
    "what waits of hers": ("/me", "waiting"),
    "her records on paper": ("/me/print", "records"),
    "what waits of hers, on paper": ("/me/print", "waiting"),
    "where she comes": ("/me/shifts", "mine"),
    "where help is wanted": ("/me/shifts", "open"),
    "her objections": ("/me/objections", "objections"),
    "shifts that she may miss": ("/me/objections", "past"),
    "her certificates": ("/me/certificates", ""),
    "shifts of a community": (BOARD, ""),
    "people in a shift": (f"{BOARD}/shifts/fair", "first"),
    "who is to be confirmed": (f"{BOARD}/waiting", "came"),
    "what is held": (f"{BOARD}/waiting", "held"),
    "open objections": (f"{BOARD}/waiting", "disputed"),
    "meals of a day": ("/desk/jinning-canteen/2026-03-20", ""),
    "requests that wait": ("/funds", "requested"),
    "settlements that wait": ("/funds", "settling"),
    "requests of a fund": (FUND, "requests"),
    "movements of a fund": (FUND, "movements"),
    "settlements of a month": ("/audit?month=2000-01", "settlements"),
    "who holds a role": ("/offices?community=jinning", ""),
    "notices": ("/public/notices", ""),
}
"""Where each list begins, and its name where the page has several."""
OTHERS: Final = (
    *(BOARD, "/board", "/import", "/months", "/months/jinning/2026-03", "/policies", "/audit"),
    *("/months/jinning/2026-03/notice", "/settlements/jinning-canteen/2026-03", "/me/sessions"),
    *("/desk/jinning-canteen/2026-03-20/lunch", f"{FUND}/payments/1", f"{FUND}/request"),
    *(f"{FUND}/forecast", "/offices/places", "/offices/places/jinning", f"/offices/people/{CHEN}"),
    *("/audit?month=2026-03&community=jinning", "/audit/samples", "/public"),
    *("/public/league", f"{BOARD}/shifts/ahead-1", "/me/shifts/ahead-1/here"),
)
"""Pages that count or sum what there is so much of."""


@pytest.fixture(scope="module")
def many(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A town of whose everything there are ten thousand, and Chen, who holds all the roles."""
    folder = tmp_path_factory.mktemp("many")
    with temporary_database(embedded) as database, open_site(database, folder) as site:
        write(site.ledger)
        grant(site.ledger, CHEN, TRUSTED)
        assert site.open_ledger.watch is not None
        site.open_ledger.watch.wait_for(site.ledger.recorder.max_notification_id() or 0, 600.0)
        with site.owner() as connection:
            connection.execute("ANALYZE")  # as the server itself does, a minute later
        site.signed_in(CHEN)
        yield site


def looks(site: Site, path: str) -> Response:
    answer = site.browser.get(path)
    assert answer.status_code == 200, path
    assert len(answer.content) <= PAGE_BYTES_MOST, path
    return answer


def rows(answer: Response) -> set[str]:
    """The rows of a page's lists, each with where it leads."""
    main = answer.text.partition("<main")[2]
    return set(re.findall(r"<(?:li|tr|section)\b[^>]*>.*?</(?:li|tr|section)>", main, re.DOTALL))


def behind(answer: Response, name: str) -> str:
    """Where the list goes on."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    links = {unescape(each) for each in re.findall(r'href="([^"]*(?:after|first)=[^"]*)"', main)}
    found = [each for each in links if not name or f"{name}=" in each or f"list={name}&" in each]
    assert len(found) == 1, links
    return found[0]


@pytest.mark.parametrize(("path", "name"), LISTS.values(), ids=LISTS)
def test_a_list_goes_on_with_others(many: Site, path: str, name: str) -> None:
    first = looks(many, path)
    second = looks(many, behind(first, name))
    third = looks(many, behind(second, name))
    shown = [rows(each) for each in (first, second, third)]
    for before, here in pairwise(shown):
        assert len(here - before) >= ROWS_LEAST
        assert len(here & before) <= HEADS_MOST


@pytest.mark.parametrize("path", OTHERS)
def test_what_counts_so_much_is_a_small_page(many: Site, path: str) -> None:
    looks(many, path)


def test_the_language_is_changed_in_the_middle_of_a_list(many: Site) -> None:
    second = looks(many, behind(looks(many, "/public/notices"), ""))
    (path,) = re.findall(r'href="([^"]+lang=en[^"]*)"', second.text)
    english = looks(many, unescape(path))
    assert '<html lang="en"' in english.text
    third = looks(many, behind(english, ""))
    assert len(rows(third) - rows(english)) >= ROWS_LEAST
    looks(many, "/public/notices?lang=zh")
