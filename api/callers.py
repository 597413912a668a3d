"""Callers: the person behind a bearer token or a cookie, and what she may do today."""

from dataclasses import dataclass
from typing import Final

from ledger.access import authorities, signed_in, standing, tokens
from ledger.access.oidc_faults import Fault
from ledger.access.signed_in import SignedIn
from ledger.access.ways import Ways
from ledger.domain.authority import Authority
from ledger.projections.reading import LOOK, connected
from ledger.store.datastore import LedgerDatastore

OURS: Final = f"{tokens.MARK}_"


@dataclass(frozen=True, slots=True)
class Callers:
    """Whom the ledger knows. Safe for many threads, and makes each of them wait."""

    datastore: LedgerDatastore
    ways: Ways

    def by_bearer(self, token: str) -> Authority | Fault | None:
        """Who acts with a token of ours, or with one of the identity provider's."""
        if token.startswith(OURS):
            with connected(self.datastore, LOOK) as connection:
                return tokens.authority(connection, token)
        return self._by_provider(token)

    def by_cookie(self, secret: str) -> SignedIn | None:
        """Who is signed in with the secret of that cookie."""
        with connected(self.datastore, LOOK) as connection:
            return signed_in.find(connection, secret)

    def _by_provider(self, token: str) -> Authority | Fault | None:
        oidc = self.ways.oidc
        subject = None if oidc is None else oidc.verifier.subject(token)
        if subject is None or isinstance(subject, Fault):
            return subject
        with connected(self.datastore, LOOK) as connection:
            person = self.ways.external.person_of(connection, subject.issuer, subject.name)
            if person is None or not standing.of(connection, person).is_open:
                return None
            return authorities.of(connection, person)
