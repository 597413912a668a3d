"""Retention: a term runs from the end of the year in which something last happened."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from ledger.domain.catalogue import VERBS
from ledger.domain.retention import TERMS, Kept, end_of_term, kept_until
from ledger.domain.standing import GOES_ON

DOCS = Path(__file__).resolve().parents[2] / "docs"

MEALS, SERVICE, CONTACT = Kept.subsidised_meals, Kept.service, Kept.contact
NEW_YEAR, EVE = date(2026, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize("last", [NEW_YEAR, date(2026, 2, 28), EVE])
def test_vouchers_are_kept_for_thirty_years_from_the_end_of_the_year(last: date) -> None:
    assert end_of_term(MEALS, last) == date(2056, 12, 31)


def test_a_leap_day_ends_with_its_year_too() -> None:
    assert end_of_term(SERVICE, date(2028, 2, 29)) == date(2038, 12, 31)


@pytest.mark.parametrize("kept", [Kept.contact, Kept.consents])
def test_what_no_law_keeps_has_no_term(kept: Kept) -> None:
    assert end_of_term(kept, NEW_YEAR) is None
    assert kept_until({kept: NEW_YEAR}, NEW_YEAR) is None


def test_papers_are_kept_on_the_last_day_of_a_term_and_not_the_day_after() -> None:
    end = date(2056, 12, 31)
    assert kept_until({MEALS: NEW_YEAR}, end) == end
    assert kept_until({MEALS: NEW_YEAR}, end + timedelta(days=1)) is None


def test_of_several_terms_the_longest_counts_and_nothing_keeps_nothing() -> None:
    last = {SERVICE: date(2050, 5, 1), MEALS: NEW_YEAR}
    assert kept_until(last, date(2051, 1, 1)) == date(2060, 12, 31)
    assert kept_until({}, NEW_YEAR) is None


@pytest.mark.parametrize("kept", Kept)
def test_every_purpose_has_a_law_in_both_languages_and_says_what_goes_and_what_stays(
    kept: Kept,
) -> None:
    term = TERMS[kept]
    for text in (term.purpose, term.law, term.goes, term.stays):
        assert text.zh
        assert text.en
    assert (term.stays.en == "nothing") == (term.years == 0)


def test_a_length_that_was_not_read_in_a_law_is_not_said_to_be_certain() -> None:
    assert not [kept for kept in Kept if TERMS[kept].years and TERMS[kept].confirmed]


# -- what officers read --------------------------------------------------------------------------


def row(kept: Kept, language: str) -> str:
    """The line of the table in docs/privacy.md, or in its Chinese twin."""
    term = TERMS[kept]
    purpose, law, goes, stays = (
        getattr(text, language) for text in (term.purpose, term.law, term.goes, term.stays)
    )
    if language == "en":
        article = f", art. {term.article}" if term.article else ""
        length = f"{term.years} years from the end of the year" if term.years else "none"
        length += "" if term.confirmed else " (to be confirmed)"
        return f"| {purpose} | {law} ({term.year}){article} | {length} | {goes} | {stays} |"
    article = f"第{term.article}条" if term.article else ""
    length = f"自当年年末起 {term.years} 年" if term.years else "无"
    length += "" if term.confirmed else "(待确认)"
    return f"| {purpose} | {law}({term.year}){article} | {length} | {goes} | {stays} |"


@pytest.mark.parametrize(("page", "language"), [("privacy.md", "en"), ("privacy.zh-CN.md", "zh")])
def test_the_page_shows_this_table_and_no_other(page: str, language: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    between = text.split("<!-- retention -->")[1]
    rows = [line for line in between.splitlines() if line.startswith("| ")]
    assert rows[2:] == [row(kept, language) for kept in Kept]


@pytest.mark.parametrize("page", ["privacy.md", "privacy.zh-CN.md"])
def test_the_page_names_only_commands_that_there_are(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z]+/[a-z-]+)`", text))
    assert named >= {name for name in VERBS if name.startswith(("rights/", "consents/"))}
    assert named <= set(VERBS)


@pytest.mark.parametrize("page", ["privacy.md", "privacy.zh-CN.md"])
def test_the_page_names_every_command_that_goes_on_while_data_are_only_kept(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert {name for name in GOES_ON if f"`{name}`" not in text} == set()
