"""`manage.py clear_deliveries`: what beat does every night, once and by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from records.webhooks.retention import clear_old


class Command(BaseCommand):
    help = "Delete webhook deliveries made over 90 days ago, and failed ones after a year, with their attempts."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{clear_old()} deliveries deleted")
