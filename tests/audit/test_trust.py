"""A policy file says whom an auditor trusts; a witness's word counts as often as it says."""

import pytest

from ledger.audit.checkpoints import Checkpoint
from ledger.audit.notes import Kind, NotASignedNote, Note, Signer
from ledger.audit.trust import Trust, parse

LOG = Signer("example.org/log", Kind.log, bytes(32))
WITNESSES = {
    name: Signer(f"{name}.example", Kind.witness, bytes([number] * 32))
    for number, name in enumerate(("西联", "劳边", "金宁"), start=1)
}
CHECKPOINT = Checkpoint(LOG.name, 9, bytes(32))


def policy(*lines: str) -> bytes:
    keys = [f"log {LOG.verifier}"]
    keys += [f"witness {name} {key.verifier}" for name, key in WITNESSES.items()]
    return "".join(f"{line}\n" for line in (*keys, *lines)).encode()


def note(*names: str) -> bytes:
    text = CHECKPOINT.text
    lines = [LOG.sign(text), *(WITNESSES[name].sign(text, 1_700_000_000) for name in names)]
    return str(Note(text, tuple(lines))).encode()


@pytest.mark.parametrize(
    ("lines", "seen_by", "enough"),
    [
        (["quorum none"], [], True),
        (["quorum 西联"], ["西联"], True),
        (["quorum 西联"], ["劳边", "金宁"], False),
        (["group g any 西联 劳边", "quorum g"], ["劳边"], True),
        (["group g any 西联 劳边", "quorum g"], ["金宁"], False),
        (["group g all 西联 劳边", "quorum g"], ["劳边"], False),
        (["group g all 西联 劳边", "quorum g"], ["劳边", "西联"], True),
        (["group g 2 西联 劳边 金宁", "quorum g"], ["劳边", "金宁"], True),
        (["group g 2 西联 劳边 金宁", "quorum g"], ["金宁"], False),
        (["group a any 西联 劳边", "group b all a 金宁", "quorum b"], ["西联", "金宁"], True),
        (["group a any 西联 劳边", "group b all a 金宁", "quorum b"], ["西联", "劳边"], False),
    ],
)
def test_a_checkpoint_counts_when_the_quorum_has_seen_it(
    lines: list[str], seen_by: list[str], enough: bool
) -> None:
    trust = parse(policy(*lines))
    if enough:
        assert trust.checkpoint(note(*seen_by)) == CHECKPOINT
    else:
        with pytest.raises(NotASignedNote, match="Too few witnesses"):
            trust.checkpoint(note(*seen_by))


def test_a_witness_does_not_stand_in_for_the_log() -> None:
    text = CHECKPOINT.text
    lines = tuple(key.sign(text, 1) for key in WITNESSES.values())
    with pytest.raises(NotASignedNote, match="No key that you trust"):
        parse(policy("quorum 西联")).checkpoint(str(Note(text, lines)).encode())


def test_a_cosignature_over_another_checkpoint_condemns_the_note() -> None:
    other = Checkpoint(LOG.name, 10, bytes(32)).text
    lines = (LOG.sign(CHECKPOINT.text), WITNESSES["西联"].sign(other, 1))
    with pytest.raises(NotASignedNote, match="not over this text"):
        parse(policy("quorum none")).checkpoint(str(Note(CHECKPOINT.text, lines)).encode())


def test_a_policy_reads_as_it_is_written() -> None:
    trust = parse(policy("group g 2 西联 劳边 金宁", "quorum g"))
    assert parse(str(trust).encode()) == trust
    assert str(Trust((LOG.verifier,))) == f"log {LOG.verifier}\nquorum none\n"


def test_comments_blanks_tabs_and_addresses_are_allowed() -> None:
    text = f"\n  # 信任策略\n\tlog  {LOG.verifier}\thttps://example.org/log \n\nquorum none"
    assert parse(text.encode()).logs == (LOG.verifier,)


KEY, OTHER = LOG.verifier, WITNESSES["西联"].verifier


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"log {KEY}\n", "line 0: the line quorum is missing"),
        ("quorum none\nquorum none\n", "line 2: it is none of"),
        ("trust everybody\n", "line 1: it is none of"),
        ("group g any\nquorum g\n", "line 1: it is none of"),
        (f"log {OTHER}\nquorum none\n", "line 1: .* is no key of a log"),
        (f"witness w {KEY}\nquorum w\n", "line 1: .* is no key of a witness"),
        ("log nonsense\nquorum none\n", "line 1: nonsense is no key"),
        (f"log {KEY}\nlog {KEY}\nquorum none\n", "line 2: the key stands twice"),
        (f"witness a {OTHER}\nwitness b {OTHER}\nquorum a\n", "line 2: the key stands twice"),
        (f"witness none {OTHER}\nquorum none\n", "line 1: the name none is taken"),
        (f"witness a {OTHER}\ngroup a any a\nquorum a\n", "line 2: the name a is taken"),
        ("quorum w\n", "line 1: w is not defined above"),
        (f"group g any w\nwitness w {OTHER}\nquorum g\n", "line 1: w is not defined above"),
        (f"witness w {OTHER}\ngroup g any w w\nquorum g\n", "line 2: w is in a group already"),
        (
            f"witness w {OTHER}\ngroup g any w\ngroup h any w\nquorum g\n",
            "line 3: w is in a group already",
        ),
        (f"witness w {OTHER}\ngroup g 2 w\nquorum g\n", "line 2: 2 of 1 cannot be"),
        (f"witness w {OTHER}\ngroup g 0 w\nquorum g\n", "line 2: 0 of 1 cannot be"),
        (f"witness w {OTHER}\ngroup g some w\nquorum g\n", "line 2: some of 1 cannot be"),
        ("quorum none\r\n", "line 0: it is no text"),
        ("quorum none\n\x00", "line 0: it is no text"),
        ("#\n" * 600 + "quorum none\n", "line 0: it is no text"),
    ],
)
def test_a_wrong_line_is_named(text: str, told: str) -> None:
    with pytest.raises(NotASignedNote, match=told) as refused:
        parse(text.encode())
    assert "信任策略文件第" in refused.value.zh


def test_what_is_no_text_is_no_policy() -> None:
    with pytest.raises(NotASignedNote):
        parse(b"quorum none\n\xff")
