"""`manage.py keep_positions`: what beat does every hour; with --all every position is judged anew."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.management.base import CommandParser

from indicators import positions, tasks
from records.pass_command import PassCommand


class Command(PassCommand):
    help = "Judge anew the targets whose day has come; nothing is lost when it did not run for a while."
    passes: ClassVar = (tasks.keep_positions,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="Judge all of them anew, whatever is kept.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"]:
            positions.rebuild_all()
        super().handle(*args, **options)
