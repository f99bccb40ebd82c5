"""`manage.py clear_imports`: what beat does every hour, once and by hand."""

from __future__ import annotations

from typing import ClassVar

from records import tasks
from records.pass_command import PassCommand


class Command(PassCommand):
    help = "Delete the rows of imported lists whose week is over; what they counted stays."
    passes: ClassVar = (tasks.clear_imports,)
