"""The vault: what is personal stays inside it."""
