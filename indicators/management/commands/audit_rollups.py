"""`manage.py audit_rollups`: what beat does every night, with every difference in words; exit status 1 if any."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.management.base import CommandError

from indicators import rollups, tasks
from records.pass_command import PassCommand
from units.models import Programme


class Command(PassCommand):
    help = "Hold stored roll-ups against what the figures come to; nothing is changed. rebuild_rollups repairs."
    passes: ClassVar = (tasks.audit_rollups,)

    def handle(self, *args: Any, **options: Any) -> None:
        number = tasks.audit_rollups()
        self.stdout.write(f"{tasks.audit_rollups.name}: {number}")
        if not number:
            return
        for programme in Programme.objects.order_by("pk"):
            for difference in rollups.audit(programme):
                self.stdout.write(f"{programme.code}: {difference.words}")
        raise CommandError(f"{number} roll-ups are not what the figures come to. `manage.py rebuild_rollups` repairs.")
