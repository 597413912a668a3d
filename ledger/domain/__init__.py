"""The rules of the ledger: pure, standard library only, one noun a file."""
