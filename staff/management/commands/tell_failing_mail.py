"""`manage.py tell_failing_mail`: what beat does every ten minutes, once and by hand."""

from __future__ import annotations

from typing import ClassVar

from records.pass_command import PassCommand
from staff import tasks


class Command(PassCommand):
    help = "Tells administrators of units whom mail does not reach; of each failure once, however often it runs."
    passes: ClassVar = (tasks.tell_failing_mail,)
