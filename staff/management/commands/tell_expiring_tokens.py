"""`manage.py tell_expiring_tokens`: what beat does every day, once and by hand."""

from __future__ import annotations

from typing import ClassVar

from records.pass_command import PassCommand
from staff import tasks


class Command(PassCommand):
    help = "Tells the owners of API tokens that end within two weeks; each token once, however often it runs."
    passes: ClassVar = (tasks.tell_expiring_tokens,)
