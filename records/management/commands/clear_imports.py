"""`manage.py clear_imports`: what beat does every hour, once and by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from records.importing.services import clear_old


class Command(BaseCommand):
    help = "Delete the rows of imported lists whose week is over; what they counted stays."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{clear_old()} lists cleared")
