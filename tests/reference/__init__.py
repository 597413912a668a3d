"""An independent reading of the conformance cases' format: it shares no line with the ledger it checks."""
