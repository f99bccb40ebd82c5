"""`manage.py seal_events`: what beat does every ten seconds, once and by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from records.seals import seal_events
from records.webhooks.fan_out import fan_out


class Command(BaseCommand):
    help = "Chain the events not yet chained, and write down to which webhooks they go."

    def handle(self, *args: Any, **options: Any) -> None:
        sealed = seal_events()
        self.stdout.write(f"{sealed} events sealed, {fan_out()} deliveries written")
