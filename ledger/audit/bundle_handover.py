"""Whether the log says that it was handed to whom a bundle's manifest names.

The entry is in the bundle itself: nobody is handed the log without its saying so, and a bundle that
went on to somebody else still tells to whom it was given.
"""

from collections.abc import Mapping

from ledger.audit.report import Check, Report
from ledger.audit.signed_files import MANIFEST
from ledger.domain.values import HandoverId
from ledger.store.codec import Recorded

Handed = Mapping[HandoverId, Recorded]
"""The handovers that the log tells, by their ids."""


def check_handover(said: Mapping[str, str], handed: Handed, report: Report) -> None:
    """What the manifest says stands in the log."""
    name, auditor = HandoverId(said.get("handover", "")), said.get("for", "")
    recorded = handed.get(name)
    if recorded is None:
        en = f"The log does not say that it was handed over as {name or 'anything'}."
        report.find(Check.handover, MANIFEST, en, f"日志中没有这次移交：{name or '未写明'}。")
        return
    report.handover = recorded
    if report.sheets and not recorded.event.sheets:
        en = "Fact sheets are in the bundle, and the log does not say that they were handed over."
        report.find(Check.handover, MANIFEST, en, "包内有情况表，而日志没有登记随附情况表。")
    if recorded.event.auditor != auditor:
        en = f"The log was handed to {recorded.event.auditor}, and not to {auditor}."
        zh = f"日志是移交给 {recorded.event.auditor} 的，而不是 {auditor}。"
        report.find(Check.handover, MANIFEST, en, zh)
