"""Whether the files of a bundle are those that its signed manifest lists."""

import re
from hashlib import sha256
from typing import Final

from ledger.audit.bundle import FILES, MANIFEST, Bundle, manifest_of
from ledger.audit.notes import NotASignedNote, read, vouched
from ledger.audit.report import Check, Report
from ledger.audit.trust import Trust

_LINE: Final = re.compile(r"([0-9a-f]{64})  ((?:[A-Za-z0-9._-]+/)*[A-Za-z0-9._-]+)")


def check_files(bundle: Bundle, trust: Trust, report: Report) -> None:
    """Every file that is listed is there unchanged, and no other lies beside them."""
    listed = _listed(bundle, trust, report)
    if listed is None:
        return
    report.files = len(listed)
    for name, digest in listed.items():
        try:
            content = bundle.file(name)
        except OSError:
            report.find(Check.files, name, "The file is missing.", "缺少此文件。")
            continue
        if sha256(content).hexdigest() != digest:
            report.find(Check.files, name, "The file was changed.", "文件被改动过。")
    for name in sorted(bundle.names() - listed.keys() - {MANIFEST, FILES}):
        en = "The file is not in the manifest: somebody put it there."
        report.find(Check.files, name, en, "清单中没有此文件：是后来放入的。")


def _listed(bundle: Bundle, trust: Trust, report: Report) -> dict[str, str] | None:
    """By its name the digest of each file, if the list is the one that was signed."""
    try:
        note = read(bundle.file(MANIFEST))
        manifest = manifest_of(note)
        known = vouched(note, [key for key in trust.logs if key.name == manifest.origin])
        content = bundle.file(FILES)
    except OSError as missing:
        where = str(missing.filename).rpartition("/")[2]
        report.find(Check.files, where, "The file is missing.", "缺少此文件。")
        return None
    except NotASignedNote as wrong:
        report.find(Check.files, MANIFEST, wrong.en, wrong.zh)
        return None
    if not known:
        en = "No key that you trust signed the manifest."
        report.find(Check.files, MANIFEST, en, "清单没有您信任的公钥签名。")
        return None
    report.recipient = manifest.recipient
    if sha256(content).hexdigest() != manifest.files:
        report.find(Check.files, FILES, "The list of files was changed.", "文件列表被改动过。")
        return None
    lines = [_LINE.fullmatch(line) for line in content.decode("ascii", "replace").splitlines()]
    return {line[2]: line[1] for line in lines if line and ".." not in line[2].split("/")}
