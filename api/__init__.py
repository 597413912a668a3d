"""The ledger over HTTP, as pages and as the command `jiefang`."""
