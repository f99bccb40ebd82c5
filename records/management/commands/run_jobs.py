"""`manage.py run_jobs`: what beat does every ten seconds, once and by hand."""

from __future__ import annotations

from typing import ClassVar

from records import tasks
from records.pass_command import PassCommand


class Command(PassCommand):
    help = "Do the long jobs that wait, one after the other."
    passes: ClassVar = (tasks.run_jobs,)
