"""Promises of the store, kept by real PostgreSQL servers."""
