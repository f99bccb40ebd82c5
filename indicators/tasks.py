"""Thin tasks: they take nothing and are safe twice and late."""

from __future__ import annotations

from celery import shared_task

from indicators import positions, rollups
from records.passes import recorded
from units.models import Programme


@shared_task(name="indicators.audit_rollups")
@recorded("indicators.audit_rollups")
def audit_rollups() -> int:
    """How many stored roll-ups are not what the figures come to: there should be none. Nothing is changed."""
    return sum(len(rollups.audit(programme)) for programme in Programme.objects.order_by("pk"))


@shared_task(name="indicators.keep_positions")
@recorded("indicators.keep_positions")
def keep_positions() -> int:
    """Judge anew those whose day has come: a due day has passed, a period has ended. Safe twice and late."""
    return positions.refresh_stale()
