"""How lists are narrowed, by subject."""
