"""Tests of who signs in, and how the ledger knows her again."""
