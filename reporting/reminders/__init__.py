"""The reminder passes: what the ladder says is due to be told, and is not in the ledger yet."""

from reporting.reminders.passing import remind
from reporting.reminders.task_passing import remind_of_tasks

__all__ = ["remind", "remind_of_tasks"]
