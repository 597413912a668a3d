"""Words of councils: meetings and what a resolution allows, as they are said to a person."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.pages.languages import marked as _
from api.pages.words_of_bodies import BODIES
from api.pages.words_of_payers import EATERS_COOPERATIVE, KINDS
from api.pages.words_of_places import YES_OR_NO
from ledger.domain.resolution_records import RevocationReason
from ledger.domain.tiers import PayerKind
from ledger.projections.resolution_records import RequestKind
from ledger.projections.resolutions import Standing

STANDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {Standing.in_force: _("in force"), Standing.revoked: _("revoked")}
)
REVOCATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        RevocationReason.replaced: _("another resolution takes its place"),
        RevocationReason.decided_otherwise: _("the body has decided otherwise"),
        RevocationReason.void: _("it had not come about as the rules demand"),
        RevocationReason.entered_by_mistake: _("entered by mistake"),
        RevocationReason.other: _("another reason"),
    }
)
REQUESTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        RequestKind.payment: _("Payment"),
        RequestKind.purpose_change: _("Change of purpose"),
    }
)
PAYER_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{kind: KINDS[kind] for kind in PayerKind if kind in KINDS},
        PayerKind.cooperative_of_the_eater: EATERS_COOPERATIVE,
    }
)
"""Who may bear a share by a resolution: nobody decides for the eater."""
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "meeting": _("Meeting"),
        "body": _("Who decided"),
        "resolution": _("Number of the resolution"),
        "cooperative": _("Cooperative"),
        "discussed_on": _("Discussed on"),
        "decided_on": _("Decided on"),
        "votes.in_favour": _("Votes for it"),
        "votes.against": _("Votes against it"),
        "votes.abstained": _("Abstained"),
        "document": _("Digest of the paper (SHA-256)"),
        "covenant": _("Makes or changes the covenant"),
        "subsidies.canteen": _("Meals of the canteen"),
        "subsidies.payer.kind": _("paid in part by"),
        "subsidies.payer.name": _("whose short name is"),
        "subsidies.starts_from": _("From this day on"),
        "payments.fund": _("Fund that pays"),
        "payments.amount_most_yuan": _("at most"),
        "payments.payee": _("to"),
        "payments.purpose": _("Purpose"),
        "purpose_changes.from_fund": _("From the fund"),
        "purpose_changes.to_fund": _("To the fund"),
        "purpose_changes.amount_most_yuan": _("at most"),
        "revoked_on": _("Revoked on"),
        "reason": _("Reason"),
    }
)
"""What is typed, as it is called where it is shown again."""
MEETING_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "meeting": _("Number of the meeting"),
        "body": _("Who met"),
        "held_on": _("Held on"),
        "site": _("Place"),
    }
)
"""The same of a meeting."""
CHOSEN: Final[Mapping[str, str]] = MappingProxyType(
    {**{body: BODIES[body] for body in BODIES}, **PAYER_KINDS, **YES_OR_NO, **REVOCATIONS}
)
"""What is chosen out of a list."""
DONE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "meeting": _("The meeting is recorded. Whoever came is entered now."),
        "came": _("Entered: this person came."),
        "withdraw": _("Taken back: this person had not come."),
        "recorded": _("The resolution is recorded."),
        "revoked": _("Revoked. Nothing new is decided under it; what was decided stands."),
    }
)
