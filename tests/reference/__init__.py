"""An independent reading of the cases' format; it shares no line with the ledger it checks."""
