"""Checking: what can be told from the log alone, trusting no table that was made of it."""
