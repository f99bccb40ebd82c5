"""`manage.py send_outbox`: what beat does every ten seconds, once and by hand."""

from __future__ import annotations

from typing import ClassVar

from records import tasks
from records.pass_command import PassCommand


class Command(PassCommand):
    help = "Deliver the notices that wait in the outbox, and send the mails."
    passes: ClassVar = (tasks.dispatch, tasks.send_mail)
