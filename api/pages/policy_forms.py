"""Policy forms: a draft of a policy as fields of a form, rule by rule, and as a body of the API.

    r2-code, r2-age_least, r2-habitual   of the second rule: its code, and whom it is for
    r2-h-subsistence                     one of the classes that it is for
    r2-p1, r2-a1, r2-u1, r2-m1           its first line: payer, amount, unit, and the most

Rules are asked in the order in which they stand. What is wrong is told beside its field, also where
a rule of the ledger says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from api.pages.forms import OWN
from api.pages.words_of_policies import WHERE, percent
from ledger.domain.community_records import SHANGHAI
from ledger.domain.facts import Hardship
from ledger.domain.sites import Weekday
from ledger.domain.tiers import EATER, PayerKind, PolicyVersion, ShareLine, Sitting, Tier
from ledger.domain.values import SiteId
from ledger.exchange import cells
from ledger.exchange.cells import CellUnfit
from ledger.exchange.faults import Fault

Row = dict[str, str]

EDIT: Final = "do"
"""The button that changes the form and nothing else."""
RULE_FIELD: Final = re.compile(r"r(\d{1,2})-([a-z_0-9-]{1,40})")
LINE_FIELD: Final = re.compile(r"([paum])(\d{1,2})")
LINES_MOST: Final = 20
ORDER_STEP: Final = 10
BASIS_POINTS: Final = 100
UNIT: Final = "yuan"
TICKED: Final = "true"
FLAGS: Final = tuple(WHERE)
DAYS: Final = ("valid_from",)
NUMBERS: Final = ("subsidised_meals_per_day", "claim_days")


@dataclass(slots=True)
class Draft:
    """What stands in the form: what is said once, and the rules in their order."""

    terms: Row = field(default_factory=dict)
    rules: list[Row] = field(default_factory=list)

    def flat(self) -> Row:
        """All of it, as the fields of a form are called; the rules numbered anew."""
        numbered = {
            f"r{place}-{name}": text
            for place, rule in enumerate(self.rules, start=1)
            for name, text in rule.items()
        }
        return self.terms | numbered

    def edited(self, wish: str) -> None:
        """Add a rule, or move or remove one: `add`, `up-2`, `remove-2`."""
        name, _dash, number = wish.partition("-")
        if name == "add":
            self.rules.append({"code": self._new_code()})
            return
        place = int(number) - 1 if number.isdecimal() and len(number) < LINES_MOST else -1
        if not 0 <= place < len(self.rules):
            return
        rule = self.rules.pop(place)
        if name == "up":
            self.rules.insert(max(place - 1, 0), rule)
        elif name != "remove":
            self.rules.insert(place, rule)

    def _new_code(self) -> str:
        """A code that no rule has: the resolution will give it its own."""
        taken = {rule.get("code") for rule in self.rules}
        numbers = range(1, len(self.rules) + 2)
        return next(code for code in (f"NEW{number}" for number in numbers) if code not in taken)


def draft_of(given: Mapping[str, str]) -> Draft:
    """What a form has sent; empty fields are left out, and so are lines that say nothing."""
    terms, rules = Row(), dict[int, Row]()
    for name, text in given.items():
        if name == EDIT or name in OWN:
            continue
        found = RULE_FIELD.fullmatch(name)
        if found is None:
            terms[name] = text
        else:
            rules.setdefault(int(found[1]), {})[found[2]] = text.strip()
    return Draft(terms, [rules[number] for number in sorted(rules)])


def drawn_from(version: PolicyVersion) -> Draft:
    """A version as the form shows it."""
    terms = {
        "price_yuan": _yuan(version.price_fen),
        "residual": version.residual.path,
        "age_rule": version.age_rule.value,
        "charge": version.charge.value,
        "subsidised_meals_per_day": str(version.subsidised_meals_per_day),
        "claim_days": str(version.claim_days),
        **{f"weekday-{day.value}": TICKED for day in sorted(version.weekdays)},
        **{f"sitting-{sitting.value}": TICKED for sitting in version.sittings},
    }
    return Draft(terms, [_row(tier) for tier in version.tiers])


def _row(tier: Tier) -> Row:
    when = tier.when
    row = {"code": str(tier.code)}
    ages = {"age_least": when.age_least, "age_most": when.age_most}
    row |= {name: str(age) for name, age in ages.items() if age is not None}
    row |= {name: TICKED for name in FLAGS if getattr(when, name)}
    row |= {f"h-{each.value}": TICKED for each in when.hardships}
    for place, line in enumerate(tier.shares, start=1):
        row |= {f"{name}{place}": text for name, text in _line(line).items()}
    return row


def _line(line: ShareLine) -> Row:
    unit = "rest" if line.of_the_rest else "percent"
    if line.fixed_fen is not None:
        told = {"a": _yuan(line.fixed_fen), "u": UNIT}
    else:
        told = {"a": percent(line.basis_points or 0), "u": unit}
    most = {} if line.cap_fen is None else {"m": _yuan(line.cap_fen)}
    return {"p": line.payer.path} | told | most


def _yuan(fen: int) -> str:
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02}"


def lines_of(rule: Row) -> list[int]:
    """The numbers of the lines that a rule has, and one to be filled in."""
    found = (LINE_FIELD.fullmatch(name) for name, text in rule.items() if text)
    numbers = {int(each[2]) for each in found if each and each[1] != "u"}
    return [*sorted(numbers), max(numbers, default=0) + 1]


# -- as the API reads it ---------------------------------------------------------------------------


@dataclass(slots=True)
class Body:
    """A draft as JSON, what of it is no such thing, and which field each place of it came from."""

    json: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=lambda: {"/price_fen": "price_yuan"})

    def field_at(self, pointer: str) -> str:
        """The field that a place of the body came from, or the place itself."""
        while pointer and pointer not in self.fields:
            pointer = pointer.rpartition("/")[0]
        return self.fields.get(pointer, "")

    def as_form_has_it(self, fault: Fault) -> Fault:
        """The same fault, of the field that it is about."""
        name = self.field_at(fault.pointer)
        return replace(fault, pointer=f"/{name}") if name else fault


def body_of(draft: Draft) -> Body:
    """What a simulation and a publication both say: price, payers and rules."""
    body, terms = Body(), draft.terms
    if terms.get("price_yuan", "").strip():
        body.json["price_fen"] = _fen(body, "price_yuan", terms["price_yuan"].strip())
    body.json |= {name: terms[name] for name in ("age_rule", "charge") if terms.get(name)}
    body.json["residual"] = payer_of(terms.get("residual", ""))
    body.json["tiers"] = [_tier(body, place, rule) for place, rule in enumerate(draft.rules)]
    return body


def publication_of(draft: Draft, site: SiteId) -> Body:
    """All that a version says; a payer's resolution counts where the payer bears a share."""
    body, terms = body_of(draft), draft.terms
    lines = [line["payer"] for tier in body.json["tiers"] for line in tier["shares"]]
    bearing = [payer for payer in (*lines, body.json["residual"]) if payer["kind"] != EATER.kind]
    cited: list[dict[str, Any]] = []
    for payer in {path_of(each): each for each in bearing}.values():
        chosen = terms.get(resolution_field(path_of(payer)), "")
        if chosen:
            body.fields[f"/resolutions/{len(cited)}"] = resolution_field(path_of(payer))
            cited.append({"payer": payer, "resolution": chosen})
    body.json |= {name: terms[name] for name in DAYS if terms.get(name)}
    body.json |= {
        name: _whole(body, name, terms[name].strip()) for name in NUMBERS if terms.get(name)
    }
    return replace(
        body,
        json=body.json
        | {
            "site": site,
            "valid_until": terms.get("valid_until") or None,
            "weekdays": [day for day in Weekday if terms.get(f"weekday-{day.value}") == TICKED],
            "sittings": [each for each in Sitting if terms.get(f"sitting-{each.value}") == TICKED],
            "resolutions": cited,
            "gap_is_meant": terms.get("gap_is_meant") == TICKED,
        },
    )


def path_of(payer: dict[str, Any]) -> str:
    """A payer of the API as paths have it."""
    return payer["kind"] if payer["name"] is None else f"{payer['kind']}/{payer['name']}"


def resolution_field(path: str) -> str:
    """The field in which the payer's resolution is chosen."""
    return f"agreed-{path.replace('/', '.')}"


def _tier(body: Body, place: int, rule: Row) -> dict[str, Any]:
    at, own = f"/tiers/{place}", f"r{place + 1}-"
    body.fields |= {at: f"{own}code", f"{at}/code": f"{own}code"}
    when: dict[str, Any] = {name: True for name in FLAGS if rule.get(name) == TICKED}
    for name in ("age_least", "age_most"):
        body.fields[f"{at}/when/{name}"] = f"{own}{name}"
        if rule.get(name):
            when[name] = _whole(body, f"{own}{name}", rule[name])
    classes = [each.value for each in Hardship if rule.get(f"h-{each.value}") == TICKED]
    if classes:
        when["hardships"] = classes
    shares: list[dict[str, Any]] = []
    for number in lines_of(rule)[:-1]:
        body.fields[f"{at}/shares/{len(shares)}"] = f"{own}a{number}"
        shares.append(_share(body, own, number, rule))
    order = ORDER_STEP * (place + 1)
    return {"order": order, "code": rule.get("code", ""), "when": when, "shares": shares}


def _share(body: Body, own: str, number: int, rule: Row) -> dict[str, Any]:
    amount, unit = rule.get(f"a{number}", ""), rule.get(f"u{number}", UNIT)
    share: dict[str, Any] = {"payer": payer_of(rule.get(f"p{number}", ""))}
    if not rule.get(f"p{number}"):
        here = "Choose who pays this.", "请选择由谁承担。"
        body.faults.append(Fault(f"/{own}p{number}", *here, ""))
    name = f"{own}a{number}"
    if unit == UNIT:
        share["fixed_fen"] = _fen(body, name, amount)
    else:
        share["basis_points"] = _part(body, name, amount)
        share["of_the_rest"] = unit == "rest"
    if rule.get(f"m{number}"):
        share["cap_fen"] = _fen(body, f"{own}m{number}", rule[f"m{number}"])
    return share


def payer_of(path: str) -> dict[str, Any]:
    """A payer's path as the API has it."""
    kind, _slash, name = path.partition("/")
    return {"kind": kind or PayerKind.eater.value, "name": name or None}


def _fen(body: Body, name: str, text: str) -> object:
    try:
        return cells.yuan(text.replace(",", ""), SHANGHAI)
    except CellUnfit as unfit:
        body.faults.append(Fault(f"/{name}", unfit.en, unfit.zh, text[:40]))
        return 0


def _part(body: Body, name: str, text: str) -> object:
    """A percentage with two digits behind the point at most is a whole number of basis points."""
    try:
        return cells.yuan(text.removesuffix("%"), SHANGHAI)
    except CellUnfit:
        told = "This must be a percentage, such as 40.", "此处应为百分比，如 40。"
        body.faults.append(Fault(f"/{name}", *told, text[:40]))
        return 0


def _whole(body: Body, name: str, text: str) -> int:
    if text.isdecimal() and text.isascii():
        return int(text[:20])
    told = "This must be a whole number from 0 on, such as 1.", "此处应为 0 或以上的整数，如 1。"
    body.faults.append(Fault(f"/{name}", *told, text[:40]))
    return 0
