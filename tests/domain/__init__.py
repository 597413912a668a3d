"""Stories of the rules."""
