"""Access: who is let in."""
