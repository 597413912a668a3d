"""Why somebody was not let in: for the log of security, never for whoever asked.

Whoever asked learns that she is not signed in, and after a passing fault that she may try again.
"""

from enum import StrEnum, auto


class Fault(StrEnum):
    """What was wrong with a token, with an answer of the provider, or with a browser's return."""

    token_too_large = auto()
    token_malformed = auto()
    header_not_allowed = auto()
    """It brings its own key, or asks for something that must be understood and is not."""
    type_wrong = auto()
    algorithm_not_allowed = auto()
    key_unknown = auto()
    key_unfit = auto()
    signature_wrong = auto()
    claim_missing = auto()
    issuer_wrong = auto()
    audience_wrong = auto()
    expired = auto()
    not_yet_valid = auto()
    claim_malformed = auto()
    party_wrong = auto()
    """The ID token was made for another client."""
    nonce_wrong = auto()
    access_token_differs = auto()

    state_wrong = auto()
    provider_denied = auto()
    code_missing = auto()
    code_refused = auto()
    answer_malformed = auto()

    provider_unreachable = auto()
    keys_unavailable = auto()

    @property
    def passes(self) -> bool:
        """Whether the provider is at fault, so that the same may be right later: 503, not 401."""
        return self in {Fault.answer_malformed, Fault.provider_unreachable, Fault.keys_unavailable}
