"""What can be told from the log alone."""
