"""`manage.py seal_events`: what beat does every ten seconds, once and by hand."""

from __future__ import annotations

from typing import ClassVar

from records import tasks
from records.pass_command import PassCommand


class Command(PassCommand):
    help = "Chain the events not yet chained, and write down to which webhooks they go."
    passes: ClassVar = (tasks.seal_events,)
