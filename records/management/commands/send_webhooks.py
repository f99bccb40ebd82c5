"""`manage.py send_webhooks`: what beat does every ten seconds, once and by hand."""

from __future__ import annotations

from typing import ClassVar

from records import tasks
from records.pass_command import PassCommand


class Command(PassCommand):
    help = "Send what waits for webhooks: for those that answer, then for those that did not."
    passes: ClassVar = (tasks.send_webhooks, tasks.send_failing_webhooks)
