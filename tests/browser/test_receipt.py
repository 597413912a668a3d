"""A receipt in a real browser: green if it holds, red if one bit of it is another, sent nowhere."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, FilePayload, expect

from ledger.audit import receipts
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.merkle import inclusion
from ledger.audit.notes import Kind, Note, Signer
from ledger.audit.receipts import Receipt
from ledger.demo import staff
from tests.audit.trees import Tree
from tests.browser.demo import Demo
from tests.browser.person import PHONE, Person, at_a_browser
from tests.signing import receipt, signed

POSITION = 121
FIRST_SERVICE = """
SELECT min(notification_id) FROM ledger.stored_events
WHERE topic LIKE 'service-credited%%' AND originator_id = 'service-' || %s
"""
GOOD = {
    "zh": "收据属实：第 121 条记录在日志 ledger.example.org/log 中",
    "en": "The receipt holds: entry 121 stands in the log ledger.example.org/log",
}


@dataclass
class Held:
    """A receipt that somebody holds, and the key on the notice board."""

    file: bytes
    key: str

    def picked(self, she: Person, file: bytes | None = None, key: str | None = None) -> str:
        """The name of the sentence that her browser comes to."""
        she.page.fill("#key", self.key if key is None else key)
        she.page.evaluate("document.getElementById('result').replaceChildren()")
        given = self.file if file is None else file
        picked: FilePayload = {"name": "121.tlog-proof", "mimeType": "", "buffer": given}
        she.page.set_input_files("#file", picked)
        said = she.page.locator("[data-verdict]")
        said.wait_for()
        return said.get_attribute("data-verdict") or ""

    def rewritten(self, change: Callable[[list[str]], None]) -> bytes:
        """The file with its lines changed."""
        lines = self.file.decode().split("\n")
        change(lines)
        return "\n".join(lines).encode()


@pytest.fixture(scope="module")
def held(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Held:
    keys = signed(demo.here.url, tmp_path_factory.mktemp("log"))
    (signer,) = keys.signers()
    return Held(receipt(demo.here.url, POSITION), str(signer.verifier))


def flipped(text: str, place: int = 0) -> str:
    """Another base64 text of as many bytes."""
    data = bytearray(b64decode(text))
    data[place] ^= 1
    return b64encode(data).decode()


def change_entry(lines: list[str]) -> None:
    lines[1] = f"extra {flipped(lines[1].removeprefix('extra '), 40)}"


def change_index(lines: list[str]) -> None:
    lines[2] = f"index {POSITION - 2}"


def change_path(lines: list[str]) -> None:
    lines[3] = flipped(lines[3])


def change_root(lines: list[str]) -> None:
    lines[lines.index("") + 3] = flipped(lines[lines.index("") + 3])


def change_signature(lines: list[str]) -> None:
    name, _, value = lines[-2].rpartition(" ")
    lines[-2] = f"{name} {flipped(value, 30)}"


def leave_out_a_hash(lines: list[str]) -> None:
    del lines[4]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_receipt_that_holds_is_green_and_shows_what_was_recorded(
    chromium: Browser, demo: Demo, held: Held, language: str
) -> None:
    with at_a_browser(chromium, demo, language=language) as she:
        she.goes_to("/receipt")
        assert held.picked(she) == "good"
        she.sees(GOOD[language])
        she.sees("meal-claimed.v2")
        assert "jinning-canteen" in she.page.inner_text("#result pre")
        expect(she.page.locator("#result .verdict.valid")).to_have_count(1)
        assert she.barriers() == []
        assert not she.faults


@pytest.mark.parametrize(
    ("language", "plain"),
    [
        ("zh", "2026年3月2日 09:00–11:00，服务 2 小时。登记于 2026年"),
        ("en", "2 Mar 2026, 09:00–11:00: 2 h of service. Recorded on "),
    ],
)
def test_service_is_told_in_plain_words_and_in_local_time(
    chromium: Browser, demo: Demo, held: Held, language: str, plain: str
) -> None:
    with psycopg.connect(demo.here.url) as connection:
        found = connection.execute(FIRST_SERVICE, (staff.VOLUNTEER,)).fetchone()
    assert found is not None
    with at_a_browser(chromium, demo, language=language) as she:
        she.goes_to("/receipt")
        assert held.picked(she, receipt(demo.here.url, found[0])) == "good"
        she.sees(plain)
        assert she.barriers() == []
        assert not she.faults


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        ("held", "2026年3月2日 09:00–11:00，服务 2 小时，暂挂，尚未计入。"),
        ("refused", "2026年3月2日的服务不予计入。"),
        ("reversed", "2026年3月2日的服务时长 2 小时 已冲销，不再计入。"),
    ],
)
def test_what_does_not_count_is_told_in_plain_words_too(
    chromium: Browser, demo: Demo, held: Held, kind: str, plain: str
) -> None:
    """Made with a key of our own: nothing of the demo was refused or taken back."""
    signer = Signer("other.example/log", Kind.log, bytes(range(32)))
    times = {"starts_at": "2026-03-02T01:00:00Z", "ends_at": "2026-03-02T03:00:00Z"}
    data: dict[str, object] = {"occurred_on": "2026-03-02"}
    data |= {} if kind == "refused" else {"service_minutes": 120}
    data |= times if kind == "held" else {}
    entry: dict[str, object] = {
        "position": 5,
        "recorded_at": "2026-03-02T04:00:00Z",
        "stream": "service-x",
    }
    entry |= {"type": f"service-{kind}.v2", "state": {"data": data}}
    file = made(signer, 5, 4, entry=json.dumps(entry).encode())
    with at_a_browser(chromium, demo) as she:
        she.goes_to("/receipt")
        assert held.picked(she, file, str(signer.verifier)) == "good"
        told = f"{plain}登记于 2026年3月2日 12:00"
        expect(she.page.locator("[data-plain]")).to_contain_text(told)
        assert not she.faults


def test_nothing_is_asked_of_anybody_while_it_is_checked(
    chromium: Browser, demo: Demo, held: Held
) -> None:
    with at_a_browser(chromium, demo) as she:
        she.goes_to("/receipt")
        asked: list[str] = []
        she.page.on("request", lambda each: asked.append(f"{each.url} {each.post_data or ''}"))
        assert held.picked(she) == "good"
        she.presses("查验")
        assert held.picked(she, b"no receipt") == "malformed"
        she.page.wait_for_load_state("networkidle")
        assert [each for each in asked if not each.endswith(".svg ")] == [], "the icon is its own"


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (change_entry, "entry"),
        (change_index, "entry"),
        (change_path, "entry"),
        (leave_out_a_hash, "entry"),
        (change_root, "entry"),
        (change_signature, "signature"),
    ],
)
def test_whatever_is_changed_makes_it_red(
    chromium: Browser, demo: Demo, held: Held, change: Callable[[list[str]], None], verdict: str
) -> None:
    with at_a_browser(chromium, demo) as she:
        she.goes_to("/receipt")
        assert held.picked(she, held.rewritten(change)) == verdict
        expect(she.page.locator("#result .valid, #result pre")).to_have_count(0)
        assert she.barriers() == []


def test_wherever_the_file_is_cut_it_is_red(chromium: Browser, demo: Demo, held: Held) -> None:
    whole = held.file
    with at_a_browser(chromium, demo) as she:
        she.goes_to("/receipt")
        for end in (0, 1, 30, len(whole) // 2, len(whole) - 120, len(whole) - 10, len(whole) - 1):
            assert held.picked(she, whole[:end]) == "malformed", end
        capital, long = whole.replace(b"extra", b"Extra"), b"x" * 300_000
        for beside in (b"\xff" + whole, whole + b"\n", capital, long):
            assert held.picked(she, beside) == "malformed"
        assert held.picked(she) == "good", "and nothing of before is left"


def test_a_log_of_one_entry_and_one_of_many_have_their_ways(
    chromium: Browser, demo: Demo, held: Held
) -> None:
    """Made with a key of our own; and a root that is signed, and the entry does not lead to."""
    signer = Signer("other.example/log", Kind.log, bytes(range(32)))
    key = str(signer.verifier)
    with at_a_browser(chromium, demo) as she:
        she.goes_to("/receipt")
        for size, index in ((1, 0), (2, 1), (3, 2), (5, 4), (7, 3), (8, 7), (13, 12), (241, 94)):
            file = made(signer, size, index)
            assert receipts.read(file).index == index
            assert held.picked(she, file, key) == "good", (size, index)
            beyond = file.replace(b"index %d\n" % index, b"index %d\n" % size)
            assert held.picked(she, beyond, key) == "entry"
        assert held.picked(she, made(signer, 5, 4, root=bytes(32)), key) == "entry"
        assert held.picked(she, made(signer, 5, 4, entry=b"{}"), key) == "strange"


def made(
    signer: Signer,
    size: int,
    index: int,
    *,
    root: bytes | None = None,
    entry: bytes | None = None,
) -> bytes:
    """A receipt out of a tree of entries that say nothing but their position."""
    entries = [b'{"position":%d,"state":{}}' % (number + 1) for number in range(size)]
    if entry is not None:
        entries[index] = entry
    tree = Tree(entries)
    checkpoint = Checkpoint(signer.name, size, root or tree.root(size))
    note = Note(checkpoint.text, (signer.sign(checkpoint.text),))
    way = tree.hashes(inclusion(index, size))
    return bytes(Receipt(entries[index], index, way, str(note).encode()))


def test_the_key_decides_and_is_read_letter_by_letter(
    chromium: Browser, demo: Demo, held: Held
) -> None:
    other = str(Signer("ledger.example.org/log", Kind.log, bytes(32)).verifier)
    elsewhere = str(Signer("elsewhere.example/log", Kind.log, bytes(32)).verifier)
    witness = str(Signer("ledger.example.org/log", Kind.witness, bytes(32)).verifier)
    name, identifier, key = held.key.split("+", 2)
    with at_a_browser(chromium, demo, width=PHONE) as she:
        she.goes_to("/receipt")
        for wrong in (other, elsewhere):
            assert held.picked(she, key=wrong) == "other"
        for none in ("x", witness, f"{name}+{identifier}+{key[:-1]}", f"{name}+00000000+{key}"):
            assert held.picked(she, key=none) == "key"
        assert held.picked(she, key=" ") == "nokey"
        assert held.picked(she, key=f"{other}\n {held.key}\n") == "good", "while a key is replaced"


def test_a_browser_without_ed25519_never_says_that_it_holds(
    chromium: Browser, demo: Demo, held: Held
) -> None:
    with at_a_browser(chromium, demo) as she:
        she.page.add_init_script(
            "crypto.subtle.importKey = () =>"
            " Promise.reject(new DOMException('no such thing', 'NotSupportedError'))"
        )
        she.goes_to("/receipt")
        assert held.picked(she) == "unsupported"
        expect(she.page.locator("#result .valid")).to_have_count(0)
        assert held.picked(she, held.rewritten(change_path)) == "entry"


def test_on_a_page_that_did_not_come_safely_nothing_is_checked(
    chromium: Browser, demo: Demo, held: Held
) -> None:
    with at_a_browser(chromium, demo) as she:
        she.page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
        she.goes_to("/receipt")
        assert held.picked(she) == "insecure"


def test_whoever_may_have_the_receipt_of_an_entry_fetches_it(
    chromium: Browser, demo: Demo, held: Held
) -> None:
    with at_a_browser(chromium, demo) as she:
        she.goes_to(f"/receipt?entry={POSITION}")
        she.page.fill("#key", held.key)
        she.presses(f"取得第 {POSITION} 条记录的收据并查验")
        expect(she.page.locator("[data-verdict=notgiven]")).to_be_visible()
        she.becomes("auditor")
        she.goes_to(f"/receipt?entry={POSITION}")
        she.page.fill("#key", held.key)
        she.presses(f"取得第 {POSITION} 条记录的收据并查验")
        expect(she.page.locator("[data-verdict=good]")).to_be_visible()


def test_without_scripts_it_says_how_to_do_without(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo, scripts=False) as she:
        she.goes_to("/receipt")
        she.sees("本页无法查验")
        expect(she.page.locator("#file")).not_to_be_visible()


def test_a_file_on_a_disk_is_picked_and_checked_by_its_button(
    chromium: Browser, demo: Demo, held: Held, tmp_path: Path
) -> None:
    kept = tmp_path / "121.tlog-proof"
    kept.write_bytes(held.file)
    with at_a_browser(chromium, demo) as she:
        she.goes_to("/receipt")
        she.presses("查验")
        expect(she.page.locator("[data-verdict=nofile]")).to_be_visible()
        she.page.set_input_files("#file", kept)
        she.page.fill("#key", held.key)
        she.presses("查验")
        expect(she.page.locator("[data-verdict=good]")).to_be_visible()
