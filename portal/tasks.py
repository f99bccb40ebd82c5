"""Housekeeping that belongs to no subject."""

from __future__ import annotations

from celery import shared_task
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from records.passes import recorded


@shared_task(name="portal.clear_sessions")
@recorded("portal.clear_sessions")
def clear_sessions() -> int:
    """Sessions that ran out are of no use to anybody; nothing else removes them from the database."""
    over = Session.objects.filter(expire_date__lt=timezone.now()).count()
    call_command("clearsessions")
    return over
