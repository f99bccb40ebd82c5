"""`manage.py send_webhooks`: what beat does every ten seconds, once and by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from records.webhooks.sending import send_waiting


class Command(BaseCommand):
    help = "Send what waits for webhooks: for those that answer, or with --failing for those that did not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--failing", action="store_true", help="the webhooks that did not answer as they should")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{send_waiting(failing=options['failing'])} attempts made")
