"""Housekeeping that belongs to no subject."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command


@shared_task(name="portal.clear_sessions")
def clear_sessions() -> None:
    """Sessions that ran out are of no use to anybody; nothing else removes them from the database."""
    call_command("clearsessions")
