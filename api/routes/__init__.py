"""One noun a file: what is asked about it, and by whom."""
