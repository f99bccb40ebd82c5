"""Thin tasks: they take nothing, claim their work row by row, and are safe twice and late."""

from __future__ import annotations

from celery import shared_task

from records.passes import recorded
from staff.services import reachability, tokens


@shared_task(name="staff.tell_expiring_tokens")
@recorded("staff.tell_expiring_tokens")
def tell_expiring_tokens() -> int:
    """Tell the owners of API tokens that end soon."""
    return tokens.tell_expiring()


@shared_task(name="staff.tell_failing_mail")
@recorded("staff.tell_failing_mail")
def tell_failing_mail() -> int:
    """Tell administrators whom mail does not reach."""
    return reachability.tell_failing()
