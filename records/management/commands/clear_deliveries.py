"""`manage.py clear_deliveries`: what beat does every night, once and by hand."""

from __future__ import annotations

from typing import ClassVar

from records import tasks
from records.pass_command import PassCommand


class Command(PassCommand):
    help = "Delete webhook deliveries made over 90 days ago, and failed ones after a year, with their attempts."
    passes: ClassVar = (tasks.clear_deliveries,)
