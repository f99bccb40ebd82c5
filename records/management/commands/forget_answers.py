"""`manage.py forget_answers`: what beat does every hour, once and by hand."""

from __future__ import annotations

from typing import ClassVar

from records import tasks
from records.pass_command import PassCommand


class Command(PassCommand):
    help = "Delete the API's stored answers whose day is over."
    passes: ClassVar = (tasks.forget_answers,)
