"""Tests of the pages, over HTTP as a browser asks, on a real database."""
