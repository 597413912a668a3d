"""Read models on real databases: by hand, and against a plain reading of the same events."""
