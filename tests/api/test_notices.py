"""Notices over HTTP: the draft, the display without a token, and what auditors know besides."""

import csv
import json
from hashlib import sha256
from io import StringIO

import pytest

from ledger.domain.authority import Role
from ledger.domain.values import CommunityId, months_between
from ledger.domain.values import Month as MonthName
from ledger.projections import month_sums
from ledger.store.codec import decode
from tests.api.exemplary import Exemplary
from tests.api.publishing import (
    DRAFT,
    MINUTES,
    NAME,
    REGISTER,
    close,
    eat,
    give,
    public,
    publish,
    reopen,
    serve,
)
from tests.api.town import Town, accepted, problem
from tests.builders import JINNING, MEAL_FUND, person
from tests.projections import plain_months

XILIAN = CommunityId("xilian")


# -- the figures are the ledger's --------------------------------------------------------------


def test_every_month_of_the_examples_is_what_the_log_says_at_every_position(
    exemplary: Exemplary,
) -> None:
    """Settlements, recoveries, disbursements, reversals and a reopening are among them."""
    town = exemplary.town
    town.found("exceptions")
    log = [decode(*row) for row in town.open_ledger.ledger.recorder.read(0, 10**6)]
    with town.open_ledger.datastore.get_connection() as connection:
        for month in months_between(MonthName("2025-12"), MonthName("2026-03")):
            for position in range(1, len(log) + 1, 3):
                sums = month_sums.of_month(connection, JINNING, month, position)
                plainly = plain_months.expected(log, JINNING, month, position)
                assert plain_months.told(sums) == plainly, (month, position)


def test_whoever_reads_a_notice_can_check_its_digest(exemplary: Exemplary) -> None:
    told = public(exemplary.town, "notices/jinning-2026-01").json()
    text = json.dumps(told["figures"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sha256(text.encode()).hexdigest() == told["notice"]["digest"]
    assert told["figures"]["receipts"]["received_fen"] == 7_500_000
    assert told["figures_differ"] is False


def test_small_figures_are_not_published_and_larger_ones_are(town: Town) -> None:
    eat(town, 0, 1, 2, 3)
    close(town)
    accepted(publish(town))
    meals = public(town, f"notices/{NAME}").json()["figures"]["meals"]
    assert meals == {
        "diners": "<5",
        "meals": None,
        "price_fen": None,
        "copayment_fen": None,
        "shares": [],
    }
    reopen(town)
    eat(town, 4)
    close(town)
    accepted(publish(town, "again"))
    assert public(town, "notices/again").json()["figures"]["meals"] == {
        "diners": 5,
        "meals": 5,
        "price_fen": 7500,
        "copayment_fen": 4500,
        "shares": [{"payer": f"fund/{MEAL_FUND}", "amount_fen": 3000}],
    }


def test_service_and_contributions_are_counted_from_five_people_on(town: Town) -> None:
    serve(town, 0, 1, 2, 3, 4)
    for number in range(5):
        give(town, number, "goods")
    for number in range(2):
        give(town, number, "cash", fund=MEAL_FUND, amount_fen=5000)
    close(town)
    figures = town.found(DRAFT)["figures"]
    assert figures["service"] == {"volunteers": 5, "service_minutes": 5 * MINUTES}
    by_kind = {each["kind"]: each for each in figures["contributions"]["by_kind"]}
    assert by_kind["goods"] == {"kind": "goods", "givers": 5, "contributions": 5}
    assert by_kind["cash"] == {"kind": "cash", "givers": "<5", "contributions": None}
    assert figures["contributions"]["contributions"] is None
    assert figures["receipts"] == {
        "by_kind": [{"kind": "contribution", "amount_fen": None}],
        "received_fen": None,
    }


def test_a_notice_names_nobody_and_leads_to_nothing(town: Town) -> None:
    eat(town, *range(5))
    serve(town, *range(5))
    give(town, 1, "goods")
    close(town)
    accepted(publish(town))
    for path in ("notices", f"notices/{NAME}"):
        text = public(town, path).text
        for number in (*range(5), 10**9):
            assert person(number) not in text
        assert "published_by" not in text
        assert "goods-1" not in text
    (told,) = public(town).json()["items"]
    assert set(told) == {
        *("notice", "community", "month", "at_position", "digest"),
        *("published_on", "until", "reopened_on"),
    }


# -- publishing --------------------------------------------------------------------------------


def test_what_was_published_can_be_read_where_the_answer_says(town: Town) -> None:
    close(town)
    answer = publish(town)
    (event,) = accepted(answer)["events"]
    assert event["data"]["until"] == "2026-04-30"
    assert answer.headers["Location"] == f"/v1/{REGISTER}/{NAME}"
    assert town.found(f"{REGISTER}/{NAME}")["notice"]["display"] == "shown"


def test_figures_that_are_not_the_ledgers_cannot_be_published(town: Town) -> None:
    before = town.position
    eat(town, 0)
    close(town)
    problem(publish(town, digest="0" * 64), 422, "digest_must_be_the_ledgers")
    told = publish(town, at_position=before)
    problem(told, 409, "position_must_follow_the_closing")
    told = publish(town, at_position=town.position + 1)
    problem(told, 409, "figures_must_have_been_counted")
    with_figures = publish(town, figures={"meals": 900})
    problem(with_figures, 422, "command_must_be_well_formed")
    assert public(town).json()["items"] == []


def test_a_draft_says_whether_its_month_is_closed_and_an_open_one_is_not_published(
    town: Town,
) -> None:
    assert town.found(DRAFT)["month_closed"] is False
    problem(publish(town), 409, "notice_must_be_of_a_closed_month")
    close(town)
    closed = town.position
    told = town.found(DRAFT)
    assert (told["at_position"], told["month_closed"]) == (closed, True)
    reopen(town)
    assert town.found(DRAFT)["month_closed"] is False
    then = town.found(DRAFT, known_at=closed)
    assert (then["month_closed"], then["digest"]) == (True, told["digest"])
    assert town.found(DRAFT, known_at=closed - 2)["month_closed"] is False
    problem(publish(town), 409, "notice_must_be_of_a_closed_month")


def test_only_the_publisher_publishes_and_withdraws(town: Town) -> None:
    close(town)
    for role in Role:
        token = town.token(role, communities=(JINNING,))
        if role is Role.publisher:
            accepted(publish(town, token=token))
        else:
            told = publish(town, f"by-{role.replace('_', '-')}", token=token)
            problem(told, 403, "actor_must_hold_a_role_for_this")
            taken = {"notice": NAME, "reason": "other"}
            told = town.give("notices/withdraw", taken, token=token)
            assert told.status_code in (403, 404)
    elsewhere = town.token(Role.publisher, communities=(XILIAN,))
    problem(publish(town, "x", token=elsewhere), 404, "record_must_be_within_reach")


# -- the display -------------------------------------------------------------------------------


def test_a_withdrawn_notice_is_gone_for_the_public_and_known_to_auditors(town: Town) -> None:
    close(town)
    accepted(publish(town))
    assert [each["notice"] for each in public(town).json()["items"]] == [NAME]
    accepted(town.give("notices/withdraw", {"notice": NAME, "reason": "objection_upheld"}))
    assert public(town).json()["items"] == []
    told = problem(public(town, f"notices/{NAME}"), 410, "notice_must_not_be_taken_down")
    assert told["params"] == {"notice": NAME, "last_day": "2026-03-02"}
    auditor = town.token(Role.auditor, communities=(JINNING,))
    (found,) = town.found(REGISTER, token=auditor)["items"]
    assert (found["display"], found["reason"]) == ("withdrawn", "objection_upheld")
    assert town.found(f"{REGISTER}/{NAME}", token=auditor)["figures"]["month"] == "2026-02"


@pytest.mark.parametrize(
    ("at", "shown"),
    [("2026-04-30T23:59:00+08:00", True), ("2026-05-01T00:00:00+08:00", False)],
)
def test_a_notice_ends_with_its_last_day_on_the_clock_of_the_ledger(
    town: Town, at: str, shown: bool
) -> None:
    close(town)
    accepted(publish(town))
    rules = {"community": "jinning", "valid_from": "2026-06-01", "rules": {}}
    accepted(town.give("communities/set-service-rules", rules, at=at))
    assert len(public(town).json()["items"]) == shown
    answer = public(town, f"notices/{NAME}")
    if shown:
        assert answer.status_code == 200
    else:
        told = problem(answer, 410, "notice_must_be_on_display")
        assert told["params"]["last_day"] == "2026-04-30"
    assert town.found(REGISTER)["items"][0]["display"] == ("shown" if shown else "ended")


def test_a_notice_of_a_reopened_month_says_so_and_keeps_its_figures(town: Town) -> None:
    eat(town, *range(4))
    close(town)
    accepted(publish(town))
    first = public(town, f"notices/{NAME}").json()
    assert (first["notice"]["reopened_on"], first["figures_differ"]) == (None, False)
    reopen(town)
    told = public(town, f"notices/{NAME}").json()
    assert told["notice"]["reopened_on"] == "2026-03-02"
    assert told["figures_differ"] is False, "nothing was booked since"
    eat(town, 4)
    close(town)
    told = public(town, f"notices/{NAME}").json()
    assert (told["figures"], told["figures_differ"]) == (first["figures"], True)
    seen = town.found(f"{REGISTER}/{NAME}")
    assert (seen["figures"]["meals"]["diners"], seen["figures_now"]["meals"]["diners"]) == ("<5", 5)
    (found,) = town.found("exceptions", pattern="notice_outdated")["items"]
    assert found["facts"]["notice"] == NAME
    accepted(publish(town, "again"))
    assert town.found("exceptions", pattern="notice_outdated")["items"] == []


def test_a_month_reopened_and_closed_again_without_an_entry_has_the_figures_it_had(
    town: Town,
) -> None:
    eat(town, *range(5))
    close(town)
    accepted(publish(town))
    reopen(town)
    close(town)
    told = public(town, f"notices/{NAME}").json()
    assert (told["notice"]["reopened_on"], told["figures_differ"]) == ("2026-03-02", False)
    found = town.found(f"{REGISTER}/{NAME}")
    assert (found["figures"]["reopenings"], found["figures_now"]["reopenings"]) == (0, 1)
    assert found["figures_differ"] is False


def test_figures_that_were_tampered_with_are_not_shown(town: Town) -> None:
    close(town)
    accepted(publish(town))
    with town.owner() as connection:
        connection.execute("UPDATE funds.days SET amount_fen = amount_fen + 1")
    told = problem(public(town, f"notices/{NAME}"), 500, "figures_must_be_those_published")
    assert told["params"] == {"notice": NAME}


def test_the_public_asks_about_now_and_nothing_else(town: Town) -> None:
    for parameters in ({"known_at": "3"}, {"as_of": "2026-02-01"}, {"at_least": "1"}):
        for path in ("notices", f"notices/{NAME}"):
            problem(public(town, path, **parameters), 422, "query_must_be_well_formed")
    for path in ("notices/no-such", "notices/..%2fx"):
        assert public(town, path).status_code == 404


def test_a_token_of_any_kind_does_no_harm_to_a_public_question(town: Town) -> None:
    for header in ("Bearer no-such-token", f"Bearer {town.token(Role.volunteer)}"):
        answer = town.client.get("/v1/notices", headers={"Authorization": header})
        assert answer.status_code == 200


def test_a_public_answer_that_did_not_change_is_not_sent_again(town: Town) -> None:
    close(town)
    accepted(publish(town))
    first = public(town, f"notices/{NAME}")
    again = {"If-None-Match": first.headers["ETag"]}
    path = f"/v1/notices/{NAME}"
    unchanged = town.client.get(path, headers=again)
    if unchanged.status_code == 200:  # a minute ended in between
        again = {"If-None-Match": unchanged.headers["ETag"]}
        unchanged = town.client.get(path, headers=again)
    assert unchanged.status_code == 304
    accepted(town.give("notices/withdraw", {"notice": NAME, "reason": "other"}))
    town.found("exceptions")
    assert town.client.get(path, headers=again).status_code == 410


def test_pages_are_of_what_was_published_when_the_first_was_asked_for(town: Town) -> None:
    close(town)
    for name in ("a", "b", "c"):
        accepted(publish(town, name))
    first = public(town, limit=2).json()
    accepted(publish(town, "d"))
    town.found("exceptions")
    second = town.client.get(first["next"]).json()
    names = [each["notice"] for page in (first, second) for each in page["items"]]
    assert names == ["c", "b", "a"]
    assert second["next"] is None or town.client.get(second["next"]).json()["items"] == []


def test_a_notice_can_be_a_table(town: Town) -> None:
    eat(town, *range(5))
    close(town)
    accepted(publish(town))
    answer = public(town, f"notices/{NAME}", format="csv")
    rows = dict(csv.reader(StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert rows["meals/diners"] == "5"
    assert rows[f"meals/shares/fund/{MEAL_FUND}/amount_fen"] == "3000"
    assert rows[f"funds/{MEAL_FUND}/name"] == "长者饭堂基金"
    assert town.read(DRAFT, format="csv").content == answer.content
    (line,) = csv.DictReader(
        StringIO(public(town, format="csv").content.decode("utf-8-sig"), newline="")
    )
    assert (line["notice"], line["until"]) == (NAME, "2026-04-30")


# -- who is shown more -------------------------------------------------------------------------


@pytest.mark.parametrize("path", [REGISTER, f"{REGISTER}/jinning-2026-01",
                                  "communities/jinning/notice-drafts/2026-01"])  # fmt: skip
def test_drafts_and_the_register_are_for_publishers_and_auditors(
    exemplary: Exemplary, path: str
) -> None:
    town = exemplary.town
    for role in Role:
        answer = town.read(path, token=town.token(role, communities=(JINNING,)))
        if role in (Role.publisher, Role.auditor):
            assert answer.status_code == 200
        else:
            problem(answer, 403, "reader_must_hold_a_role_for_this")
    elsewhere = town.token(Role.auditor, communities=(XILIAN,))
    problem(town.read(path, token=elsewhere), 404, "record_must_be_within_reach")


def test_a_notice_of_another_community_is_not_this_ones(town: Town) -> None:
    accepted(town.give("communities/register", {"community": "xilian", "name": "西联社区",
                                                "town": "丹灶镇"}))  # fmt: skip
    close(town)
    accepted(publish(town))
    for path in (f"communities/xilian/notices/{NAME}", f"{REGISTER}/no-such"):
        problem(town.read(path), 404, "record_must_be_within_reach")
    assert town.found("communities/xilian/notices")["items"] == []
    assert public(town, community="xilian").json()["items"] == []


def test_what_the_register_knew_at_a_position_it_still_says(town: Town) -> None:
    close(town)
    accepted(publish(town))
    published = town.position
    accepted(town.give("notices/withdraw", {"notice": NAME, "reason": "other"}))
    (then,) = town.found(REGISTER, known_at=published)["items"]
    assert (then["display"], then["withdrawn_on"]) == ("shown", None)
    assert town.found(REGISTER, known_at=published - 1)["items"] == []
