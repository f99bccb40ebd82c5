"""Passes as commands: what beat asks for, once and by hand, and written down as if beat had asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.core.management.base import BaseCommand


class PassCommand(BaseCommand):
    """`passes`: the tasks it runs, one after the other; each says how much it did."""

    passes: ClassVar[tuple[Callable[[], int], ...]]

    def handle(self, *args: Any, **options: Any) -> None:
        for task in self.passes:
            self.stdout.write(f"{getattr(task, 'name', task)}: {task()}")
