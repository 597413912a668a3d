"""`jiefang print` as it was installed: a paper for whoever the token lets read, and no other."""

import re
from collections.abc import Iterator

import pytest
import zxingcpp
from PIL import Image

from ledger.demo import names
from ledger.store import embedded
from tests.builders import person
from tests.documents.sheets import text_of
from tests.homes import Home, fresh_home
from tests.test_cli import commands_file

CLERK, VOLUNTEER = person(7), names.person("V01")
NUMBER = "jinning-2026-0001"
ISSUED: dict[str, object] = {
    "command": "certificates/issue",
    "data": {
        "certificate": "b7d9e2c4-5a1f-4e83-9c60-2d8f7a3b1e59",
        "person": VOLUNTEER,
        "community": "jinning",
        "unit": names.unit("jinning"),
        "last_day": "2026-03-31",
    },
    "at": "2026-06-01T04:00:00Z",
}


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """The worked example, in which a certificate was issued."""
    with fresh_home() as home:
        embedded.start(home.data)
        home.ok("demo", "--no-serve")
        home.ok("import", commands_file(home, "issue.jsonl", ISSUED), "--as", CLERK)
        yield home
        embedded.stop(home.data)


@pytest.fixture(scope="module")
def token(home: Home) -> str:
    """The token of an auditor of the whole town."""
    administrator = home.administrators_token().strip()
    who = home.ok("grant", "--role", "auditor", JIEFANG_TOKEN=administrator).strip()
    return home.ok("token", "create", "--person", who, "--role", "auditor").strip()


def told(home: Home, file: str) -> str:
    return text_of((home.folder / file).read_bytes())


def test_a_certificate_is_printed_by_its_number_under_a_name_of_its_own(
    home: Home, token: str
) -> None:
    answer = home.run("print", "certificate", NUMBER, JIEFANG_TOKEN=token)
    file = f"certificate-{NUMBER}.pdf"
    assert (answer.returncode, answer.stdout, answer.stderr.strip()) == (0, "", file)
    assert NUMBER in told(home, file)
    before = (home.folder / file).read_bytes()
    again = home.refused("print", "certificate", NUMBER, JIEFANG_TOKEN=token)
    assert "--out" in again
    home.ok("print", "certificate", NUMBER, "--out", "other.pdf", JIEFANG_TOKEN=token)
    assert (home.folder / "other.pdf").read_bytes() == before


def test_a_statement_is_printed_by_her_id(home: Home, token: str) -> None:
    home.ok("print", "statement", VOLUNTEER, "--out", "hours.pdf", JIEFANG_TOKEN=token)
    assert "长者饭堂帮厨2小时" in told(home, "hours.pdf")


def test_a_settlement_and_a_receipt_are_printed(home: Home, token: str) -> None:
    asked = names.canteen("jinning"), "2026-03"
    home.ok("print", "settlement", *asked, "--out", "month.pdf", JIEFANG_TOKEN=token)
    assert "人民币贰拾伍元整" in told(home, "month.pdf")
    home.ok("print", "receipt", "jinning-award", 1, "--out", "award.pdf", JIEFANG_TOKEN=token)
    assert "奖励款收据" in told(home, "award.pdf")


def test_a_receipt_of_an_entry_comes_with_the_code_of_the_page_that_compares(home: Home) -> None:
    home.ok("log", "seal")
    home.ok("receipt", 16, "--qr", "code.png")
    assert (home.folder / "16.tlog-proof").exists()
    (code,) = zxingcpp.read_barcodes(Image.open(home.folder / "code.png"))
    assert re.fullmatch(r"http://[^/]+/log/16\?size=\d+&root=[\w-]{43}", code.text)
    assert ".svg" in home.refused("receipt", 17, "--qr", "code.gif")
    assert not (home.folder / "17.tlog-proof").exists()


@pytest.mark.parametrize(
    "asked",
    [
        ("certificate", "jinning-2026-0099"),
        ("certificate", "../../etc/passwd"),
        ("statement", "Mei"),
        ("statement", person(99)),
        ("settlement", "../..", "2026-03"),
        ("settlement", "jinning-canteen", "March"),
        ("settlement", "jinning-canteen", "1999-01"),
        ("receipt", "jinning-award", "99"),
        ("receipt", "jinning-award", "0"),
        ("notice", "none"),
    ],
)
def test_what_is_not_there_is_refused_in_both_languages(
    home: Home, token: str, asked: tuple[str, ...]
) -> None:
    home.refused("print", *asked, "--out", "none.pdf", JIEFANG_TOKEN=token)
    assert not (home.folder / "none.pdf").exists()


def test_whoever_has_no_token_prints_nothing(home: Home) -> None:
    wrong = "lk_aaaaaaaa_" + "A" * 43
    home.refused("print", "certificate", NUMBER, "--out", "none.pdf", "--token", wrong)
    assert not (home.folder / "none.pdf").exists()
