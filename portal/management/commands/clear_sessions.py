"""`manage.py clear_sessions`: what beat does every night, once and by hand."""

from __future__ import annotations

from typing import ClassVar

from portal import tasks
from records.pass_command import PassCommand


class Command(PassCommand):
    help = "Delete the sessions that ran out."
    passes: ClassVar = (tasks.clear_sessions,)
