"""Thin tasks: they take nothing, look what is due by themselves, and are safe twice and late."""

from __future__ import annotations

from celery import shared_task

from records.passes import recorded
from reporting.reminders import remind, remind_of_tasks


@shared_task(name="reporting.send_reminders")
@recorded("reporting.send_reminders")
def send_reminders() -> int:
    """Tell everybody what the ladder says and they were not told yet."""
    return remind()


@shared_task(name="reporting.send_task_reminders")
@recorded("reporting.send_task_reminders")
def send_task_reminders() -> int:
    """Tell whoever answers for a task what the ladder says and they were not told yet."""
    return remind_of_tasks()
