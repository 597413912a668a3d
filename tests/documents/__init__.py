"""Tests of what is printed: pure functions, whose PDFs are read back."""
