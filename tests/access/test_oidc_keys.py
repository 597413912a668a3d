"""An issuer's keys: from the configured place alone, read again with measure, never waited for."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event

import pytest
from joserfc.jwk import OctKey

from ledger.access.oidc_http import BYTES_MOST, Http, Unreachable
from ledger.access.oidc_keys import (
    AGAIN_SECONDS,
    FRESH_SECONDS,
    USABLE_SECONDS,
    Keys,
    KeysUnavailable,
    reader,
    usable,
)
from tests.access import issuer as identity
from tests.access.issuer import Handler, Issuer, key, public, redirected, sent

FIRST = key("ES256", "e1")
SECOND = key("ES256", "e2")
MODULUS = "u" * 170 + "E"
"""Of 1,024 bits."""


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with identity.issuer() as here:
        yield here


@pytest.fixture
def http() -> Iterator[Http]:
    with Http() as client:
        yield client


@pytest.fixture
def impatient() -> Iterator[Http]:
    """A client that soon loses patience."""
    with Http(seconds_most=1) as client:
        yield client


class Place:
    """Where keys are read, and a clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.content: bytes | None = public(FIRST)
        self.reads = 0
        self.now = 0.0
        self.keys = Keys(self.read, lambda: self.now)

    def read(self) -> bytes:
        self.reads += 1
        if self.content is None:
            raise Unreachable
        return self.content


def test_keys_are_read_once_for_many_tokens() -> None:
    place = Place()
    assert [each and each.kid for each in map(place.keys.get, ["e1"] * 3)] == ["e1"] * 3
    assert place.reads == 1


def test_an_unknown_key_is_looked_for_at_most_once_a_minute() -> None:
    place = Place()
    assert [place.keys.get(f"invented {number}") for number in range(5)] == [None] * 5
    assert place.reads == 1
    place.now += AGAIN_SECONDS
    assert [place.keys.get(f"invented {number}") for number in range(5)] == [None] * 5
    assert place.reads == 2


def test_a_rotation_is_followed() -> None:
    place = Place()
    assert place.keys.get("e1")
    place.content = public(FIRST, SECOND)
    assert place.keys.get("e2") is None
    place.now += AGAIN_SECONDS
    assert place.keys.get("e2")


def test_a_key_that_was_taken_away_is_forgotten() -> None:
    place = Place()
    assert place.keys.get("e1")
    place.content = public(SECOND)
    place.now += FRESH_SECONDS + 1
    assert place.keys.get("e1") is None


@pytest.mark.parametrize("content", [None, b"", b"[]", b'{"keys": []}', b'{"keys": {}}', b"\xff"])
def test_while_no_keys_can_be_read_the_old_ones_serve_for_an_hour(content: bytes | None) -> None:
    place = Place()
    assert place.keys.get("e1")
    place.content = content
    place.now += FRESH_SECONDS + 1
    assert place.keys.get("e1")
    place.now += USABLE_SECONDS
    with pytest.raises(KeysUnavailable):
        place.keys.get("e1")
    place.content = public(FIRST)
    place.now += AGAIN_SECONDS
    assert place.keys.get("e1")


class Slow(Place):
    """A place that answers when the gate is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.gate = Event(), Event()
        self.gate.set()

    def read(self) -> bytes:
        self.entered.set()
        assert self.gate.wait(60)
        return super().read()


def test_who_asks_while_keys_are_read_for_the_first_time_waits_for_them() -> None:
    place = Slow()
    place.gate.clear()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(place.keys.get, "e1")
        place.entered.wait()
        second = threads.submit(place.keys.get, "e1")
        wait([second], timeout=0.2)  # time enough to give up, if it did
        place.gate.set()
        assert first.result()
        assert second.result()
    assert place.reads == 1


def test_who_asks_for_a_known_key_while_keys_are_refreshed_goes_on() -> None:
    place = Slow()
    assert place.keys.get("e1")
    place.now += FRESH_SECONDS + 1
    place.gate.clear()
    place.entered.clear()
    with ThreadPoolExecutor(2) as threads:
        threads.submit(place.keys.get, "e1")
        place.entered.wait()
        assert threads.submit(place.keys.get, "e1").result(30)
        assert not place.gate.is_set()
        place.gate.set()
    assert place.reads == 2


def test_what_is_no_public_key_for_signatures_is_passed_over() -> None:
    good = FIRST.as_dict(private=False)
    short = {"kty": "RSA", "kid": "short", "e": "AQAB", "n": MODULUS}
    padded = short | {"kid": "padded", "n": "A" * 300 + MODULUS}
    members = [
        short,
        padded,
        OctKey.import_key("a secret for HS256", {"kid": "symmetric"}).as_dict(private=True),
        SECOND.as_dict(private=True),
        good | {"kid": "encrypts", "use": "enc"},
        good | {"kid": "signs", "use": "sig", "key_ops": ["sign"]},
        {name: value for name, value in good.items() if name != "kid"},
        good | {"kid": "broken", "x": "AA"},
        good | {"kid": 7},
        {"kty": "AKP", "kid": "of the future", "alg": "ML-DSA-44", "pub": "AA"},
        {"kid": "without a kind"},
        "no key",
        good,
    ]
    assert set(usable(json.dumps({"keys": members}).encode())) == {"e1"}


def test_of_two_keys_with_one_id_the_first_is_used() -> None:
    twice = [FIRST.as_dict(private=False), SECOND.as_dict(private=False) | {"kid": "e1"}]
    found = usable(json.dumps({"keys": twice}).encode())["e1"]
    assert found.as_dict(private=False)["x"] == FIRST.as_dict(private=False)["x"]


def test_a_set_that_is_too_large_is_none() -> None:
    assert usable(public(FIRST) + b" " * BYTES_MOST) == {}


def test_keys_stand_in_a_file_too(tmp_path: Path, http: Http) -> None:
    path = tmp_path / "jwks.json"
    keys = Keys(reader(str(path), http))
    with pytest.raises(KeysUnavailable):
        keys.get("e1")
    path.write_bytes(public(FIRST))
    assert Keys(reader(str(path), http)).get("e1")


def test_keys_are_read_over_the_network(issuer: Issuer, http: Http) -> None:
    keys = Keys(reader(issuer.provider.jwks, http))
    assert keys.get("e1")
    assert keys.get("e9") is None
    assert issuer.asked == ["/keys"]


def slow(handler: Handler, issuer: Issuer) -> None:
    """Says nothing until the test is over."""
    issuer.released.wait()
    handler.close_connection = True


def dripping(handler: Handler, issuer: Issuer) -> None:
    """A byte now and then, so that no single one is late."""
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    try:
        while not issuer.released.wait(0.05):
            handler.wfile.write(b" ")
    except OSError:
        return


ODD: dict[str, Callable[[Handler, Issuer], None]] = {
    "redirects": lambda handler, issuer: redirected(f"{issuer.url}/elsewhere")(handler),
    "moved for ever": lambda handler, issuer: redirected(f"{issuer.url}/elsewhere", 308)(handler),
    "slow": slow,
    "dripping": dripping,
    "too large": lambda handler, _: sent(handler, public(FIRST) + b" " * BYTES_MOST),
    "packed": lambda handler, _: sent(handler, public(FIRST), Content_Encoding="gzip"),
    "a fault": lambda handler, _: sent(handler, public(FIRST), 500),
    "not found": lambda handler, _: sent(handler, public(FIRST), 404),
    "forbidden": lambda handler, _: sent(handler, public(FIRST), 403),
    "no answer": lambda handler, _: setattr(handler, "close_connection", True),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_gives_no_keys_and_leads_nowhere_else(
    issuer: Issuer, impatient: Http, name: str
) -> None:
    issuer.instead = {
        "/keys": lambda handler: ODD[name](handler, issuer),
        "/elsewhere": lambda handler: sent(handler, public(FIRST)),
    }
    with pytest.raises(KeysUnavailable):
        Keys(reader(issuer.provider.jwks, impatient)).get("e1")
    assert issuer.asked == ["/keys"]


@pytest.mark.parametrize(
    "url", ["http://id.example.org/keys", "ftp://127.0.0.1/keys", "https://a:b@127.0.0.1/keys"]
)
def test_an_unsafe_address_is_not_asked(http: Http, url: str) -> None:
    with pytest.raises(Unreachable, match="not safe"):
        http.get(url)


def test_no_more_is_read_than_an_answer_may_hold(issuer: Issuer, http: Http) -> None:
    issuer.instead = {"/keys": lambda handler: sent(handler, b" " * (BYTES_MOST + 1))}
    with pytest.raises(Unreachable, match="too large"):
        http.get(f"{issuer.url}/keys")
    issuer.instead = {"/keys": lambda handler: sent(handler, b" " * BYTES_MOST)}
    assert len(http.get(f"{issuer.url}/keys")) == BYTES_MOST


def test_no_cookie_is_kept(issuer: Issuer, http: Http) -> None:
    brought: list[str | None] = []

    def cookie(handler: Handler) -> None:
        brought.append(handler.headers.get("Cookie"))
        sent(handler, b"{}", Set_Cookie="a=b; Path=/")

    issuer.instead = {"/keys": cookie}
    http.get(f"{issuer.url}/keys")
    http.get(f"{issuer.url}/keys")
    assert brought == [None, None]


def test_the_environment_does_not_lead_a_request_elsewhere(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Http() as fresh:
        assert fresh.get(f"{issuer.url}/keys") == public(*issuer.keys)
