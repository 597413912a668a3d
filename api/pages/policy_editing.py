"""Policy editing: the form of rules as it is shown: who can pay, by whose word, what is wrong.

A refusal of the ledger stands beside the field that it is about, as does what is mistyped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, TypeVar

import msgspec

from api.pages import words_of_meals, words_of_policies
from api.pages.forms import Form, labelled
from api.pages.languages import Speech, speech_of
from api.pages.payers import payers_named
from api.pages.policies import Canteen, outlook, paying
from api.pages.policy_forms import (
    Body,
    Draft,
    body_of,
    drawn_from,
    lines_of,
    resolution_field,
)
from api.pages.reading import today_of
from api.pages.refusals import sentences
from api.pages.words import options
from api.pages.words_of_payers import Payers
from api.problems import Problem, Trouble
from api.reading import Room
from ledger.domain.facts import Hardship
from ledger.domain.fund_records import UNRESTRICTED
from ledger.domain.refusals import Code
from ledger.domain.settlement_records import PURPOSE
from ledger.domain.tiers import EATER, Payer, PayerKind, Tier
from ledger.domain.values import PayerName
from ledger.exchange.faults import FaultKind, Malformed
from ledger.exchange.wire import read_as
from ledger.projections import funds, resolutions
from ledger.projections.resolutions import Resolution, Standing

T = TypeVar("T")
MEMBERS: Final = Payer(PayerKind.cooperative_of_the_eater)
OF_DATES: Final = frozenset(
    {
        Code.start_must_not_be_retroactive,
        Code.start_must_be_agreed_to,
        Code.versions_must_not_overlap,
        Code.version_must_not_open_a_month_before_closed_claims,
        Code.year_must_be_plausible,
    }
)
FIELD_OF: Final[Mapping[Code, str]] = MappingProxyType(
    {
        **dict.fromkeys(OF_DATES, "valid_from"),
        Code.spell_must_end_after_it_begins: "valid_until",
        Code.gap_must_be_declared: "gap_is_meant",
        Code.amount_must_be_positive: "price_yuan",
        Code.policy_must_serve_at_some_time: "weekday-0",
    }
)
"""The field that a refusal is about, where it is about no rule and no payer."""
RULE_PART: Final[Mapping[Code, str]] = MappingProxyType(
    {
        Code.tiers_must_have_distinct_codes_and_orders: "code",
        Code.ages_must_be_in_order: "age_least",
        Code.shares_must_not_exceed_the_price: "a1",
        Code.share_must_be_an_amount_or_a_percentage: "a1",
    }
)
"""The part of a rule that a refusal about it stands beside."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen in the form: payers by their path, and resolutions for each of them."""

    named: Payers
    payers: list[tuple[str, str]]
    resolutions: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def started(room: Room, here: Canteen) -> Draft:
    """The version of today, or the nearest one, as a draft to be changed."""
    ahead = outlook(here.timeline, today_of(room))
    version = ahead.now or ahead.following
    if version is None and here.timeline.versions:
        version = here.timeline.versions[-1]
    if version is not None:
        draft = drawn_from(version)
        for each in resolutions.cited_by(room.connection, here.site, room.view):
            if each.version == version.version and each.standing is Standing.in_force:
                draft.terms[resolution_field(each.payer)] = each.resolution
        return draft
    return Draft({"age_rule": "on_the_birthday", "charge": "fixed_price"}, [{"code": "NEW1"}])


def choices(room: Room, here: Canteen) -> Choices:
    """Whoever has paid for the canteen, may by a resolution, or has a fund for it."""
    say = speech_of(room.request)
    room.must_read("funds", here.community)
    found = {payer.path: payer for version in here.timeline.versions for payer in paying(version)}
    for fund in funds.funds(room.connection, here.community, room.view):
        if fund.restriction in (UNRESTRICTED, PURPOSE):
            payer = Payer(PayerKind.fund, PayerName(fund.fund))
            found[payer.path] = payer
    agreed = _agreed(room, here)
    found |= {each.path: each for each in (*agreed, MEMBERS)}
    found.pop(EATER.path, None)
    named = payers_named(room, found)
    return Choices(
        named,
        [(path, named.agreed(payer)) for path, payer in sorted(found.items())],
        {
            payer.path: [(each.resolution, _called(each, say)) for each in those]
            for payer, those in agreed.items()
        },
    )


def _agreed(room: Room, here: Canteen) -> dict[Payer, list[Resolution]]:
    """The resolutions in force by which somebody pays for the canteen, the latest first."""
    found: dict[Payer, list[Resolution]] = {}
    for each in resolutions.register(room.connection, standing=Standing.in_force, view=room.view):
        for allowed in each.subsidies:
            if allowed.canteen == here.site:
                found.setdefault(allowed.payer, []).append(each)
    return found


def _called(each: Resolution, say: Speech) -> str:
    return f"{each.resolution} · {say.day(each.decided_on)}"


def values_of(room: Room, here: Canteen, draft: Draft, form: Form) -> dict[str, Any]:
    """What the template of the form shows."""
    open_to = choices(room, here)
    return {
        "here": here,
        "draft": draft,
        "told": _told(open_to.named, draft, form),
        "form": form,
        "lines": [lines_of(rule) for rule in draft.rules],
        "can_pay": open_to.payers,
        "agreed": [
            (resolution_field(path), dict(open_to.payers)[path], those)
            for path, those in open_to.resolutions.items()
        ],
        "unlisted": _unlisted(form, open_to),
        "rests": [(EATER.path, open_to.named.agreed(EATER)), *open_to.payers],
        "classes": [(f"h-{each.value}", words_of_policies.HARDSHIPS[each]) for each in Hardship],
        "options": options,
        "has_class": _has_class,
        "words": words_of_policies,
        "sittings": words_of_meals.SITTINGS,
    }


def _told(payers: Payers, draft: Draft, form: Form) -> list[str]:
    """Each rule in a line; nothing of one that must be looked at, so that it is shown whole."""
    wrong = {each.place.partition("-")[0] for each in _troubles(form)}
    return [
        "" if f"/r{place}" in wrong else _in_a_line(tier, payers)
        for place, tier in enumerate(body_of(draft).json["tiers"], start=1)
    ]


def _in_a_line(tier: dict[str, Any], payers: Payers) -> str:
    read = read_as(Tier, msgspec.json.encode(tier))
    if isinstance(read, Malformed) or not read.shares:
        return ""
    say = payers.say
    comma = say.said(", ")
    paid = (
        f"{payers.agreed(each.payer)} {words_of_policies.share(each, say)}" for each in read.shares
    )
    whom = comma.join(words_of_policies.whom(read.when, say))
    return f"{read.code} · {whom} · {comma.join(paid)}"


def _troubles(form: Form) -> Sequence[Trouble]:
    return form.problem.troubles if form.problem else ()


def _has_class(form: Form, own: str) -> bool:
    """Whether a rule is for single classes, so that they are shown."""
    return any(form.value(f"{own}h-{each.value}") for each in Hardship)


def _unlisted(form: Form, open_to: Choices) -> list[str]:
    """Fields in which something is wrong that are not there: of payers whom no resolution names."""
    listed = {resolution_field(path) for path in open_to.resolutions}
    wrong = (each.place.removeprefix("/") for each in _troubles(form))
    return [name for name in wrong if name.startswith("agreed-") and name not in listed]


# -- what is wrong -------------------------------------------------------------------------------


def misread(body: Body, read: T | Malformed) -> T | Malformed:
    """What was read, or everything that keeps the form from being read, each at its field."""
    found = read.faults if isinstance(read, Malformed) else ()
    of_form = (*body.faults, *map(body.as_form_has_it, found))
    faults = tuple(labelled("policies/publish", each) for each in of_form)
    if not faults and not isinstance(read, Malformed):
        return read
    return Malformed(FaultKind.unfit, faults)


def beside(problem: Problem, draft: Draft) -> Problem:
    """A refusal, told beside the field that it is about; others as they are."""
    if not isinstance(problem.code, Code) or problem.troubles:
        return problem
    name = FIELD_OF.get(problem.code) or _of_rule(problem, draft) or _of_payer(problem)
    if not name:
        return problem
    en, zh = (sentences(problem, Speech(each, elder=False)) for each in ("en", "zh"))
    trouble = Trouble("pointer", f"/{name}", " ".join(en), "".join(zh))
    return replace(problem, troubles=(trouble,))


def _of_rule(problem: Problem, draft: Draft) -> str:
    part = RULE_PART.get(problem.code) if isinstance(problem.code, Code) else None
    named = problem.values.get("rule", problem.values.get("value"))
    places = [place for place, rule in enumerate(draft.rules, 1) if rule.get("code") == named]
    return f"r{places[-1]}-{part}" if part and places else ""


def _of_payer(problem: Problem) -> str:
    payer = problem.values.get("payer")
    return resolution_field(str(payer)) if payer else ""
