"""An identity provider of one's own: a real HTTP server on this machine, with keys made for it.

It does what a good provider does, and `instead` lets one path do something else.
"""

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from threading import Event, Thread
from time import time
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from pydantic import SecretStr

from ledger.access.oidc_provider import IdentityProvider

Key = RSAKey | ECKey | OKPKey
Claims = dict[str, Any]
Handler = BaseHTTPRequestHandler

ALGORITHMS = frozenset({"RS256", "ES256", "EdDSA"})
AUDIENCE = "https://ledger.example.org"
CLIENT = "ledger client"
SECRET = "a:secret/of 100%41"
SUB = "chen@example.org"


@cache
def key(kind: str, key_id: str) -> Key:
    """A private key; the same for the same name, because an RSA key takes a while."""
    parameters = {"kid": key_id, "use": "sig"}
    match kind:
        case "RS256":
            return RSAKey.generate_key(2048, parameters)  # type: ignore[arg-type]
        case "ES256":
            return ECKey.generate_key("P-256", parameters)  # type: ignore[arg-type]
        case _:
            return OKPKey.generate_key("Ed25519", parameters)  # type: ignore[arg-type]


def public(*keys: Key) -> bytes:
    return json.dumps({"keys": [each.as_dict(private=False) for each in keys]}).encode()


def encoded(content: object) -> str:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(signer: Key, header: Claims, claims: object) -> str:
    """A signed token, whatever its header and claims say."""
    words = f"{encoded(header)}.{encoded(claims)}"
    signature = JWSRegistry.algorithms[str(header["alg"])].sign(words.encode(), signer)
    return f"{words}.{encoded(signature)}"


def hs256(secret: bytes, header: Claims, claims: Claims) -> str:
    words = f"{encoded(header)}.{encoded(claims)}"
    return f"{words}.{encoded(hmac.digest(secret, words.encode(), 'sha256'))}"


class Issuer:
    """The provider; `asked` are the paths in the order in which they were asked for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.keys: tuple[Key, ...] = (key("ES256", "e1"),)
        self.claims: Claims = {}
        self.header: Claims = {}
        self.told: Claims = {}
        self.asked: list[str] = []
        self.instead: dict[str, Callable[[Handler], None]] = {}
        self.released = Event()
        self.basic: str | None = None
        self.form: dict[str, str] = {}
        self._codes: dict[str, dict[str, str]] = {}

    @property
    def provider(self) -> IdentityProvider:
        return IdentityProvider(
            self.url, AUDIENCE, f"{self.url}/keys", CLIENT, SecretStr(SECRET), ALGORITHMS
        )

    def agreed(self, url: str) -> dict[str, str]:
        """What a browser brings back whose user signs in at the address it was sent to."""
        assert url.startswith(f"{self.url}/authorize?")
        asked = {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["scope"].split() == ["openid"]
        code = token_urlsafe(16)
        self._codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.url}

    def answer(self, handler: Handler, form: dict[str, str]) -> None:
        path = urlsplit(handler.path).path
        self.asked.append(path)
        if path in self.instead:
            self.instead[path](handler)
        elif path == "/keys":
            sent(handler, public(*self.keys))
        elif path == "/.well-known/openid-configuration":
            sent(handler, json.dumps(self.configuration() | self.told).encode())
        elif path == "/token":
            self.basic, self.form = handler.headers.get("Authorization"), form
            self._exchange(handler, form)
        else:
            sent(handler, b"nothing here", 404)

    def configuration(self) -> Claims:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "authorization_response_iss_parameter_supported": True,
        }

    def _exchange(self, handler: Handler, form: dict[str, str]) -> None:
        asked = self._codes.pop(form.get("code", ""), None)
        challenge = encoded(sha256(form.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or not self._knows_client(form)
            or asked["redirect_uri"] != form.get("redirect_uri")
            or asked["code_challenge"] != challenge
        ):
            sent(handler, b'{"error": "invalid_grant"}', 400)
            return
        id_token = self.id_token(asked["nonce"])
        answer = {"access_token": "an-access-token", "token_type": "Bearer", "id_token": id_token}
        sent(handler, json.dumps(answer).encode())

    def _knows_client(self, form: dict[str, str]) -> bool:
        if self.basic is None:
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        name, _, secret = base64.b64decode(self.basic.removeprefix("Basic ")).partition(b":")
        return (unquote(name.decode()), unquote(secret.decode())) == (CLIENT, SECRET)

    def id_token(self, nonce: str) -> str:
        now = int(time())
        claims: Claims = {"iss": self.url, "aud": CLIENT, "sub": SUB, "nonce": nonce}
        claims |= {"iat": now, "exp": now + 300} | self.claims
        header: Claims = {"alg": "ES256", "kid": str(self.keys[0].kid), "typ": "JWT"} | self.header
        told = {name: value for name, value in claims.items() if value is not None}
        return token(self.keys[0], {n: v for n, v in header.items() if v is not None}, told)


def sent(handler: Handler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def redirected(to: str, status: int = 302) -> Callable[[Handler], None]:
    return lambda handler: sent(handler, b"", status, Location=to)


@contextmanager
def issuer() -> Iterator[Issuer]:
    class Served(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.answer(self, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            here.answer(self, {name: value for name, [value] in parse_qs(body).items()})

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Served) as server:
        here = Issuer(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield here
        finally:
            here.released.set()
            server.shutdown()
            thread.join()
