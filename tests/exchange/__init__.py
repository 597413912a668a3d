"""What comes in from outside and what goes out."""
