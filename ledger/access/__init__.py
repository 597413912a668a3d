"""Access: who is let in, by which means, and what the log lets her do."""
