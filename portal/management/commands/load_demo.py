"""`manage.py load_demo`: accounts for every role, fictitious towns, closed cycles, one that runs. Safe to repeat."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from portal.demo import load


class Command(BaseCommand):
    help = "Load the demo data; refused in production."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = load.load()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{done.accounts} accounts, {done.cycles} cycles, {done.reports} reports created")
