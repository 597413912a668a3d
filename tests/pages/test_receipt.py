"""The page where a receipt is checked: what it holds without a script, and whose key it shows."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from ledger.audit.notes import Verifier
from ledger.domain.book import LedgerKind
from ledger.running import running
from ledger.settings import Settings
from tests.builders import START
from tests.pages.site import ORIGIN, Site, words_of


def test_it_is_open_to_everybody_and_says_that_the_file_stays_here(site: Site) -> None:
    answer = site.browser.get("/receipt")
    assert answer.status_code == 200
    told = words_of(answer)
    assert "文件不会离开您的设备" in told
    assert "jiefang verify 16.tlog-proof" in told
    assert "python verifier.py BUNDLE" in told
    for path in ("/public", "/log"):
        assert path == "/log" or 'href="/receipt"' in site.browser.get(path).text


def test_without_a_script_it_says_that_nothing_is_checked_and_sends_nothing(site: Site) -> None:
    text = site.browser.get("/receipt").text
    assert re.search(r"<noscript>.*本页无法查验", text)
    (form,) = re.findall(r"<form[^>]*>", text)
    assert "hidden" in form
    assert "action" not in form
    assert not re.findall(r'<input[^>]*type="file"[^>]*name=', text)


def test_where_nothing_is_signed_it_has_no_key(site: Site) -> None:
    assert "本页没有公钥" in words_of(site.browser.get("/receipt"))


def test_the_key_of_a_log_that_is_signed_is_there_and_said_to_be_the_operators(
    database: str, tmp_path: Path
) -> None:
    settings = Settings.read(
        {}, database_url=database, key_dir=tmp_path / "keys", log_dir=tmp_path / "log",
        origin=ORIGIN,
    )  # fmt: skip
    with running(settings, kind=LedgerKind.test, began=START, seal=True) as here:
        assert here.sealing is not None
        (key,) = here.sealing.verifiers
        with TestClient(create_app(here), base_url=ORIGIN) as browser:
            answer = browser.get("/receipt")
    told = words_of(answer)
    assert "相信它就是相信账本的管理人" in told
    shown = re.search(r"<textarea[^>]*>([^<]+)</textarea>", answer.text)
    assert shown
    assert Verifier.parse(shown[1].replace("&#43;", "+")) == key


@pytest.mark.parametrize(
    ("asked", "fetches"),
    [("16", "16"), ("", None), ("0x10", None), ("<b>", None), ("9" * 50, None), ("-3", None)],
)
def test_an_entry_is_fetched_by_its_number_alone(
    site: Site, asked: str, fetches: str | None
) -> None:
    answer = site.browser.get("/receipt", params={"entry": asked})
    assert answer.status_code == 200
    paths = re.findall(r'data-path="([^"]*)"', answer.text)
    assert paths == ([] if fetches is None else [f"/v1/log/receipts/{fetches}.tlog-proof"])
    assert "<b>" not in answer.text
