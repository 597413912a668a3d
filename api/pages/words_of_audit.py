"""Words of the audit: how grounds, comparisons and findings are said to whoever looks at them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from api.pages.languages import Speech
from api.pages.languages import marked as _
from api.pages.sentences import Names, filled
from api.pages.words_of_bodies import BODIES
from ledger.audit.differences import Question
from ledger.audit.population import Kind, Strata
from ledger.audit.sampling import Method
from ledger.domain.postings import Unit
from ledger.projections.detectors import Words
from ledger.projections.trial_balance import Counted

COUNTED: Final[Mapping[Counted, str]] = MappingProxyType(
    {
        Counted.fen: _("Money"),
        Counted.service_minutes: _("Time served"),
        Counted.credit_minutes: _("Time credit"),
    }
)
QUESTIONS: Final[Mapping[Question, str]] = MappingProxyType(
    {
        Question.priced: _("Each meal by the policy of its day, and what was claimed"),
        Question.stands: _("What was claimed, and what of it was not taken back"),
        Question.settled: _("The meals of the month, and what settles in it"),
        Question.asked: _("What settles in the month, and the shares that were presented"),
        Question.due: _("These shares, and what is due"),
        Question.approved: _("What is due, and what was approved"),
        Question.paid: _("What was approved, and what was paid"),
        Question.vouchers: _("What was paid, and what left the fund"),
    }
)
"""What follows from what, step by step."""
EVENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "meal-claimed": _("meal recorded"),
        "meal-reversed": _("meal reversed"),
        "meal-reinstated": _("stands again"),
        "claims-closed": _("no more meals are taken for the month"),
        "settlement-submitted": _("presented"),
        "settlement-checked": _("checked"),
        "settlement-returned": _("returned"),
        "settlement-approved": _("approved"),
        "settlement-paid": _("payment entered"),
        "settlement-payment-reversed": _("payment reversed"),
        "settlement-disbursed": _("paid out of the fund"),
        "settlement-disbursement-reversed": _("came back into the fund"),
        "policy-published": _("published"),
        "policy-withdrawn": _("ended"),
        "resolution-recorded": _("resolution entered"),
        "resolution-revoked": _("resolution revoked"),
        "disbursement-requested": _("requested"),
        "disbursement-approved": _("approved"),
        "disbursement-refused": _("refused"),
        "disbursement-withdrawn": _("taken back by the requester"),
        "disbursement-paid": _("paid"),
        "disbursement-reversed": _("payment reversed"),
    }
)
"""What happened, by the name of the entry without its version."""
POPULATIONS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.claims: _("Meals that stand, by what payers bear"),
        Kind.payments: _("Payments of funds that stand"),
        Kind.service: _("Time served that is confirmed"),
    }
)
METHODS: Final[Mapping[Method, str]] = MappingProxyType(
    {
        Method.simple: _("Random: each as likely as any other"),
        Method.stratified: _("Stratified: of each place or tier its part"),
        Method.monetary: _("By monetary unit: the larger the likelier"),
    }
)
STRATA: Final[Mapping[Strata, str]] = MappingProxyType(
    {
        Strata.place: _("by canteen, fund or unit"),
        Strata.rule: _("by tier, purpose or how it was recorded"),
    }
)
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "community": _("Community"),
        "population": _("What is drawn from"),
        "from_day": _("From day"),
        "to_day": _("To day"),
        "items": _("How many"),
        "nonce": _("The auditor's line"),
    }
)
"""What must be filled in to draw a sample."""
HOMES: Final[Mapping[Kind, str]] = MappingProxyType(
    {Kind.claims: "site", Kind.payments: "fund", Kind.service: "community"}
)
"""Where the items of a population are, as a stream is called."""


def event(name: str, say: Speech) -> str:
    """What happened in an entry; one without a word of its own is called as the log calls it."""
    kind = name.partition(".")[0]
    return say.said(EVENTS[kind]) if kind in EVENTS else kind


def amount(number: int, unit: Unit, say: Speech) -> str:
    """Money, or time."""
    return say.yuan(number) if unit is Unit.fen else say.duration(number)


def body(of: str, say: Speech) -> str:
    """Who decided."""
    return say.said(BODIES[of])


def found(text: str, facts: Mapping[str, int | str], names: Names, say: Speech) -> str:
    """A sentence of a finding with its facts: money in yuan, things by name, people by no name."""
    return filled(text, facts, names, say)


def options(texts: Mapping[Any, str], say: Speech) -> list[tuple[str, str]]:
    """A closed list as a choice has it."""
    return [(str(value), say.said(text)) for value, text in texts.items()]


def words_of(zh: Words, en: Words, say: Speech) -> Words:
    """The words of a pattern in this language."""
    return zh if say.language == "zh" else en
