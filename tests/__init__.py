"""Tests: each one states a promise of the ledger."""
