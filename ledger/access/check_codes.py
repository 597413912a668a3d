"""Check codes: what stands on a certificate beside its number, so that nobody tries numbers.

Numbers of a register follow each other, so whoever has one could ask for all others. The code
cannot be guessed: it is made of the number with a ledger key of its own,
`vault.ledger_key(connection, "check-codes")`. It is kept nowhere, and a wrong one is seen without
looking for any certificate. It opens what the paper says already, without a name, and lets nobody
in.
"""

import hmac
import re
import unicodedata
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from ledger.access.codes import TYPED_LENGTH_MOST, printed, read_secret, secret_of
from ledger.domain.values import BOUNDS, CertificateNumber

LEDGER_KEY: Final = "check-codes"
_FORM: Final = re.compile(BOUNDS[CertificateNumber].pattern or "")
_HYPHENS: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")


@dataclass(frozen=True, slots=True)
class CheckCodes:
    """The codes of this ledger's certificates."""

    key: bytes = field(repr=False)

    def code_of(self, number: CertificateNumber) -> str:
        """The code as it is printed: `7KQ2-9FXM-3TDW`."""
        return printed(self._secret(number))

    def is_right(self, number: CertificateNumber, typed: str) -> bool:
        """Whether that is the code of the number, whether or not there is such a certificate."""
        given = read_secret(typed)
        return given is not None and hmac.compare_digest(given, self._secret(number))

    def _secret(self, number: CertificateNumber) -> str:
        return secret_of(hmac.digest(self.key, number.encode(), sha256))


def read_number(typed: str) -> CertificateNumber | None:
    """The number that was meant; None for what is none.

    Spaces, full-width or capital letters and other hyphens are no matter.
    """
    plain = unicodedata.normalize("NFKC", typed[:TYPED_LENGTH_MOST]).translate(_HYPHENS)
    number = "".join(plain.split()).lower()
    return CertificateNumber(number) if _FORM.match(number) else None
