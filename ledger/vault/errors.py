"""What can go wrong with the vault: keys, files and rows, never what a user typed.

    VaultError
    ├── KeyMissing        a key that is referred to is not there; a new one is never made instead
    ├── KeyFileUnsafe     others than the ledger could read the master key
    └── PaperUnreadable   a row is damaged, exchanged, or not what the log says it is

Their texts name keys, persons and files by id; none holds a secret or anything personal.
"""


class VaultError(Exception):
    """The vault cannot do this; the text says why and what to do."""


class KeyMissing(VaultError):
    """A key that is referred to is not there."""


class KeyFileUnsafe(VaultError):
    """Others than the ledger could read the master key."""


class PaperUnreadable(VaultError):
    """A row is damaged, exchanged, or not what the log says it is."""
