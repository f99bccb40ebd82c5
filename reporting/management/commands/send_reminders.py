"""`manage.py send_reminders`: what beat does every minute, once and by hand."""

from __future__ import annotations

from typing import ClassVar

from records.pass_command import PassCommand
from reporting import tasks


class Command(PassCommand):
    help = "Queues the reminders the ladder says are due and that were not sent yet."
    passes: ClassVar = (tasks.send_reminders, tasks.send_task_reminders)
