"""The worked example, its judge, and every case there is."""
