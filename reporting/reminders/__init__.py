"""The reminder pass: what the ladder says is due to be told, and is not in the ledger yet."""

from reporting.reminders.passing import remind

__all__ = ["remind"]
