"""Reference data about programmes, pilots and routes: pure Python, no database."""
