"""`manage.py send_digests`: what beat does every five minutes, once and by hand."""

from __future__ import annotations

from typing import ClassVar

from records import tasks
from records.pass_command import PassCommand


class Command(PassCommand):
    help = "Queues today's digests for whoever has one coming; before nine and on days off there are none."
    passes: ClassVar = (tasks.send_digests,)
