"""`manage.py forget_answers`: what beat does every hour, by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from records import answers


class Command(BaseCommand):
    help = "Delete the API's stored answers whose day is over."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{answers.forget_old()} deleted")
