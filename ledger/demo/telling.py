"""What a case tells of money: settlements of canteens, and any command as a row of its story.

A settlement row closes the claims of its month and takes the four steps; months of the canteen's
policy before the first row are settled in the same way, since months are settled in order. A story
row is a command of the API. Where its data name what the case names, they say so:

    @person:R01   @canteen:xianhu   @fund:xianhu/UNRESTRICTED   @cooperative:XH-E1
    @payer:xianhu/community   @payer:xianhu/XH-E1
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from ledger.demo import names
from ledger.demo.policies import paying_fund
from ledger.demo.rows import Case, CaseError, Settlement, local_time
from ledger.demo.steps import Row, Step, Turn
from ledger.domain.canteens import CloseClaims
from ledger.domain.catalogue import VERBS
from ledger.domain.settlement_payments import PaySettlement
from ledger.domain.settlements import (
    ApproveSettlement,
    CheckSettlement,
    SubmitSettlement,
)
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    Month,
    PayerPath,
    SiteId,
    month_of,
    months_between,
)

COMMUNITY: Final = "community"
"""How a row names the community's fund among the payers."""


# -- settlements -------------------------------------------------------------------------------


def settlements(case: Case) -> Iterator[Step]:
    """Every month that is settled, in order, each by the people of its row or of the next one."""
    settled: dict[str, Month] = {}
    for row in case.settlements:
        for month in _months(case, row, settled.get(row.community)):
            yield from _settled(row, month)
        settled[row.community] = Month(row.month)
        for payment in row.payments:
            command = PaySettlement(
                names.canteen(row.community),
                Month(row.month),
                payer(case, row.community, payment.payer),
                Fen(payment.fen),
                payment.on,
            )
            at = max(local_time(row.at), local_time(f"{payment.on}T12:00"))
            home = names.community(row.community)
            yield Step(at, Turn.settle, _row(row), command, names.person(payment.by), home=home)


def _months(case: Case, row: Settlement, last: Month | None) -> tuple[Month, ...]:
    """The row's month, and before it those that nobody settled since the policy began."""
    began = [each.effective_from for each in case.policies if each.community == row.community]
    if not began:
        where = f"settlements {row.id}: {row.community}"
        raise CaseError(f"There is no policy to settle by: {where}. 没有补助标准：{where}。")
    months = months_between(month_of(min(began)), Month(row.month))
    return tuple(month for month in months if last is None or month > last)


def _settled(row: Settlement, month: Month) -> Iterator[Step]:
    at, where = local_time(row.at), (names.canteen(row.community), month)
    first = Count(1)
    steps: tuple[tuple[object, str], ...] = (
        (CloseClaims(*where), row.checked_by),
        (SubmitSettlement(*where), row.submitted_by),
        (CheckSettlement(*where, first), row.checked_by),
        (ApproveSettlement(*where, first), row.approved_by),
    )
    for command, actor in steps:
        home = names.community(row.community)
        yield Step(at, Turn.settle, _row(row), command, names.person(actor), home=home)


def _row(row: Settlement) -> Row:
    return Row("settlements", row.id)


def payer(case: Case, home: str, name: str) -> PayerPath:
    """The payer that a row calls so. Raises CaseError for a cooperative the case does not have."""
    if name == COMMUNITY:
        return PayerPath(f"fund/{names.fund(home, paying_fund(case, home))}")
    return PayerPath(f"cooperative/{_cooperative(case, name)}")


def _cooperative(case: Case, name: str) -> str:
    for coop in case.coops:
        if coop.id == name:
            return names.cooperative(coop.community, coop.id)
    raise CaseError(f"There is no such cooperative: {name}. 找不到经济社：{name}。")


def canteen(row: Settlement) -> SiteId:
    """The canteen of a row."""
    return names.canteen(row.community)


# -- the story ---------------------------------------------------------------------------------


def story(case: Case) -> Iterator[Step]:
    """Each row as the command that it names. Raises CaseError for one that cannot be given."""
    for row in case.story:
        if row.command not in VERBS:
            where = f"story {row.id}: {row.command}"
            raise CaseError(f"There is no such command: {where}. 没有此命令：{where}。")
        data = _named(case, row.data)
        try:
            command: object = msgspec.convert(data, VERBS[row.command].command)
        except (msgspec.ValidationError, ValueError) as error:
            where = f"story {row.id}: {error}"
            raise CaseError(f"This cannot be given: {where}. 无法执行：{where}。") from None
        where_from, actor, home = Row("story", row.id), names.person(row.by), _home(case, row.data)
        at = local_time(row.at)
        yield Step(at, Turn.tell, where_from, command, actor, judged=True, home=home)


def _home(case: Case, data: dict[str, Any]) -> CommunityId | None:
    """The community that a row names, by itself or in the name of what is there."""
    known = {each.id for each in case.communities}
    for value in data.values():
        text = str(value)
        name = text.partition(":")[2] if text.startswith("@") else text
        home = name.partition("/")[0]
        if home in known:
            return names.community(home)
    return None


def _named(case: Case, value: Any) -> Any:  # noqa: ANN401 - any JSON
    match value:
        case dict():
            return {key: _named(case, each) for key, each in value.items()}
        case list():
            return [_named(case, each) for each in value]
        case str() if value.startswith("@"):
            return _name(case, value)
        case _:
            return value


def _name(case: Case, text: str) -> str:
    kind, _, name = text.removeprefix("@").partition(":")
    home, _, rest = name.partition("/")
    match kind:
        case "person":
            return names.person(name)
        case "canteen":
            return names.canteen(name)
        case "fund":
            return names.fund(home, rest)
        case "cooperative":
            return _cooperative(case, name)
        case "payer":
            return payer(case, home, rest)
        case _:
            raise CaseError(f"A case has no name of this kind: {text}. 没有此类名称：{text}。")
