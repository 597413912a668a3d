"""独立核验：审计包是否完整、如实 · Is a bundle of the log whole and true.

    python verifier.py BUNDLE --key VKEY [--earlier CHECKPOINT]… [--receipt RECEIPT]…

公钥取自纸上，不取自包内；不含账本的代码。The key comes from paper, no code from the ledger. This
follows C2SP signed-note, tlog-checkpoint, -tiles and -proof, RFC 6962 and 9162, and the rule book.
"""

import argparse
import json
import re
import sys
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from hashlib import sha256
from io import TextIOWrapper
from itertools import zip_longest
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey as Key

BYTES_MOST, FINDINGS_MOST, WIDTH, HASH = 256 * 65_537, 100, 256, 32
MANIFEST, PROOF = "jiefang-ledger/bundle@v1", "c2sp.org/tlog-proof@v1"
FORM = (
    r'(?as)\A\{"position":(\d{1,18}),"recorded_at":"(\d{4}-..-..T..:..:..\.\d{6}Z)",'
    r'"state":(\{.*\}),"stream":"([a-z0-9/-]+)","type":"([a-z0-9.-]+)","version":(\d{1,18})\}\Z'
)
BAD = (ArithmeticError, AttributeError, InvalidSignature, LookupError, OSError, RecursionError,
       TypeError, ValueError)  # fmt: skip
UNCHECKED = """未核对 · NOT checked, and what it would take:
  等级（年龄、户籍、困难）：经批准查阅事实表。Tiers (age, residence, class): opened fact sheets.
  另一份历史：见证人，或他人的检查点、收据。Another history: a witness; --earlier, --receipt.
  决议：纸质原件，与记录中的摘要核对。Resolutions: the town's paper, beside the digest in the log.
  是否真实发生：现场与银行单据。Whether it happened: the place itself, statements of the bank.
  权限、回避、期限、结账：jiefang verify。Who may, who must not, deadlines: jiefang verify."""
LETTERS = {"p": "person", "c": "community", "k": "canteen", "y": "payer", "f": "fund", "x": "payee"}
BOOK = """
service-(cre|rei|rev).* service_minutes person/{p}/served community/{c}/served {p}:{shift}
service-(cre|rei|rev).* service_minutes person/{p}/credit community/{c}/credit - time_bank=T
opening-minutes-.* service_minutes person/{p}/served community/{c}/served {p}:{unit}
credit-(tra|rev).* credit_minutes person/{to_person}/credit person/{p}/credit - to_person=[^N]
credit-(don|red|rev).* credit_minutes community/{c}/credit person/{p}/credit - to_person=None
opening-balance-recorded amount_fen fund/{f} outside/opening/{source} {f}:{receipt}
receipt-reversed amount_fen fund/{f} outside/opening/{source} {f}:{receipt} kind=None
money-received|receipt-reversed amount_fen fund/{f} outside/{kind}/{source} {f}:{receipt} kind=[^N]
move.*-(funds|reversed) amount_fen fund/{to_fund} fund/{from_fund} {from_fund}#{v}
(payment-imported|imported-payment-reversed) amount_fen outside/payee/{x} fund/{f} {f}#{v}
disbursement-(paid|reversed) amount_fen outside/payee/{x} fund/{f} {f}#{v}
disbursement-requested amount_fen reserved/{f} fund/{f}/reservation {f}?{disbursement}
disbursement-(approved|paid) -released_fen reserved/{f} fund/{f}/reservation {f}?{disbursement}
disbursement-(refused|withdrawn) -amount_fen reserved/{f} fund/{f}/reservation {f}?{disbursement}
settlement-reserved amount_fen reserved/{f} fund/{f}/reservation -
settlement-disburse.* -amount_fen reserved/{f} fund/{f}/reservation -
settlement-disburse.* amount_fen outside/payee/{x} fund/{f} {f}#{v}
settlement-pa.* amount_fen owes/{y}/{k} due/{k}/{y} -
recovery-(settled|reopened) amount_fen due/{k}/{y} owes/{y}/{k} - end=repaid|written_off
recovery-(settled|reopened) amount_fen {y} outside/payee/{x} - end=repaid payer=fund/
write-off-reversed amount_fen due/{k}/{y} owes/{y}/{k} -
takings-.* amount_fen outside/cash/{k} takings/{k} -
"""


def exact(text: str) -> bytes:
    """只认唯一的 base64 写法 · Base64 in the one form that these bytes have; else ValueError."""
    if b64encode(data := b64decode(text)).decode() != text:
        raise ValueError(text)
    return data


def read(path: Path) -> bytes:
    """缺少、过大、读不出的视为空 · What a file holds; nothing if missing, too large, unreadable."""
    try:
        return path.read_bytes() if path.is_file() and path.stat().st_size <= BYTES_MOST else b""
    except (OSError, ValueError):
        return b""


def cut(data: bytes, size: int = HASH) -> list[bytes]:
    """切成等长的段 · Pieces of that size; the last one may be shorter."""
    return [data[at : at + size] for at in range(0, len(data), size)]


def root_of(hashes: bytes) -> bytes:
    """RFC 6962：两两合并，落单的上移 · Pairs are hashed together; the odd one goes up as it is."""
    level = cut(hashes) or [sha256().digest()]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(b"\1" + a + b).digest() for a, b in pairs] + level[len(level) & ~1 :]
    return level[0]


def tile(folder: str | int, number: int, width: int) -> str:
    """tlog-tiles 的文件名 · The file of a tile: its number by threes, and its width if not full."""
    *above, last = re.findall("...", str(number).zfill(-(-len(str(number)) // 3) * 3))
    name = "/".join([f"tile/{folder}", *(f"x{each}" for each in above), last])
    return name if width == WIDTH else f"{name}.p/{width}"


def tiles(hashes: bytes, level: int = 0) -> Iterator[tuple[str, bytes]]:
    """树的全部哈希瓦片 · All hash tiles of the tree over these leaves."""
    pieces = cut(hashes, WIDTH * HASH)
    yield from ((tile(level, n, len(each) // HASH), each) for n, each in enumerate(pieces))
    if hashes:
        above = b"".join(root_of(each) for each in pieces if len(each) == WIDTH * HASH)
        yield from tiles(above, level + 1)


def leads_to(entry: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """RFC 9162 2.1.3.2：由记录到根 · The root to which the path leads from an entry, or nothing."""
    last, root = size - 1, sha256(b"\0" + entry).digest()
    for each in path:
        if index > last or last == 0:
            return b""
        if left := index % 2 or index == last:
            while index and not index % 2:
                index, last = index // 2, last // 2
        root = sha256(b"\1" + (each + root if left else root + each)).digest()
        index, last = index // 2, last // 2
    return b"" if index or last else root


def unpacked(data: bytes) -> Iterator[bytes]:
    """每条之前有两个字节的长度 · An entry stands behind its length; one that is cut is empty."""
    at = 0
    while at < len(data):
        start, at = at + 2, at + 2 + int.from_bytes(data[at : at + 2])
        yield data[start:at] if at <= len(data) else b""


@cache
def rows(kind: str) -> list[list[str]]:
    """BOOK 中此类记录的各行 · The lines of BOOK about a kind of event."""
    lines = [line.split() for line in BOOK.strip().split("\n")]
    return [rest for event, *rest in lines if re.fullmatch(event, kind)]


def split(policy: Any, tier: Any, price: int, own: str) -> dict[str, int]:
    """定额或比例（舍去尾数），有上限，逐行扣除，余额归一方 · Lines from the top, then the rest."""
    borne, left = Counter[str](), price
    for line in [*tier["shares"], {"payer": policy["residual"], "fixed_fen": price}]:
        kind, name = line["payer"]["kind"], line["payer"]["name"]
        payer = own if kind == "cooperative_of_the_eater" else f"{kind}/{name}"
        part = (left if line.get("of_the_rest") else price) * (line.get("basis_points") or 0)
        asked = part // 10_000 if line["fixed_fen"] is None else line["fixed_fen"]
        cap = left if line.get("cap_fen") is None else line["cap_fen"]
        borne[payer] += min(asked, cap, left) if payer else 0
        left -= min(asked, cap, left) if payer else 0
    borne["eater/None"] += left
    return {payer: fen for payer, fen in borne.items() if fen}


class Verifier:
    """由外到内核验；每项发现一句话 · From the outside in; each finding is a sentence."""

    def __init__(self, folder: Path, vkey: str) -> None:
        self.folder, self.vkey, self.where, self.at, self.found = folder, vkey, "", "", 0
        self.hashes = b""  # of all entries, once they lead to the signed root
        self.versions, self.open, self.sums = Counter[str](), Counter[str](), Counter[str]()
        self.policies, self.persons = dict[Any, Any](), dict[str, set[str]]()
        self.meals, self.alike, self.gone = dict[Any, Any](), dict[Any, Any](), dict[Any, str]()

    def say(self, sentences: str) -> None:
        self.found += 1
        if self.found <= FINDINGS_MOST:
            line = f"✗ {self.where}：{sentences}"
            print("".join(each if each.isprintable() else "?" for each in line))

    def check(self, where: str, rule: Callable[..., None], *given: Any) -> None:
        """无论怎样损坏，只报一句 · However damaged it is, it is told in a sentence."""
        self.where = where
        try:
            rule(*given)
        except BAD:
            self.say("缺损、被改，或没有此公钥的签名。Damaged, changed, or not signed by that key.")

    def signed(self, note: bytes) -> list[str]:
        """签名文本有纸上公钥的签名 · The lines of a note that the key on paper signed; else BAD."""
        name, key_id, text = self.vkey.split("+", 2)
        key, (said, _, below) = exact(text), note.decode().rpartition("\n\n")
        mine = [line.split(" ")[-1] for line in below.split("\n") if line.startswith(f"— {name} ")]
        [value] = [exact(each)[4:] for each in mine if exact(each)[:4].hex() == key_id]
        Key.from_public_bytes(key[1:]).verify(value, f"{said}\n".encode())
        true_id = key[:1] == b"\1" and sha256(f"{name}\n".encode() + key).hexdigest()[:8]
        if true_id != key_id or name not in said.split("\n")[:2] or not below.endswith("\n"):
            raise ValueError(name)
        return said.split("\n")

    def files(self) -> None:
        """清单已签名，文件不少、不多、不改 · The list is signed; no file lacks, none is beside."""
        listed = read(self.folder / "files")
        digests = {line[66:]: line[:64] for line in listed.decode(errors="replace").split("\n")}
        there = (each for each in self.folder.rglob("*") if each.is_symlink() or not each.is_dir())
        names = {each.relative_to(self.folder).as_posix() for each in there}
        for self.where in sorted((names | {*digests}) - {"files", "manifest", ""}):
            if self.where not in names or self.where not in digests:
                self.say("缺少此文件，或表中没有。The file is missing, or not listed.")
            elif sha256(read(self.folder / self.where)).hexdigest() != digests[self.where]:
                self.say("内容与表中摘要不符。The file is not the one that is listed.")
        self.where = "manifest"
        kind, *_, digest = self.signed(read(self.folder / "manifest"))
        if (kind, digest) != (MANIFEST, f"files {sha256(listed).hexdigest()}"):
            self.say("所签的不是这份 files。It does not sign this list of files.")

    def log(self) -> None:
        """记录得出已签名的根，瓦片也是 · Entries lead to the signed root, and so do the tiles."""
        _, count, root = self.signed(read(self.folder / "checkpoint"))
        leaves, filed = bytearray(), bytearray()
        for first in range(0, int(count), WIDTH):
            place = first // WIDTH, min(WIDTH, int(count) - first)
            filed += read(self.folder / tile(0, *place))
            found = list(unpacked(read(self.folder / tile("entries", *place))))
            for position, entry in enumerate(found, first + 1):
                leaves += sha256(b"\0" + entry).digest()
                self.check(f"位置 position {position}", self.enter, position, entry)
            print(f"\r{first}/{count}", end="", file=sys.stderr)
            if len(found) != place[1]:
                self.where = tile("entries", *place)
                self.say(f"应有 {place[1]} 条，止于此。{len(found)} entries; the check ends here.")
                break
        ways = [bytes(each) for each in (leaves, filed) if root_of(bytes(each)) == exact(root)]
        self.hashes, self.where = ways[0] if ways else b"", "checkpoint"
        if not ways:
            self.say("记录和瓦片都得不出此根。Neither entries nor tiles lead to the signed root.")
        elif self.hashes != leaves:
            pairs = enumerate(zip_longest(cut(bytes(leaves)), cut(self.hashes)), 1)
            self.where = f"位置 position {min(n for n, (here, told) in pairs if here != told)}"
            self.say("不是已签名的记录。Not the entry that was signed, as its tile still tells.")
        for name, hashes in tiles(self.hashes):
            self.where = name
            if read(self.folder / name) != hashes:
                self.say("不是已签名的哈希。These are not the hashes that were signed.")
        self.where = "Σ"
        if self.sums["fen"] or self.sums["minutes"]:
            self.say("全部账户合计不为零。All accounts together do not come to zero.")

    def earlier(self, note: bytes) -> None:
        """旧检查点的根即前 n 条的根 · An earlier root is the root of the first entries here."""
        _, count, root = self.signed(note)
        if int(count) * HASH > len(self.hashes):
            self.say(f"本包不足 {count} 条：截断或另有历史。Fewer here: cut, or two histories.")
        elif root_of(self.hashes[: int(count) * HASH]) != exact(root):
            self.say(f"前 {count} 条与本包不同。Other entries: there are two histories.")

    def receipt(self, data: bytes) -> None:
        """收据上的记录在所说的位置 · The entry of a receipt stands where the receipt says."""
        above, _, note = data.partition(b"\n\n")
        head, extra, number, *path = above.decode().split("\n")
        entry, index = exact(extra.removeprefix("extra ")), int(number.removeprefix("index "))
        _, size, root = self.signed(note)
        led = leads_to(entry, index, int(size), [exact(each) for each in path])
        if (head, led) != (PROOF, exact(root)):
            raise ValueError(number)
        self.earlier(note)
        if self.hashes[index * HASH :][:HASH] != sha256(b"\0" + entry).digest():
            self.say(f"本包位置 {index + 1} 另有说法。Position {index + 1} says otherwise here.")

    def enter(self, position: int, entry: bytes) -> None:
        """格式唯一，序号逐一，时间不倒退 · One form, dense numbers; time does not go back."""
        [(number, at, text, stream, name, version)] = re.findall(FORM, entry.decode())
        it = json.loads(text, parse_float=complex, parse_constant=complex)  # no JSON has complex
        form = json.dumps(it, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        if (form, number, version) != (text, str(position), str(self.versions[stream] + 1)):
            self.say("格式、位置或版本不对。Its form, position or version is not what it must be.")
        if at < self.at or datetime.fromisoformat(it["decided_at"]) > datetime.fromisoformat(at):
            self.say("时间倒退，或记录后才决定。Time goes back, or it was decided after that.")
        self.versions[stream], self.at = int(version), at
        self.where += f" {name}"
        self.post(name.split(".")[0], it["data"])

    def post(self, kind: str, it: Any) -> None:
        """每条记录借贷相抵 · What an entry moves comes to zero in each unit."""
        before = self.sums["fen"], self.sums["minutes"]
        match kind:
            case "policy-published" | "policy-withdrawn":
                policy = self.policies.setdefault((it["site"], it["version"]), it)
                policy["valid_until"] = it["valid_until"]
            case "persons-merged" | "persons-separated":
                self.identify(it["person"], it["duplicate"], merged=kind == "persons-merged")
            case "meal-claimed" | "meal-reversed" | "meal-reinstated":
                self.meal(kind, it)
            case _:
                self.move(kind, it)
        if before != (self.sums["fen"], self.sums["minutes"]):
            self.say("借贷不平。What it moves does not come to zero.")

    def leg(self, account: str, unit: str, amount: int) -> None:
        """账户的一边；基金与预留不低于零 · One side of a movement; no fund falls below zero."""
        self.sums[account] += amount
        self.sums[unit] += amount
        if self.sums[account] < 0 and re.fullmatch("(fund|reserved)/[^/]+", account):
            self.say(f"{account} 低于零。{account} falls below zero.")

    def move(self, kind: str, it: Any) -> None:
        """照 BOOK 入账，冲销、付款须合原数 · As BOOK says; what is undone or paid was there."""
        names = it | {letter: it[word] for letter, word in LETTERS.items() if word in it}
        names |= {"v": it.get("reverses", it.get("voucher"))}
        for field, to, out_of, case, *when in rows(kind):
            asked = (each.split("=") for each in when)
            if not all(re.match(want, str(it.get(name))) for name, want in asked):
                continue
            undoes = kind.endswith(("reversed", "reopened")) != field.startswith("-")
            word, sign, key = field.strip("-"), -1 if undoes else 1, case.format(**names)
            amount, unit = sign * it[word], word.split("_")[-1]
            lots = [sign * lot[word] for lot in it.get("lots", [])] if word == field else []
            self.leg(to.format(**names), unit, amount)
            self.leg(out_of.format(**names), unit, -sum(lots or [amount]))
            self.open[key] += amount
            part = kind == "disbursement-approved" and self.open[key] >= 0
            if key != "-" and self.open[key] != max(amount, 0) and not part:
                self.say(f"与 {key} 的原数不符。It does not match what there was of {key}.")
        if kind == "disbursement-paid" and it["amount_fen"] > it["released_fen"]:
            self.say("付款多于批准。More is paid than was approved.")

    def meal(self, kind: str, it: Any) -> None:
        """分担加自付等于餐价，冲销即原餐 · Shares and copayment are the price; undone, the same."""
        shares = {each["payer"]: each["amount_fen"] for each in it["shares"]}
        canteen, day, who = it["canteen"], it["occurred_on"], it["person"]
        meal = (day, canteen, it["price_fen"], it["copayment_fen"], *shares.items())
        month, name = self.meals.setdefault((who, day[:7]), [()]), (who, day[:7], it["claim"])
        if kind == "meal-claimed":
            self.claim(it, shares)
            month.append(self.alike.setdefault(meal, meal))  # a million are some thousands
        state = self.gone.pop(name, None)
        right = state == (it["kind"] if kind == "meal-reinstated" else None)
        right &= len(shares) == len(it["shares"])  # no payer twice
        if not right or not 0 < it["claim"] < len(month) or month[it["claim"]] != meal:
            self.say("不是该编号的那一餐，或状态不符。Not the meal of that number as it stood.")
        if kind == "meal-reversed":
            self.gone[name] = it["kind"]
        sign = -1 if kind == "meal-reversed" else 1
        for payer, fen in shares.items():
            self.leg(f"due/{canteen}/{payer}", "fen", sign * fen)
            self.leg(f"owes/{payer}/{canteen}", "fen", -sign * fen)
        if it.get("kind") != "subsidy_withdrawn":
            self.leg(f"takings/{canteen}", "fen", sign * it["copayment_fen"])
            self.leg(f"diner/{who}", "fen", -sign * (it["price_fen"] - sum(shares.values())))

    def claim(self, it: Any, shares: dict[str, int]) -> None:
        """分担出自所引用的标准，每日有限 · Shares follow from the policy named; so many a day."""
        day, price, most = it["occurred_on"], it["price_fen"], it["subsidised_limit"]
        policy = self.policies.get((it["canteen"], it["policy_version"]), {"valid_from": "~"})
        if not policy["valid_from"] <= day < (policy["valid_until"] or "~"):
            self.say("所引用的标准当日无效。It names a policy version not valid on the day.")
            return
        borne = {**shares, "eater/None": it["copayment_fen"]}
        own = {payer for payer in shares if payer.startswith("cooperative/")} | {"?", ""}
        ways = [{"eater/None": price}] if it["rule"] is None else []
        for tier in policy["tiers"]:
            if tier["code"] == it["rule"]:  # which cooperative is hers, if any, her sheet would say
                member = {""} if tier["when"]["cooperative_member"] else set()
                ways += [split(policy, tier, price, each) for each in own - member]
        fixed = policy["charge"] == "fixed_price" and price != policy["price_fen"]
        if {k: n for k, n in borne.items() if n} not in ways or min(borne.values()) < 0 or fixed:
            self.say("分担不出自所引用的标准。Its shares do not follow from the policy it names.")
        had = 0
        for who in self.persons.get(it["person"], {it["person"]}):
            for number, meal in enumerate(self.meals.get((who, day[:7]), ())):
                stands = (who, day[:7], number) not in self.gone
                had += meal[:1] == (day,) and len(meal) > 4 and stands
        if most != policy["subsidised_meals_per_day"] or (shares and had >= most):
            self.say(f"当日补助餐多于 {most} 次。More than {most} subsidised meals on the day.")

    def identify(self, person: str, duplicate: str, *, merged: bool) -> None:
        """重复登记的是同一个人 · Whoever was entered twice is one person."""
        ids = self.persons.get(person, {person}) - {duplicate}
        ids |= self.persons.get(duplicate, {duplicate}) if merged else set()
        self.persons |= {duplicate: {duplicate}} | dict.fromkeys(ids, ids)


def main(arguments: list[str] | None = None) -> int:
    """返回 0 即未发现问题 · 0 if nothing was found, else 1."""
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--key", required=True)
    parser.add_argument("--earlier", type=Path, action="append", default=[])
    parser.add_argument("--receipt", type=Path, action="append", default=[])
    given = parser.parse_args(arguments)
    verifier = Verifier(given.bundle, given.key)
    verifier.check("manifest", verifier.files)
    verifier.check("checkpoint", verifier.log)
    for path in given.earlier:
        verifier.check(str(path), verifier.earlier, read(path))
    for path in given.receipt:
        verifier.check(str(path), verifier.receipt, read(path))
    print(f"\n{UNCHECKED}\n发现 {verifier.found} 处问题。Found wrong: {verifier.found}.")
    return 1 if verifier.found else 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(main())
