"""Ways: what a running ledger keeps open to let people in, made once from settings and vault."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from psycopg import Connection

from ledger.access import check_codes, external, site_codes
from ledger.access.check_codes import CheckCodes
from ledger.access.external import ExternalIdentities
from ledger.access.limits import Limits, network_of
from ledger.access.oidc import Oidc, opened
from ledger.access.oidc_provider import IdentityProvider
from ledger.access.site_codes import SiteCodes
from ledger.domain.book import LedgerKind
from ledger.vault.vault import Vault

LIMITS_KEY: Final = "limits"
ADDRESSES_KEY: Final = "addresses-in-logs"
PSEUDONYM_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Ways:
    """The limits, whom subjects stand for, the identity provider where there is one, and codes."""

    limits: Limits
    external: ExternalIdentities
    oidc: Oidc | None
    check_codes: CheckCodes
    site_codes: SiteCodes
    addresses_key: bytes = field(repr=False)

    def pseudonym(self, address: str) -> str:
        """What a log says instead of an address: the same for the same one, and not undone."""
        meant = network_of(address).encode(errors="replace")
        return hmac.new(self.addresses_key, meant, sha256).hexdigest()[:PSEUDONYM_LENGTH]


@contextmanager
def ways(
    connection: Connection[Any],
    vault: Vault,
    provider: IdentityProvider | None,
    kind: LedgerKind | None,
) -> Iterator[Ways]:
    """The ways in, until the end of the block. Raises UnfitProvider, VaultError.

    A ledger that is not begun yet is taken for a live one.
    """
    limits, addresses, subjects, papers, sites = (
        vault.ledger_key(connection, name)
        for name in (
            *(LIMITS_KEY, ADDRESSES_KEY, external.LEDGER_KEY),
            *(check_codes.LEDGER_KEY, site_codes.LEDGER_KEY),
        )
    )
    known = Limits(limits), ExternalIdentities(subjects)
    codes = CheckCodes(papers), SiteCodes(sites)
    if provider is None:
        yield Ways(*known, None, *codes, addresses)
        return
    with opened(provider, kind or LedgerKind.live) as oidc:
        yield Ways(*known, oidc, *codes, addresses)
