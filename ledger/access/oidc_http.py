"""Asking an identity provider: no redirect is followed, no answer large, none awaited long.

Proxies and passwords that the environment names are not used: where a secret goes is told by the
settings alone. No cookie is kept, or one person's sign-in would carry what another's was given.
"""

import json
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self

import httpx2

from ledger.access.oidc_provider import is_safe

SECONDS_MOST: Final = 5.0
"""For each step of an answer; for all of its body together too."""
BYTES_MOST: Final = 65_536
OK: Final = 200
REFUSED: Final = frozenset({400, 401, 403})


class Unreachable(Exception):
    """The provider gave no answer that can be used; the text holds no secret."""


class Refused(Exception):
    """The provider understood and says no."""


class Http:
    """A client for one provider. Safe for many threads."""

    def __init__(self, seconds_most: float = SECONDS_MOST) -> None:
        self._seconds_most = seconds_most
        self._client = httpx2.Client(
            timeout=seconds_most,
            follow_redirects=False,
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        )

    def get(self, url: str) -> bytes:
        """What stands at an address. Raises Unreachable, Refused."""
        return self._asked("GET", url, {}, None)

    def post(self, url: str, form: Mapping[str, str], basic: tuple[str, str] | None) -> bytes:
        """The answer to a form; `basic`: a name and a password. Raises Unreachable, Refused."""
        return self._asked("POST", url, form, basic)

    def _asked(
        self, method: str, url: str, form: Mapping[str, str], basic: tuple[str, str] | None
    ) -> bytes:
        if not is_safe(url):
            raise Unreachable("The address is not safe.")
        auth = None if basic is None else httpx2.BasicAuth(*basic)
        data = dict(form) if form else None
        try:
            with self._client.stream(method, url, data=data, auth=auth) as response:
                if response.status_code in REFUSED:
                    raise Refused(f"The provider answered {response.status_code}.")
                if response.status_code != OK or "content-encoding" in response.headers:
                    raise Unreachable(f"The provider answered {response.status_code}.")
                return self._body(response)
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            raise Unreachable(type(error).__name__) from None

    def _body(self, response: httpx2.Response) -> bytes:
        until = monotonic() + self._seconds_most
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if len(body) > BYTES_MOST:
                raise Unreachable("The answer is too large.")
            if monotonic() > until:
                raise Unreachable("The answer takes too long.")
        return bytes(body)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def json_object(body: bytes) -> dict[str, Any] | None:
    """The JSON object of a body, None if it is anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
