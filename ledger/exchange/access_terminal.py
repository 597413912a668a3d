"""Who is let in, from a terminal: the first administrator, grants, and the tokens of the API.

administrator  appoint · break-glass      at the machine alone
grant, revoke                             with an administrator's token
token          create · list · revoke     by the owner of the database
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final
from uuid import uuid4

import typer

from ledger.access import authorities, tokens
from ledger.domain.administrators import AppointFirst, BreakGlass
from ledger.domain.authority import Authority, Role
from ledger.domain.grant_records import BreakGlassReason
from ledger.domain.grants import GrantRole, RevokeRole
from ledger.domain.values import CommunityId, PersonId
from ledger.exchange.console import ERRORS, output, table
from ledger.exchange.terminal import (
    Data,
    Out,
    Refused,
    Token,
    authority,
    execute,
    existing,
    owner,
    person_id,
)
from ledger.running import Running, running

DAYS_MOST: Final = 3_650
DAYS: Final = 90
TOKEN: Final = re.compile(rf"({tokens.MARK}_)?(?P<id>[a-z0-9]{{{tokens.ID_LENGTH}}})(_.*)?")
"""A token as it was handed out, or the id that stands in it."""

Days = Annotated[int, typer.Option(min=1, max=DAYS_MOST, help="有效天数。Days it lasts.")]
Person = Annotated[str, typer.Option(help="人员编号。A person's id.")]
Somebody = Annotated[
    str | None, typer.Option("--person", help="人员编号；不填则新取。Who; a new id without.")
]
Roles = Annotated[list[Role], typer.Option("--role", help="角色，可多个。A role, or several.")]
Places = Annotated[
    list[str] | None,
    typer.Option("--community", help="社区，可多个；不填为全镇。Communities; the town without."),
]


# -- the administrator ---------------------------------------------------------------------------

administrator_app = typer.Typer(no_args_is_help=True, help="管理员。Administrators.")


@administrator_app.command(epilog="例 example: jiefang administrator appoint --data town")
def appoint(person: Somebody = None, days: Days = DAYS, data: Data = None) -> None:
    """任命首位管理员，只能一次。Appoint the first administrator, once; her token is shown."""
    who = _somebody(person)
    with running(existing(data), project=False) as here:
        execute(here, Authority.of_the_machine(), [AppointFirst(who)])
        _make_token(here, who, (Role.administrator,), None, days)


@administrator_app.command(
    "break-glass",
    epilog="例 example: jiefang administrator break-glass --reason none_reachable",
)
def break_glass(
    reason: Annotated[BreakGlassReason, typer.Option(help="原因，将公开。Why; it is public.")],
    person: Somebody = None,
    data: Data = None,
) -> None:
    """应急任命一周的管理员，并公开。Appoint one for a week when none can act; it is public."""
    who = _somebody(person)
    with running(existing(data), project=False) as here:
        execute(here, Authority.of_the_machine(), [BreakGlass(who, reason)])
        _make_token(here, who, (Role.administrator,), None, 7)


# -- grants --------------------------------------------------------------------------------------


def grant(
    role: Roles,
    *,
    person: Somebody = None,
    community: Places = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="最后一天；不填为长期。Its last day, if any."),
    ] = None,
    token: Token = None,
    data: Data = None,
) -> None:
    """授予角色（须管理员令牌）。Grant roles with an administrator's token; the person is told."""
    who, last = _somebody(person), None if until is None else until.date()
    commands = [GrantRole(who, each, place, last) for each in role for place in _places(community)]
    with running(existing(data), project=False) as here:
        execute(here, authority(here, None, token), commands)
    with output(None) as console:
        console.print(who, soft_wrap=True)


def revoke_role(
    role: Roles,
    person: Person,
    *,
    community: Places = None,
    token: Token = None,
    data: Data = None,
) -> None:
    """收回角色，立即生效。Revoke roles where they were granted; it holds within seconds."""
    who = person_id(person)
    commands = [RevokeRole(who, each, place) for each in role for place in _places(community)]
    with running(existing(data), project=False) as here:
        execute(here, authority(here, None, token), commands)


def _somebody(person: str | None) -> PersonId:
    return person_id(person) if person else PersonId(str(uuid4()))


def _places(community: list[str] | None) -> Sequence[CommunityId | None]:
    return [CommunityId(each) for each in community] if community else [None]


# -- tokens --------------------------------------------------------------------------------------

token_app = typer.Typer(no_args_is_help=True, help="API 令牌。Tokens for the API.")


@token_app.command(epilog="例 example: jiefang token create --person … --role canteen_clerk")
def create(
    person: Person,
    role: Annotated[
        list[Role] | None, typer.Option(help="只用这些角色；不填为全部。Of her roles, only these.")
    ] = None,
    community: Places = None,
    days: Days = DAYS,
    data: Data = None,
) -> None:
    """建立令牌，只显示一次。Make a token for what a person was granted; it is shown once."""
    who = person_id(person)
    places = [CommunityId(each) for each in community] if community else None
    with running(existing(data), project=False) as here:
        with here.datastore.get_connection() as connection:
            held = authorities.of(connection, who).held.keys()
        missing = ", ".join(sorted(set(role or ()) - held))
        if missing or not held:
            raise Refused(
                f"{who} was not granted {missing or 'any role'}: let an administrator grant it "
                f"(jiefang grant). 该人员未获授予{missing or '任何角色'}，请先由管理员授权。"
            )
        _make_token(here, who, tuple(role or held), places, days)


def _make_token(
    here: Running,
    who: PersonId,
    roles: Sequence[Role],
    places: Sequence[CommunityId] | None,
    days: int,
) -> None:
    ends = datetime.now(UTC) + timedelta(days=days)
    with owner(here) as connection:
        token = tokens.create(connection, who, frozenset(roles), places, ends)
    with output(None) as console:
        console.print(token, soft_wrap=True)
    ERRORS.print(f"person {who} · until {_day(ends)}", soft_wrap=True)


@token_app.command("list", epilog="例 example: jiefang token list --out tokens.txt")
def list_(data: Data = None, out: Out = None) -> None:
    """列出令牌（不含密文）。List all tokens, without their secrets."""
    with running(existing(data), project=False) as here, owner(here) as connection:
        rows = [
            (
                each.id,
                each.person,
                ", ".join(each.roles),
                "全镇 town" if each.communities is None else ", ".join(each.communities),
                _day(each.expires_at),
                _day(each.revoked_at),
                f"{each.last_used_on or ''}",
            )
            for each in tokens.listed(connection)
        ]
    columns = ("id", "person", "roles", "communities", "expires", "revoked", "last used")
    with output(out) as console:
        console.print(table("令牌 Tokens", columns, rows))


def _day(moment: date | None) -> str:
    return "" if moment is None else f"{moment:%F}"


@token_app.command(epilog="例 example: jiefang token revoke 3f9k2m1x")
def revoke(token: str, data: Data = None) -> None:
    """撤销令牌，立即生效。Revoke a token by its id (the part after lk_), or by the whole of it."""
    form = TOKEN.fullmatch(token.strip())
    if form is None:
        raise Refused(
            "This is no token, and no token's id: jiefang token list shows the ids. "
            "这不是令牌或令牌编号，编号见 jiefang token list。"
        )
    public = form["id"]  # alone: the rest is secret
    with running(existing(data), project=False) as here, owner(here) as connection:
        if not tokens.revoke(connection, public):
            raise Refused(f"No token {public} still works. 没有有效的令牌 {public}。")
    ERRORS.print(f"{public}: 已撤销 revoked", soft_wrap=True)
