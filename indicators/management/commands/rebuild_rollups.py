"""`manage.py rebuild_rollups`: every roll-up computed anew from the figures in force."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from indicators import rollups
from units.models import Programme


class Command(BaseCommand):
    help = "Compute roll-ups anew; those that are right are left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--programme", help="The code of one programme; without it all of them.")

    def handle(self, *args: Any, **options: Any) -> None:
        programmes = Programme.objects.order_by("pk")
        if options["programme"]:
            programmes = programmes.filter(code=options["programme"])
            if not programmes:
                raise CommandError(f"There is no programme {options['programme']}.")
        for programme in programmes:
            self.stdout.write(f"{programme.code}: {rollups.rebuild(programme)} written")
