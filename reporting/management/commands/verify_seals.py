"""`manage.py verify_seals`: are the seals whole, and do the columns still say what was sealed?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from records.models import Event
from records.seals import broken_events, broken_seals
from reporting.proof import versions_unlike_their_seal


class Command(BaseCommand):
    help = "Checks every seal, every version against its seal, and the chain of events. Fails when one is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = [f"seal {row}" for row in broken_seals()]
        faults += [f"version {row} differs from its seal" for row in versions_unlike_their_seal()]
        faults += [f"event {row.uid} {row}" for row in broken_events()]
        head = Event.objects.filter(chain_number__isnull=False).order_by("-chain_number").first()
        if head:
            # Kept elsewhere (on paper, in another system), this line shows later whether the end was cut off.
            self.stdout.write(f"chain of events: {head.chain_number} {head.hash}")
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} broken")
        self.stdout.write("everything as sealed")
