"""What the independent verifier finds of a forger who holds the very key of the log.

The tree is made anew and signed as it should be: only what the entries say can give him away.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.audit.bundles import added, edited, index_of, read, sealed, written
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


def at_full_price(it: Any) -> None:
    it.update(shares=[], copayment_fen=it["price_fen"])


def on_another_day(it: Any) -> None:
    day = int(it["occurred_on"][-2:])
    it["occurred_on"] = f"{it['occurred_on'][:-2]}{day % 28 + 1:02}"


def dearer(it: Any) -> None:
    it["price_fen"] += 100
    it["copayment_fen"] += 100


def another_payer(it: Any) -> None:
    it["shares"][0]["payer"] = "fund/somebodys"


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


FOLLOW, SUM, PARTS = "do not follow", "do not come to the price", "parts do not come to the whole"
THAT_MEAL, BELOW = "Not the meal of that number", "falls below zero"
FORGED: tuple[Forgery, ...] = (
    Forgery("meal-claimed", subsidised, shift_to_the_payer, FOLLOW),
    Forgery("meal-claimed", subsidised, more_for_the_payer, FOLLOW),
    Forgery("meal-claimed", subsidised, more_for_the_payer, SUM),
    Forgery("meal-claimed", subsidised, below_zero, FOLLOW),
    Forgery("meal-claimed", subsidised, dearer, FOLLOW),
    Forgery("meal-claimed", subsidised, another_payer, FOLLOW),
    Forgery("meal-claimed", subsidised, at_full_price, FOLLOW),
    Forgery("meal-claimed", subsidised, put(rule="NO_SUCH_TIER"), FOLLOW),
    Forgery("meal-claimed", subsidised, put(rule=None), FOLLOW),
    Forgery("meal-claimed", subsidised, put(at_full_price=True), FOLLOW),
    Forgery("meal-claimed", subsidised, twice, SUM),
    Forgery("meal-claimed", subsidised, put(policy_version=99), "a policy version not valid"),
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
    Forgery("meal-reversed", subsidised, more_for_the_payer, SUM),
    Forgery("meal-reversed", anything, put(claim=99), THAT_MEAL),
    Forgery("meal-reversed", anything, put(canteen="elsewhere"), THAT_MEAL),
    Forgery("meal-reversed", anything, on_another_day, THAT_MEAL),
    Forgery("opening-balance-recorded", anything, of("amount_fen", -8_000), BELOW),
    Forgery("money-received", anything, put(amount_fen=1), BELOW),
    Forgery("moved-between-funds", anything, of("amount_fen", 1), PARTS),
    Forgery("money-moved-in", anything, one_lot, PARTS),
    Forgery("disbursement-paid", anything, one_lot, PARTS),
    Forgery("disbursement-paid", anything, of("amount_fen", 10**7), BELOW),
    Forgery("settlement-disbursed", anything, of("amount_fen", 1), PARTS),
    Forgery("settlement-disbursed", anything, of("amount_fen", 10**7), BELOW),
)


@pytest.mark.parametrize(
    "forgery", FORGED, ids=[f"{number}-{each.kind}" for number, each in enumerate(FORGED)]
)
def test_what_was_edited_and_signed_with_the_right_key_contradicts_the_rest(
    forgery: Forgery, log: Forged, tmp_path: Path
) -> None:
    forged = edited(log, index_of(log, forgery.kind, forgery.such), forgery.change)
    findings = verified(sealed(tmp_path / "bundle", forged))
    assert any(forgery.sentence in each for each in findings), findings


def test_it_is_the_entry_itself_that_is_named(log: Forged, tmp_path: Path) -> None:
    index = index_of(log, "meal-claimed", subsidised)
    forged = edited(log, index, shift_to_the_payer)
    first, *_ = verified(sealed(tmp_path / "bundle", forged))
    assert first.startswith(f"✗ 位置 position {index + 1} meal-claimed.v2：分担不出自所引用的标准")


def test_a_share_below_zero_follows_from_no_policy(log: Forged, tmp_path: Path) -> None:
    """Also where the policy was edited along, so that it says so."""
    index = index_of(log, "meal-claimed", subsidised)
    claim = read(log[index])["state"]["data"]

    def is_its_policy(it: Any) -> bool:
        return (it["site"], it["version"]) == (claim["canteen"], claim["policy_version"])

    def minus(it: Any) -> None:
        [tier] = [each for each in it["tiers"] if each["code"] == claim["rule"]]
        fund = {"kind": "fund", "name": "x"}
        tier["shares"] = [tier["shares"][0] | {"fixed_fen": -1, "payer": fund}]
        it["residual"] = {"kind": "eater", "name": None}

    forged = edited(log, index_of(log, "policy-published", is_its_policy), minus)
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
        (b'"position":21', b'"position":22', "Its form or position"),
        (b'"position":21', b'"position":021', "Damaged, changed"),
        (b'"command"', b' "command"', "Its form or position"),
        (b'"actor":', b'"actor":"x","actor":', "Its form or position"),
        (b'"data":{', b'"data":{"a":1.5,', "Its form or position"),
        (b'"data":{', b'"data":{"a":NaN,', "Its form or position"),
        (b'{"position"', b' {"position"', "Its form or position"),
        (b'"stream":', b'"state":{},"stream":', "Damaged, changed"),
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
    assert any("position 21" in each and "Its form or position" in each for each in findings)


# -- so many a day ---------------------------------------------------------------------------


KEPT = (
    *("person", "canteen", "community", "claim", "price_fen", "shares", "copayment_fen"),
    *("occurred_on", "booked_in", "settles_in"),
)


def standing(log: Forged) -> tuple[int, Any]:
    """A subsidised meal that nobody took back, and how many that person has in its month."""
    gone = {name(read(e)) for e in log if read(e)["type"] == "meal-reversed.v1"}
    for entry in log:
        it = read(entry)
        if (
            it["type"] == "meal-claimed.v2"
            and it["state"]["data"]["shares"]
            and name(it) not in gone
        ):
            stream = it["stream"]
            claims = sum(
                read(e)["stream"] == stream and read(e)["type"] == "meal-claimed.v2" for e in log
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
    reversal = {each: data[each] for each in KEPT}
    true = added(log, "meal-reversed", it["stream"], **reversal, kind="void")
    true = added(true, "meal-claimed", it["stream"], **data | {"claim": claims + 1})
    assert verified(sealed(tmp_path / "bundle", true)) == []
    twice = added(true, "meal-reversed", it["stream"], **reversal, kind="void")
    [finding] = verified(sealed(tmp_path / "twice", twice))
    assert THAT_MEAL in finding


def test_a_policy_that_was_withdrawn_is_valid_no_more(log: Forged, tmp_path: Path) -> None:
    _, it = standing(log)
    data = it["state"]["data"] | {"person": "somebody", "claim": 1}
    until = {"valid_until": data["occurred_on"], "version": data["policy_version"]}
    before = added(log, "meal-claimed", "meals-somebody", **data)
    assert verified(sealed(tmp_path / "before", before)) == []
    withdrawn = added(log, "policy-withdrawn", "policy", site=data["canteen"], **until)
    after = added(withdrawn, "meal-claimed", "meals-somebody", **data)
    [finding] = verified(sealed(tmp_path / "after", after))
    assert "a policy version not valid on the day" in finding


def test_a_claim_has_a_number_of_its_own(log: Forged, tmp_path: Path) -> None:
    _, it = standing(log)
    full = {"shares": [], "copayment_fen": it["state"]["data"]["price_fen"], "rule": None}
    forged = added(log, "meal-claimed", it["stream"], **it["state"]["data"] | full)
    [finding] = verified(sealed(tmp_path / "bundle", forged))
    assert THAT_MEAL in finding


def test_a_meal_is_put_back_once_and_after_it_was_taken_back(log: Forged, tmp_path: Path) -> None:
    _, it = standing(log)
    data = it["state"]["data"]
    back = {each: data[each] for each in KEPT} | {"kind": "void"}
    [finding] = verified(
        sealed(tmp_path / "bundle", added(log, "meal-reinstated", it["stream"], **back))
    )
    assert THAT_MEAL in finding
    never = back | {"person": data["person"][::-1]}
    forged = added(log, "meal-reinstated", it["stream"], **never)
    [finding] = verified(sealed(tmp_path / "never", forged))
    assert THAT_MEAL in finding


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
