"""An issuer's public keys, from the place that the settings name and from nowhere else.

They are read when first needed. A key id that is not known makes them be read again, at most once
a minute, so that a rotation is followed and a flood of invented ids is not passed on. What was read
is refreshed after ten minutes, and forgotten after an hour in which it could not be.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from ledger.access.oidc_http import BYTES_MOST, Http, Refused, Unreachable, json_object

PublicKey = RSAKey | ECKey | OKPKey

AGAIN_SECONDS: Final = 60.0
FRESH_SECONDS: Final = 600.0
USABLE_SECONDS: Final = 3_600.0
RSA_BITS_LEAST: Final = 2_048
KEYS_MOST: Final = 100
PRIVATE: Final = "d"
"""The member of a JWK that makes it a private key."""


class KeysUnavailable(Exception):
    """There are no keys to check a signature with; the same may be right later."""


@dataclass(frozen=True, slots=True)
class _Known:
    keys: dict[str, PublicKey]
    read_at: float


class Keys:
    """The keys by their ids. Safe for many threads; one of them reads, the others go on."""

    def __init__(self, read: Callable[[], bytes], clock: Callable[[], float] = monotonic) -> None:
        self._read = read
        self._clock = clock
        self._reading = Lock()
        self._known: _Known | None = None
        self._asked_at: float | None = None

    def get(self, key_id: str) -> PublicKey | None:
        """The key of that id, None if the issuer has none. Raises KeysUnavailable."""
        known = self._known
        if known is None or key_id not in known.keys:
            with self._reading:  # whoever waited finds what the other one read
                self._refresh()
        elif self._age(known) > FRESH_SECONDS and self._reading.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._reading.release()
        known = self._known
        if known is None or self._age(known) > USABLE_SECONDS:
            raise KeysUnavailable
        return known.keys.get(key_id)

    def _age(self, known: _Known) -> float:
        return self._clock() - known.read_at

    def _refresh(self) -> None:
        now = self._clock()
        if self._asked_at is not None and now - self._asked_at < AGAIN_SECONDS:
            return
        self._asked_at = now
        try:
            keys = usable(self._read())
        except (Unreachable, Refused, OSError):
            return
        if keys:
            self._known = _Known(keys, now)


def reader(place: str, http: Http) -> Callable[[], bytes]:
    """How the keys are read: an address over the network, anything else from a file."""
    if "://" in place:
        return lambda: http.get(place)
    return lambda: _file(Path(place))


def _file(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(BYTES_MOST + 1)


def usable(body: bytes) -> dict[str, PublicKey]:
    """The public keys of a JWK set that can check signatures; others are passed over.

    A set may hold keys of kinds that are not known here; one that is private, symmetric, short or
    without an id is never used.
    """
    document = json_object(body) if len(body) <= BYTES_MOST else None
    listed = document.get("keys") if document else None
    keys: dict[str, PublicKey] = {}
    for data in listed[:KEYS_MOST] if isinstance(listed, list) else ():
        key = _public(data)
        if key is not None and key.kid:
            keys.setdefault(key.kid, key)
    return keys


def _public(data: Any) -> PublicKey | None:  # noqa: ANN401 - whatever the JSON holds
    if not isinstance(data, dict) or PRIVATE in data or _is_short(data):
        return None
    try:
        key = JWKRegistry.import_key(data)
        key.check_use("sig")
        key.check_key_op("verify")
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return key if isinstance(key, PublicKey) else None


def _is_short(data: dict[str, Any]) -> bool:
    """Whether it is an RSA key that could be factored one day; six bits stand in a letter."""
    modulus = data.get("n")
    if data.get("kty") != "RSA" or not isinstance(modulus, str):
        return False
    return 6 * len(modulus.lstrip("A")) < RSA_BITS_LEAST
