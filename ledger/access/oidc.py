"""An identity provider put together: access tokens and sign-in share its keys and one client."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ledger.access.oidc_http import Http
from ledger.access.oidc_keys import Keys, reader
from ledger.access.oidc_provider import IdentityProvider, UnfitProvider
from ledger.access.oidc_sign_in import SignIn
from ledger.access.oidc_tokens import Tokens, Verifier
from ledger.domain.book import LedgerKind


@dataclass(frozen=True, slots=True)
class Oidc:
    """What the ledger can ask of its identity provider."""

    verifier: Verifier
    sign_in: SignIn


@contextmanager
def opened(provider: IdentityProvider, kind: LedgerKind) -> Iterator[Oidc]:
    """The provider, until the end of the block; it is asked when it is first needed.

    A live ledger refuses one without TLS, also on its own machine. Raises UnfitProvider.
    """
    if provider.is_plain and kind is LedgerKind.live:
        raise UnfitProvider(
            "A live ledger needs an identity provider with https. "
            "正式账本的身份提供方必须使用 https。"
        )
    with Http() as http:
        tokens = Tokens(provider.algorithms, Keys(reader(provider.jwks, http)))
        yield Oidc(Verifier(provider, tokens), SignIn(provider, tokens, http))
