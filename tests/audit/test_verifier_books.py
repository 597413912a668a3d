"""What the independent verifier finds of a forger who holds the very key of the log.

The tree is made anew and signed as it should be: only what the entries say can give him away.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ledger.audit.bundle import packed
from tests.audit.verifier_bundles import added, edited, found, listed, read, sealed, written
from tests.audit.verifying import Forged, verified

Change = Callable[[Any], None]
Such = Callable[[Any], bool]


def anything(_: Any) -> bool:
    return True


def subsidised(it: Any) -> bool:
    return bool(it["shares"]) and it["copayment_fen"] > 0


def of(amount: str, by: int) -> Change:
    def change(it: Any) -> None:
        it[amount] += by

    return change


def shift_to_the_payer(it: Any) -> None:
    it["shares"][0]["amount_fen"] += 1
    it["copayment_fen"] -= 1


def more_for_the_payer(it: Any) -> None:
    it["shares"][0]["amount_fen"] += 1


def below_zero(it: Any) -> None:
    it["copayment_fen"] += it["shares"][0]["amount_fen"] + 1
    it["shares"][0]["amount_fen"] = -1


def twice(it: Any) -> None:
    it["shares"].append(it["shares"][0])


def without_her_cooperative(it: Any) -> None:
    [mine] = [each for each in it["shares"] if each["payer"].startswith("cooperative/")]
    it["shares"].remove(mine)
    it["copayment_fen"] += mine["amount_fen"]


def of_her_cooperative(it: Any) -> bool:
    return any(each["payer"].startswith("cooperative/") for each in it["shares"])


def dearer(it: Any) -> None:
    it["price_fen"] += 100
    it["copayment_fen"] += 100


def another_payer(it: Any) -> None:
    it["shares"][0]["payer"] = "fund/somebodys"


def all_by_lots(it: Any) -> None:
    it["amount_fen"] += 1
    it["lots"][0]["amount_fen"] += 1


def more_than_approved(it: Any) -> None:
    it["amount_fen"] = it["lots"][0]["amount_fen"] = it["released_fen"] + 1
    it["lots"] = it["lots"][:1]


def one_lot(it: Any) -> None:
    it["lots"][0]["amount_fen"] += 1


def put(**values: Any) -> Change:
    def change(it: Any) -> None:
        it.update(values)

    return change


class Forgery(NamedTuple):
    kind: str
    such: Such
    change: Change
    sentence: str


FOLLOW, ZERO, THAT_MEAL = "do not follow", "does not come to zero", "Not the meal of that number"
MATCH, BELOW = "does not match", "falls below zero"
FORGED: tuple[Forgery, ...] = (
    Forgery("meal-claimed", subsidised, shift_to_the_payer, FOLLOW),
    Forgery("meal-claimed", subsidised, more_for_the_payer, FOLLOW),
    Forgery("meal-claimed", subsidised, more_for_the_payer, ZERO),
    Forgery("meal-claimed", subsidised, more_for_the_payer, "Σ：全部账户合计不为零"),
    Forgery("meal-claimed", subsidised, below_zero, FOLLOW),
    Forgery("meal-claimed", subsidised, dearer, FOLLOW),
    Forgery("meal-claimed", subsidised, another_payer, FOLLOW),
    Forgery("meal-claimed", subsidised, put(rule="NO_SUCH_TIER"), FOLLOW),
    Forgery("meal-claimed", subsidised, put(rule=None), FOLLOW),
    Forgery("meal-claimed", subsidised, twice, THAT_MEAL),
    Forgery("meal-claimed", of_her_cooperative, without_her_cooperative, FOLLOW),
    Forgery("meal-claimed", subsidised, put(policy_version=99), "a policy version not valid"),
    Forgery("meal-claimed", subsidised, put(subsidised_limit=2), "More than 2 subsidised meals"),
    Forgery("meal-claimed", subsidised, put(claim=7), THAT_MEAL),
    Forgery("meal-claimed", lambda it: not it["shares"], dearer, FOLLOW),
    Forgery(
        "policy-published", anything, put(valid_from="2027-01-01"), "a policy version not valid"
    ),
    Forgery(
        "policy-published", anything, put(valid_until="2026-01-01"), "a policy version not valid"
    ),
    Forgery(
        "policy-published", anything, put(subsidised_meals_per_day=0), "subsidised meals on the day"
    ),
    Forgery("meal-reversed", subsidised, shift_to_the_payer, THAT_MEAL),
    Forgery("meal-reversed", anything, put(claim=99), THAT_MEAL),
    Forgery("meal-reinstated", anything, put(kind="void"), THAT_MEAL),
    Forgery("service-reversed", anything, of("service_minutes", 1), MATCH),
    Forgery("opening-balance-recorded", anything, of("amount_fen", -8_000), BELOW),
    Forgery("money-received", anything, put(amount_fen=1), BELOW),
    Forgery("moved-between-funds", anything, of("amount_fen", 1), ZERO),
    Forgery("disbursement-paid", anything, one_lot, ZERO),
    Forgery("disbursement-paid", anything, more_than_approved, "More is paid than was approved"),
    Forgery("disbursement-paid", anything, of("released_fen", -1), MATCH),
    Forgery("disbursement-reversed", anything, all_by_lots, MATCH),
    Forgery("settlement-disbursed", anything, of("amount_fen", 1), ZERO),
    Forgery("settlement-disbursed", anything, all_by_lots, BELOW),
    Forgery("settlement-disbursement-reversed", anything, all_by_lots, MATCH),
)
OF_MONEY: tuple[Forgery, ...] = (
    Forgery("receipt-reversed", anything, of("amount_fen", 1), MATCH),
    Forgery("move-reversed", anything, all_by_lots, MATCH),
    Forgery("disbursement-refused", anything, of("amount_fen", 1), MATCH),
    Forgery("disbursement-withdrawn", anything, of("amount_fen", -1), MATCH),
    Forgery("disbursement-approved", anything, of("released_fen", 10**7), MATCH),
    Forgery("payment-imported", anything, one_lot, ZERO),
)


def named(forgeries: tuple[Forgery, ...]) -> list[str]:
    return [f"{number}-{each.kind}" for number, each in enumerate(forgeries)]


@pytest.mark.parametrize("forgery", FORGED, ids=named(FORGED))
def test_what_was_edited_and_signed_with_the_right_key_contradicts_the_rest(
    forgery: Forgery, log: Forged, tmp_path: Path
) -> None:
    forged = edited(log, found(log, forgery.kind, forgery.such), forgery.change)
    findings = verified(sealed(tmp_path / "bundle", forged))
    assert any(forgery.sentence in each for each in findings), findings


@pytest.mark.parametrize("forgery", OF_MONEY, ids=named(OF_MONEY))
def test_what_was_edited_in_a_fund_contradicts_the_rest(
    forgery: Forgery, money: Forged, tmp_path: Path
) -> None:
    forged = edited(money, found(money, forgery.kind, forgery.such), forgery.change)
    findings = verified(sealed(tmp_path / "bundle", forged))
    assert any(forgery.sentence in each for each in findings), findings


def test_it_is_the_entry_itself_that_is_named(log: Forged, tmp_path: Path) -> None:
    index = found(log, "meal-claimed", subsidised)
    forged = edited(log, index, shift_to_the_payer)
    first, *_ = verified(sealed(tmp_path / "bundle", forged))
    assert first.startswith(f"✗ 位置 position {index + 1} meal-claimed.v1：分担不出自所引用的标准")


def test_a_share_below_zero_follows_from_no_policy(log: Forged, tmp_path: Path) -> None:
    """Also where the policy was edited along, so that it says so."""
    index = found(log, "meal-claimed", subsidised)
    claim = read(log[index])["state"]["data"]

    def is_its_policy(it: Any) -> bool:
        return (it["site"], it["version"]) == (claim["canteen"], claim["policy_version"])

    def minus(it: Any) -> None:
        [tier] = [each for each in it["tiers"] if each["code"] == claim["rule"]]
        fund = {"kind": "fund", "name": "x"}
        tier["shares"] = [tier["shares"][0] | {"fixed_fen": -1, "payer": fund}]
        it["residual"] = {"kind": "eater", "name": None}

    forged = edited(log, found(log, "policy-published", is_its_policy), minus)
    shares = [{"payer": "fund/x", "amount_fen": -1}]
    whole = put(shares=shares, copayment_fen=claim["price_fen"] + 1)
    forged = edited(forged, index, whole)
    findings = verified(sealed(tmp_path / "bundle", forged))
    assert any(f"position {index + 1} " in each and FOLLOW in each for each in findings)


# -- the form --------------------------------------------------------------------------------


def spoilt(entry: bytes, old: bytes, new: bytes) -> bytes:
    assert entry.count(old) >= 1
    return entry.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b'"position":21', b'"position":22', "Its form, position or version"),
        (b'"position":21', b'"position":021', "Its form, position or version"),
        (b'"version":', b'"version":9', "Its form, position or version"),
        (b'"command"', b' "command"', "Its form, position or version"),
        (b'"actor":', b'"actor":"x","actor":', "Its form, position or version"),
        (b'"data":{', b'"data":{"a":1.5,', "Damaged, changed"),
        (b'"data":{', b'"data":{"a":NaN,', "Damaged, changed"),
        (b'"stream":"', b'"stream":"A', "Damaged, changed"),
        (b'{"position"', b' {"position"', "Damaged, changed"),
        (b'"recorded_at":"2026', b'"recorded_at":"2025', "Time goes back"),
        (b'"decided_at":"2026', b'"decided_at":"2099', "decided after that"),
        (b'"decided_at":"2026', b'"decided_at":"x026', "Damaged, changed"),
    ],
)
def test_an_entry_has_one_form(
    old: bytes, new: bytes, sentence: str, log: Forged, tmp_path: Path
) -> None:
    forged = [*log[:20], spoilt(log[20], old, new), *log[21:40]]
    findings = verified(sealed(tmp_path / "bundle", forged))
    assert any("position 21" in each and sentence in each for each in findings), findings


def test_time_does_not_go_back_from_one_entry_to_the_next(log: Forged, tmp_path: Path) -> None:
    later = written(read(log[19]) | {"recorded_at": "2027-01-01T00:00:00.000000Z"})
    [finding] = verified(sealed(tmp_path / "bundle", [*log[:19], later, log[20]]))
    assert "position 21" in finding
    assert "Time goes back" in finding


def test_an_entry_that_was_taken_out_leaves_a_gap_of_positions(log: Forged, tmp_path: Path) -> None:
    findings = verified(sealed(tmp_path / "bundle", [*log[:20], *log[21:40]]))
    assert any("position 21" in each and "position or version" in each for each in findings)


def test_an_entry_that_was_taken_out_and_the_rest_renumbered_leaves_a_gap_of_versions(
    money: Forged, tmp_path: Path
) -> None:
    out = found(money, "money-received")
    rest = [read(each) for each in money[out + 1 :]]
    moved = [written(it | {"position": it["position"] - 1}) for it in rest]
    findings = verified(sealed(tmp_path / "bundle", [*money[:out], *moved]))
    assert any("position or version" in each for each in findings)


def test_an_entry_beyond_what_was_signed_is_told(log: Forged, tmp_path: Path) -> None:
    folder = sealed(tmp_path / "bundle", log[:20])
    (folder / "tile/entries/000.p/20").write_bytes(packed(log[:21]))
    findings = verified(listed(folder))
    assert any("21 entries; the check ends here" in each for each in findings)


# -- so many a day ---------------------------------------------------------------------------


def standing(log: Forged) -> tuple[int, Any]:
    """A subsidised meal that nobody took back, and how many that person has in its month."""
    gone = {name(read(e)) for e in log if read(e)["type"] == "meal-reversed.v1"}
    for entry in log:
        it = read(entry)
        if (
            it["type"] == "meal-claimed.v1"
            and it["state"]["data"]["shares"]
            and name(it) not in gone
        ):
            stream = it["stream"]
            claims = sum(
                read(e)["stream"] == stream and read(e)["type"] == "meal-claimed.v1" for e in log
            )
            return claims, it
    raise AssertionError("nobody ate")


def name(it: Any) -> tuple[str, int]:
    return it["stream"], it["state"]["data"]["claim"]


def test_a_second_subsidised_meal_of_a_day_is_found(log: Forged, tmp_path: Path) -> None:
    claims, it = standing(log)
    again = it["state"]["data"] | {"claim": claims + 1}
    forged = added(log, "meal-claimed", it["stream"], **again)
    [finding] = verified(sealed(tmp_path / "bundle", forged))
    assert f"position {len(forged)}" in finding
    assert "subsidised meals on the day" in finding


def test_a_meal_that_was_taken_back_does_not_count(log: Forged, tmp_path: Path) -> None:
    claims, it = standing(log)
    data = it["state"]["data"]
    kept = ("person", "canteen", "community", "claim", "price_fen", "shares", "copayment_fen")
    reversal = {each: data[each] for each in (*kept, "occurred_on", "booked_in", "settles_in")}
    true = added(log, "meal-reversed", it["stream"], **reversal, kind="void")
    true = added(true, "meal-claimed", it["stream"], **data | {"claim": claims + 1})
    assert verified(sealed(tmp_path / "bundle", true)) == []
    twice = added(true, "meal-reversed", it["stream"], **reversal, kind="void")
    [finding] = verified(sealed(tmp_path / "twice", twice))
    assert THAT_MEAL in finding


def test_whoever_was_entered_twice_eats_once_until_they_are_two_again(
    log: Forged, tmp_path: Path
) -> None:
    _, it = standing(log)
    data = it["state"]["data"]
    other = "00000000-0000-4000-8000-00000000aaaa"
    stream = it["stream"].replace(data["person"], other)
    again = data | {"person": other, "claim": 1}
    who = {"person": data["person"], "duplicate": other, "occurred_on": "2026-03-01"}
    assert verified(sealed(tmp_path / "two", added(log, "meal-claimed", stream, **again))) == []
    merged = added(log, "persons-merged", f"person-{data['person']}", **who)
    one = added(merged, "meal-claimed", stream, **again)
    [finding] = verified(sealed(tmp_path / "one", one))
    assert "subsidised meals on the day" in finding
    apart = added(merged, "persons-separated", f"person-{data['person']}", **who)
    true = added(apart, "meal-claimed", stream, **again)
    assert verified(sealed(tmp_path / "apart", true)) == []


def test_a_meal_at_full_price_takes_nobodys_turn(log: Forged, tmp_path: Path) -> None:
    _, it = standing(log)
    data = it["state"]["data"]
    stream = it["stream"].replace(data["person"], data["person"][::-1])
    full = {"shares": [], "copayment_fen": data["price_fen"], "rule": None}
    meals = [full | {"claim": 1}, full | {"claim": 2}, {"claim": 3}]
    eaten: list[bytes] = log
    for meal in meals:
        eaten = added(
            eaten, "meal-claimed", stream, **data | {"person": data["person"][::-1]} | meal
        )
    assert verified(sealed(tmp_path / "bundle", eaten)) == []
