"""Standing: what may still be done about a person whose data are only kept, or gone, or elsewhere.

Whoever is restricted keeps what she has: what was begun is brought to its end, what was wrong is
taken back, what is hers is paid and certified, she objects as before, and is let in to see for
herself. Nothing new is written about her. Her meals go on too, because they pay her, unless she
waits to be erased: a meal would begin the term anew. About whoever is erased nothing can be asked
any more; she is one of those who were. Only that a meal was eaten and who pays it is told of
anybody. Of two ids that were found to be one person's, the duplicate takes nothing new: what was
begun under it is brought to its end under it.
"""

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date
from typing import Any, Final

from ledger.domain import identity, people
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.person_records import Person
from ledger.domain.refusals import Code
from ledger.domain.rights_records import ConsentPurpose
from ledger.domain.values import PersonId

Needs = Callable[[Any, Known, Context], Iterable[Stream[Any]]]
Decide = Callable[[Any, Known, Context], Outcome]

ABOUT: Final = ("person", "to_person", "duplicate", "auditor")
"""The fields in which a command says about whom something is written."""

COMES_TO_ITS_END: Final = frozenset(
    {
        "meals/reverse",
        "shifts/withdraw-sign-up",
        "attendance/check-out",
        "attendance/correct",
        "service/confirm",
        "service/refuse",
        "service/reverse",
        "service/reverse-opening-minutes",
        "holds/release",
        "holds/release-for-town",
        "lateness/approve",
        "objections/raise",
        "objections/answer",
        "timebank/reverse",
        "councils/withdraw-attendance",
        "contributions/withdraw",
        "duplicates/separate",
        "rights/hold",
        "rights/release",
    }
)
"""What brings to its end what was begun about somebody, takes it back, or disputes it."""

GOES_ON: Final = COMES_TO_ITS_END | frozenset(
    {
        "deaths/record",
        "deaths/correct",
        "grants/revoke",
        "slips/issue",
        "slips/countersign",
        "slips/withdraw",
        "slips/use",
        "accounts/disable",
        "accounts/enable",
        "cards/issue",
        "cards/revoke",
        "certificates/issue",
        "meals/claim",
        "timebank/redeem",
        "consents/withdraw",
        "rights/restrict",
        "rights/lift",
        "rights/erase",
    }
)
"""The commands that may be given about somebody who is restricted; every other one waits."""

BEGINS_THE_TERM_ANEW: Final = frozenset({"meals/claim"})
"""Of these, what may not be about somebody who waits to be erased."""

ENDS_UNDER_A_DUPLICATE: Final = COMES_TO_ITS_END | frozenset(
    {"lateness/record", "contributions/set-amount-visibility"}
)
"""The commands that may be given under an id found to be a duplicate; every other one is given
under the id that she is kept as."""


TELLS_WHO_PAYS: Final = frozenset({"unclaimable/enter", "unclaimable/end"})
"""What may be given about anybody, whatever became of her: it was eaten, and somebody pays."""


def unless_free(name: PersonId, person: Person) -> Refused | None:
    """Why nothing new is written about her."""
    if person.rights.erased:
        return Refused(Code.person_must_not_be_erased, person=name)
    if person.identity.kept_as is not None:
        kept_as = person.identity.kept_as
        return Refused(Code.person_must_not_be_a_duplicate, person=name, kept_as=kept_as)
    if person.rights.restricted:
        return Refused(Code.person_must_not_be_restricted, person=name)
    return None


def may_be_named(person: Person) -> bool:
    """Whether a public list may show her masked name now; a minor's is not shown even then."""
    consents = person.rights.consents_to(ConsentPurpose.public_name)
    return consents and not person.rights.restricted


def about(command: type) -> tuple[str, ...]:
    """Of a command of that type, the fields that say about whom something is written."""
    named = {each.name for each in fields(command)}
    return tuple(each for each in ABOUT if each in named)


def needs_of(noun: Any, command: type) -> Needs:  # noqa: ANN401 - a module
    """What a noun's command needs, and everybody whom it is about."""
    whom = about(command)

    def needs(command: Any, known: Known, context: Context) -> list[Stream[Any]]:  # noqa: ANN401 - of that type
        wanted = list(noun.needs(command, known, context))
        named = [getattr(command, each) for each in whom]
        return wanted + [people.stream(who) for who in named if who is not None]

    return needs


def decide_of(noun: Any, name: str, command: type) -> Decide:  # noqa: ANN401 - a module
    """What a noun decides on its command of that name, unless somebody's standing forbids it."""
    whom = about(command)

    def decide(command: Any, known: Known, context: Context) -> Outcome:  # noqa: ANN401 - of that type
        outcome: Outcome = noun.decide(command, known, context)
        for each in whom:
            who = getattr(command, each)
            refused = who and _forbidden(name, who, known[people.stream(who)])
            if refused:
                before = outcome if isinstance(outcome, Refused) else None
                outcome = first_refusal(refused, before) or refused
        return outcome

    return decide


def _forbidden(name: str, who: PersonId, person: Person) -> Refused | None:
    refused = unless_free(who, person)
    if name in TELLS_WHO_PAYS:
        return None
    if refused is None or person.rights.erased:
        return refused
    if person.identity.kept_as is not None:
        return None if name in ENDS_UNDER_A_DUPLICATE else refused
    waits = person.rights.awaits is not None and name in BEGINS_THE_TERM_ANEW
    return refused if waits or name not in GOES_ON else None


def unless_alive(name: PersonId, known: Known) -> Refused | None:
    """Why a person cannot be trusted with anything from now on: she died, whenever that was."""
    died_on = known[people.stream(name)].died_on
    return None if died_on is None else Refused(Code.person_must_be_alive, died_on=died_on)


def unless_living_member(name: PersonId, day: date, known: Known) -> Refused | None:
    """Why a registered person cannot eat or serve on that day: not yet entered, or dead by then.

    Whoever was entered twice is known from the first time on: what she did before the second is
    written under the id that is kept, and under no other.
    """
    registered_on = identity.registered_on(name, known)
    if registered_on is not None and day < registered_on:
        return Refused(
            Code.person_must_be_registered_on_the_day, registered_on=registered_on, day=day
        )
    died_on = known[people.stream(name)].died_on
    if died_on is not None and day > died_on:
        return Refused(Code.person_must_be_alive_on_the_day, day=day)
    return None
