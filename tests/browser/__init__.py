"""The pages in a real browser: whole journeys, and what would keep somebody from them."""
