"""Permissions: which role may give which command and read which view, and how far it reaches.

The two tables of `roles` and nothing else decide; what stands in neither is denied. Roles are held
for some communities or for the whole town. What lies out of reach is answered like what does not
exist, so that nobody learns from a refusal what another community has.
"""

from ledger.domain.authority import Authority, Reach, Role
from ledger.domain.decisions import Refused
from ledger.domain.refusals import Code
from ledger.domain.roles import NOBODY, READS, ROLES_OF
from ledger.domain.values import CommunityId


def refusal(
    authority: Authority, name: str, place: CommunityId | None, *, own: bool
) -> Refused | None:
    """Why this person may not give the command of that name in that place; None if she may.

    `place` is the community it happens in, None for the town's matters and for what does not
    exist; `own` says that the command is about the person who gives it.
    """
    rule = ROLES_OF.get(name, NOBODY)
    enough = rule.held_by(own=own)
    if not rule.held_by(own=True):
        if authority.at_the_machine and name in ROLES_OF:
            return None
        return Refused(Code.command_must_be_given_at_the_machine, command=name)
    if enough.isdisjoint(authority.held):
        return Refused(Code.actor_must_hold_a_role_for_this, command=name, roles=_listed(enough))
    return _out_of_reach(authority.reach(enough), place)


def reading_refusal(
    authority: Authority, view: str, place: CommunityId | None, *, own: bool
) -> Refused | None:
    """Why this person may not read the view of that place; None if she may.

    Her own record is hers to read wherever it was made.
    """
    rule = READS.get(view, NOBODY)
    enough = rule.held_by(own=own)
    if enough.isdisjoint(authority.held):
        return Refused(Code.reader_must_hold_a_role_for_this, view=view, roles=_listed(enough))
    return None if own or rule.everywhere else _out_of_reach(authority.reach(enough), place)


def reading_reach(authority: Authority, view: str) -> Reach:
    """How far she may read the view: one role that suffices lends its reach to no other."""
    rule = READS.get(view, NOBODY)
    if rule.everywhere and not rule.roles.isdisjoint(authority.held):
        return None
    return authority.reach(rule.roles)


def _out_of_reach(reach: Reach, place: CommunityId | None) -> Refused | None:
    if reach is None or place in reach:
        return None
    return Refused(Code.record_must_be_within_reach)


def _listed(roles: frozenset[Role]) -> str:
    return ", ".join(role for role in Role if role in roles)
