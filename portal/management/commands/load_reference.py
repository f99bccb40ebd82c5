"""`manage.py load_reference`: places, offices, programmes, pilots, routes, templates. Safe to repeat."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal import reference


class Command(BaseCommand):
    help = "Load or update the reference data; what is already right is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        for part, tally in reference.load():
            self.stdout.write(f"{part}: {tally.given} given, {tally.created} created, {tally.updated} updated")
