"""The store: events as bytes, in one append-only order, in PostgreSQL."""
