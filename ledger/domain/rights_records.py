"""What a person has said about her data, and what may still be done with them.

A consent is given and withdrawn for one purpose; what nobody was asked about is neither. While she
is restricted her data are kept and not used; once she is erased nothing is left but a random id.
That money for which vouchers must be kept has her name on it is a fact of hers too: her own stream
says so, because no rule reads the streams of all gifts and payees.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

from ledger.domain.values import ContributionId, PersonId, Slug


class ConsentPurpose(StrEnum):
    """What a person may consent to; each by itself, and each is used somewhere in this ledger."""

    league_name = "league_name"  # a league table shows her name; the same as her visibility there
    public_name = "public_name"  # a list of givers shows her masked name
    sensitive_facts = "sensitive_facts"  # hardship classes are recorded and give a tier
    service_of_a_minor = "service_of_a_minor"  # a guardian's: the child may sign up for shifts


class RestrictionReason(StrEnum):
    """Why she asked that her data be kept and not used."""

    accuracy_contested = "accuracy_contested"
    use_contested = "use_contested"
    kept_as_evidence = "kept_as_evidence"


class ErasureBasis(StrEnum):
    """Why her data must go (个人信息保护法 2021, art. 47; of the dead, art. 49)."""

    purpose_achieved = "purpose_achieved"
    participation_ended = "participation_ended"
    consent_withdrawn = "consent_withdrawn"
    unlawful_use = "unlawful_use"
    relatives_request = "relatives_request"


class CaseReason(StrEnum):
    """Why an auditor needs that nobody is erased."""

    fraud_suspected = "fraud_suspected"
    audit_sample = "audit_sample"
    proceedings = "proceedings"


class OpenCase(StrEnum):
    """What keeps anybody from being erased until it is over."""

    objection = "objection"
    audit = "audit"


class Discard(StrEnum):
    """What goes at once, though a term keeps the rest."""

    search_keys = "search_keys"


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """She consents to one purpose, or a guardian does for her: `given_by` is whose word it is."""

    person: PersonId
    purpose: ConsentPurpose
    given_by: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """She consents no more, or not at all. What was done until then stands."""

    person: PersonId
    purpose: ConsentPurpose
    withdrawn_by: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class PersonRestricted:
    """Her data are kept and not used.

    She asked for it, for a `reason`; or an erasure, asked for on a `basis`, waits for a term, whose
    last day is `until`. `discards` goes at once.
    """

    person: PersonId
    reason: RestrictionReason | None
    basis: ErasureBasis | None
    until: date | None
    discards: tuple[Discard, ...]
    occurred_on: date


@dataclass(frozen=True, slots=True)
class RestrictionLifted:
    """Her data may be used again; what was discarded does not come back."""

    person: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class CaseHeld:
    """An auditor looks into something: nobody is erased meanwhile."""

    person: PersonId
    reason: CaseReason
    occurred_on: date


@dataclass(frozen=True, slots=True)
class CaseReleased:
    """The auditor is done."""

    person: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class PersonErased:
    """All papers of hers and the key to them are gone; nothing that was counted is."""

    person: PersonId
    basis: ErasureBasis
    occurred_on: date


@dataclass(frozen=True, slots=True)
class CashGiven:
    """Twin of the `ContributionRecorded` of a gift in cash: its voucher bears her name."""

    person: PersonId
    contribution: ContributionId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class NamedAsPayee:
    """Twin of the `PayeeRegistered` behind which she stands: what it is paid bears her name."""

    person: PersonId
    payee: Slug
    occurred_on: date


RightsEvent: TypeAlias = (
    ConsentGiven
    | ConsentWithdrawn
    | PersonRestricted
    | RestrictionLifted
    | CaseHeld
    | CaseReleased
    | PersonErased
    | CashGiven
    | NamedAsPayee
)

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rights:
    """What decisions ask of a person's rights.

    `consents`: for each purpose that she was asked about, whether she consents.
    `awaits`: the last day of the term that her erasure waits for. `cash_given_on`: her last gift.
    """

    consents: Mapping[ConsentPurpose, bool] = field(default_factory=dict)
    restricted: bool = False
    awaits: date | None = None
    case: CaseReason | None = None
    erased: bool = False
    cash_given_on: date | None = None
    payees: tuple[Slug, ...] = ()

    def consents_to(self, purpose: ConsentPurpose) -> bool:
        """Whether a consent stands; it does not where nobody asked."""
        return self.consents.get(purpose, False)

    def objects_to(self, purpose: ConsentPurpose) -> bool:
        """Whether she has said no, or took a consent back."""
        return not self.consents.get(purpose, True)


NO_RIGHTS_USED: Final = Rights()
"""Of somebody who has said nothing."""


def evolve(rights: Rights, event: RightsEvent) -> Rights:
    """An erasure ends whatever was consented to, held or awaited."""
    match event:
        case ConsentGiven():
            return replace(rights, consents={**rights.consents, event.purpose: True})
        case ConsentWithdrawn():
            return replace(rights, consents={**rights.consents, event.purpose: False})
        case PersonRestricted():
            return replace(rights, restricted=True, awaits=event.until)
        case RestrictionLifted():
            return replace(rights, restricted=False, awaits=None)
        case CaseHeld():
            return replace(rights, case=event.reason)
        case CaseReleased():
            return replace(rights, case=None)
        case PersonErased():
            return Rights(erased=True)
        case CashGiven():
            latest = max(rights.cash_given_on or date.min, event.occurred_on)
            return replace(rights, cash_given_on=latest)
        case NamedAsPayee():
            return replace(rights, payees=(*rights.payees, event.payee))
        case _:
            assert_never(event)
