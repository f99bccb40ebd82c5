"""Reference data about places and offices: pure Python, no database."""
