"""Words of offices: roles, accounts and slips as they are said to a person."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from api.pages.languages import marked as _
from ledger.domain.account_records import CardEnd, DisableReason, EnableReason, SlipPurpose
from ledger.domain.authority import Role
from ledger.domain.grant_records import BreakGlassReason

ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Role.volunteer: _("volunteer"),
        Role.leader: _("team leader"),
        Role.confirmer: _("confirmer of service"),
        Role.registrar: _("registrar"),
        Role.canteen_clerk: _("canteen clerk"),
        Role.settlement_checker: _("settlement checker"),
        Role.fund_manager: _("fund manager"),
        Role.approver: _("approver of payments"),
        Role.cashier: _("cashier"),
        Role.publisher: _("publisher of notices"),
        Role.auditor: _("auditor"),
        Role.data_officer: _("data officer"),
        Role.town_approver: _("town approver"),
        Role.administrator: _("administrator"),
    }
)
DUTIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Role.volunteer: _("sees her own hours, and signs up"),
        Role.leader: _("announces shifts, and enters who came"),
        Role.confirmer: _("confirms service, and answers objections"),
        Role.registrar: _("enters people, communities and places"),
        Role.canteen_clerk: _("records meals, and presents the month"),
        Role.settlement_checker: _("checks what a canteen presents"),
        Role.fund_manager: _("asks funds for money, sets tiers, closes months"),
        Role.approver: _("approves payments, or refuses them"),
        Role.cashier: _("enters payments"),
        Role.publisher: _("publishes notices"),
        Role.auditor: _("reads every amount, and no name"),
        Role.data_officer: _(
            "keeps personal papers, restricts and erases; with a token and by the API, not on pages"
        ),
        Role.town_approver: _("decides about days over the town's limit"),
        Role.administrator: _("grants roles, and nothing else"),
    }
)
"""What each role is for, in half a line."""
GRANTED: Final[Mapping[str, str]] = MappingProxyType(
    {role: text for role, text in ROLES.items() if role != Role.volunteer}
)
"""The roles that are granted: a volunteer is everybody who is registered."""
BROKEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        BreakGlassReason.none_left: _("no administrator was left"),
        BreakGlassReason.none_reachable: _("no administrator could be reached"),
        BreakGlassReason.none_trusted: _("no administrator could be trusted"),
    }
)


class Closed(StrEnum):
    """Why nobody is let in by an account, whatever was said about the account itself."""

    died = "died"
    erased = "erased"
    joined = "joined"
    disabled = "disabled"


CLOSED: Final[Mapping[str, str]] = MappingProxyType(
    {
        Closed.died: _("closed: she died, and nobody is let in"),
        Closed.erased: _("closed: her data were erased"),
        Closed.joined: _("closed: she is kept under another id"),
        Closed.disabled: _("disabled: nobody is let in"),
    }
)
NO_PAPER: Final[Mapping[str, str]] = MappingProxyType(
    {
        Closed.died: _("She died: no slip and no card is handed out."),
        Closed.erased: _("Her data were erased: no slip and no card is handed out."),
        Closed.joined: _("Slips and cards are handed out under the id that is kept."),
        Closed.disabled: _("The account is disabled: no slip and no card is handed out."),
    }
)
"""Why neither a slip nor a card is to be had."""
DISABLED: Final[Mapping[str, str]] = MappingProxyType(
    {
        DisableReason.requested: _("she asked for it"),
        DisableReason.duty_ended: _("her duty has ended"),
        DisableReason.device_lost: _("her telephone or computer is lost"),
        DisableReason.misuse_suspected: _("misuse is suspected"),
        DisableReason.other: _("another reason"),
    }
)
ENABLED: Final[Mapping[str, str]] = MappingProxyType(
    {
        EnableReason.requested: _("she asked for it"),
        EnableReason.duty_resumed: _("her duty goes on"),
        EnableReason.found_in_order: _("everything was found in order"),
        EnableReason.disabled_by_mistake: _("it was disabled by mistake"),
        EnableReason.other: _("another reason"),
    }
)
SLIPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        SlipPurpose.enrol: _("to choose her first password"),
        SlipPurpose.reset: _("to choose another password"),
        SlipPurpose.link: _("to sign in by the identity platform"),
    }
)
CARD_ENDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        CardEnd.lost: _("the card is lost"),
        CardEnd.locked: _("its PIN was wrong too often"),
        CardEnd.returned: _("she has given it back"),
        CardEnd.other: _("another reason"),
    }
)
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "role": _("Role"),
        "community": _("Where"),
        "until": _("Last day"),
        "reason": _("Reason"),
        "purpose": _("What for"),
        "card": _("Card"),
    }
)
"""What is typed, as it is called where it is shown again."""
DONE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "grant": _("The role is granted. It counts from now on."),
        "revoke": _("The role has ended. It counts no more from now on."),
        "disable": _("The account is disabled, and whoever was signed in is so no more."),
        "enable": _("The account is open again."),
        "slip": _("The slip is issued. It is good for 72 hours and for one use."),
        "countersign": _("Signed for. Whoever issued the slip can print it now."),
        "withdraw-slip": _("The slip is worth nothing any more."),
        "card": _("The card is issued. Print it now, and tell her the PIN."),
        "end-card": _("The card is worth nothing any more. Another one can be handed out."),
    }
)
