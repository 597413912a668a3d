"""The list of givers over HTTP: masked, as they wish it today, and to be checked by whoever reads.

Everybody gave in February; the month was closed, and its notice published on 2 March.
"""

import csv
import json
from collections.abc import Collection
from hashlib import sha256
from io import StringIO
from typing import Any

import pytest

from ledger.domain.authority import Role
from ledger.domain.masking import NOT_NAMED
from ledger.domain.values import PersonId
from ledger.projections import public_months
from ledger.vault.vault import Vault
from tests.api.exemplary import Exemplary
from tests.api.publishing import DRAFT, NAME, REGISTER, close, public, publish, reopen
from tests.api.town import Town, accepted
from tests.builders import MEAL_FUND, person

ZHANG, ANOTHER_ZHANG, LI, WANG = (person(number) for number in (101, 102, 103, 104))
NAMES = {ZHANG: "张小三", ANOTHER_ZHANG: "张大三", LI: "李小妹", WANG: "王五"}
BORN = {LI: "2008-03-03"}
CASH = {"kind": "cash", "fund": MEAL_FUND, "amount_fen": 12_345}
LABOUR = {"kind": "labour", "labour_minutes": 90}
GOODS = {"kind": "goods"}


def register(town: Town, *persons: PersonId) -> None:
    for who in persons:
        facts = {"born_on": BORN.get(who, "1960-05-06")}
        sheet = {"person": who, "community": "jinning", "contact": {"name": NAMES[who]}}
        day = {"facts": facts, "registered_on": "2026-01-01"}
        accepted(town.give("people/register", sheet | day))
        consent(town, "give", who)


def consent(town: Town, verb: str, who: PersonId) -> None:
    """To a masked name in public lists, or no more."""
    accepted(town.give(f"consents/{verb}", {"person": who, "purpose": "public_name"}))


def give(town: Town, name: str, gift: dict[str, Any], *, public: bool = True, **giver: str) -> None:
    """By `person`, `organisation` or nobody who is named."""
    told = {"contribution": name, "community": "jinning", "given_on": "2026-02-20", "gift": gift}
    accepted(town.give("contributions/record", told | giver | {"amount_public": public}))


def wish(town: Town, name: str, *, public: bool) -> None:
    asked = {"contribution": name, "amount_public": public}
    accepted(town.give("contributions/set-amount-visibility", asked))


def put_on_display(town: Town) -> None:
    close(town)
    accepted(publish(town))


def told(town: Town) -> Any:
    answer = public(town, f"notices/{NAME}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def lines(town: Town) -> list[tuple[str, Any, Any]]:
    """Kind, how much of it, and who gave it."""
    gifts = told(town)["acknowledgements"]["gifts"]
    return sorted(
        (each["kind"], each["amount_fen"] or each["labour_minutes"],
         each["organisation"] or each["name"])
        for each in gifts
    )  # fmt: skip


@pytest.fixture
def gifts(town: Town) -> Town:
    """Two who look alike, and one who is not eighteen yet, each of a kind of her own."""
    register(town, ZHANG, ANOTHER_ZHANG, LI)
    give(town, "cash-of-zhang", CASH, person=ZHANG)
    give(town, "labour-of-zhang", LABOUR, person=ZHANG)
    give(town, "labour-of-another", {**LABOUR, "labour_minutes": 60}, person=ANOTHER_ZHANG)
    give(town, "goods-of-li", GOODS, person=LI)
    return town


# -- who is listed, and how --------------------------------------------------------------------


def test_givers_are_listed_masked_told_apart_and_the_same_throughout(gifts: Town) -> None:
    put_on_display(gifts)
    assert lines(gifts) == [
        ("cash", 12_345, "张*三(1)"),
        ("goods", None, NOT_NAMED),
        ("labour", 60, "张*三(2)"),
        ("labour", 90, "张*三(1)"),
    ]


def test_an_organisation_is_listed_by_its_name_and_who_is_not_named_is_not(town: Town) -> None:
    give(town, "shop", CASH, organisation="corner-shop")
    give(town, "unnamed", CASH)
    put_on_display(town)
    assert lines(town) == [("cash", 12_345, "corner-shop")]
    assert told(town)["acknowledgements"]["left_out"] == 0


def test_who_did_not_say_so_is_not_listed(town: Town) -> None:
    register(town, ZHANG)
    give(town, "gift", CASH, public=False, person=ZHANG)
    put_on_display(town)
    assert lines(town) == []
    wish(town, "gift", public=True)
    assert lines(town) == [], "what was published stays what it was"
    assert told(town)["figures_differ"] is False


def test_a_minor_is_named_from_the_day_on_which_she_is_eighteen(gifts: Town) -> None:
    put_on_display(gifts)
    rules = {"community": "jinning", "valid_from": "2026-06-01", "rules": {}}
    for at, name in (("02T23:59", NOT_NAMED), ("03T00:00", "李*妹")):
        moment = f"2026-03-{at}:00+08:00"
        accepted(gifts.give("communities/set-service-rules", rules, at=moment))
        assert ("goods", None, name) in lines(gifts)


def test_a_notice_gives_away_nothing_but_the_list(gifts: Town) -> None:
    put_on_display(gifts)
    for path in (f"notices/{NAME}", "notices"):
        text = public(gifts, path).text
        for secret in (*NAMES, *NAMES.values(), "cash-of-zhang", BORN[LI]):
            assert secret not in text
    assert not any(name in gifts.noted() for name in (*NAMES.values(), "张*三"))


def test_who_died_or_is_erased_stands_without_a_name(gifts: Town) -> None:
    register(gifts, WANG)
    give(gifts, "room", {"kind": "premises"}, person=WANG)
    put_on_display(gifts)
    assert ("premises", None, "王*") in lines(gifts)
    with gifts.owner() as connection:
        connection.execute("SELECT vault.forget(ARRAY[%s])", [WANG])
    assert ("premises", None, NOT_NAMED) in lines(gifts)
    accepted(gifts.give("deaths/record", {"person": ZHANG, "died_on": "2026-03-01"}))
    found = lines(gifts)
    assert ("cash", 12_345, NOT_NAMED) in found
    assert ("labour", 60, "张*三") in found, "there is nobody left to tell her apart from"


def test_a_consent_taken_back_is_heeded_at_once_and_the_gift_stays(gifts: Town) -> None:
    put_on_display(gifts)
    before = told(gifts)
    consent(gifts, "withdraw", ZHANG)
    assert ("cash", 12_345, NOT_NAMED) in lines(gifts)
    assert told(gifts)["figures"] == before["figures"]
    consent(gifts, "give", ZHANG)
    assert told(gifts)["acknowledgements"] == before["acknowledgements"]


def test_who_is_restricted_or_erased_is_named_no_more(gifts: Town) -> None:
    put_on_display(gifts)
    officer = gifts.token(Role.data_officer, person=person(900))
    contested = {"person": ANOTHER_ZHANG, "reason": "use_contested"}
    accepted(gifts.give("rights/restrict", contested, token=officer))
    assert ("labour", 60, NOT_NAMED) in lines(gifts)
    ended = {"person": ZHANG, "basis": "participation_ended"}
    accepted(gifts.give("rights/erase", ended, token=officer))
    assert ("cash", 12_345, NOT_NAMED) in lines(gifts)


# -- as they wish today ------------------------------------------------------------------------


def test_a_wish_taken_back_is_heeded_at_once_and_the_digest_stays(gifts: Town) -> None:
    put_on_display(gifts)
    before = told(gifts)
    wish(gifts, "cash-of-zhang", public=False)
    after = told(gifts)
    assert "12345" not in json.dumps(after["acknowledgements"])
    assert after["acknowledgements"]["left_out"] == 1
    assert (after["figures"], after["notice"]) == (before["figures"], before["notice"])
    assert after["figures_differ"] is False
    text = json.dumps(after["figures"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sha256(text.encode()).hexdigest() == after["notice"]["digest"]
    wish(gifts, "cash-of-zhang", public=True)
    assert told(gifts)["acknowledgements"] == before["acknowledgements"]


def test_a_gift_that_was_withdrawn_since_is_thanked_for_no_more(gifts: Town) -> None:
    put_on_display(gifts)
    accepted(gifts.give("contributions/withdraw", {"contribution": "goods-of-li"}))
    assert "goods" not in [kind for kind, *_ in lines(gifts)]
    assert told(gifts)["acknowledgements"]["left_out"] == 1


def test_five_who_gave_are_not_told_by_four_of_them(town: Town) -> None:
    """The receipts of all are shown: less what four gave they would be what the fifth gave."""
    for number in range(5):
        give(town, f"gift-{number}", CASH, person=person(number), public=number > 0)
    put_on_display(town)
    figures = told(town)["figures"]
    assert figures["receipts"]["by_kind"] == [{"kind": "contribution", "amount_fen": 5 * 12_345}]
    assert lines(town) == []
    assert figures["acknowledgements"] == [], "nor is there a trace of them"


# -- the digest --------------------------------------------------------------------------------


def test_whoever_reads_a_line_finds_it_in_the_figures(gifts: Town) -> None:
    put_on_display(gifts)
    found = told(gifts)
    listed = found["acknowledgements"]["gifts"]
    for each in listed:
        names = ("salt", "kind", "amount_fen", "labour_minutes", "organisation")
        said = {name: each[name] for name in names}
        text = json.dumps(said, sort_keys=True, separators=(",", ":"))
        assert sha256(text.encode()).hexdigest() == each["digest"]
    assert [each["digest"] for each in listed] == found["figures"]["acknowledgements"]


def test_what_was_published_before_there_was_a_list_is_shown_as_it_was(gifts: Town) -> None:
    put_on_display(gifts)
    earlier = with_available(gifts, told(gifts))
    del earlier["acknowledgements"]
    digest = digest_of(earlier | {"form": 1})
    with gifts.owner() as connection:
        connection.execute("UPDATE notices.notices SET digest = %s", [digest])
    found = told(gifts)
    assert found["figures"] == earlier | {"form": 1}
    assert found["acknowledgements"] == {"gifts": [], "left_out": 0}
    assert found["figures_differ"] is False


@pytest.mark.parametrize(
    ("form", "before"),
    [
        (1, "002044ba2aae469e5d10e90b17a476395fc7bc53d6658be368007b7b20bd43ea"),
        (2, "5a4a68162f427695f8ddeb9248a0cf8638439905b1d06e22a439297837fab37e"),
    ],
)
def test_the_earlier_forms_of_the_figures_are_what_they_always_were(
    exemplary: Exemplary, form: int, before: str
) -> None:
    """The digests that this notice had before there was a list, and while funds said more."""
    town = exemplary.town
    figures = with_available(town, public(town, "notices/jinning-2026-01").json())
    assert figures["acknowledgements"] == []
    if form == 1:
        del figures["acknowledgements"]
    assert digest_of(figures | {"form": form}) == before


def with_available(town: Town, notice: dict[str, Any]) -> dict[str, Any]:
    """The notice's figures as they were while a fund also said what is available."""
    figures, asked = notice["figures"], {"basis": "booked"}
    asked["known_at"] = notice["notice"]["at_position"]
    funds = []
    for fund in figures["funds"]:
        months = town.found(f"funds/{fund['fund']}/months", **asked)["items"]
        *_, last = (each for each in months if each["month"] <= figures["month"])
        funds.append(fund | {"available_fen": last["available_fen"]})
    return {**figures, "funds": funds}


def digest_of(figures: dict[str, Any]) -> str:
    text = json.dumps(figures, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


# -- how it is shown ---------------------------------------------------------------------------


def test_the_publisher_sees_the_list_before_and_the_register_has_no_names(gifts: Town) -> None:
    drafted = gifts.found(DRAFT)["acknowledgements"]
    put_on_display(gifts)
    assert drafted == told(gifts)["acknowledgements"]
    assert "张" not in gifts.read(f"{REGISTER}/{NAME}").text


def test_the_list_is_part_of_the_table(gifts: Town) -> None:
    put_on_display(gifts)
    answer = public(gifts, f"notices/{NAME}", format="csv")
    rows = dict(csv.reader(StringIO(answer.content.decode("utf-8-sig"), newline="")))
    for each in told(gifts)["acknowledgements"]["gifts"]:
        path = f"acknowledgements/gifts/{each['digest']}"
        assert rows[f"{path}/kind"] == each["kind"]
        assert rows[f"{path}/name"] == each["name"]
    assert rows["acknowledgements/left_out"] == "0"


def test_the_vault_is_opened_for_those_on_the_list_alone(
    gifts: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(gifts, "of-another", GOODS, person=person(1), public=False)
    wish(gifts, "labour-of-another", public=True)
    put_on_display(gifts)
    wish(gifts, "labour-of-another", public=False)
    asked: list[set[str]] = []
    latest = Vault.latest

    def spied(vault: Vault, connection: Any, persons: Collection[Any], kinds: Any) -> Any:
        asked.append(set(persons))
        return latest(vault, connection, persons, kinds)

    monkeypatch.setattr(Vault, "latest", spied)
    told(gifts)
    assert asked == [{ZHANG, LI}]
    wish(gifts, "cash-of-zhang", public=False)
    wish(gifts, "labour-of-zhang", public=False)
    wish(gifts, "goods-of-li", public=False)
    assert told(gifts)["acknowledgements"] == {"gifts": [], "left_out": 4}
    assert asked == [{ZHANG, LI}]


def test_figures_are_counted_once_and_meals_of_a_closed_month_not_again(
    gifts: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_display(gifts)
    counted: list[bool] = []
    draft = public_months.draft

    def spied(*args: Any, **named: Any) -> Any:
        counted.append(named.get("since") is None)
        return draft(*args, **named)

    monkeypatch.setattr(public_months, "draft", spied)
    told(gifts)
    assert counted == [True, False]
    told(gifts)
    assert counted == [True, False]
    wish(gifts, "goods-of-li", public=False)
    told(gifts)
    assert counted == [True, False, False]
    reopen(gifts)
    assert told(gifts)["figures_differ"] is False
    assert counted == [True, False, False, True]
