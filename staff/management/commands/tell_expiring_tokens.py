"""`manage.py tell_expiring_tokens`: what beat does daily, for whoever runs no beat."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from staff.services.tokens import tell_expiring


class Command(BaseCommand):
    help = "Tells the owners of API tokens that end within two weeks; each token once, however often it runs."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{tell_expiring()} told")
