"""The invented year of a town."""
