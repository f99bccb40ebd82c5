"""Measures what is claimed about speed: each row is a ratio against a floor taken in the same run."""
