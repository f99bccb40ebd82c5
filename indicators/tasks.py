"""Thin tasks: they take nothing and are safe twice and late."""

from __future__ import annotations

from celery import shared_task

from indicators import rollups
from records.passes import recorded
from units.models import Programme


@shared_task(name="indicators.audit_rollups")
@recorded("indicators.audit_rollups")
def audit_rollups() -> int:
    """How many stored roll-ups are not what the figures come to: there should be none. Nothing is changed."""
    return sum(len(rollups.audit(programme)) for programme in Programme.objects.order_by("pk"))
