"""Reference data of reports: pure Python, no database."""
