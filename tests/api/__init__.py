"""The ledger over HTTP: real requests, a real application, a real database."""
