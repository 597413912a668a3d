"""Whom an auditor trusts (C2SP tlog-policy): keys of logs, witnesses, and how many must agree.

    log jiefang.example/log+4f2a…+AYEK…
    witness 西联 xilian.example/w+91c0…+BARp…
    witness 劳边 laobian.example/w+07aa…+BBxy…
    group neighbours any 西联 劳边
    quorum neighbours

A checkpoint counts if one of the logs signed it and the quorum cosigned it; `quorum none` asks for
no witness. Without one, a log that shows two people two histories is found only when they compare.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ledger.audit.checkpoints import Checkpoint, trusted
from ledger.audit.notes import Kind, NotASignedNote, Verifier, read, vouched

BYTES_MOST: Final = 65_536
LINES_MOST: Final = 500
NONE: Final = "none"
_BLANK: Final = re.compile(r"[ \t]+")
_ALLOWED: Final = re.compile(r"[\t\n\x20-\x7e\x80-\U0010ffff]*")


class Group(NamedTuple):
    """Witnesses and groups of whom so many must have seen a checkpoint."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trust:
    """What a policy file says."""

    logs: tuple[Verifier, ...]
    witnesses: Mapping[str, Verifier] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Where a witness is asked, by her name; who only verifies needs none."""

    def checkpoint(self, data: bytes) -> Checkpoint:
        """The checkpoint of a note that these keys vouch for. Raises NotASignedNote."""
        checkpoint = trusted(data, self.logs)
        seen = set(vouched(read(data), self.witnesses.values()))
        names = {name for name, key in self.witnesses.items() if key in seen}
        if self.quorum != NONE and not self._saw(self.quorum, names):
            missing = ", ".join(name for name in self.witnesses if name not in names)
            raise NotASignedNote(
                f"Too few witnesses saw this checkpoint of {checkpoint.size} entries; missing: "
                f"{missing}. Two people may have been shown two histories.",
                f"见证人不足：这个 {checkpoint.size} 条的检查点缺少 {missing} 的见证，"
                "不同的人看到的可能是不同的历史。",
            )
        return checkpoint

    def _saw(self, name: str, witnesses: set[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in witnesses
        return sum(self._saw(each, witnesses) for each in group.members) >= group.least

    def __str__(self) -> str:
        lines = [f"log {key}" for key in self.logs]
        lines += [
            f"witness {name} {key} {self.addresses.get(name, '')}".rstrip()
            for name, key in self.witnesses.items()
        ]
        lines += [
            f"group {name} {group.least} {' '.join(group.members)}"
            for name, group in self.groups.items()
        ]
        return "".join(f"{line}\n" for line in [*lines, f"quorum {self.quorum}"])


def parse(data: bytes) -> Trust:
    """A policy file. Raises NotASignedNote, which names the line."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "\x00"
    lines = text.removesuffix("\n").split("\n")
    if not _ALLOWED.fullmatch(text) or len(data) > BYTES_MOST or len(lines) > LINES_MOST:
        raise _wrong(0, "it is no text of a few lines", "不是若干行文本")
    reading = _Reading()
    for number, line in enumerate(lines, start=1):
        words = _BLANK.split(line.strip(" \t"))
        if words != [""] and not words[0].startswith("#"):
            reading.line(number, words)
    return reading.trust()


@dataclass(slots=True)
class _Reading:
    logs: list[Verifier] = field(default_factory=list)
    witnesses: dict[str, Verifier] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    quorum: str | None = None
    addresses: dict[str, str] = field(default_factory=dict)

    def line(self, number: int, words: list[str]) -> None:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self._unused(number, self.logs, key := _key(number, vkey, Kind.log))
                self.logs.append(key)
            case ["witness", name, vkey, *address] if len(address) <= 1:
                self._new(number, name)
                key = _key(number, vkey, Kind.witness)
                self._unused(number, self.witnesses.values(), key)
                self.witnesses[name] = key
                self.addresses |= dict.fromkeys([name] * len(address), "".join(address))
            case ["group", name, least, *members] if members:
                self._new(number, name)
                self.groups[name] = self._group(number, least, members)
            case ["quorum", name] if self.quorum is None:
                if name != NONE:
                    self._known(number, name)
                self.quorum = name
            case _:
                raise _wrong(
                    number,
                    "it is none of log, witness, group, quorum, or the quorum stands twice",
                    "不是 log、witness、group、quorum 之一，或 quorum 重复",
                )

    def trust(self) -> Trust:
        if self.quorum is None:
            raise _wrong(0, "the line quorum is missing", "缺少 quorum 行")
        return Trust(tuple(self.logs), self.witnesses, self.groups, self.quorum, self.addresses)

    def _group(self, number: int, least: str, members: list[str]) -> Group:
        for member in members:
            self._known(number, member)
            if member in self.members:
                raise _wrong(number, f"{member} is in a group already", f"{member} 已在某组中")
            self.members.add(member)
        counts = {"any": 1, "all": len(members)}
        count = counts.get(least) or (int(least) if re.fullmatch("[1-9][0-9]?", least) else 0)
        if not 1 <= count <= len(members):
            en = f"{least[:20]} of {len(members)} cannot be"
            raise _wrong(number, en, f"{len(members)} 个成员中不能要求 {least[:20]} 个")
        return Group(count, tuple(members))

    def _new(self, number: int, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise _wrong(number, f"the name {name} is taken", f"名称 {name} 已被使用")

    def _known(self, number: int, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise _wrong(number, f"{name} is not defined above", f"{name} 未在前面定义")

    def _unused(self, number: int, others: Iterable[Verifier], key: Verifier) -> None:
        if any(other.key == key.key for other in others):
            raise _wrong(number, "the key stands twice", "公钥重复")


def _key(number: int, vkey: str, kind: Kind) -> Verifier:
    try:
        key = Verifier.parse(vkey)
    except NotASignedNote:
        key = None
    if key is None or key.kind is not kind:
        raise _wrong(
            number, f"{vkey[:120]} is no key of a {kind.name}", f"{vkey[:120]} 不是相应的公钥"
        )
    return key


def _wrong(number: int, en: str, zh: str) -> NotASignedNote:
    return NotASignedNote(
        f"The policy file, line {number}: {en}.", f"信任策略文件第 {number} 行：{zh}。"
    )
