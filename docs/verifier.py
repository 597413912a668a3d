"""独立核验：审计包是否完整、如实 · Whether a bundle of the log is whole, and true.

    python verifier.py BUNDLE --key VKEY [--earlier CHECKPOINT]… [--receipt RECEIPT]…

公钥取自纸上，不取自包内。The key comes from paper. After C2SP signed-note, tlog-tiles, RFC 6962.
"""

import argparse
import json
import re
import sys
from base64 import b64decode
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

UNCHECKED = """未核对 · NOT checked, and what it would take:
  等级（年龄、户籍、困难）：经批准查阅事实表。Tiers (age, residence, class): opened fact sheets.
  另一份历史：见证人，或他人的检查点、收据。Another history: a witness; --earlier, --receipt.
  决议、是否真实发生：纸质原件、现场、银行。Resolutions, what happened: the town's paper, the bank.
  往来款、时长、一人两号、瓦片、权限：jiefang verify。Dues, minutes, double ids, tiles, rights."""

GAINS = {"opening-balance-recorded", "money-received", "money-moved-in", "recovery-received",
         "move-reversed", "imported-payment-reversed", "disbursement-reversed",
         "settlement-disbursement-reversed"}  # fmt: skip
GIVES = {"moved-between-funds", "money-moved-back", "payment-imported", "disbursement-paid",
         "settlement-disbursed", "receipt-reversed", "recovery-receipt-reversed"}  # fmt: skip


def read(path: Path) -> bytes:
    """缺少或过大视为空 · What a file holds; nothing if it is missing or too large."""
    return path.read_bytes() if path.is_file() and path.stat().st_size < 1 << 25 else b""


def root_of(hashes: list[bytes]) -> bytes:
    """RFC 6962 2.1：左树为小于总数的最大 2 的幂 · The left tree is the largest power of two."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256().digest()
    left = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\1" + root_of(hashes[:left]) + root_of(hashes[left:])).digest()


def split(policy: Any, tier: Any, price: int, own: str) -> Counter[str]:
    """逐行扣除：定额或比例（舍去尾数），有上限；余额归一方 · Line by line, then the rest."""
    borne, left = Counter[str](), price
    for line in [*tier["shares"], {"payer": policy["residual"], "fixed_fen": price}]:
        kind, name = line["payer"]["kind"], line["payer"]["name"]
        payer = own if kind == "cooperative_of_the_eater" else f"{kind}/{name}"
        asked, cap = line["fixed_fen"], line.get("cap_fen")
        if asked is None:
            asked = (left if line["of_the_rest"] else price) * line["basis_points"] // 10_000
        part = min(asked, left if cap is None else cap, left) if payer else 0
        borne[payer] += part
        left -= part
    return borne + Counter({"eater/None": left})


class Verifier:
    def __init__(self, folder: Path, vkey: str) -> None:
        self.folder, self.vkey, self.where, self.found = folder, vkey, "", 0
        self.hashes, self.at = list[bytes](), datetime.min.replace(tzinfo=UTC)
        self.policies, self.meals = dict[Any, Any](), dict[Any, Any]()
        self.funds, self.standing, self.eaten = Counter[Any](), Counter[Any](), Counter[Any]()

    def say(self, sentences: str) -> None:
        self.found += 1
        print("".join(c if c.isprintable() else "?" for c in f"✗ {self.where}：{sentences}"))

    def check(self, where: str, rule: Any, *given: Any) -> None:
        """无论怎样损坏，只报一句 · However damaged it is, it is told in a sentence."""
        self.where = where
        try:
            rule(*given)
        except Exception:  # noqa: BLE001 - whatever a forger may have written is a finding
            self.say("缺损、被改，或没有此公钥的签名。Damaged, changed, or not signed by that key.")

    def signed(self, note: bytes, kind: str = "") -> list[str]:
        """有纸上公钥的签名，才读其文字 · The lines of a note, if the key on paper signed it."""
        name, key_id, key = self.vkey.split("+", 2)
        public, (text, _, below) = b64decode(key), note.decode().rpartition("\n\n")
        signatures = map(b64decode, re.findall(rf"— {re.escape(name)} (\S+)\n", below))
        [mine] = [each[4:] for each in signatures if each[:4].hex() == key_id]
        Ed25519PublicKey.from_public_bytes(public[1:]).verify(mine, f"{text}\n".encode())
        right_id = sha256(f"{name}\n".encode() + public).hexdigest()[:8]
        if (public[:1], key_id) != (b"\1", right_id) or not text.startswith(f"{kind}{name}\n"):
            raise ValueError(note)
        return text.split("\n")

    def files(self) -> None:
        """清单已签名，文件不少、不多、不改 · The list is signed; no file lacks, none is beside."""
        *_, digest = self.signed(read(self.folder / "manifest"), "jiefang-ledger/bundle@v1\n")
        lines = read(self.folder / "files").decode().splitlines()
        told = {line[66:]: line[:64] for line in lines} | {"files": digest.removeprefix("files ")}
        there = [each for each in self.folder.rglob("*") if each.is_symlink() or not each.is_dir()]
        here = {f.relative_to(self.folder).as_posix(): sha256(read(f)).hexdigest() for f in there}
        for self.where in sorted({name for name, _ in here.items() ^ told.items()} - {"manifest"}):
            self.say("缺少、未列入或被改。It is missing, not listed, or not what is listed.")

    def log(self) -> None:
        """记录得出已签名的根 · The entries lead to the root that was signed."""
        _, size, root = self.signed(read(self.folder / "checkpoint"))
        for file in sorted((self.folder / "tile/entries").rglob("*")):
            data = read(file)
            while data:
                end = 2 + int.from_bytes(data[:2])  # each entry stands behind its length
                self.hashes.append(sha256(b"\0" + data[2:end]).digest())
                self.check(f"位置 position {len(self.hashes)}", self.enter, data[2:end])
                data = data[end:]
        self.where = "checkpoint"
        if root_of(self.hashes) != b64decode(root):
            self.say(f"所签 {size} 条，此处 {len(self.hashes)} 条，根不同。Not the signed root.")

    def kept(self, path: Path) -> None:
        """旧检查点、收据与本包是同一份历史 · Earlier checkpoints and receipts: one history."""
        *proofs, text, signatures = read(path).split(b"\n\n")
        _, size, root = self.signed(text + b"\n\n" + signatures)
        if root_of(self.hashes[: int(size)]) != b64decode(root):
            self.say(f"前 {size} 条不同或不足：截断或另有历史。Cut, or there are two histories.")
        for proof in proofs:  # with all entries at hand the path of hashes is not needed
            entry, index = re.findall(rb"tlog-proof@v1\nextra (\S+)\nindex (\d+)\b", proof)[0]
            if self.hashes[int(index) :][:1] != [sha256(b"\0" + b64decode(entry)).digest()]:
                self.say("收据上的记录不在所说的位置。The entry is not where the receipt says.")

    def enter(self, entry: bytes) -> None:
        """格式唯一，序号逐一，时间不倒退 · One form, dense numbers; time does not go back."""
        it = json.loads(entry, parse_float=str, parse_constant=str)
        form = json.dumps(it, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        kind, data, stream = it["type"].split(".")[0], it["state"]["data"], it["stream"]
        self.where += f" {it['type']}"
        if form.encode() != entry or it["position"] != len(self.hashes):
            self.say("格式或位置不对。Its form or position is not what it must be.")
        earliest = max(self.at, datetime.fromisoformat(it["state"]["decided_at"]))
        self.at = datetime.fromisoformat(it["recorded_at"])
        if self.at < earliest:
            self.say("时间倒退，或记录后才决定。Time goes back, or it was decided after that.")
        if "lots" in data and sum(lot["amount_fen"] for lot in data["lots"]) != data["amount_fen"]:
            self.say("各笔之和不等于总额。The parts do not come to the whole.")
        self.funds[stream] += data.get("amount_fen", 0) * ((kind in GAINS) - (kind in GIVES))
        if self.funds[stream] < 0:
            self.say("基金低于零。The fund falls below zero.")
        if kind in {"policy-published", "policy-withdrawn"}:
            self.policies.setdefault((data["site"], data["version"]), {}).update(data)
        if kind in {"meal-claimed", "meal-reversed", "meal-reinstated"}:
            self.meal(kind, data)

    def meal(self, kind: str, it: Any) -> None:
        """分担加自付等于餐价；冲销即原餐 · Shares and copayment are the price; undone, the same."""
        borne = [(share["payer"], share["amount_fen"]) for share in it["shares"]]
        borne += [("eater/None", it["copayment_fen"])]
        if sum(fen for _, fen in borne) != it["price_fen"]:
            self.say("分担与自付之和不等于餐价。Shares and copayment do not come to the price.")
        person, day, sign = it["person"], it["occurred_on"], -1 if kind == "meal-reversed" else 1
        name, meal = (person, day[:7], it["claim"]), (day, it["canteen"], *borne)
        if kind == "meal-claimed":
            self.meals[name] = meal
            self.claim(it, Counter(dict(borne)), self.eaten[person, day])
        self.standing[name] += sign
        self.eaten[person, day] += sign if it["shares"] else 0
        if self.meals.get(name) != meal or self.standing[name] not in {0, 1}:
            self.say("不是该编号的那一餐，或状态不符。Not the meal of that number as it stood.")

    def claim(self, it: Any, borne: Counter[str], eaten: int) -> None:
        """分担出自所引用的标准，每日有限 · Shares follow from the policy named; so many a day."""
        policy = self.policies.get((it["canteen"], it["policy_version"]), {"valid_from": "~"})
        if not policy["valid_from"] <= it["occurred_on"] < (policy["valid_until"] or "~"):
            self.say("所引用的标准当日无效。It names a policy version not valid on the day.")
            return
        price = it["price_fen"] if policy["charge"] == "amount_charged" else policy["price_fen"]
        tiers = [] if it.get("at_full_price") else policy["tiers"]
        owns = [payer for payer in borne if payer.startswith("cooperative/")] + [""]
        ways = [split(policy, t, price, o) for t in tiers if t["code"] == it["rule"] for o in owns]
        if borne not in (ways or [Counter({"eater/None": price})]):
            self.say("分担不出自所引用的标准。Its shares do not follow from the policy it names.")
        if it["shares"] and eaten >= policy["subsidised_meals_per_day"]:
            self.say("当日补助餐超过标准。More subsidised meals on the day than the policy allows.")


def main(arguments: list[str] | None = None) -> int:
    """返回 0 即未发现问题 · 0 if nothing was found, else 1."""
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--key", required=True)
    parser.add_argument("--earlier", "--receipt", dest="kept", type=Path, action="append")
    given = parser.parse_args(arguments)
    verifier = Verifier(given.bundle, given.key)
    verifier.check("manifest", verifier.files)
    verifier.check("checkpoint", verifier.log)
    for path in given.kept or ():
        verifier.check(str(path), verifier.kept, path)
    print(f"\n{UNCHECKED}\n发现 {verifier.found} 处问题。Found wrong: {verifier.found}.")
    return 1 if verifier.found else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a text file
    sys.exit(main())
