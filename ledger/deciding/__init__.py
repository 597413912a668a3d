"""What the engine is made of: answers, what is known, and drafts of what would be written."""
