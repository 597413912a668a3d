"""The auditor's commands: they read the log itself, of a ledger or of a bundle, and no table."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple, TypeAlias

import msgspec
import typer

from ledger.audit import disbursement_grounds, grounds, logs, settlement_grounds
from ledger.audit.bundle import Bundle
from ledger.audit.recheck import recheck
from ledger.domain.disbursement_records import DisbursementPaid, DisbursementReversed
from ledger.domain.values import BOUNDS, Count, FundId, Month, SiteId
from ledger.exchange import trail_lines
from ledger.exchange.console import output, progress_bar
from ledger.exchange.terminal import Data, Out, Refused, existing
from ledger.running import running
from ledger.store.codec import Recorded

Events: TypeAlias = Iterable[Recorded]
Bundled = Annotated[
    Path | None,
    typer.Option("--bundle", help="审计包；不填则读账本。A bundle; this ledger without."),
]
AsJson = Annotated[bool, typer.Option("--json", help="机器可读。For a machine.")]


class Settlement(NamedTuple):
    """A settlement, by its canteen and month."""

    canteen: SiteId
    month: Month


class Disbursement(NamedTuple):
    """A payment out of a fund, by its number there."""

    fund: FundId
    number: Count


class Voucher(NamedTuple):
    """A voucher of a fund, by its number there."""

    fund: FundId
    number: Count


Target: TypeAlias = Settlement | Disbursement | Voucher

SLUG: Final = (BOUNDS[SiteId].pattern or "").removeprefix("^").removesuffix(r"\Z")
MONTH: Final = (BOUNDS[Month].pattern or "").removeprefix("^").removesuffix(r"\Z")
TARGET: Final = re.compile(
    rf"(?P<name>{SLUG})/(?:(?P<month>{MONTH})|(?P<voucher>voucher/)?(?P<number>[1-9][0-9]{{0,7}}))"
)


@contextmanager
def log_of(data: Path | None, bundle: Path | None) -> Iterator[Events]:
    """The events of the ledger, or of the bundle if one is named. Raises LogBroken on the way."""
    with progress_bar("读取日志 reading the log") as progress:
        if bundle is not None:
            yield logs.of_bundle(Bundle(bundle), progress)
            return
        with running(existing(data), project=False) as here:
            yield logs.of_ledger(here.datastore, progress)


def target_of(text: str) -> Target:
    """What a text names. Raises Refused."""
    found = TARGET.fullmatch(text)
    if found is None:
        raise Refused(
            f"{text[:80]} names nothing: write a settlement as CANTEEN/2026-01, a disbursement as "
            "FUND/3, a voucher as FUND/voucher/3. "
            f"{text[:80]} 无法识别：结算写作 CANTEEN/2026-01，拨付写作 FUND/3，"
            "凭证写作 FUND/voucher/3。"
        )
    name, number = found["name"], Count(int(found["number"] or 0))
    if found["month"]:
        return Settlement(SiteId(name), Month(found["month"]))
    return (Voucher if found["voucher"] else Disbursement)(FundId(name), number)


def trail_(
    target: Annotated[
        str,
        typer.Argument(help="结算、拨付或凭证。CANTEEN/2026-01, FUND/3 or FUND/voucher/3."),
    ],
    *,
    bundle: Bundled = None,
    data: Data = None,
    out: Out = None,
    json: AsJson = False,
) -> None:
    """一笔付款的全部依据。All that a payment rests on, from the log itself, step by step."""
    named = target_of(target)
    if isinstance(named, Voucher):
        with log_of(data, bundle) as events:
            named = _behind(events, named)
    picks = _picks(named)
    with log_of(data, bundle) as events, _told_whole():
        lines, told = _told([at for at in events if picks(at)], named)
    if told is None:
        raise Refused(f"The log has no {target}. 日志中没有 {target}。")
    show(out, lines, told, json=json)


def recheck_(
    settlement: Annotated[str, typer.Argument(help="饭堂与月份。CANTEEN/2026-01.")],
    *,
    bundle: Bundled = None,
    data: Data = None,
    out: Out = None,
    json: AsJson = False,
) -> None:
    """按日志重算一个月，逐项说明差异。Work a canteen's month out anew, and explain differences."""
    named = target_of(settlement)
    if not isinstance(named, Settlement):
        raise Refused(
            f"{settlement} is no settlement: write CANTEEN/2026-01. "
            f"{settlement} 不是结算，请写作 CANTEEN/2026-01。"
        )
    picks = _picks(named)
    with log_of(data, bundle) as events, _told_whole():
        found = recheck([at for at in events if picks(at)], *named)
    show(out, trail_lines.of_recheck(found), {"recheck": found}, json=json)
    if not found.explained:
        raise typer.Exit(1)


@contextmanager
def _told_whole() -> Iterator[None]:
    """An entry that no rule could have written may take back what is not there."""
    try:
        yield
    except (KeyError, IndexError):
        raise logs.LogBroken(
            "An entry takes back what is not in the log: run jiefang verify.",
            "有记录冲销了日志中不存在的内容，请运行 jiefang verify。",
        ) from None


def _picks(named: Settlement | Disbursement) -> grounds.Picks:
    if isinstance(named, Settlement):
        return settlement_grounds.picks(*named)
    return disbursement_grounds.picks(*named)


def _behind(events: Events, voucher: Voucher) -> Settlement | Disbursement:
    """What the voucher paid, or took back. Raises Refused."""
    for at in events:
        event = at.event
        if not isinstance(event, grounds.VOUCHERS) or (event.fund, event.voucher) != voucher:
            continue
        if isinstance(event, DisbursementPaid | DisbursementReversed):
            return Disbursement(event.fund, event.disbursement)
        return Settlement(event.canteen, event.month)
    raise Refused(
        f"Voucher {voucher.number} of {voucher.fund} pays no settlement and no disbursement. "
        f"{voucher.fund} 的第 {voucher.number} 号凭证不是结算或拨付的付款。"
    )


def _told(
    picked: list[Recorded], named: Settlement | Disbursement
) -> tuple[Iterator[str], dict[str, Any] | None]:
    if isinstance(named, Disbursement):
        found = disbursement_grounds.trail(picked, *named)
        return (iter(()), None) if found is None else (
            trail_lines.of_disbursement(found), {"trail": found}
        )  # fmt: skip
    claims = settlement_grounds.claims(picked, *named)
    settled = settlement_grounds.trail(picked, *named, claims)
    if settled is None:
        return iter(()), None
    return trail_lines.of_settlement(settled, claims), {"trail": settled, "items": claims}


def show(out: Path | None, lines: Iterable[str], told: object, *, json: bool) -> None:
    """Print the lines, or what they tell as JSON."""
    with output(out) as console:
        if json:
            written = msgspec.json.format(msgspec.json.encode(told), indent=1).decode()
            console.print(written, soft_wrap=True)
            return
        for line in lines:
            console.print(line, soft_wrap=True)
