"""The comparison of a paper with the log: what the picture leads to, and what is typed instead."""

import re
from base64 import b64encode
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from ledger.audit import sealed
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.log_folder import LogFolder
from ledger.audit.references import Reference, reference_to
from ledger.audit.sealer import Sealer
from ledger.domain.origins import ApproveOrigin, OriginReason, ProposeOrigin, SignedLog
from ledger.domain.values import Count, LogOrigin, Sha256
from tests.audit.sealed_log import GUARDS
from tests.builders import accepted, unit
from tests.pages.site import HE, MEI, ORIGIN, Site, words_of
from tests.pages.test_card import printed, use
from tests.pages.test_me import NOON, mine, served

AGREES, KEPT = "此单据上的检查点与账本日志一致", "且与签名时一致"
DIFFERS, KEEP_IT = "此单据上的检查点与账本日志不一致", "请保留此单据，并告知审计人"
UNREADABLE, FORM = "这不是本账本单据上的内容", "按单据页脚填写"


def in_base64(digest: bytes) -> str:
    return b64encode(digest).decode()


class Log:
    """The sealed log of a site, and what a paper of its last entry but one says."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site, self.keys = site, LogFolder(folder)
        self.keys.begin("ledger.example.org/log")
        self.seal()
        self.paper = reference_to(self.newest.size - 1, self.newest)

    @property
    def newest(self) -> Checkpoint:
        with self.site.owner() as owner:
            found = sealed.newest_of(owner)
        assert found is not None
        return found.checkpoint

    def seal(self) -> None:
        """Sign what has happened, as whoever serves a ledger does."""
        with self.site.owner() as connection:
            while Sealer(self.keys).seal(connection):
                pass

    def tampering(self, statement: LiteralString) -> None:
        """Do what only the database's owner can."""
        with self.site.owner() as owner:
            owner.execute("SET session_replication_role = replica")
            for table, trigger in GUARDS:
                identifier = psycopg.sql.Identifier(*table.split("."))
                disable = psycopg.sql.SQL("ALTER TABLE {} DISABLE TRIGGER {}")
                owner.execute(disable.format(identifier, psycopg.sql.Identifier(trigger)))
            owner.execute(statement)

    def scanned(self, paper: Reference, **asked: str) -> str:
        """What is told to whoever follows the picture."""
        path = paper.address(ORIGIN).removeprefix(ORIGIN)
        answer = self.site.browser.get(path + "".join(f"&{n}={v}" for n, v in asked.items()))
        assert answer.status_code == 200, answer.text
        return words_of(answer)


@pytest.fixture
def log(site: Site, tmp_path: Path) -> Log:
    served(site, "sweep", 8, 10)
    return Log(site, tmp_path / "log")


def test_the_picture_leads_to_one_sentence_with_the_hashes_beside_it(log: Log) -> None:
    told = log.scanned(log.paper)
    assert AGREES in told
    assert f"第 {log.paper.position} 条记录在其中，{KEPT}" in told
    assert KEEP_IT not in told
    for fact in (
        in_base64(log.paper.root),
        log.paper.fingerprint,
        "ledger.example.org/log",
        "演示账本",
    ):
        assert fact in told, fact
    tile = log.site.browser.get(f"/v1/log/tile/0/000.p/{log.paper.position}").content
    assert in_base64(tile[-32:]) in told, "the leaf hash is the one that the tiles have"


def test_it_agrees_as_long_as_the_log_goes_on(log: Log) -> None:
    served(log.site, "fair", 14, 15)
    log.seal()
    told = log.scanned(log.paper)
    assert KEPT in told
    assert f"条数 {log.paper.size} " in told, "of the paper"
    assert f"条数 {log.newest.size} " in told, "and of the newest checkpoint"
    assert log.newest.size > log.paper.size


def test_in_english_it_says_the_same_and_the_other_language_is_one_step_away(log: Log) -> None:
    answer = log.site.browser.get(f"{log.paper.address('')}&lang=en&elder=1")
    assert "The log goes on from the checkpoint on this paper." in words_of(answer)
    assert "is one of them, and is kept as it was signed" in words_of(answer)
    href = re.search(r'href="(/log/[^"]*lang=zh)"', answer.text)
    assert href is not None
    back = log.site.browser.get(href[1].replace("&amp;", "&"))
    assert KEPT in words_of(back), "position, size and root are kept"


def test_position_size_and_fingerprint_may_be_typed_instead(log: Log) -> None:
    paper = log.paper
    typed = {"position": f" {paper.position}", "size": str(paper.size)}
    root = paper.fingerprint.upper().replace("-", " ")
    told = words_of(log.site.browser.get("/log", params=typed | {"root": root}))
    assert AGREES in told
    assert KEPT in told
    assert "指纹只是根哈希的开头" in told
    assert in_base64(paper.root) not in told.partition("最新检查点")[0]


def test_another_root_is_serious_and_says_what_to_do(log: Log) -> None:
    other = log.paper._replace(root=bytes(32))
    for paper in (other, log.paper._replace(size=log.paper.size - 1)):
        told = log.scanned(paper)
        assert DIFFERS in told
        assert KEEP_IT in told
        assert KEPT not in told
    assert "Keep the paper, and tell the auditor." in log.scanned(other, lang="en")


def test_more_entries_than_were_signed_are_serious_too(log: Log) -> None:
    told = log.scanned(log.paper._replace(size=log.paper.size + 1))
    assert f"含 {log.paper.size + 1} 条记录，而本账本只签署过 {log.paper.size} 条" in told
    assert KEEP_IT in told


def test_a_log_that_was_begun_anew_says_so_beside_it(log: Log) -> None:
    lost = log.paper._replace(size=log.paper.size + 30)
    before = SignedLog(LogOrigin("ledger.example.org/log"), Count(lost.size), Sha256("5e" * 32))
    anew = LogOrigin("ledger.example.org/log/2")
    propose = ProposeOrigin(anew, OriginReason.older_backup, before)
    for command, by in ((propose, MEI), (ApproveOrigin(anew), HE)):
        accepted(log.site.ledger.execute([unit(command, by=by, at=NOON)])[0])
    told = log.scanned(lost)
    assert KEEP_IT in told
    reason = "2026年3月2日：从较早的备份恢复。此前的日志为 ledger.example.org/log，签署至第 52 条"
    assert reason in told
    assert reason not in log.scanned(log.paper)


def test_an_entry_that_its_checkpoint_does_not_cover_is_on_no_paper_of_ours(log: Log) -> None:
    told = log.scanned(log.paper._replace(position=log.paper.size + 1))
    assert AGREES in told
    assert "本账本的单据不会写明检查点未涵盖的记录" in told
    assert KEEP_IT in told


def test_an_entry_that_was_edited_is_told_by_its_paper(log: Log) -> None:
    log.tampering("UPDATE ledger.stored_events SET state = state || ' '")
    told = log.scanned(log.paper)
    assert "与签名时不一致：签名后被改动过" in told
    assert KEEP_IT in told


def test_hashes_that_were_rewritten_are_told_by_its_paper(log: Log) -> None:
    log.tampering("UPDATE proof.tiles SET hashes = sha256('x') || substr(hashes, 33)")
    told = log.scanned(log.paper)
    assert DIFFERS in told
    assert KEEP_IT in told


@pytest.mark.parametrize(
    "asked",
    [
        "/log/x?size=5&root=x", "/log/1?size=5", "/log/1?root=x", "/log/0?size=0&root=0",
        "/log?position=1&size=5&root=0000-0000-0000-0000-0000",
        "/log?position=<b>x&size=<b>x&root=<b>x", "/log/1?size=%00&root=%00",
        "/log/1?size=" + "9" * 5_000 + "&root=" + "A" * 43,
    ],
)  # fmt: skip
def test_what_stands_on_no_paper_is_one_sentence_and_alarms_nobody(log: Log, asked: str) -> None:
    answer = log.site.browser.get(asked)
    assert answer.status_code == 422
    assert UNREADABLE in words_of(answer)
    assert KEEP_IT not in words_of(answer)
    assert "<b>x" not in answer.text


def test_a_slip_in_typing_alarms_nobody(log: Log) -> None:
    typed = {"position": str(log.paper.position + 1), "size": str(log.paper.size)}
    answer = log.site.browser.get("/log", params=typed | {"root": log.paper.fingerprint})
    assert UNREADABLE in words_of(answer)
    assert f'value="{log.paper.fingerprint}"' in answer.text, "it need not be typed again"


def test_without_a_paper_there_is_the_form_and_the_newest_checkpoint(log: Log) -> None:
    answer = log.site.browser.get("/log")
    assert answer.status_code == 200
    assert FORM in words_of(answer)
    assert f"条数 {log.paper.size} " in words_of(answer)
    assert 'name="position" value="12"' in log.site.browser.get("/log/12").text


def test_where_nothing_is_signed_yet_that_is_said(site: Site) -> None:
    assert "尚未签署任何记录，无从核对" in words_of(site.browser.get("/log"))
    told = words_of(site.browser.get(Reference(1, 1, bytes(32)).address("")))
    assert "本账本尚未签署任何记录，单据上却写有检查点" in told
    assert KEEP_IT in told


def test_nobody_is_named_and_nothing_of_the_entry_is_shown(log: Log) -> None:
    told = log.site.browser.get(log.paper.address("")).text
    for hidden in ("sweep", MEI, "第1人", "service"):
        assert hidden not in told


def test_her_records_lead_to_receipts_that_she_may_save(log: Log) -> None:
    log.site.signed_in()
    assert "收据" in mine(log.site)
    paths = re.findall(r'href="(/receipt/\d+)"', log.site.browser.get("/me").text)
    assert len(paths) == 1
    kept = log.site.browser.get(paths[0])
    assert kept.content.startswith(b"c2sp.org/tlog-proof@v1\n")
    assert (
        f'filename="{paths[0].rpartition("/")[2]}.tlog-proof"'
        in kept.headers["Content-Disposition"]
    )
    assert "receipts" not in log.site.browser.get("/me/print").text


def test_a_receipt_is_offered_to_whom_it_may_be_given_and_refused_on_a_page(log: Log) -> None:
    path, beyond = f"/receipt/{log.paper.position}", log.paper._replace(position=9999)
    asked = log.site.browser.get(log.paper.address("")).text
    assert "/v1/log/receipts" not in asked
    assert path not in asked, "not before she has signed in"
    assert log.site.browser.get(path).headers["Location"].startswith("/sign-in")
    log.site.signed_in()
    assert f'href="{path}"' in log.site.browser.get(log.paper.address("")).text
    assert log.site.browser.get(path).content.startswith(b"c2sp.org/tlog-proof@v1\n")
    assert "/receipt/9999" not in log.site.browser.get(beyond.address("")).text
    refused = log.site.browser.get("/receipt/1")
    assert refused.status_code == 403
    assert "<main" in refused.text


def test_a_card_which_anybody_may_find_leads_to_no_receipt(log: Log) -> None:
    _, told = printed(log.site)
    use(log.site, told["code"], told["pin"])
    assert "2 小时" in mine(log.site).replace("\N{NO-BREAK SPACE}", " ")
    assert "receipts" not in log.site.browser.get("/me").text
    path = f"/v1/log/receipts/{log.paper.position}.tlog-proof"
    assert log.site.browser.get(path).status_code == 403
