"""Words of contributions: kinds, topics and answers as they are said where one is entered."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.pages.languages import marked as _
from ledger.domain.contribution_records import (
    AnswerReason,
    ContributionKind,
    IdeaAnswer,
    IdeaTopic,
)
from ledger.domain.fund_records import ReceiptReversalReason

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ContributionKind.cash: _("Cash"),
        ContributionKind.goods: _("Goods"),
        ContributionKind.labour: _("Labour"),
        ContributionKind.idea: _("Idea"),
        ContributionKind.premises: _("Premises"),
    }
)
PROMISED_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {kind: name for kind, name in KINDS.items() if kind != ContributionKind.idea}
)
"""Whoever has an idea tells it at once."""
HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ContributionKind.cash: _("Money comes into a fund, and is received there at once."),
        ContributionKind.goods: _("Each gift of goods is counted as one, and not valued."),
        ContributionKind.labour: _("A craft or a hand lent. It is no volunteer service."),
        ContributionKind.idea: _("What somebody proposes or complains of. It gets an answer."),
        ContributionKind.premises: _("A room or a place that was lent."),
    }
)
TOPICS: Final[Mapping[str, str]] = MappingProxyType(
    {
        IdeaTopic.elders: _("elders"),
        IdeaTopic.youth: _("youth"),
        IdeaTopic.environment: _("environment"),
        IdeaTopic.safety: _("safety"),
        IdeaTopic.culture: _("culture"),
        IdeaTopic.housing: _("housing"),
        IdeaTopic.other: _("something else"),
    }
)
ANSWERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        IdeaAnswer.accepted: _("accepted"),
        IdeaAnswer.being_done: _("being done"),
        IdeaAnswer.declined: _("declined"),
    }
)
ANSWER_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        AnswerReason.worth_doing: _("it is worth doing"),
        AnswerReason.done_already: _("it is done already"),
        AnswerReason.no_money: _("there is no money for it"),
        AnswerReason.not_ours_to_decide: _("it is not ours to decide"),
        AnswerReason.against_the_rules: _("it is against the rules"),
        AnswerReason.other: _("another reason"),
    }
)
REVERSALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ReceiptReversalReason.entered_by_mistake: _("entered by mistake"),
        ReceiptReversalReason.returned_to_the_giver: _("given back to the giver"),
        ReceiptReversalReason.not_honoured: _("the bank did not pay it"),
        ReceiptReversalReason.other: _("another reason"),
    }
)
SHOWN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "true": _("amount and masked name may be shown to the public"),
        "false": _("neither amount nor name is shown to the public"),
    }
)
SHOWN_WITHOUT_AMOUNT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "true": _("the masked name may be shown to the public"),
        "false": _("no name is shown to the public"),
    }
)
WITH_AMOUNT: Final = frozenset({ContributionKind.cash, ContributionKind.labour})
"""Kinds of which more is known than how many there were."""
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "gift.fund": _("Fund"),
        "gift.amount_yuan": _("Amount"),
        "gift.labour_minutes": _("Minutes"),
        "gift.topic": _("What it is about"),
        "given_on": _("Given on"),
        "person": _("Giver"),
        "organisation": _("Organisation"),
        "amount_public": _("In public"),
    }
)
"""What is typed, as it is called where it is shown again."""
REVERSAL_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "fund": _("Fund"),
        "receipt": _("Number of the receipt"),
        "reason": _("Reason"),
        "returned_on": _("Given back on"),
    }
)
DONE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "recorded": _("The contribution is entered."),
        "withdraw": _("Taken back."),
        "reverse": _("The money is out of the fund again. Now the contribution can be taken back."),
        "answer": _("The answer is entered."),
        "show": _("What the giver wishes is entered."),
        "promised": _("The promise is entered."),
    }
)


def shown(kind: ContributionKind) -> Mapping[str, str]:
    """What everybody may be shown of a contribution of the kind, or not."""
    return SHOWN if kind in WITH_AMOUNT else SHOWN_WITHOUT_AMOUNT
